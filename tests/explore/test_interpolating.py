"""Ways through a small network's samples: what stands at the anchors, how even they are, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zerosum.data.codec import ImageCodec
from zerosum.errors import InputError
from zerosum.explore.generating import generating
from zerosum.explore.interpolating import interpolate, strips
from zerosum.generator import Generator, mixed
from zerosum.recipes.build import build_generator
from zerosum.recipes.config import NetworkConfig
from zerosum.recipes.tables import Sizes

CODEC = ImageCodec((1, 4, 4), "nhw", "<f8", 0.0, 16.0)  # floats: nothing is rounded


def made(classes: int = 0, seed: int = 0) -> Generator:
    torch.manual_seed(seed)
    config, sizes = NetworkConfig("mlp", width=32, depth=2), Sizes(6, (1, 4, 4), classes)
    names = tuple("abc"[:classes])
    return Generator(build_generator(config, sizes).eval(), config, sizes, CODEC, names)


@pytest.mark.parametrize("path", ["spherical", "linear", "geodesic"])
def test_the_samples_stand_on_the_way(path):
    generator = made()
    own = generator.sample(8, 3)
    way = interpolate(generator, (5, 0, 7), steps=6, path=path, seed=3)
    assert way.shape == (13, 4, 4)
    np.testing.assert_allclose(way[[0, 6, 12]], own[[5, 0, 7]], atol=1e-4)
    loop = interpolate(generator, (5, 0, 7), steps=6, path=path, seed=3, closed=True)
    assert loop.shape == (18, 4, 4)
    np.testing.assert_allclose(loop[:12], way[:12], atol=1e-3)


def lengths(way):
    return np.linalg.norm(np.diff(way.reshape(len(way), -1), axis=0), axis=1)


def test_a_geodesic_is_shorter_and_more_even():
    generator = made()
    ways = {
        p: lengths(interpolate(generator, (0, 1), steps=24, path=p))
        for p in ("spherical", "geodesic")
    }
    assert ways["geodesic"].sum() < ways["spherical"].sum()
    uneven = {p: v.std() / v.mean() for p, v in ways.items()}
    assert uneven["geodesic"] < uneven["spherical"] / 2


def test_a_way_keeps_to_one_class():
    generator = made(classes=3)
    own = generator.sample(5, label="b")
    way = interpolate(generator, (1, 4), steps=4)  # both of class b, as sample counts them
    np.testing.assert_allclose(way[[0, -1]], own[[1, 4]], atol=1e-4)
    other = interpolate(generator, (1, 4), steps=4, label="c")
    np.testing.assert_allclose(other[0], generator.sample(2, label="c")[1], atol=1e-4)
    with pytest.raises(InputError, match="are of 2 classes, and a class has no middle: give label"):
        interpolate(generator, (0, 1))


def test_a_generator_with_slopes():
    generator = made(classes=3)
    z = generator.latents(4).requires_grad_()
    rows = generating(generator, "c")(z)
    torch.testing.assert_close(
        rows, generator.encoded(z.detach(), torch.full((4,), 2)), atol=1e-5, rtol=0
    )
    rows.square().sum().backward()
    assert z.grad is not None and bool((z.grad != 0).any())
    with pytest.raises(InputError, match="makes 3 classes: give label, one of a, b, c"):
        generating(generator)


def test_rows_of_each_leg():
    rows = np.arange(7) * 10
    assert strips(rows, 3).tolist() == [0, 10, 20, 30, 30, 40, 50, 60]
    assert strips(rows[:6], 3).tolist() == [0, 10, 20, 30, 30, 40, 50, 0]


@pytest.mark.parametrize(
    ("samples", "more", "words"),
    [
        ((3,), {}, r"samples \[3\] with 8 steps are no way: give two or more"),
        ((0, -1), {}, "are no way"),
        ((0, 1), {"steps": 0}, "with 0 steps are no way"),
        ((0, 1), {"steps": 10**6}, "at most 10,000 steps"),
        ((0, 1), {"path": "geodesc"}, "unknown path 'geodesc'; did you mean 'geodesic'"),
        ((0, 1), {"label": "a"}, "unconditional"),
    ],
)
def test_what_is_no_way(samples, more, words):
    with pytest.raises(InputError, match=words):
        interpolate(made(), samples, **more)


def test_a_mixture_has_no_ways():
    both = mixed([made(seed=1), made(seed=2)], (0.5, 0.5))
    with pytest.raises(InputError, match="made by different networks"):
        interpolate(both, (0, 1))
