"""The Gaussian nearest to two modes under a divergence: one that covers both, or one that drops one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import ndtr, ndtri

from zerosum.theory.density import Density, gaussian, mixture
from zerosum.theory.f_divergences import FDivergence

SPREAD = 0.5  # of each mode on the line
OUTSIDE = 0.001  # share of the data that its own region leaves out: a perfect model's share, too
REACH = float(-ndtri(OUTSIDE / 2))  # that region, in standard deviations of one mode
LINE = np.linspace(-20.0, 20.0, 4001)


@dataclass(frozen=True)
class Fit:
    """The Gaussian N(mean, sd²) that is nearest to the data, and its divergence."""

    mean: float
    sd: float
    value: float


def two_modes(distance: float) -> Density:
    """Return two equal Gaussians of sd SPREAD, each `distance` of these from 0."""
    places = (-distance * SPREAD, distance * SPREAD)
    return mixture([gaussian(place, SPREAD) for place in places], [0.5, 0.5])


def _objective(which: FDivergence, distance: float) -> Callable[[float, float], float]:
    """(mean, log sd) -> the divergence, by the trapezium rule: exact for analytic bells this wide.

    The adaptive quadrature of `theory.divergences` gives the same ten digits, a hundred times slower.
    """
    log_p = two_modes(distance).log_prob(LINE)

    def value(mean: float, log_sd: float) -> float:
        log_q = gaussian(mean, math.exp(log_sd)).log_prob(LINE)
        return float(which.term(log_p, log_q).sum() * (LINE[1] - LINE[0]))

    return value


def covering_fit(which: FDivergence, distance: float) -> Fit:
    """Return the best Gaussian with mean 0."""
    value, middle = _objective(which, distance), math.log(SPREAD * math.hypot(1.0, distance))
    found = minimize_scalar(
        lambda log_sd: value(0.0, log_sd),
        bounds=(middle - 1.0, middle + 0.7), method="bounded", options={"xatol": 1e-6},
    )  # fmt: skip
    return Fit(0.0, math.exp(found.x), float(found.fun))


def dropping_fit(which: FDivergence, distance: float) -> Fit:
    """Return the best Gaussian in the neighbourhood of one mode."""
    value, start = _objective(which, distance), np.array([distance * SPREAD, math.log(SPREAD)])
    corners = start + 0.01 * np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = minimize(
        lambda at: value(at[0], at[1]), start, method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-12, "initial_simplex": corners},
    )  # fmt: skip
    return Fit(float(found.x[0]), math.exp(found.x[1]), float(found.fun))


def best_fit(which: FDivergence, distance: float) -> Fit:
    """Return the better of the two."""
    covering = covering_fit(which, distance)
    return min(covering, dropping_fit(which, distance), key=lambda fit: fit.value)


def left_out(fit: Fit, distance: float) -> tuple[float, float]:
    """Return the share of the data outside the model's 99.9 %, and of the model outside the data's."""
    modes = np.array([-distance, distance]) * SPREAD
    ends = (fit.mean + np.array([[-1.0], [1.0]]) * REACH * fit.sd - modes) / SPREAD
    dropped = 1 - float(np.diff(ndtr(ends), axis=0).mean())
    # low and high ends, a column a mode
    region = modes + np.array([[-1.0], [1.0]]) * REACH * SPREAD
    region[1, 0], region[0, 1] = min(region[1, 0], 0.0), max(region[0, 1], 0.0)  # counted once
    edges = (region - fit.mean) / fit.sd
    return dropped, 1 - float(np.diff(ndtr(edges), axis=0).sum())
