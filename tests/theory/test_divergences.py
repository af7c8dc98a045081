"""Divergences of alphabets and of densities, and their variational bounds, against closed forms."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from tests.theory.members import INF, LOG2, NAMED, P, Q, every
from zerosum.errors import InputError
from zerosum.theory.density import density, gaussian, mixture, uniform
from zerosum.theory.divergences import (
    GAN,
    JEFFREYS,
    JENSEN_SHANNON,
    KL,
    NEYMAN,
    PEARSON,
    REVERSE_KL,
    SQUARED_HELLINGER,
    TOTAL_VARIATION,
    alpha,
    divergence,
    divergence_between,
    optimal_t,
    variational_bound,
    variational_bound_between,
)

# of up to twenty pieces, of each of which QUADPACK is asked 1e-12 relative or absolute
QUADRATURE = 1e-10


# ---------------------------------------------------------------- finite alphabets


def by_hand(which) -> float:
    """The divergences of P and Q from their own formulas, not from f."""
    m = (P + Q) / 2
    kl = (P * np.log(P / Q)).sum()
    reverse = (Q * np.log(Q / P)).sum()
    js = ((P * np.log(P / m)).sum() + (Q * np.log(Q / m)).sum()) / 2
    return {
        "kl": kl,
        "reverse-kl": reverse,
        "jeffreys": kl + reverse,
        "jensen-shannon": js,
        "gan": 2 * js - math.log(4),
        "pearson": ((P - Q) ** 2 / Q).sum(),
        "neyman": ((P - Q) ** 2 / P).sum(),
        "hellinger": 2 - 2 * np.sqrt(P * Q).sum(),
        "total-variation": np.abs(P - Q).sum() / 2,
    }[which.name]


@pytest.mark.parametrize("which", NAMED, ids=lambda d: d.name)
def test_exact_sums_are_the_formulas(which):
    assert divergence(which, P, Q) == pytest.approx(by_hand(which), abs=1e-15)


@pytest.mark.parametrize(
    ("order", "twin", "factor"),
    [(2.0, PEARSON, 0.5), (-1.0, NEYMAN, 0.5), (0.5, SQUARED_HELLINGER, 2.0)],
)
def test_alpha_meets_its_named_members(order, twin, factor):
    assert divergence(alpha(order), P, Q) == pytest.approx(
        factor * divergence(twin, P, Q), abs=1e-14
    )


def test_alpha_tends_to_kl_and_reverse_kl():
    assert divergence(alpha(1 + 1e-6), P, Q) == pytest.approx(divergence(KL, P, Q), rel=1e-5)
    assert divergence(alpha(1e-6), P, Q) == pytest.approx(divergence(REVERSE_KL, P, Q), rel=1e-5)


# D(P‖Q) where Q lacks a symbol of P, where P lacks one of Q, and where they share none
HALF, ONE = np.array([0.5, 0.5]), np.array([1.0, 0.0])
# JS of (1/2, 1/2) and (1, 0), whose mixture is (3/4, 1/4)
ONE_IN_TWO = 0.5 * (0.5 * math.log(2 / 3) + 0.5 * LOG2) + 0.5 * math.log(4 / 3)
ENDS = {
    "kl": (INF, LOG2, INF),
    "reverse-kl": (LOG2, INF, INF),
    "jeffreys": (INF, INF, INF),
    "jensen-shannon": (ONE_IN_TWO, ONE_IN_TWO, LOG2),
    "gan": (2 * ONE_IN_TWO - math.log(4), 2 * ONE_IN_TWO - math.log(4), 0.0),
    "pearson": (INF, 1.0, INF),
    "neyman": (1.0, INF, INF),
    "hellinger": (2 - math.sqrt(2), 2 - math.sqrt(2), 2.0),
    "total-variation": (0.5, 0.5, 1.0),
}


@pytest.mark.parametrize("which", NAMED, ids=lambda d: d.name)
def test_where_a_symbol_is_missing_the_limit_is_taken(which):
    q_lacks, p_lacks, disjoint = ENDS[which.name]
    assert divergence(which, HALF, ONE) == pytest.approx(q_lacks, abs=1e-15)
    assert divergence(which, ONE, HALF) == pytest.approx(p_lacks, abs=1e-15)
    assert divergence(which, [1.0, 0.0], [0.0, 1.0]) == pytest.approx(disjoint, abs=1e-15)


@every
def test_a_symbol_that_neither_has_costs_nothing(which):
    padded = divergence(which, np.append(P, 0.0), np.append(Q, 0.0))
    assert padded == divergence(which, P, Q)


@every
def test_equal_distributions_are_at_the_minimum(which):
    lowest = -math.log(4) if which is GAN else 0.0
    assert divergence(which, P, P) == pytest.approx(lowest, abs=1e-15)
    assert divergence(which, P, Q) > lowest


@every
def test_the_bound_is_met_at_the_optimal_t_and_nowhere_passed(which):
    exact = divergence(which, P, Q)
    best = optimal_t(which, P / Q)
    assert variational_bound(which, P, Q, best) == pytest.approx(exact, rel=1e-13)
    rng = np.random.default_rng(0)
    for scale in (0.01, 0.3, 3.0):
        a = torch.from_numpy(rng.normal(0, scale, (20, 4)))
        for t in which.activation(a).numpy():
            assert variational_bound(which, P, Q, t) <= exact + 1e-14


def test_a_t_outside_the_domain_gives_no_bound():
    assert variational_bound(REVERSE_KL, P, Q, np.array([-1.0, 0.5, -1.0, -1.0])) == -INF
    assert variational_bound(TOTAL_VARIATION, P, Q, np.full(4, 0.6)) == -INF


# ---------------------------------------------------------------- densities


def gaussian_pairs():
    return [(0.0, 1.0, 1.0, 1.0), (0.5, 0.8, -0.3, 1.0), (2.0, 1.1, 0.0, 1.2)]


def closed_forms(m: float, s: float, n: float, r: float) -> dict[str, float]:
    """Of N(m, s²) and N(n, r²), from the textbook formulas."""

    def kl(m, s, n, r):
        return math.log(r / s) + (s * s + (m - n) ** 2) / (2 * r * r) - 0.5

    def chi(m, s, n, r):  # ∫ p²/q − 1, for 2 r² > s²
        v = 2 * r * r - s * s
        return r * r / (s * math.sqrt(v)) * math.exp((m - n) ** 2 / v) - 1

    spread = s * s + r * r
    overlap = math.sqrt(2 * s * r / spread) * math.exp(-((m - n) ** 2) / (4 * spread))
    return {
        "kl": kl(m, s, n, r),
        "reverse-kl": kl(n, r, m, s),
        "jeffreys": kl(m, s, n, r) + kl(n, r, m, s),
        "hellinger": 2 - 2 * overlap,
        "pearson": chi(m, s, n, r),
        "neyman": chi(n, r, m, s),
    }


@pytest.mark.parametrize("pair", gaussian_pairs(), ids=str)
@pytest.mark.parametrize(
    "which", [KL, REVERSE_KL, JEFFREYS, SQUARED_HELLINGER, PEARSON, NEYMAN], ids=lambda d: d.name
)
def test_quadrature_meets_the_gaussian_closed_forms(which, pair):
    m, s, n, r = pair
    found = divergence_between(which, gaussian(m, s), gaussian(n, r))
    assert abs(found - closed_forms(*pair)[which.name]) < QUADRATURE


@pytest.mark.parametrize("shift", [0.1, 1.0, 4.0])
def test_total_variation_of_shifted_gaussians(shift):
    found = divergence_between(TOTAL_VARIATION, gaussian(0.0), gaussian(shift))
    assert abs(found - (2 * stats.norm.cdf(shift / 2) - 1)) < QUADRATURE


def test_jensen_shannon_of_shifted_gaussians_to_twelve_digits():
    """Published to 12 digits; beside it the trapezoid rule, exponentially exact for this integrand."""
    found = divergence_between(JENSEN_SHANNON, gaussian(0.0), gaussian(1.0))
    assert abs(found - 0.111421482185) < 1e-12
    x = np.linspace(-30, 31, 20_001)
    p, q = stats.norm.logpdf(x), stats.norm.logpdf(x, 1)
    m = np.logaddexp(p, q) - LOG2
    integrand = 0.5 * (np.exp(p) * (p - m) + np.exp(q) * (q - m))
    assert abs(found - integrand.sum() * (x[1] - x[0])) < 1e-12
    value = divergence_between(GAN, gaussian(0.0), gaussian(1.0))
    assert abs(value - (2 * 0.111421482185 - math.log(4))) < 1e-11


@pytest.mark.parametrize("order", [-1.0, 0.5, 1.5, 3.0])
def test_alpha_of_shifted_gaussians(order):
    """∫ p^α q^(1−α) = exp(−α(1 − α)d²/2) for equal variances."""
    found = divergence_between(alpha(order), gaussian(0.0), gaussian(1.0))
    closed = (math.exp(-order * (1 - order) / 2) - 1) / (order * (order - 1))
    assert abs(found - closed) < QUADRATURE


@pytest.mark.parametrize("scale", [1e-3, 1e3])
@every
def test_units_do_not_matter(which, scale):
    plain = divergence_between(which, gaussian(0.0, 1.0), gaussian(1.0, 1.1))
    scaled = divergence_between(which, gaussian(0.0, scale), gaussian(scale, 1.1 * scale))
    assert abs(plain - scaled) < QUADRATURE


@every
def test_supports_that_differ_cost_the_limits(which):
    """U(0, 2) against U(1, 3): half the mass of each is where the other has none."""
    found = divergence_between(which, uniform(0.0, 2.0), uniform(1.0, 3.0))
    shared = 0.5 * float(which.f(torch.tensor(1.0, dtype=torch.float64)))
    wanted = shared + 0.5 * which.at_zero + 0.5 * which.at_infinity
    assert found == pytest.approx(wanted, abs=1e-12)


def test_what_does_not_exist_is_infinite():
    wide, narrow = gaussian(0.0, 2.0), gaussian(0.0, 1.0)
    assert divergence_between(PEARSON, wide, narrow) == INF  # 2 r² < s²
    assert divergence_between(NEYMAN, narrow, wide) == INF
    assert divergence_between(PEARSON, narrow, wide) < 1
    heavy = density(-INF, INF, log_prob=stats.cauchy.logpdf)
    assert divergence_between(KL, heavy, narrow) == INF
    assert divergence_between(REVERSE_KL, heavy, narrow) < 1


def test_mixtures_with_narrow_peaks_are_seen():
    """One of two components that do not touch: log p/q = log 2 where p is, and half of q is free."""
    apart = mixture([gaussian(-50.0, 0.01), gaussian(50.0, 0.01)], [0.5, 0.5])
    assert abs(divergence_between(KL, gaussian(50.0, 0.01), apart) - LOG2) < QUADRATURE
    assert abs(divergence_between(TOTAL_VARIATION, gaussian(50.0, 0.01), apart) - 0.5) < QUADRATURE


@every
def test_the_bound_of_densities_is_met_at_the_optimal_t(which):
    p, q = gaussian(0.0), gaussian(1.0)

    def best(x):
        return optimal_t(which, np.exp(np.clip(p.log_prob(x) - q.log_prob(x), -700, 700)))

    exact = divergence_between(which, p, q)
    assert abs(variational_bound_between(which, p, q, best) - exact) < QUADRATURE
    off = variational_bound_between(which, p, q, lambda x: best(x + 0.2))
    assert off < exact - 1e-5


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("p", "q", "says"),
    [
        ([0.5, 0.5], [1.0], "p has 2 symbols and q has 1"),
        ([0.5, 0.6], [0.5, 0.5], "entries of p add up to 1.1"),
        ([0.5, 0.5], [0.5, math.nan], "q holds nan at position 1"),
        ([0.5, 0.5], [1.5, -0.5], r"q\[1\] is -0.5"),
    ],
)
def test_bad_distributions_are_refused_by_name(p, q, says):
    with pytest.raises(InputError, match=says):
        divergence(KL, p, q)


@pytest.mark.parametrize("order", [0.0, 1.0, math.nan, INF])
def test_orders_without_a_divergence_are_refused(order):
    with pytest.raises(InputError, match="alpha"):
        alpha(order)


def test_a_wrong_t_or_ratio_is_refused():
    with pytest.raises(InputError, match="p has 4 symbols and t has 3"):
        variational_bound(KL, P, Q, np.zeros(3))
    with pytest.raises(InputError, match="ratio holds a value that is negative or NaN"):
        optimal_t(KL, [1.0, -1.0])
