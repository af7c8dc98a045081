"""Directions of a linear artefact, whose principal axes and first layer are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.explore.small import PICTURES, Linear, pictures, table, taught_judge
from tests.explore.test_interpolating import made
from zerosum.errors import InputError
from zerosum.explore.directing import directions, first_weight, label_directions, strips
from zerosum.generator import mixed


def stretched():
    """A generator whose latent numbers count 4, 2 and 1."""
    generator = pictures()
    basis = torch.linalg.qr(generator.network.layer.weight).Q
    network = Linear(PICTURES.event_shape)
    network.layer.weight.data = 0.2 * basis * torch.tensor([4.0, 2.0, 1.0])
    object.__setattr__(generator, "network", network.requires_grad_(False).eval())
    return generator


@pytest.mark.parametrize("by", ["pca", "weights"])
def test_the_axes_of_a_linear_generator(by):
    found = directions(stretched(), by=by, count=3)
    shares = torch.tensor([16.0, 4.0, 1.0]) / 21
    # 2048 samples: a variance is known to sqrt(2 / 2048) = 3 %, the angles to about 1/45
    torch.testing.assert_close(found.shares, shares, atol=0.04, rtol=0)
    torch.testing.assert_close(found.vectors, torch.eye(3), atol=0.12, rtol=0)


def test_a_tables_rows_have_directions_too():
    assert tuple(directions(table(), count=2).vectors.shape) == (2, 3)


def test_strips_pass_through_the_samples():
    generator, vectors = pictures(), torch.eye(3)[:2]
    found = strips(generator, vectors, samples=4, reach=2.0, steps=5, seed=6)
    assert found.rows.shape == (2, 4, 5, 4, 4)
    np.testing.assert_allclose(found.amounts, [-2, -1, 0, 1, 2])
    np.testing.assert_allclose(
        found.rows[:, :, 2], np.stack([generator.sample(4, 6)] * 2), atol=1e-4
    )
    z = generator.latents(4, 6)
    moved = generator.codec.decode(generator.encoded(z + 2 * vectors[1]))
    np.testing.assert_allclose(found.rows[1, :, 4], moved, atol=1e-4)


def test_strips_of_a_class():
    generator = pictures(classes=3)
    found = strips(generator, torch.eye(3)[:1], samples=2, label="c", seed=6)
    np.testing.assert_allclose(found.rows[0, :, 3], generator.sample(2, 6, "c"), atol=1e-4)


def test_the_direction_to_a_side_is_the_one_that_brightens_it():
    generator = pictures()
    found = label_directions(generator, taught_judge(), samples=600)
    assert set(found) == {"left", "right"}
    weight = generator.network.layer.weight.reshape(4, 4, 3)
    brightens = weight[:, 2:].mean(dim=(0, 1)) - weight[:, :2].mean(dim=(0, 1))
    cosine = torch.nn.functional.cosine_similarity(found["right"].vector, brightens, dim=0)
    # the judge was taught on halves and calls other pictures as it likes: roughly along it
    assert cosine > 0.7 and found["right"].accuracy > found["right"].base
    torch.testing.assert_close(found["left"].vector, -found["right"].vector, atol=1e-4, rtol=0)


def test_the_first_weight_leaves_the_label_out():
    for classes in (0, 3):
        generator = made(classes)
        weight = first_weight(generator)
        assert tuple(weight.shape) == (32, 6)
        # as the derivative of the first layer's output in the latent
        layer = next(m for m in generator.network.modules() if isinstance(m, torch.nn.Linear))
        torch.testing.assert_close(weight, layer.weight[:, :6])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: directions(pictures(), by="sefa"), "unknown way to find directions 'sefa'"),
        (lambda: directions(pictures(), count=4), "count is 4"),
        (lambda: first_weight(mixed([made(seed=1), made(seed=2)], (0.5, 0.5))), "a mixture's networks"),
        (lambda: strips(pictures(), torch.eye(3), steps=4), "an odd number of steps"),
        (lambda: strips(pictures(), torch.eye(3), reach=0.0), "a finite reach above 0"),
        (lambda: strips(pictures(), torch.eye(3), samples=0), "give 1 sample or more"),
    ],
)  # fmt: skip
def test_what_has_no_directions(make, words):
    with pytest.raises(InputError, match=words):
        make()
