"""Augmentation: how often each change is made, from which distributions, and that it does not leak."""

from __future__ import annotations

import math

import pytest
import torch
from scipy import stats
from torch.func import grad, vjp, vmap
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.penalties.augmentation import BGC, Shares, augment

ALL = Shares(1.0, 1.0, 0.5, 1.0)
NONE = {"blit": 0.0, "geometry": 0.0, "colour": 0.0, "cutout": 0.0}
MANY = 4000


def only(**shares):
    return Shares(**{**NONE, **shares})


def pictures(n, *shape, key=5, dtype=torch.float64):
    return noise.normal(key, (n, *shape), dtype=dtype)


def share_left_alone(shares, p, channels=3, side=8):
    x = pictures(1, channels, side, side).expand(MANY, -1, -1, -1)
    same = (augment(x, p, 77, shares) == x).flatten(1).all(1)
    return same.double().mean().item()


@pytest.mark.parametrize("zero", [0.0, torch.tensor(0.0), torch.tensor(0.0, dtype=torch.float64)])
def test_p_zero_is_the_identity_bit_for_bit(zero):
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        x = pictures(3, 3, 8, 7).to(dtype)
        assert torch.equal(augment(x, zero, 1, ALL), x)


def test_p_zero_as_a_number_costs_nothing():
    x = pictures(3, 3, 8, 8)
    assert augment(x, 0.0, 1, ALL) is x


def unchanged(blit=0.0, geometry=0.0, colour=0.0, cutout=0.0, side=8):
    """The chance that none of a category's changes is made, or that those made change nothing.

    Half of the mirrors and a quarter of the quarters are none; a shift round(u side / 8), u on (-1, 1),
    is (0, 0) with probability (4 / side)² where side > 4; a luma flip is none half of the time.
    """
    still = (min(1.0, 4 / side)) ** 2
    blits = (1 - blit / 2) * (1 - 3 * blit / 4) * (1 - blit * (1 - still))
    return blits * (1 - geometry) ** 4 * (1 - colour) ** 4 * (1 - colour / 2) * (1 - cutout)


@pytest.mark.parametrize("p", [0.2, 0.7, 1.0])
@pytest.mark.parametrize("category", NONE)
def test_each_change_is_made_with_probability_p(category, p):
    wanted = unchanged(**{category: p})
    error = math.sqrt(wanted * (1 - wanted) / MANY)
    assert abs(share_left_alone(only(**{category: 1.0}), p) - wanted) <= 4 * error


def test_a_share_is_a_factor_of_p():
    shares, p = Shares(0.5, 0.1, 0.25, 1.0), 0.4
    wanted = unchanged(0.2, 0.04, 0.1, 0.4)
    error = math.sqrt(wanted * (1 - wanted) / MANY)
    assert abs(share_left_alone(shares, p) - wanted) <= 4 * error


def test_other_channels_have_brightness_and_contrast_only():
    wanted, shares = (1 - 0.3) ** 2, only(colour=1.0)
    error = math.sqrt(wanted * (1 - wanted) / MANY)
    for channels in (1, 4):
        assert abs(share_left_alone(shares, 0.3, channels=channels) - wanted) <= 4 * error


def test_brightness_and_contrast_are_the_papers_distributions():
    """On pixels 0 and 1 the result is c b and c (1 + b)."""
    x = torch.tensor([0.0, 1.0]).double().expand(MANY, 1, 1, 2)
    found = augment(x, 1.0, 3, only(colour=1.0))[:, 0, 0]
    contrast = found[:, 1] - found[:, 0]
    assert stats.kstest((contrast.log2() / 0.5).numpy(), "norm").pvalue > 1e-3
    assert stats.kstest((found[:, 0] / contrast / 0.2).numpy(), "norm").pvalue > 1e-3


def test_scale_is_the_papers_distribution():
    """Slopes of two ramps are the lines of A, whose determinant is 1/scale² whatever else moves."""
    n, side = 400, 64
    ramp = torch.arange(side).double()
    x = torch.stack((ramp.expand(side, side), ramp[:, None].expand(side, side))).expand(
        n, -1, -1, -1
    )
    found = augment(x, 1.0, 9, only(geometry=1.0))
    middle = side // 2
    right = found[:, :, middle, middle + 1] - found[:, :, middle, middle]
    down = found[:, :, middle + 1, middle] - found[:, :, middle, middle]
    area = (right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0]).abs()
    # beyond the border the ramps run back (the same |det|); a picture whose middle lies on an edge has a kink
    kink = area < 0.2
    assert kink.double().mean() < 0.1
    scale = (area[~kink].rsqrt().log2() / 0.2).numpy()
    assert abs(scale.mean()) < 4 / math.sqrt(len(scale))
    middle_half = abs(stats.iqr(scale) / 1.349 - 1)
    assert middle_half < 4 * 1.17 / math.sqrt(len(scale))  # the error of a normal's quartile range


