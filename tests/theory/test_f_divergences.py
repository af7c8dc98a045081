"""Every f-divergence: generator, conjugate, activation and optimal T against each other."""

import math

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar
from scipy.special import lambertw

from tests.theory.members import INF, every, ratios
from zerosum.theory.divergences import (
    GAN,
    PEARSON,
    TOTAL_VARIATION,
)
from zerosum.theory.f_divergences import log_lambert


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
