"""The best discriminator, the value of the game and proposition 2, against closed forms and by hand."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy

from zerosum.errors import InputError
from zerosum.theory import density, gaussian, uniform
from zerosum.theory.discriminator import (
    discriminator_value,
    generator_criterion,
    mirror_descent,
    optimal_discriminator,
    optimal_logits,
)

LOG_4 = math.log(4)
P = np.array([0.45, 0.3, 0.2, 0.05])
Q = np.array([0.1, 0.15, 0.35, 0.4])
# JSD(N(0,1), N(1,1)), given with the claim; to the digits it is printed with
JSD_UNIT_SHIFT = 0.111421482185


def kl(p, q):
    return float(np.sum(p * np.log(p / q)))


def two_jsd(p, q):
    return kl(p, (p + q) / 2) + kl(q, (p + q) / 2)


def test_shifted_gaussians_have_a_linear_logit():
    x = np.linspace(-3, 4, 29)
    best = optimal_discriminator(gaussian(0.0), gaussian(1.0))(x)
    # log p - log q = ((x - 1)^2 - x^2) / 2 = 1/2 - x; rounding of numbers of size 10
    np.testing.assert_allclose(best, 1 / (1 + np.exp(x - 0.5)), rtol=1e-14)


def test_on_an_alphabet_it_is_the_share_of_the_data():
    np.testing.assert_allclose(optimal_discriminator(P, Q), P / (P + Q), rtol=1e-15)


def test_certain_and_undefined_places():
    best = optimal_discriminator([0.5, 0.5, 0.0, 0.0], [0.5, 0.0, 0.5, 0.0])
    np.testing.assert_array_equal(best, [0.5, 1.0, 0.0, np.nan])
    line = optimal_discriminator(uniform(0.0, 2.0), uniform(1.0, 3.0))
    np.testing.assert_array_equal(line(np.array([0.5, 1.5, 2.5, 9.0])), [1.0, 0.5, 0.0, np.nan])


def test_equal_densities_cannot_be_told_apart():
    x = np.linspace(-5, 5, 11)
    np.testing.assert_array_equal(
        optimal_discriminator(gaussian(1.0, 2.0), gaussian(1.0, 2.0))(x), 0.5
    )


def test_no_other_discriminator_has_a_higher_value():
    best = optimal_logits(P, Q)
    highest = discriminator_value(P, Q, best)
    for i in range(4):
        for change in (-1.0, -1e-3, 1e-3, 1.0):
            assert discriminator_value(P, Q, best + change * np.eye(4)[i]) < highest


def test_value_is_minus_the_cross_entropy_summed_over_both_labels():
    """Literal: a table of (symbol, label), both labels equally likely, torch's own cross-entropy."""
    logits = np.array([1.3, -0.4, 0.2, -2.0])
    answers = torch.sigmoid(torch.tensor(np.tile(logits, 2)))
    labels = torch.tensor([1.0] * 4 + [0.0] * 4, dtype=torch.float64)
    joint = torch.tensor(np.concatenate((P, Q)) / 2)
    mean = binary_cross_entropy(answers, labels, weight=joint, reduction="sum")
    assert discriminator_value(P, Q, logits) == pytest.approx(-2 * float(mean), abs=1e-14)


def test_value_of_a_discriminator_on_the_line():
    """a(x) = 3 on x < 1/2, -3 on the rest, against uniforms on [0, 1] and [1/4, 5/4]."""
    judged = discriminator_value(
        density(0.0, 1.0, pdf=np.ones_like, points=[0.5]),
        uniform(0.25, 1.25),
        lambda x: np.where(x < 0.5, 3.0, -3.0),
    )
    right, wrong = math.log1p(math.exp(-3)), math.log1p(math.exp(3))
    by_hand = -(0.5 * right + 0.5 * wrong) - (0.25 * wrong + 0.75 * right)
    assert judged == pytest.approx(by_hand, abs=1e-10)


def test_a_certain_error_costs_everything():
    assert discriminator_value([0.5, 0.5], [0.5, 0.5], [0.0, -math.inf]) == -math.inf


def test_extreme_logits_stay_exact():
    # log D = -softplus(-800) = 0 to rounding, log(1 - D) = -800
    assert discriminator_value([1.0], [1.0], [800.0]) == -800.0


def test_criterion_of_shifted_gaussians():
    found = generator_criterion(gaussian(0.0), gaussian(1.0))
    # twice the half unit of the twelfth printed digit of JSD
    assert found == pytest.approx(-LOG_4 + 2 * JSD_UNIT_SHIFT, abs=1e-12)


def test_criterion_on_an_alphabet():
    assert generator_criterion(P, Q) == pytest.approx(-LOG_4 + two_jsd(P, Q), abs=1e-14)
    assert generator_criterion(P, P) == -LOG_4


