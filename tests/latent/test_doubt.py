"""Rows that a classifier is least sure of land on a boundary that is known."""

from __future__ import annotations

import math

import pytest
import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.doubt import doubtful
from zerosum.latent.inversion import Effort

F64 = torch.float64


def line(z):
    return 2 * z + 1


def same(z):
    return z


@pytest.mark.parametrize("by", ["margin", "entropy"])
@pytest.mark.parametrize("prior", [0.0, 0.5])
def test_on_a_line_the_point_is_the_closed_form(by, prior):
    # logit 3 (x - 2) of x = 2z + 1 is 6 (z - 1/2) = m; the prior of one number is z²/2
    found = doubtful(line, lambda x: 3 * (x[:, 0] - 2), 1, 5, by=by, prior=prior, dtype=F64)
    if by == "margin":
        want = 36 * 0.5 / (36 + prior / 2)
        assert_close(found.latents, torch.full((5, 1), want, dtype=F64), rtol=0, atol=1e-6)
    if prior == 0:
        assert_close(found.rows, torch.full((5, 1), 2.0, dtype=F64), rtol=0, atol=1e-3)
        assert_close(found.entropy, torch.full((5,), math.log(2), dtype=F64))
    assert_close(found.margin, (3 * (found.rows[:, 0] - 2)).abs())


def test_in_a_plane_all_land_on_a_circle_and_not_at_one_point():
    def logits(x):
        inside = 1.5**2 - x.square().sum(dim=1)
        return torch.stack((torch.zeros_like(inside), inside), dim=1)

    found = doubtful(same, logits, 2, 40, prior=0.0, dtype=F64)
    assert_close(found.rows.norm(dim=1), torch.full((40,), 1.5, dtype=F64), rtol=0, atol=1e-6)
    assert found.rows.mean(dim=0).norm() < 0.75  # all round: one point's mean would be 1.5 away
    assert_close(found.margin, torch.zeros(40, dtype=F64), rtol=0, atol=1e-5)


def test_margin_is_between_two_classes_and_entropy_between_all():
    # classes at the corners of a triangle: logits by distance; all three meet in the middle
    corners = torch.tensor([[2.0, 0.0], [-1.0, 3**0.5], [-1.0, -(3**0.5)]], dtype=F64)

    def logits(x):
        return x @ corners.T

    two = doubtful(same, logits, 2, 30, by="margin", prior=1e-6, dtype=F64)
    assert two.margin.max() < 1e-4
    top = logits(two.rows).sort(dim=1).values
    assert (top[:, 2] - top[:, 0]).median() > 0.5  # the third class is out of the question
    ways = {tuple(sorted(b)) for b in two.between.tolist()}
    assert ways == {(0, 1), (0, 2), (1, 2)}
    three = doubtful(same, logits, 2, 30, by="entropy", prior=0.0, dtype=F64)
    assert_close(three.rows, torch.zeros(30, 2, dtype=F64), rtol=0, atol=1e-2)
    assert_close(three.entropy, torch.full((30,), math.log(3), dtype=F64), rtol=0, atol=1e-3)


def test_the_prior_keeps_latents_in_their_shell():
    # the boundary x_1 = 8 is out of reach of latents; where it is not met, the shell wins
    def logit(x):
        return 0.1 * (x[:, 0] - 8)

    free = doubtful(same, logit, 16, 20, prior=0.0, dtype=F64)
    held = doubtful(same, logit, 16, 20, prior=1.0, dtype=F64)
    assert_close(free.rows[:, 0], torch.full((20,), 8.0, dtype=F64), rtol=0, atol=1e-4)
    assert (free.latents.norm(dim=1) > 7.9).all()
    assert ((held.latents.norm(dim=1) - 4).abs() < 0.5).all()


def test_the_best_of_its_starts_is_taken():
    # x³ - 3x - 2.5 is 0 at 2.05, and nearly so, -0.5, at -1, where starts below 1 go
    def logit(x):
        return x[:, 0] ** 3 - 3 * x[:, 0] - 2.5

    one, many = (
        doubtful(same, logit, 1, 6, prior=0.0, dtype=F64, effort=Effort(starts=k, steps=60))
        for k in (1, 40)
    )
    assert one.margin.max() == pytest.approx(0.5, abs=1e-3)
    assert many.margin.max() < 1e-4  # 40 starts below 1 all: a chance of 0.1 %


def test_a_function_of_the_key_whose_first_rows_stay():
    def logit(x):
        return x.square().sum(dim=1) - 2

    short, long, other = (doubtful(same, logit, 3, n, key=k) for n, k in ((4, 0), (9, 0), (4, 1)))
    assert_close(short.latents, long.latents[:4], rtol=0, atol=1e-4)  # float32, by other layouts
    assert not torch.allclose(short.latents, other.latents)


@pytest.mark.parametrize(
    ("classify", "settings", "said"),
    [
        (lambda x: x[:, :1], {}, r"logits of shape \(\d+, 1\)"),
        (lambda x: x[:3], {}, r"logits of shape \(3, 2\)"),
        (lambda x: x * torch.nan, {}, "logits are not finite"),
        (same, {"n": 0}, "n is 0"),
        (same, {"by": "entropi"}, "did you mean 'entropy'"),
        (same, {"prior": -1.0}, "prior is -1.0"),
    ],
)
def test_bad_input(classify, settings, said):
    with pytest.raises(InputError, match=said):
        doubtful(same, classify, 2, **({"n": 2} | settings))


def test_latents_do_not_depend_on_what_stands_beside_them():
    keys = noise.bits(noise.fold(0, "doubt"), 8)
    assert torch.equal(noise.normal(keys, (3,))[:4], noise.normal(keys[:4], (3,)))
