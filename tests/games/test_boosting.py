"""AdaGAN's closed form is what convex optimisation finds, and its choices of beta are what they say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.optimize import brentq, minimize

from zerosum import noise
from zerosum.games.boosting import (
    component_shares,
    ratio_of,
    reweighted,
    reweighted_by_class,
    searched_beta,
    uniform_beta,
)

BETAS = (0.05, 0.3, 0.5, 0.9)


def ratios(n: int, key: int) -> torch.Tensor:
    """Ratios of all sizes, some of them 0."""
    d = noise.uniform(noise.fold(key, "d"), (n,), dtype=torch.float64) * 3
    return torch.where(d < 0.4, 0.0, d)


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("n", [1, 2, 7, 300])
def test_the_level_solves_its_equation(n, beta):
    d = ratios(n, n)

    def excess(level: float) -> float:
        return float((level - (1 - beta) * d).clamp_min(0).sum()) - n * beta

    found = reweighted(d, beta)
    # brentq's own tolerance, relative and absolute
    assert found.level == pytest.approx(brentq(excess, 0, 10, xtol=1e-12, rtol=1e-12), abs=1e-11)
    expected = (found.level - (1 - beta) * d).clamp_min(0) / (n * beta)
    torch.testing.assert_close(found.weights, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("beta", BETAS)
def test_weights_are_a_distribution_that_falls_as_the_mixture_makes_a_row_more_often(beta):
    d = ratios(200, 5)
    found = reweighted(d, beta)
    assert float(found.weights.sum()) == pytest.approx(1, abs=200 * 2e-16)
    assert bool((found.weights >= 0).all())
    assert bool((found.weights[d.argsort()].diff() <= 0).all())
    assert found.left_out == float((found.weights == 0).double().mean())


DIVERGENCES = {
    "kl": lambda u: u * np.log(u),
    "reverse-kl": lambda u: -np.log(u),
    "jensen-shannon": lambda u: u * np.log(u) - (1 + u) * np.log((1 + u) / 2),
    "pearson": lambda u: (u - 1) ** 2,
}


@pytest.mark.parametrize("name", DIVERGENCES)
def test_no_other_weights_bring_the_mixture_nearer_to_the_data(name):
    """D_f of (1 - beta) p_mix + beta w from the data, minimised over all distributions w on 6 rows."""
    f, beta, n = DIVERGENCES[name], 0.4, 6
    d = np.array([0.1, 0.3, 0.9, 1.2, 1.5, 2.0])

    def divergence(w: np.ndarray) -> float:
        return float(np.mean(f((1 - beta) * d + beta * n * np.clip(w, 0, 1))))

    found = minimize(
        divergence, np.full(n, 1 / n), bounds=[(0, 1)] * n, method="SLSQP",
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 500},
    )  # fmt: skip
    ours = reweighted(torch.from_numpy(d), beta).weights.numpy()
    assert found.success and divergence(ours) <= found.fun + 1e-9
    # near a minimum of curvature c the optimiser's error is the root of its 1e-14 over c, with room
    np.testing.assert_allclose(ours, found.x, atol=1e-4)


def test_where_all_is_made_alike_all_rows_count_alike():
    found = reweighted(torch.ones(50), 0.3)
    torch.testing.assert_close(found.weights, torch.full((50,), 0.02, dtype=torch.float64))
    assert found.level == pytest.approx(1) and found.effective == pytest.approx(1)


def test_a_true_ratio_gives_a_level_of_at_most_one():
    d = torch.tensor([0.0] * 2 + [4 / 3] * 6, dtype=torch.float64)  # a quarter is missed
    assert all(reweighted(d, beta).level <= 1 + 1e-12 for beta in BETAS)
    exact = reweighted(d, 0.25)
    assert exact.weights.tolist() == pytest.approx([0.5, 0.5, 0, 0, 0, 0, 0, 0], abs=1e-15)
    assert (exact.level, exact.effective) == pytest.approx((1.0, 0.25), abs=1e-15)


def test_by_class_each_class_is_a_problem_of_its_own():
    d, label = ratios(60, 8), torch.arange(60) % 3
    found = reweighted_by_class(d, 0.5, label)
    for number in range(3):
        mine = label == number
        alone = reweighted(d[mine], 0.5).weights / 3
        torch.testing.assert_close(found.weights[mine], alone, rtol=1e-12, atol=1e-15)


def test_a_searched_beta_is_the_part_that_is_missed():
    for missed, n in ((0.25, 8), (0.75, 8), (0.5, 100)):
        none = round(missed * n)
        d = torch.tensor([0.0] * none + [1 / (1 - missed)] * (n - none))
        assert searched_beta(d, 10) == pytest.approx(missed, abs=1e-7)  # d is float32
        weights = reweighted(d, searched_beta(d, 10)).weights
        assert float(weights[:none].sum()) == pytest.approx(1, abs=1e-6)


def test_a_searched_beta_is_the_total_variation_within_bounds():
    d = ratios(500, 4)
    d = d / d.mean()  # a true ratio has mean 1 under the data where the mixture makes no other rows
    assert searched_beta(d, 10) == pytest.approx(float((d - 1).abs().mean()) / 2, abs=1e-12)
    assert searched_beta(torch.ones(9), 4) == 0.125
    assert searched_beta(torch.zeros(9), 4) == 0.875


def test_uniform_betas_make_equal_shares():
    shares = component_shares([uniform_beta(t) for t in range(1, 8)])
    assert shares == pytest.approx([1 / 7] * 7, abs=1e-15)
    assert component_shares([1.0, 0.5, 0.1]) == pytest.approx((0.45, 0.45, 0.1), abs=1e-15)


def test_the_ratio_is_h_of_the_classifiers_probability():
    logit = torch.linspace(-5, 5, 11, dtype=torch.float64)
    p = torch.sigmoid(logit)
    torch.testing.assert_close(ratio_of(logit), (1 - p) / p, rtol=1e-12, atol=0)
    assert bool(ratio_of(torch.tensor([-1e4, 1e4])).isfinite().all())