def test_criterion_of_half_overlapping_uniforms():
    # half of each lies apart: JSD = log(2) / 2, so C = -log 4 + log 2
    found = generator_criterion(uniform(0.0, 2.0), uniform(1.0, 3.0))
    assert found == pytest.approx(-math.log(2), abs=1e-10)


def test_criterion_of_laws_that_never_meet_is_zero():
    assert generator_criterion(uniform(0.0, 1.0), uniform(2.0, 3.0)) == 0.0


@pytest.mark.parametrize("step", [0.1, 0.5, 1.0])
def test_mirror_descent_falls_and_arrives(step):
    path = mirror_descent(P, Q, step=step, rounds=round(40 / step))
    assert (np.diff(path.excess) < 0).all()
    # contraction 1 - step/2 a round leaves exp(-20) of the start, times what the first rounds owe
    assert path.total_variation[-1] < 1e-6
    np.testing.assert_allclose(path.q.sum(axis=1), 1.0, rtol=1e-14)


def test_mirror_step_of_one_is_the_mean_of_both():
    path = mirror_descent(P, Q, step=1.0, rounds=3)
    np.testing.assert_allclose(path.q[1], (P + Q) / 2, rtol=1e-14)
    np.testing.assert_allclose(path.total_variation, 0.5 * np.abs(P - Q).sum() / 2 ** np.arange(4))


def test_mirror_slope_is_that_of_the_value():
    """dV/dq_i at a fixed D, by a central difference of q_i log(1 - D_i), is log(1 - D*_i)."""
    best, h, step = optimal_logits(P, Q), 1e-6, 1e-4
    slope = -np.logaddexp(0, best)
    moved = mirror_descent(P, Q, step=step, rounds=1).q[1]
    unnormalised = Q * np.exp(-step * slope)
    np.testing.assert_allclose(moved, unnormalised / unnormalised.sum(), rtol=1e-13)
    by_difference = [
        (np.sum((Q + h * e) * slope) - np.sum((Q - h * e) * slope)) / (2 * h) for e in np.eye(4)
    ]
    np.testing.assert_allclose(by_difference, np.log(Q / (P + Q)), atol=1e-9)


def test_excess_is_the_criterion_and_stays_exact_below_rounding():
    path = mirror_descent(P, Q, step=0.5, rounds=100)
    criteria = [generator_criterion(P, row) for row in path.q]
    np.testing.assert_allclose(path.criterion, criteria, atol=1e-14)
    # 2 JSD ~ sum (p - q)^2 / (4 p), relative error of order |p - q| / p < 1e-4 where this is looked at
    late = (path.total_variation < 1e-6) & (path.total_variation > 1e-9)
    second_order = ((P - path.q) ** 2 / (4 * P)).sum(axis=1)
    np.testing.assert_allclose(path.excess[late], second_order[late], rtol=1e-4)


def test_symbols_that_data_lack_die_out():
    path = mirror_descent([0.5, 0.5, 0.0, 0.0], [0.2, 0.3, 0.5, 0.0], step=1.0, rounds=30)
    np.testing.assert_array_equal(path.q[:, 3], 0.0)
    np.testing.assert_allclose(path.q[:, 2], 0.5 / 2 ** np.arange(31))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: optimal_discriminator([0.5, 0.6], [0.5, 0.5]), "p add up to 1.1"),
        (lambda: optimal_discriminator([0.5, 0.5], [1.5, -0.5]), r"q\[1\] is -0.5"),
        (lambda: generator_criterion([0.5, 0.5], [0.2, 0.3, 0.5]), "2 symbols and q has 3"),
        (lambda: generator_criterion([math.nan, 1.0], [0.5, 0.5]), "p holds nan"),
        (lambda: generator_criterion(gaussian(), [0.5, 0.5]), "p is a density on the line and q"),
        (lambda: optimal_logits([0.5, 0.5], gaussian()), "q is a density on the line and p"),
        (lambda: discriminator_value([1.0], [1.0], [0.0, 0.0]), "logits has shape"),
        (lambda: discriminator_value([1.0], [1.0], [math.nan]), "logits holds nan"),
        (lambda: discriminator_value([1.0], [1.0], np.sin), "logits is a function"),
        (lambda: discriminator_value(gaussian(), gaussian(), [0.0]), "logits is list"),
        (lambda: mirror_descent([0.5, 0.5], [1.0, 0.0], 0.1, 3), r"p_start\[1\] is 0"),
        (lambda: mirror_descent([0.5, 0.5], [0.5, 0.5], 0.0, 3), "step is 0"),
        (lambda: mirror_descent([0.5, 0.5], [0.5, 0.5], 0.1, -1), "rounds is -1"),
    ],
)
def test_bad_input_names_the_argument(call, words):
    with pytest.raises(InputError, match=words):
        call()
