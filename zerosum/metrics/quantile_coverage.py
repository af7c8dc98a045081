"""AdaGAN's coverage C: the mass of the true data where the model's density is not among its lowest 5 %.

    C = P_data(p_model > t),   t such that P_model(p_model > t) = 0.95

The density is a Gaussian kernel estimate. A perfect model has C = 0.95, not 1: rows of one law exceed
one threshold equally often. C above 0.95 says that the model is spread wider than the data.

The published code takes t from the very rows that the estimate stands on. Each of them lies under a
kernel of its own, so t comes out too high and C too low. Here t comes from rows of their own.

Reference: Tolstikhin et al. 2017, arXiv:1701.02386, section 4 and its published code (bandwidths).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.metrics import checks, intervals, neighbours

LEVEL = 0.05
_POWERS = range(-7, 7)  # of 2, times the median distance of two samples


@dataclass(frozen=True)
class QuantileCoverage:
    """Coverage with Wilson's interval, and the bandwidth and log-density threshold behind it."""

    share: intervals.Share
    bandwidth: float
    threshold: float


def quantile_coverage(
    kernels: np.ndarray, tuning: np.ndarray, model: np.ndarray, truth: np.ndarray
) -> QuantileCoverage:
    """Return C from three sets of rows of the model, which must not share rows, and one of the truth.

    Args:
        kernels: (n, d) rows that the kernels stand on.
        tuning: (m, d) rows whose likelihood chooses the bandwidth, of 14 from 1/128 to 64 times the
            median distance of two successive rows.
        model: (k, d) rows whose density has the 5 % quantile t.
        truth: (l, d) true rows, counted.

    Raises:
        InputError: rows of different widths, or numbers that are not finite.
    """
    names = ("the kernels' rows", "the other rows")
    centres, rest = checks.pair(kernels, np.concatenate((tuning, model, truth)), names=names)
    chosen, own, real = np.split(rest, np.cumsum([len(tuning), len(model)]))
    steps = np.linalg.norm(np.diff(centres, axis=0), axis=1)
    step = float(np.median(steps)) or float(steps.mean())
    if step == 0.0:  # one point has no density, and next to nothing of the data lies on it
        return QuantileCoverage(intervals.wilson(0, len(real)), 0.0, math.inf)
    squared = _squared(chosen, centres)
    widths = [step * 2.0**power for power in _POWERS]
    width = max(widths, key=lambda b: float(_log_density(squared, centres.shape[1], b).mean()))
    threshold = float(np.quantile(log_density(own, centres, width), LEVEL))
    above = int((log_density(real, centres, width) > threshold).sum())
    return QuantileCoverage(intervals.wilson(above, len(real)), width, threshold)


def log_density(
    x: Float[np.ndarray, "n d"], centres: Float[np.ndarray, "m d"], bandwidth: float
) -> Float[np.ndarray, " n"]:
    """Return log (1/m Σ_j N(x; c_j, h² I)) of each row x."""
    return _log_density(_squared(x, centres), x.shape[1], bandwidth).numpy()


def _squared(x: np.ndarray, centres: np.ndarray) -> Float[Tensor, "n m"]:
    a, b = neighbours.centred(x, centres)
    return torch.cat([block for _, block in neighbours.distance_chunks(a, b)])


def _log_density(squared: Float[Tensor, "n m"], d: int, h: float) -> Float[Tensor, " n"]:
    constant = np.log(squared.shape[1]) + 0.5 * d * np.log(2.0 * np.pi * h * h)
    return torch.logsumexp(-squared / (2.0 * h * h), dim=1) - constant
