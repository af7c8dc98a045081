"""Every f-divergence: generator, conjugate, activation and optimal T against each other and closed forms."""

import math

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.optimize import minimize_scalar
from scipy.special import lambertw

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
from zerosum.theory.f_divergences import log_lambert

NAMED = (
    KL,
    REVERSE_KL,
    JEFFREYS,
    JENSEN_SHANNON,
    GAN,
    PEARSON,
    NEYMAN,
    SQUARED_HELLINGER,
    TOTAL_VARIATION,
)
ALL = (*NAMED, *(alpha(order) for order in (-1.0, 0.3, 0.5, 1.5, 2.0, 3.0)))
every = pytest.mark.parametrize("which", ALL, ids=lambda d: d.formula)
INF = math.inf
LOG2 = math.log(2)
P = np.array([0.45, 0.3, 0.2, 0.05])
Q = np.array([0.1, 0.15, 0.35, 0.4])
# of up to twenty pieces, of each of which QUADPACK is asked 1e-12 relative or absolute
QUADRATURE = 1e-10


def ratios(low: float = -3, high: float = 3) -> torch.Tensor:
    return torch.logspace(low, high, 41, dtype=torch.float64)


@every
def test_the_generator_is_convex_and_zero_at_one(which):
    u = ratios()
    middle = which.f((u[:-1] + u[1:]) / 2)
    assert (middle <= (which.f(u[:-1]) + which.f(u[1:])) / 2 + 1e-12).all()
    wanted = -math.log(4) if which is GAN else 0.0  # the game's value, not a distance
    assert float(which.f(torch.tensor(1.0, dtype=torch.float64))) == pytest.approx(
        wanted, abs=1e-15
    )


@every
def test_the_optimal_t_is_the_slope_of_the_generator(which):
    u = ratios().requires_grad_()
    (slope,) = torch.autograd.grad(which.f(u).sum(), u)
    torch.testing.assert_close(which.derivative(u.detach()), slope, rtol=1e-12, atol=1e-12)


@every
def test_the_conjugate_is_the_supremum_found_by_search(which):
    """f*(t) = sup ut − f(u), by bounded minimisation over log u, for slopes t that f' takes."""
    for u in (0.05, 0.4, 0.9, 1.3, 6.0, 20.0):
        t = float(which.derivative(torch.tensor(u, dtype=torch.float64)))

        def short_of(log_u: float, t: float = t) -> float:
            u = torch.tensor(math.exp(log_u), dtype=torch.float64)
            return float(which.f(u) - u * t)

        found = minimize_scalar(
            short_of, bounds=(-12, 12), method="bounded", options={"xatol": 1e-9}
        )
        conjugate = float(which.conjugate(torch.tensor(t, dtype=torch.float64)))
        # the search stops xatol from the top of a smooth hill, or at total variation's flat edge
        assert conjugate == pytest.approx(-found.fun, rel=1e-7, abs=1e-7 * (1 + abs(t)))


@every
def test_fenchels_equality_at_the_optimal_t(which):
    """f*(f'(u)) = u f'(u) − f(u), to the rounding of the terms that cancel."""
    u = ratios()
    t = which.derivative(u)
    size = (u * t).abs() + which.f(u).abs() + 1
    assert ((which.conjugate(t) - (u * t - which.f(u))).abs() / size).max() < 1e-12


@every
def test_fenchels_inequality_everywhere_else(which):
    """f(u) + f*(t) ≥ ut for every u and every t that the activation can give."""
    t = which.activation(torch.linspace(-8, 8, 65, dtype=torch.float64))[:, None]
    u = ratios()[None, :]
    slack = which.f(u) + which.conjugate(t) - u * t
    assert slack.min() > -1e-9 * (u * t).abs().max()


@every
def test_the_activation_rises_within_the_domain(which):
    a = torch.linspace(-15, 15, 61, dtype=torch.float64)
    t = which.activation(a)
    assert (t[1:] > t[:-1]).all()
    assert t.min() > which.lower and t.max() < which.upper
    assert which.conjugate(t).isfinite().all()


@every
def test_the_activation_reaches_every_slope_in_the_domain(which):
    """Far out, T comes within 1 % of a finite end, and leaves any bound at an infinite one."""
    low, high = which.activation(torch.tensor([-30.0, 30.0], dtype=torch.float64)).tolist()
    for end, reached in ((which.lower, low), (which.upper, high)):
        if math.isfinite(end):
            assert abs(reached - end) < 0.01
        else:
            assert abs(reached) > 10 and reached * end > 0


@every
def test_played_is_the_conjugate_of_the_activation(which):
    a = torch.linspace(-15, 15, 61, dtype=torch.float64)
    t = which.activation(a)
    # beside a finite end of the domain the detour loses up to e^15 units in the last place
    torch.testing.assert_close(which.conjugate(t), which.played(a), rtol=3e-9, atol=1e-12)


@every
def test_undecided_is_the_logit_of_equal_densities(which):
    one = torch.tensor(1.0, dtype=torch.float64)
    at = which.activation(torch.tensor(which.undecided, dtype=torch.float64))
    if which is TOTAL_VARIATION:
        assert float(at) == 0.0  # the middle of the slopes that |u − 1| has there
    else:
        assert float(at) == pytest.approx(float(which.derivative(one)), abs=1e-15)


@every
def test_values_and_slopes_at_logits_of_a_hundred(which):
    for size, dtype in ((100.0, torch.float64), (80.0, torch.float32)):  # e^88 ends float32
        a = torch.tensor([-size, size], dtype=dtype, requires_grad=True)
        for function in (which.activation, which.played):
            value = function(a)
            (slope,) = torch.autograd.grad(value.sum(), a)
            assert value.dtype == dtype and value.isfinite().all() and slope.isfinite().all()
            assert which is PEARSON or (slope >= 0).all()  # its f* falls below T = −2


@every
def test_the_limits_are_those_of_the_generator(which):
    def close(found: float, limit: float) -> bool:
        return found > 50 if limit == INF else abs(found - limit) < 1e-3

    small, large = torch.tensor([1e-100, 1e100], dtype=torch.float64)
    assert close(float(which.f(small)), which.at_zero)
    assert close(float(which.f(large) / large), which.at_infinity)


def test_log_lambert_is_scipys():
    y = np.concatenate([np.linspace(-30, 5, 71), [50.0, 600.0]])
    found = log_lambert(torch.from_numpy(y)).numpy()
    np.testing.assert_allclose(np.exp(found), lambertw(np.exp(y)).real, rtol=1e-13)


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
