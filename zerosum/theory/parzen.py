"""Parzen windows: the log-likelihood that papers once quoted for generators, and why not to believe it.

    log p̂(x) = log (1/N) Σ_i N(x; s_i, σ² I),      s_i samples of the model, σ chosen on other data

It needs samples only, so a generator without a density gets a number too. In many dimensions N
samples say little about the density between them: the estimate is far too low even for the true
model, by an amount that depends on the model, so that a model can win by being more compact than
the data (Theis, van den Oord and Bethge 2016, arXiv 1511.01844). For teaching, not for ranking.

Source: the protocol of Goodfellow et al. 2014, arXiv 1406.2661, section 5: 10,000 samples, σ of the
highest log-likelihood on validation rows, standard error over test rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.theory.checks import numbers, positive

Rows = np.ndarray | Tensor  # one row a point
SIGMAS = tuple(float(s) for s in np.logspace(-1, 0, 10))
_AT_ONCE = 1 << 22  # distances held at a time: 32 MB


@dataclass(frozen=True)
class ParzenScore:
    """A Parzen-window log-likelihood.

    Attributes:
        mean: of log p̂ over the test rows, in nats.
        standard_error: of that mean over test rows; it says nothing of the bias.
        sigma: the window's width, in units of the data.
        samples: how many of the model's samples the windows stand on.
        at_edge: the best width was the first or the last one tried: a wider grid may change it.
    """

    mean: float
    standard_error: float
    sigma: float
    samples: int
    at_edge: bool


def parzen_log_density(points: Rows, samples: Rows, sigma: float) -> Float[np.ndarray, " points"]:
    """Return the log-density of points under Gaussian windows round samples.

    log p̂(x) = log (1/N) Σ_i exp(−‖x − s_i‖² / 2σ²) − (d/2) log 2πσ²

    Args:
        points: shape (points, d).
        samples: of the model, shape (samples, d).
        sigma: standard deviation of a window, above 0, in units of the data.
    Returns: nats, shape (points,).
    Raises: InputError for other shapes, numbers that are not finite, or no samples.
    Source: Parzen 1962.

    >>> from math import log, pi
    >>> at_sample = parzen_log_density(np.zeros((1, 1)), np.zeros((1, 1)), sigma=1.0)[0]  # one Gaussian
    >>> bool(abs(at_sample + log(2 * pi) / 2) < 1e-12)
    True
    """
    rows, kernels = _checked(points, samples)
    width = positive("sigma", sigma)
    parts = [_log_windows(d, width, kernels.shape) for d in _squared_distances(rows, kernels)]
    return np.concatenate(parts)


def parzen_score(
    test: Rows,
    samples: Rows,
    validation: Rows,
    sigmas: Sequence[float] = SIGMAS,
) -> ParzenScore:
    """Return the log-likelihood of test rows under windows whose width validation rows choose.

    σ = argmax over `sigmas` of mean log p̂ on `validation`; then the mean log p̂ on `test`

    Args:
        test: real rows, shape (test, d), at least two.
        samples: of the model, shape (samples, d); the protocol takes 10,000.
        validation: other real rows, shape (validation, d).
        sigmas: widths to try; 10 from 0.1 to 1, evenly in the logarithm, as in 2014.
    Returns: the score, with its standard error over test rows.
    Raises: InputError for shapes that do not fit, and for fewer than two test rows.
    Source: Goodfellow et al. 2014, arXiv 1406.2661.

    >>> rows = np.linspace(-1, 1, 40)[:, None]
    >>> copy = parzen_score(rows, samples=rows, validation=rows)  # a model that copies its test set
    >>> copy.at_edge  # the narrowest window wins: memorising is rewarded
    True
    """
    if not len(sigmas):
        raise InputError("sigmas is empty, so no width can be chosen; pass at least one number")
    held, kernels = _checked(validation, samples, "validation")
    rows, _ = _checked(test, samples, "test")
    if len(rows) < 2:
        raise InputError(f"test has {len(rows)} row, which has no standard error; pass two or more")
    widths = [positive("sigmas", s) for s in sigmas]
    best = int(np.argmax(_means(held, kernels, widths)))
    log_density = parzen_log_density(rows, kernels, widths[best])
    return ParzenScore(
        mean=float(log_density.mean()),
        standard_error=float(log_density.std(ddof=1)) / math.sqrt(len(rows)),
        sigma=widths[best],
        samples=len(kernels),
        at_edge=best in (0, len(widths) - 1),
    )


def _means(rows: np.ndarray, kernels: np.ndarray, widths: list[float]) -> np.ndarray:
    """Mean log-density of the rows for each width; distances are computed once for all widths."""
    total = np.zeros(len(widths))
    for distances in _squared_distances(rows, kernels):
        total += [_log_windows(distances, width, kernels.shape).sum() for width in widths]
    return total / len(rows)


def _log_windows(distances: np.ndarray, width: float, shape: tuple[int, ...]) -> np.ndarray:
    n, d = shape
    nearest = distances.min(axis=1)  # the largest term, taken out so that no sum underflows to 0
    terms = np.subtract(nearest[:, None], distances)
    terms *= 0.5 / width**2
    total = np.exp(terms, out=terms).sum(axis=1)
    log_sum = np.log(total) - nearest / (2 * width**2)
    return log_sum - math.log(n) - d / 2 * math.log(2 * math.pi * width**2)


def _squared_distances(rows: np.ndarray, kernels: np.ndarray) -> Iterator[np.ndarray]:
    """Squared distances of some rows at a time to all samples."""
    centre = kernels.mean(axis=0)  # a² + b² − 2ab loses digits far from the origin
    rows, kernels = rows - centre, kernels - centre
    lengths = np.square(kernels).sum(axis=1)
    size = max(1, _AT_ONCE // len(kernels))
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        squared = np.square(part).sum(axis=1)[:, None] + lengths - 2 * part @ kernels.T
        yield np.maximum(squared, 0)


def _checked(
    points: object, samples: object, name: str = "points"
) -> tuple[np.ndarray, np.ndarray]:
    rows, kernels = numbers(name, points), numbers("samples", samples)
    for what, array in ((name, rows), ("samples", kernels)):
        if array.ndim != 2 or not array.size:
            raise InputError(
                f"{what} has shape {array.shape}, and one row a point is needed; pass an array of "
                "shape (rows, dimensions) that is not empty"
            )
    if rows.shape[1] != kernels.shape[1]:
        raise InputError(
            f"{name} has {rows.shape[1]} columns and samples has {kernels.shape[1]}, so they are not "
            "in one space; pass arrays with the same number of columns"
        )
    return rows, kernels
