"""Paths against hand-computed points, Shoemake's own formula and a Fourier transform."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.norms import to_shell
from zerosum.latent.paths import linear, random_loop, spherical, walk

T = torch.linspace(0, 1, 11, dtype=torch.float64)
HALF = torch.tensor([0.5], dtype=torch.float64)


def drawn(key, *shape, dtype=torch.float64):
    return noise.normal(key, shape, dtype=dtype)


def one(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def test_linear_by_hand():
    path = linear(one(0, 2), one(4, 0), T)
    assert_close(path[0], one(0, 2))
    assert_close(path[3], one(1.2, 1.4))
    assert_close(path[-1], one(4, 0))


def test_spherical_by_hand():
    # a quarter of a circle, the norm from 2 to 4: half way 3 at 45 degrees
    assert_close(spherical(one(2, 0), one(0, 4), HALF)[0], one(1, 1) * 3 / math.sqrt(2))
    third = torch.tensor([1 / 3], dtype=torch.float64)
    assert_close(spherical(one(1, 0), one(0, 1), third)[0], one(math.sqrt(3) / 2, 0.5))


def test_spherical_is_shoemakes_formula_where_norms_agree():
    a, b = to_shell(drawn(1, 6, 8)), to_shell(drawn(2, 6, 8))
    x, y, t = a.numpy(), b.numpy(), T.numpy()[:, None, None]
    angle = np.arccos((x * y).sum(axis=-1, keepdims=True) / 8)
    want = (np.sin((1 - t) * angle) * x + np.sin(t * angle) * y) / np.sin(angle)
    # arccos loses digits by 1 / sin(angle), which is above 0.1 for these rows
    assert np.sin(angle).min() > 0.1
    np.testing.assert_allclose(spherical(a, b, T).numpy(), want, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_ends_are_met_and_norms_change_evenly(dtype):
    a, b = drawn(3, 5, 16, dtype=dtype), 3 * drawn(4, 5, 16, dtype=dtype)
    t = T.to(dtype)
    path = spherical(a, b, t)
    assert path.dtype == dtype
    norm = (1 - t)[:, None] * a.norm(dim=-1) + t[:, None] * b.norm(dim=-1)
    # some ten roundings of a relative eps each
    close = {"rtol": 0, "atol": 20 * torch.finfo(dtype).eps * float(b.norm(dim=-1).max())}
    assert_close(path[0], a, **close)
    assert_close(path[-1], b, **close)
    assert_close(path.norm(dim=-1), norm, **close)


def test_direction_turns_at_one_speed():
    a, b = drawn(5, 7), drawn(6, 7)
    u = to_shell(spherical(a, b, T), 1.0)
    cosines = (u[1:] * u[:-1]).sum(dim=-1)
    angle = torch.arccos((to_shell(a, 1.0) * to_shell(b, 1.0)).sum())
    # arccos near 1 loses digits by 1 / sin(angle / 10), about 6
    assert_close(torch.arccos(cosines), (angle / 10).expand(10), rtol=0, atol=1e-13)


def test_the_straight_line_leaves_the_shell_and_the_great_circle_does_not():
    d = 512
    a, b = drawn(7, d), drawn(8, d)
    # ‖(a + b) / 2‖² is half a chi-square of d degrees: mean d/2, deviation sqrt(2d) / 2
    middle = float(linear(a, b, HALF).square().sum())
    assert abs(middle - d / 2) < 5 * math.sqrt(2 * d) / 2
    norms = spherical(a, b, T).norm(dim=-1)
    low, high = sorted((float(a.norm()), float(b.norm())))
    assert low - 1e-9 < float(norms.min()) and float(norms.max()) < high + 1e-9


def test_opposite_ends_go_round_by_the_smallest_axis():
    path = spherical(one(0, 2, 0), one(0, -2, 0), T)
    assert_close(path[5], one(2, 0, 0))
    assert_close(path[-1], one(0, -2, 0))
    a = drawn(9, 4, 6)
    there = spherical(a, -a, T)
    assert_close(there.norm(dim=-1), a.norm(dim=-1).expand(11, 4))
    assert_close(there[-1], -a)
    axis = int(a[0].abs().argmin())
    rest = torch.eye(6, dtype=torch.float64)[axis]
    rest = rest - (rest @ a[0]) / (a[0] @ a[0]) * a[0]
    assert_close(there[5, 0], to_shell(rest, a[0].norm()))


@pytest.mark.parametrize("apart", [0.0, 1e-8, 1e-7, 1e-6, 1e-5])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_nearly_opposite_and_nearly_equal_ends_in_float32(apart, sign):
    a = to_shell(drawn(10, 8, 6, dtype=torch.float32), 1.0)
    b = to_shell(sign * a + apart * drawn(11, 8, 6, dtype=torch.float32), 1.0)
    path = spherical(a, b, T.float())
    # a w that was not orthogonal to u would show as a norm that is not 1
    close = {"rtol": 0, "atol": 20 * torch.finfo(torch.float32).eps}
    assert_close(path.norm(dim=-1), torch.ones(11, 8), **close)
    assert_close(path[0], a, **close)
    assert_close(path[-1], b, **close)


def test_a_zero_vector_takes_the_direction_of_the_other_end():
    assert_close(spherical(one(0, 0), one(0, 4), HALF)[0], one(0, 2))
    assert_close(spherical(one(6, 0), one(0, 0), HALF)[0], one(3, 0))
    assert_close(spherical(one(0, 0), one(0, 0), T), torch.zeros(11, 2, dtype=torch.float64))


def test_on_a_line_there_is_no_way_round():
    assert_close(spherical(one(-1), one(3), HALF)[0], one(1))


def test_walk_by_hand():
    anchors = one(0, 4, 6)[:, None]
    assert walk(anchors, 2, between=linear).flatten().tolist() == [0, 2, 4, 5, 6]
    closed = walk(anchors, 2, closed=True, between=linear)
    assert closed.flatten().tolist() == [0, 2, 4, 5, 6, 3]


def test_walk_meets_its_anchors_and_keeps_many_walks_apart():
    anchors = drawn(12, 4, 3, 5)
    path = walk(anchors, 7)
    assert path.shape == (22, 3, 5)
    assert_close(path[::7], anchors)
    assert_close(path[:, 1], walk(anchors[:, 1], 7))
    assert_close(walk(anchors, 7, closed=True)[:22], path)


def test_a_loop_has_its_waves_and_no_others():
    z = random_loop(3, 64, 5, waves=3, dtype=torch.float64).numpy()
    size = np.abs(np.fft.rfft(z, axis=0)).max(axis=1)
    assert (size[1:4] > 1).all()
    assert np.delete(size, [1, 2, 3]).max() < 1e-10


def test_every_point_of_a_loop_is_a_gaussian_draw():
    loops = torch.stack([random_loop(k, 8, 32, waves=2) for k in range(200)])
    products = torch.einsum("ksd,ktd->st", loops, loops) / (200 * 32)
    times = torch.arange(8) / 8
    lag = 2 * math.pi * (times[:, None] - times)
    # a mean of 6400 products of Gaussians, of deviation at most sqrt(2)
    assert_close(products, (lag.cos() + (2 * lag).cos()) / 2, rtol=0, atol=5 * math.sqrt(2 / 6400))
    assert abs(float(loops.mean())) < 5 * math.sqrt(1 / 6400)


def test_a_loop_is_a_function_of_its_key():
    assert_close(random_loop(4, 10, 3), random_loop(4, 20, 3)[::2])
    assert not torch.allclose(random_loop(4, 10, 3), random_loop(5, 10, 3))


@pytest.mark.parametrize(
    ("start", "end", "t", "says"),
    [
        (one(1, 2), one(1, 2, 3), T, "coordinates"),
        (one(1, 2), one(1, 2).float(), T, "dtype"),
        (one(1, 2), one(1, 2)[None], T, "as many of both"),
        (one(1, 2), one(1, math.nan), T, "end holds NaN"),
        (one(1, 2), one(1, 2), T * 2, "from 0 to 1"),
        (one(1, 2), one(1, 2), T * math.nan, "from 0 to 1"),
        (one(1, 2), one(1, 2), T[0], "from 0 to 1"),
    ],
)
@pytest.mark.parametrize("between", [linear, spherical])
def test_what_interpolation_refuses(between, start, end, t, says):
    with pytest.raises(InputError, match=says):
        between(start, end, t)


def test_what_walks_refuse():
    with pytest.raises(InputError, match="2 or more"):
        walk(one(1, 2)[None], 3)
    with pytest.raises(InputError, match="at least 1"):
        walk(drawn(1, 3, 2), 0)
    with pytest.raises(InputError, match="at least 1"):
        random_loop(0, 10, 3, waves=0)
