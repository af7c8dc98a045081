"""Each change of a picture against flips and turns of arrays, scipy's interpolation, and algebra."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest
import torch
from scipy import ndimage
from scipy.spatial.transform import Rotation
from torch.testing import assert_close

from zerosum.penalties.picture_changes import Colours, Moves, cut, moved, origins, recoloured

PIXELS = {"rtol": 0, "atol": 1e-12}  # float64: a few roundings of numbers up to 3


def pictures(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape))


def moves(n=2, **numbers):
    """Nothing moves but what is said, the same for every picture."""
    still = {f.name: 0.0 for f in fields(Moves)} | {"mirror": 1.0, "scale": 1.0, "stretch": 1.0}
    pairs = ("shift", "slide")
    values = {**still, **numbers}
    return Moves(**{
        name: torch.tensor(value, dtype=torch.float64).expand(n, 2) if name in pairs
        else torch.full((n,), float(value), dtype=torch.float64)
        for name, value in values.items()
    })  # fmt: skip


def colours(n=2, **numbers):
    plain = {"brightness": 0.0, "contrast": 1.0, "luma": 0.0, "hue": 0.0, "saturation": 1.0}
    values = {**plain, **numbers}
    return Colours(
        **{k: torch.full((n,), float(v), dtype=torch.float64) for k, v in values.items()}
    )


def after(x, **numbers):
    return moved(x, origins(moves(len(x), **numbers)))


SHAPES = [(2, 3, 8, 8), (2, 1, 7, 7), (2, 4, 6, 9), (2, 2, 1, 5)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_nothing_to_do_is_the_picture_bit_for_bit(shape):
    x = pictures(*shape)
    assert torch.equal(after(x), x)
    assert torch.equal(recoloured(x, colours()), x)
    assert torch.equal(cut(x, torch.full((2, 2), 0.4).double(), torch.zeros(2).double()), x)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_mirror_swaps_left_and_right_exactly(shape):
    x = pictures(*shape)
    assert torch.equal(after(x, mirror=-1), x.flip(3))


@pytest.mark.parametrize("side", [8, 7])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarters_turn_anticlockwise_exactly(quarters, side):
    x = pictures(2, 3, side, side)
    assert torch.equal(after(x, quarters=quarters), torch.rot90(x, quarters, (2, 3)))


@pytest.mark.parametrize("shift", [(2, 1), (-3, 0), (0, -2), (1, -1)])
def test_whole_shifts_are_exact_and_what_comes_in_is_mirrored(shift):
    x = pictures(2, 3, 8, 6)
    right, down = shift
    margins = ((0, 0), (0, 0), (4, 4), (4, 4))
    wide = np.pad(x.numpy(), margins, mode="reflect")
    wanted = wide[:, :, 4 - down : 12 - down, 4 - right : 10 - right]
    assert torch.equal(after(x, shift=shift), torch.from_numpy(wanted.copy()))
    assert torch.equal(after(x, slide=shift), torch.from_numpy(wanted.copy()))


GEOMETRY = [
    {"scale": 1.3}, {"scale": 0.7}, {"before": 0.6}, {"after": -2.0}, {"stretch": 1.2},
    {"before": 0.5, "stretch": 0.8, "after": 1.1, "scale": 1.1, "slide": (0.7, -1.4)},
    {"mirror": -1, "quarters": 1, "shift": (1, 2), "scale": 0.9, "before": 0.3},
]  # fmt: skip


def by_scipy(x, numbers):
    """The same by scipy: every change's matrix in (down, right), from old places to new, inverted at the end.

    Its order 1 is bilinear and its mode "mirror" reflects about the outermost pixel's middle.
    """
    cos, sin = math.cos, math.sin
    turn = lambda a: np.array([[cos(a), -sin(a)], [sin(a), cos(a)]])  # noqa: E731 (down, right)
    value = {"mirror": 1, "quarters": 0, "shift": (0, 0), "scale": 1, "before": 0, "stretch": 1,
             "after": 0, "slide": (0, 0), **numbers}  # fmt: skip
    steps = [
        (np.diag([1, value["mirror"]]), (0, 0)),
        (turn(value["quarters"] * math.pi / 2), (0, 0)),
        (np.eye(2), value["shift"]),
        (np.eye(2) * value["scale"], (0, 0)),
        (turn(value["before"]), (0, 0)),
        (np.diag([1 / value["stretch"], value["stretch"]]), (0, 0)),
        (turn(value["after"]), (0, 0)),
        (np.eye(2), value["slide"]),
    ]
    matrix, offset = np.eye(2), np.zeros(2)
    for linear, (right, down) in steps:
        matrix, offset = linear @ matrix, linear @ offset + np.array([down, right])
    back = np.linalg.inv(matrix)
    centre = (np.array(x.shape[2:]) - 1) / 2
    start = centre - back @ (centre + offset)
    each = [
        ndimage.affine_transform(c, back, start, order=1, mode="mirror")
        for c in x.numpy().reshape(-1, *x.shape[2:])
    ]
    return torch.from_numpy(np.stack(each)).reshape(x.shape)


@pytest.mark.parametrize("numbers", GEOMETRY, ids=str)
@pytest.mark.parametrize("size", [(12, 12), (9, 14)], ids=str)
def test_places_and_interpolation_are_scipys(numbers, size):
    x = pictures(2, 3, *size)
    # the same bilinear weights from places that differ in their last bits: 1e-14 · neighbouring pixels
    assert_close(after(x, **numbers), by_scipy(x, numbers), rtol=0, atol=1e-11)


def test_a_turn_and_its_reverse_give_a_smooth_picture_back():
    y, x = torch.meshgrid(*(torch.linspace(-1, 1, 33, dtype=torch.float64),) * 2, indexing="ij")
    smooth = torch.exp(-6 * (x**2 + (y - 0.2) ** 2))[None, None]
    back = after(after(smooth, before=0.7), before=-0.7)
    # two bilinear looks: each at most h² (|f_xx| + |f_yy|) / 8, h = 1/16, |f''| <= 12 each
    bound = 2 * (1 / 16) ** 2 * 24 / 8
    assert (back - smooth).abs()[..., 8:25, 8:25].max() < bound
    assert (after(smooth, before=0.7) - smooth).abs().max() > 4 * bound


def test_brightness_comes_before_contrast():
    x = pictures(2, 2, 4, 4)
    found = recoloured(x, colours(brightness=0.3, contrast=1.7))
    assert_close(found, 1.7 * (x + 0.3), **PIXELS)


def test_other_channels_than_three_have_no_hue():
    for channels in (1, 2, 4):
        x = pictures(2, channels, 4, 4)
        assert torch.equal(recoloured(x, colours(luma=1, hue=1.0, saturation=3.0)), x)


@pytest.mark.parametrize("angle", [0.4, -2.5, math.pi])
def test_hue_turns_round_the_grey_axis_and_keeps_luma(angle):
    x = pictures(2, 3, 4, 4)
    found = recoloured(x, colours(hue=angle))
    turn = Rotation.from_rotvec(angle * np.ones(3) / math.sqrt(3)).as_matrix()
    wanted = torch.einsum("ij,njhw->nihw", torch.from_numpy(turn), x)
    assert_close(found, wanted, **PIXELS)
    assert_close(found.mean(1), x.mean(1), **PIXELS)
    assert_close(found.square().sum(1), x.square().sum(1), **PIXELS)


def test_a_third_of_the_circle_passes_the_channels_on():
    x = pictures(2, 3, 4, 4)
    assert_close(recoloured(x, colours(hue=2 * math.pi / 3)), x[:, [2, 0, 1]], **PIXELS)


def test_luma_flip_is_the_reflection_at_the_plane_of_no_luma():
    x = pictures(2, 3, 4, 4)
    v = torch.ones(3, dtype=torch.float64) / math.sqrt(3)
    householder = torch.eye(3, dtype=torch.float64) - 2 * torch.outer(v, v)
    wanted = torch.einsum("ij,njhw->nihw", householder, x)
    assert_close(recoloured(x, colours(luma=1)), wanted, **PIXELS)


def test_saturation_scales_what_is_not_grey():
    x = pictures(2, 3, 4, 4)
    grey = x.mean(1, keepdim=True)
    assert_close(recoloured(x, colours(saturation=2.5)), grey + 2.5 * (x - grey), **PIXELS)


def test_all_colours_at_once_are_the_product_of_their_matrices():
    x, n = (
        pictures(2, 3, 4, 4),
        {"brightness": 0.2, "contrast": 0.6, "luma": 1, "hue": 1.3, "saturation": 2},
    )
    step = x
    for name in n:
        step = recoloured(step, colours(**{name: n[name]}))
    assert_close(recoloured(x, colours(**n)), step, **PIXELS)


def test_a_cut_is_a_rectangle_of_zeros_of_the_pictures_proportions():
    x = pictures(1, 2, 8, 4) + 10
    found = cut(x, torch.tensor([[0.5, 0.25]]).double(), torch.tensor([0.5]).double())
    # columns (j + 0.5)/4 within 1/4 of 0.5: 1, 2; lines (i + 0.5)/8 within 1/4 of 0.25: 0 to 3
    gone = found == 0
    wanted = torch.zeros(8, 4, dtype=torch.bool)
    wanted[:4, 1:3] = True
    assert torch.equal(gone[0, 0], wanted) and torch.equal(gone[0, 1], wanted)
    assert torch.equal(found[~gone], x[~gone])


def test_each_picture_has_its_own_numbers():
    x = pictures(2, 3, 6, 6)
    still, other = moves(1), moves(1, mirror=-1, scale=1.4)
    names = [f.name for f in fields(Moves)]
    both = Moves(**{k: torch.cat((getattr(still, k), getattr(other, k))) for k in names})
    found = moved(x, origins(both))
    assert torch.equal(found[:1], x[:1])
    assert torch.equal(found[1:], after(x[1:], mirror=-1, scale=1.4))


def test_slopes_of_first_and_second_order_are_right():
    x = pictures(2, 3, 5, 5).requires_grad_()
    numbers = {"scale": 1.2, "before": 0.4, "slide": (0.3, 0.6)}
    square = torch.full((2,), 0.5).double()

    def f(v):
        v = recoloured(after(v, **numbers), colours(hue=0.7, contrast=1.3))
        return torch.tanh(cut(v, torch.full((2, 2), 0.3).double(), square)).square().sum((1, 2, 3))

    assert torch.autograd.gradcheck(f, (x,), fast_mode=True)
    assert torch.autograd.gradgradcheck(f, (x,), fast_mode=True)
