"""Extractors: fixed ids and numbers, shapes, scaling, and what they can see."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.datasets import load_digits

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics.features import Extractor, Identity, Pixels, RandConv, extract
from zerosum.metrics.frechet import frechet_distance

PINNED = [-0.095773308, -0.156790515, 0.109305969]  # first three features of a ramp


def digits() -> torch.Tensor:
    return torch.from_numpy(load_digits().images / 8.0 - 1.0).float()[:, None]


def test_every_extractor_keeps_the_protocol() -> None:
    train = np.random.default_rng(0).normal(size=(30, 3))
    for extractor, batch in (
        (Identity.fit(train), torch.from_numpy(train)),
        (Pixels((1, 8, 8)), digits()[:30]),
        (RandConv((1, 8, 8)), digits()[:30]),
    ):
        assert isinstance(extractor, Extractor)
        found = extract(extractor, batch)
        assert found.shape == (30, extractor.dim) and found.dtype == np.float64
        assert str(extractor.dim) in extractor.id and extractor.input_range


def test_identity_uses_the_training_standard_deviation_only() -> None:
    train = np.array([[0.0, 5.0], [2.0, 5.0], [4.0, 5.0]])
    extractor = Identity.fit(train)
    found = extract(extractor, torch.tensor([[2.0 + np.sqrt(8 / 3), 6.0]], dtype=torch.float64))
    assert_allclose(found, [[1.0, 1.0]], rtol=1e-14)  # the constant column is only shifted
    assert Identity.fit(train * 2).id != extractor.id
    with pytest.raises(InputError, match="3 columns"):
        extract(extractor, torch.zeros(2, 3))


def test_pixels_are_kept_when_small_and_averaged_when_large() -> None:
    small = noise.normal(1, (4, 3, 8, 5))
    assert_allclose(extract(Pixels((3, 8, 5)), small), small.flatten(1).double())
    large = noise.normal(2, (4, 3, 32, 32))
    extractor = Pixels((3, 32, 32))
    want = large.double().reshape(4, 3, 16, 2, 16, 2).mean(dim=(3, 5)).flatten(1)
    assert_allclose(extract(extractor, large), want, atol=1e-12)
    assert extractor.id == "pixels-v1:3x32x32:768d"


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 32, 32), (4, 5, 7), (1, 28, 28), (3, 64, 48)])
def test_randconv_takes_any_picture(shape: tuple[int, int, int]) -> None:
    found = extract(RandConv(shape), noise.normal(3, (6, *shape)).clamp(-1, 1))
    assert found.shape == (6, 64)
    assert (found.std(axis=0) > 1e-3).all()


def test_randconv_v1_means_these_numbers_for_ever() -> None:
    extractor = RandConv((1, 8, 8))
    assert extractor.id == "randconv-v1:seed0:64d:1x8x8"
    ramp = torch.linspace(-1, 1, 64, dtype=torch.float64).reshape(1, 1, 8, 8)
    found = extract(extractor, ramp)[0]
    assert_allclose(found[:3], PINNED, rtol=1e-6)
    assert not np.allclose(found, extract(RandConv((1, 8, 8), seed=1), ramp))


def test_extractors_leave_the_random_state_of_torch_alone() -> None:
    before = torch.get_rng_state()
    extract(RandConv((1, 8, 8)), digits()[:4])
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("space", [Pixels((1, 8, 8)), RandConv((1, 8, 8))])
def test_more_damage_is_a_larger_distance(space: Extractor) -> None:
    pictures = digits()[noise.permutation(4, 1797)]
    first, second = pictures[:700], pictures[700:1400]
    noisy = [second + s * noise.normal(9, tuple(second.shape)) for s in (0.0, 0.1, 0.2, 0.4)]
    blurred = torch.nn.functional.avg_pool2d(second, 3, stride=1, padding=1)
    base = extract(space, first)
    levels = [frechet_distance(base, extract(space, n)).value for n in noisy]
    assert levels[0] < levels[1] < levels[2] < levels[3]
    assert frechet_distance(base, extract(space, blurred)).value > 5 * abs(levels[0])


def test_bad_pictures_are_refused() -> None:
    with pytest.raises(InputError, match=r"shape \(1, 8, 8\)"):
        extract(RandConv((1, 9, 8)), digits()[:2])
    bad = digits()[:5].clone()
    bad[3, 0, 0, 0] = torch.nan
    with pytest.raises(InputError, match="row 3"):
        extract(Pixels((1, 8, 8)), bad)