def test_rows_are_changed_by_themselves_and_by_the_key_alone():
    x = pictures(1, 3, 8, 8).expand(6, -1, -1, -1)
    found = augment(x, 1.0, 4, ALL)
    assert len({row.numpy().tobytes() for row in found}) == 6
    assert torch.equal(found, augment(x, 1.0, 4, ALL))
    assert torch.equal(found, augment(x, 1.0, torch.tensor(4), ALL))
    assert not torch.equal(found, augment(x, 1.0, 5, ALL))
    y = x.clone()
    y[2] += 1.0
    other = augment(y, 1.0, 4, ALL)
    assert torch.equal(other[[0, 1, 3, 4, 5]], found[[0, 1, 3, 4, 5]])


def test_equal_distributions_stay_equal():
    """The same rows in another order under another key: every pixel's mean agrees within its error."""
    x = pictures(MANY, 3, 4, 4)
    one, other = (
        augment(v, 0.6, key, ALL) for v, key in ((x, 1), (x[noise.permutation(8, MANY)], 2))
    )
    spread = ((one.var(0) + other.var(0)) / MANY).sqrt()
    assert ((one.mean(0) - other.mean(0)).abs() < 4.5 * spread).all()
    assert ((one.square().mean(0) - other.square().mean(0)).abs() < 0.5).all()


@pytest.mark.parametrize("p", [0.3, 0.8, 1.0])
def test_what_differs_stays_different_as_long_as_p_is_below_one(p):
    """E T(x) of a picture without luma: (1 - p) E c E s x, since a turned hue is 0 on average.

    Whatever hue the generator prefers, the discriminator sees (1 - p) of it: no leak unless p = 1.
    """
    n = 40_000
    x = torch.tensor([1.0, -1.0, 0.0]).double().reshape(1, 3, 1, 1).expand(n, -1, -1, -1)
    found = augment(x, p, 6, only(colour=1.0))
    found = found - found.mean(1, keepdim=True)  # brightness and luma are along the grey axis

    def mean(deviation):
        return 1 - p + p * math.exp((deviation * math.log(2)) ** 2 / 2)

    wanted = (1 - p) * mean(0.5) * mean(1.0) * x[0]
    spread = found.std(0) / math.sqrt(n)
    assert ((found.mean(0) - wanted).abs() < 4.5 * spread).all()
    assert p == 1.0 or wanted.abs().max() > 9 * spread.max()


def test_type_is_kept_and_autocast_changes_nothing():
    x = pictures(4, 3, 16, 16, dtype=torch.float32)
    plain = augment(x, 0.8, 3, ALL)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(augment(x, 0.8, 3, ALL), plain)
    half = augment(x.bfloat16(), 0.8, 3, ALL)
    assert half.dtype == torch.bfloat16
    # x is rounded to 8 bits before and after: relative 2⁻⁸ of the largest pixel, contrast and saturation
    assert (half.float() - plain).abs().max() < 3 * 2.0**-8 * plain.abs().max().clamp(min=5)


def test_many_at_once_under_vmap_with_two_orders_of_slopes():
    weights = noise.normal(1, (3, 3 * 36), dtype=torch.float64)
    x, keys = noise.normal(2, (3, 5, 3, 6, 6), dtype=torch.float64), torch.arange(3) + 40
    chances = torch.tensor([0.2, 0.6, 1.0])

    def loss(w, x, key, p):
        def judge(v):
            return torch.tanh(augment(v, p, key, ALL).flatten(1) @ w / 10)

        logits, pull = vjp(judge, x)
        (slope,) = pull(torch.ones_like(logits))
        return logits.mean() + slope.square().sum()

    many = vmap(grad(loss))(weights, x, keys, chances)
    for i in range(3):
        one = grad(loss)(weights[i], x[i], keys[i], chances[i])
        assert_close(many[i], one, rtol=1e-11, atol=1e-12)
        assert one.abs().max() > 1e-3


def test_rows_that_are_no_pictures_are_refused():
    with pytest.raises(InputError, match=r"a row here has shape \(2,\): leave game\.augment out"):
        augment(torch.zeros(4, 2), 0.5, 1, BGC)
