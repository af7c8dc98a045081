"""What is done to a picture before a published network sees it, and whose weights are taken."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

from zerosum.errors import InputError
from zerosum.metrics import dinov2
from zerosum.metrics.dinov2 import DINOv2
from zerosum.metrics.features import Extractor, extract
from zerosum.metrics.inception import Inception
from zerosum.metrics.pretrained import dino_v2, in_colour, inception_v3, resized

LEVELS = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (2, 3, 32, 20))).float()


@pytest.fixture(scope="module")
def weights():
    torch.manual_seed(0)
    return Inception().state_dict()


def test_clean_is_pillows_cubic_in_float():
    for side in (9, 64):
        made = resized(LEVELS, side, "clean")
        for n, c in ((0, 0), (1, 2)):
            picture = Image.fromarray(LEVELS[n, c].numpy(), mode="F")
            theirs = np.asarray(picture.resize((side, side), Image.Resampling.BICUBIC))
            np.testing.assert_allclose(made[n, c].numpy(), theirs.clip(0, 255), atol=2e-3)


def test_tf1_is_linear_from_corner_to_corner():
    made = resized(LEVELS, 50, "tf1").double().numpy()
    x = LEVELS.double().numpy()
    for i, j in ((0, 0), (7, 13), (31, 40), (49, 49)):
        r, c = i * 32 / 50, j * 20 / 50
        r0, c0 = int(r), int(c)
        r1, c1 = min(r0 + 1, 31), min(c0 + 1, 19)
        top = x[:, :, r0, c0] * (1 - (c - c0)) + x[:, :, r0, c1] * (c - c0)
        bottom = x[:, :, r1, c0] * (1 - (c - c0)) + x[:, :, r1, c1] * (c - c0)
        np.testing.assert_allclose(
            made[:, :, i, j], top * (1 - (r - r0)) + bottom * (r - r0), atol=1e-3
        )


def test_a_picture_of_the_right_size_is_left_alone_and_grey_is_three_equal_channels():
    assert resized(LEVELS[:, :, :20], 20, "clean") is not None
    square = LEVELS[:, :, :20]
    assert_close(resized(square, 20, "clean"), square)
    assert_close(in_colour(LEVELS[:, :1]), LEVELS[:, :1].repeat(1, 3, 1, 1))
    with pytest.raises(InputError, match=r"shape \(2, 32, 20\) .* \(1 or 3, rows"):
        in_colour(LEVELS[:, :2])


def test_inception_sees_levels_less_128_over_128(weights):
    made = inception_v3(weights, "ab" * 32, resize="tf1")
    assert isinstance(made, Extractor) and made.dim == 2048
    assert made.id == "inception-v3-compat:2048d:tf1-299:abababab"
    x = LEVELS[:, :, :20] / 127.5 - 1
    wanted = made.network((resized(LEVELS[:, :, :20], 299, "tf1") - 128) / 128)
    np.testing.assert_allclose(extract(made, x), wanted.double().numpy(), atol=1e-5)
    assert not any(p.requires_grad for p in made.network.parameters())


def test_dinov2_sees_what_it_was_trained_on():
    torch.manual_seed(0)
    weights = DINOv2("small").state_dict()
    made = dino_v2(weights, "cd" * 32)
    assert made.id == "dinov2-vit14:384d:clean-224:cdcdcdcd" and made.dim == 384
    x = LEVELS[:1] / 127.5 - 1
    unit = resized(LEVELS[:1], 224, "clean") / 255
    mean, std = (torch.tensor(v)[:, None, None] for v in (dinov2.MEAN, dinov2.STD))
    np.testing.assert_allclose(
        extract(made, x), made.network((unit - mean) / std).double().numpy(), atol=1e-5
    )


def test_weights_of_another_network_are_refused(weights):
    with pytest.raises(InputError, match=r"Inception-v3 with 1008 classes: 1 of its \d+ tensors"):
        inception_v3({k: v for k, v in weights.items() if k != "fc.weight"}, "0" * 64)
    wrong = {**weights, "fc.bias": torch.zeros(1000)}  # torchvision's classes
    with pytest.raises(InputError, match=r"first 'fc\.bias'"):
        inception_v3(wrong, "0" * 64)
    with pytest.raises(InputError, match="unknown resize 'cleen'"):
        inception_v3(weights, "0" * 64, resize="cleen")
    with pytest.raises(InputError, match="no DINOv2 that is known here"):
        dino_v2(weights, "0" * 64)
    with pytest.raises(InputError, match="not those of DINOv2 small"):
        dino_v2({"cls_token": torch.zeros(1, 1, 384)}, "0" * 64)


def test_norms_without_their_count_of_updates_fit(weights):
    fewer = {k: v for k, v in weights.items() if "num_batches" not in k}
    assert_close(inception_v3(fewer, "0" * 64).network.fc.weight, weights["fc.weight"])
