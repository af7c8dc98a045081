"""Fréchet distance between two sets of features, debiased, with its standard error.

    FD = ‖m₁ - m₂‖² + tr S₁ + tr S₂ - 2 tr (S₁ S₂)^½        (a *squared* distance)

tr (S₁S₂)^½ is the sum of the singular values of L₁ᵀL₂ for any S = L Lᵀ. With Cholesky's L₁ they are
the roots of the eigenvalues of L₁ᵀ S₂ L₁, which needs no square root of a non-symmetric matrix. Not
to be confused with FID, which is this number for Inception-v3 features of 299-pixel images only.

References: Dowson and Landau 1982, doi:10.1016/0047-259X(82)90077-X; Heusel et al. 2017,
arXiv:1706.08500.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.linalg import svdvals
from scipy.stats import t
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks

_EPS = float(np.finfo(np.float64).eps)
_FLAT = 1e-9  # eigenvalue ratio below which the root of a rounded eigenvalue loses too many digits
_LEAST = 4  # rows: two blocks of two
_COLUMNS = 256  # of a product, taken at once


@dataclass(frozen=True)
class FrechetDistance:
    """A Fréchet distance: debiased value, its standard error, and what papers quote.

    Fields:
        value: jackknife-debiased squared distance; may be negative when the truth is near 0.
        error: jackknife standard error of `value`.
        plug_in: the formula at the sample moments, biased upwards by O(d²/n).
        n, m: rows in each set. d: features. groups: jackknife blocks.
    """

    value: float
    error: float
    plug_in: float
    n: int
    m: int
    d: int
    groups: int

    @property
    def bias_removed(self) -> bool:
        """Whether there are at least 4 rows for each feature; below that some bias is left."""
        return min(self.n, self.m) >= 4 * self.d

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the t-interval with groups - 1 degrees of freedom around the debiased value."""
        half = float(t.ppf(0.5 + level / 2.0, self.groups - 1)) * self.error
        return self.value - half, self.value + half


@dataclass(frozen=True)
class Moments:
    """Rows, mean (d,) and scatter Σ (x - mean)(x - mean)ᵀ (d, d) of a set."""

    n: int
    mean: Float[np.ndarray, " d"]
    scatter: Float[np.ndarray, "d d"]

    @property
    def covariance(self) -> Float[np.ndarray, "d d"]:
        """Unbiased covariance, scatter / (n - 1)."""
        return self.scatter / (self.n - 1)


def moments(x: Float[np.ndarray, "n d"]) -> Moments:
    """Return the moments of x, summed after a shift so that large means do not cancel."""
    shifted = x - x[0]
    mean = shifted.mean(axis=0)
    centred = shifted - mean
    return Moments(len(x), mean + x[0], centred.T @ centred)


def without(total: Moments, block: Moments) -> Moments:
    """Return the moments of the rows of `total` that are not in `block`, from moments alone.

    References: Chan, Golub and LeVeque 1983, doi:10.1080/00031305.1983.10483115.
    """
    n = total.n - block.n
    mean = (total.n * total.mean - block.n * block.mean) / n
    gap = block.mean - mean
    lost = block.scatter + np.outer(gap, gap) * (n * block.n / total.n)
    return Moments(n, mean, total.scatter - lost)


def between_gaussians(
    mean1: Float[np.ndarray, " d"],
    covariance1: Float[np.ndarray, "d d"],
    mean2: Float[np.ndarray, " d"],
    covariance2: Float[np.ndarray, "d d"],
) -> float:
    """Return the Fréchet distance of two Gaussians, at least 0.

    ‖m₁ - m₂‖² + tr S₁ + tr S₂ - 2 tr (S₁S₂)^½

    Singular and zero covariances are allowed.
    """
    gap = mean1 - mean2
    traces = float(np.trace(covariance1) + np.trace(covariance2))
    return max(0.0, float(gap @ gap) + traces - 2.0 * _root_trace(covariance1, covariance2))


def frechet_distance(x: np.ndarray, y: np.ndarray, *, groups: int = 10) -> FrechetDistance:
    """Return the Fréchet distance of two feature sets with its joint grouped jackknife.

    Block i of both sets is left out together: value = G·FD - (G-1)·mean FD₍₋ᵢ₎ and
    error² = (G-1)/G · Σ (FD₍₋ᵢ₎ - mean)². Blocks are random but fixed, so sorted rows do no harm.

    Args:
        x: (n, d) features. y: (m, d) features.
        groups: G, lowered when a set has fewer than 2·G rows.

    Raises:
        InputError: fewer than 4 rows, different widths, or numbers that are not finite.

    References: Quenouille 1956; grouped form in Shao and Tu 1995, ISBN 978-0-387-94515-6.
    """
    x, y = _shifted(x, y, least=_LEAST)
    if groups < 2:
        raise InputError(f"groups is {groups}, but a jackknife needs at least 2: use 10")
    g = min(groups, len(x) // 2, len(y) // 2)
    bx, by = _blocks(len(x), g), _blocks(len(y), g)
    path = _from_gram if _few(x, y) else _from_moments
    plug_in, left_out = path(x, y, bx, by)
    mean = float(left_out.mean())
    error = float(np.sqrt((g - 1) / g * np.square(left_out - mean).sum()))
    return FrechetDistance(
        value=g * plug_in - (g - 1) * mean,
        error=error,
        plug_in=plug_in,
        n=len(x),
        m=len(y),
        d=x.shape[1],
        groups=g,
    )


def plug_in_distance(x: np.ndarray, y: np.ndarray) -> float:
    """Return the formula at the sample moments, biased as papers quote it; no error, a tenth of the time.

    Args:
        x: (n, d) features. y: (m, d) features; at least 2 rows each.

    Raises:
        InputError: fewer than 2 rows, different widths, or numbers that are not finite.
    """
    x, y = _shifted(x, y, least=2)
    if _few(x, y):
        return _gram_distance(x, y, x @ y.T)
    return _distance(moments(x), moments(y))


def _shifted(x: np.ndarray, y: np.ndarray, *, least: int) -> tuple[np.ndarray, np.ndarray]:
    x, y = checks.pair(x, y, names=("the first set", "the second set"), least=least)
    shift = x.mean(axis=0)
    return x - shift, y - shift


def _few(x: np.ndarray, y: np.ndarray) -> bool:
    return min(len(x), len(y)) <= x.shape[1]


Blocks = list[Int[np.ndarray, " _size"]]
Path = Callable[[np.ndarray, np.ndarray, Blocks, Blocks], tuple[float, np.ndarray]]


def _blocks(n: int, groups: int) -> Blocks:
    order = noise.permutation(noise.fold("frechet-blocks", n), n).numpy()
    return [np.sort(part) for part in np.array_split(order, groups)]


def _from_moments(x: np.ndarray, y: np.ndarray, bx: Blocks, by: Blocks) -> tuple[float, np.ndarray]:
    a, b = moments(x), moments(y)
    left_out = [
        _distance(without(a, moments(x[i])), without(b, moments(y[j])))
        for i, j in zip(bx, by, strict=True)
    ]
    return _distance(a, b), np.asarray(left_out)


def _distance(a: Moments, b: Moments) -> float:
    return between_gaussians(a.mean, a.covariance, b.mean, b.covariance)


def _from_gram(x: np.ndarray, y: np.ndarray, bx: Blocks, by: Blocks) -> tuple[float, np.ndarray]:
    # with fewer rows than features the (n, m) Gram matrix is smaller than a covariance, and leaving
    # rows out only crops it: the singular values of Xc Ycᵀ are those of L₁ᵀL₂
    gram = x @ y.T
    keep_x = [np.setdiff1d(np.arange(len(x)), i) for i in bx]
    keep_y = [np.setdiff1d(np.arange(len(y)), j) for j in by]
    left_out = [
        _gram_distance(x[i], y[j], gram[np.ix_(i, j)]) for i, j in zip(keep_x, keep_y, strict=True)
    ]
    return _gram_distance(x, y, gram), np.asarray(left_out)


def _gram_distance(x: np.ndarray, y: np.ndarray, gram: np.ndarray) -> float:
    rows, columns = gram.mean(axis=1, keepdims=True), gram.mean(axis=0, keepdims=True)
    centred = gram - rows - columns + gram.mean()
    roots = float(svdvals(centred).sum()) / np.sqrt((len(x) - 1.0) * (len(y) - 1.0))
    gap = x.mean(axis=0) - y.mean(axis=0)
    traces = float(x.var(axis=0, ddof=1).sum() + y.var(axis=0, ddof=1).sum())
    return max(0.0, float(gap @ gap) + traces - 2.0 * roots)


def _root_trace(s1: np.ndarray, s2: np.ndarray) -> float:
    # tr (S₁S₂)^½; the eigenvalue route is fast but takes roots of rounded numbers near zero, so a
    # covariance that is singular or nearly so goes through factors and singular values instead
    first = _cholesky(s1)
    if first is not None:
        eigenvalues = torch.linalg.eigvalsh(_lower_congruent(first, torch.from_numpy(s2)))
        if eigenvalues[0] > _FLAT * eigenvalues[-1]:
            return float(eigenvalues.sqrt().sum())
    second = _cholesky(s2)
    left = _factor(s1) if first is None else first.numpy()
    right = _factor(s2) if second is None else second.numpy()
    return float(svdvals(left.T @ right).sum())


def _lower_congruent(factor: Tensor, s: Tensor) -> Tensor:
    # the lower triangle of LᵀSL in a third of the arithmetic: L has nothing above its diagonal, so
    # columns from `start` on need nothing before it
    product = torch.zeros_like(s)
    for start in range(0, len(s), _COLUMNS):
        part, on = slice(start, start + _COLUMNS), slice(start, None)
        product[on, part] = factor[on, on].T @ (s[on, on] @ factor[on, part])
    return product


def _cholesky(s: np.ndarray) -> Tensor | None:
    factor, failed = torch.linalg.cholesky_ex(torch.from_numpy(s))
    return None if failed else factor


def _factor(s: np.ndarray) -> np.ndarray:
    # eigenvalues at the level of rounding are set to zero: their roots would be 1e-8, not 1e-16
    values, vectors = np.linalg.eigh(s)
    floor = 4.0 * len(s) * _EPS * max(float(values[-1]), 0.0)
    return np.asarray(vectors * np.sqrt(np.where(values > floor, values, 0.0)))
