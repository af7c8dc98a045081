"""Squared maximum mean discrepancy of two sets of rows, with its standard error and a p-value.

    MMD² = E k(x, x') + E k(y, y') - 2 E k(x, y)           x, x' ~ P,  y, y' ~ Q, independent

The estimate is the U-statistic of all pairs: it has no bias, so it falls below 0 about half the time
when P = Q, and no subset is drawn. (The usual 100 subsets of 1,000 rows estimate the same number;
the spread of the subsets that is quoted with it is not its error.) With the polynomial kernel it is
the kernel distance, and KID only if the rows are Inception-v3 features.

The standard error has two parts. The first comes from the means of the Gram matrix's rows, which
estimate Hájek's projection h(x) = 2 (E k(x, x') - E k(x, y)):

    first² = var(h(x_i))/n + var(h(y_j))/m,    second² = 2 v_xx/(n(n-1)) + 2 v_yy/(m(m-1)) + 4 v_xy/(nm)

where v is the variance of k less its row and column means. The row means are noisy themselves, and
this adds exactly 2·second² to first² in the mean, twice what the rest of the statistic really varies
by. So error² = first² - second², and at least second². (first alone is 1.4 times too large at P = Q,
where h is 0.)

The p-value asks how often the same rows, dealt at random into sets of n and m, are as far apart.

References: Gretton et al. 2012, JMLR 13, pages 723-773; Bińkowski et al. 2018, arXiv:1801.01401;
Hoeffding 1948, doi:10.1214/aoms/1177730196; add-one: Phipson and Smyth 2010, doi:10.2202/1544-6115.1585.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float64
from scipy.stats import norm
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks
from zerosum.metrics.kernels import Kernel, Polynomial

WHOLE = 12_000  # rows of the larger set up to which all pairs are taken
BLOCK = 5_000  # most rows a side of one of the independent blocks taken above
_TILE = 512  # a tile of 512 x 512 float64 is 2 MB, which a core's cache holds
_TIE = 1e-12  # in parts of the root mean square of k: differences below it are rounding


@dataclass(frozen=True)
class MMD:
    """A squared maximum mean discrepancy.

    Fields:
        value: unbiased estimate; negative about half the time when the laws are equal.
        error: its standard error (see the module).
        p: share of random relabellings with a value as large, the given one counted; nan if none
            were asked for. Uniform when the laws are equal.
        n, m: rows in each set. d: columns. kernel: its text.
        blocks: independent blocks whose values were averaged; 1 means all pairs.
    """

    value: float
    error: float
    p: float
    n: int
    m: int
    d: int
    kernel: str
    blocks: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the normal interval value ± z·error; test equality of laws with `p` instead."""
        half = float(norm.ppf(0.5 + level / 2.0)) * self.error
        return self.value - half, self.value + half


def mmd(
    x: np.ndarray,
    y: np.ndarray,
    *,
    kernel: Kernel = Polynomial(),  # noqa: B008 - frozen, without fields
    permutations: int = 200,
    key: int = 0,
) -> MMD:
    """Return the squared maximum mean discrepancy of two sets of rows.

    Σ_{i≠j} k(x_i, x_j)/(n(n-1)) + Σ_{i≠j} k(y_i, y_j)/(m(m-1)) - 2 Σ_ij k(x_i, y_j)/(nm)

    Above 12,000 rows both sets are dealt at random into blocks of at most 5,000 rows; value and
    permuted values are means over blocks, and the blocks' squared errors add up to B² error². The
    Gram matrix is made once, tile by tile, and never held: memory is that of the rows and of
    `permutations` + 4 numbers a row.

    Args:
        x: (n, d) features. y: (m, d) features; at least 2 rows each.
        kernel: `Polynomial()` for the kernel distance, `Gaussian(bandwidth)` for RBF.
        permutations: relabellings for the p-value, 0 for none; p is at least 1/(permutations + 1).
        key: noise key of the relabellings and of the blocks.

    Raises:
        InputError: fewer than 2 rows, different widths, or numbers that are not finite.

    References: Gretton et al. 2012, JMLR 13, lemma 6; Bińkowski et al. 2018, arXiv:1801.01401.

    >>> two = mmd(np.array([[0.0], [0.0]]), np.array([[1.0], [1.0]]))  # 1 + (1 + 1)³ - 2·1
    >>> two.value
    7.0
    """
    a, b = checks.pair(x, y, names=("the first set", "the second set"), least=2, single=True)
    if permutations < 0:
        raise InputError(f"permutations is {permutations}: use 200, or 0 for no p-value")
    parts = [
        _block(
            some,
            other,
            kernel,
            _members(len(some), len(other), permutations, noise.fold(key, "block", number)),
        )
        for number, (some, other) in enumerate(_deal(a, b, key))
    ]
    values = torch.stack([part.values for part in parts]).mean(dim=0)
    tie = _TIE * max(part.scale for part in parts)
    beyond = int((values[1:] >= values[0] - tie).sum())
    return MMD(
        value=float(values[0]),
        error=float(np.sqrt(sum(part.variance for part in parts)) / len(parts)),
        p=(1 + beyond) / (1 + permutations) if permutations else float("nan"),
        n=len(a),
        m=len(b),
        d=a.shape[1],
        kernel=kernel.text,
        blocks=len(parts),
    )


@dataclass(frozen=True)
class _Block:
    values: Float64[Tensor, " labellings"]  # the first is of the labels given
    variance: float
    scale: float  # root mean square of k


@dataclass(frozen=True)
class _Sums:
    # of the pooled Gram matrix K without its diagonal
    within: Float64[Tensor, " labellings"]  # sᵀKs for each labelling s
    rows: Float64[Tensor, "pooled 2"]  # Σ_j K_ij over the first set and over the second
    squares: Float64[Tensor, "2 2"]  # Σ K_ij² between the sets


def _block(
    x: np.ndarray, y: np.ndarray, kernel: Kernel, members: Float64[Tensor, "pooled labellings"]
) -> _Block:
    n, m = len(x), len(y)
    sums = _sums(kernel.prepare(np.concatenate((x, y))), n, kernel, members)
    either = sums.rows.sum(dim=1)
    total = either.sum()
    mixed = members.T @ either - sums.within  # sᵀK(1 - s)
    other = total - sums.within - 2.0 * mixed  # (1 - s)ᵀK(1 - s)
    values = sums.within / (n * (n - 1)) + other / (m * (m - 1)) - 2.0 * mixed / (n * m)
    scale = float((sums.squares.sum() / (n + m) ** 2).sqrt())
    return _Block(values, _variance(sums, n, m), scale)


def _sums(
    pooled: Tensor, first: int, kernel: Kernel, members: Float64[Tensor, "pooled labellings"]
) -> _Sums:
    within = torch.zeros(members.shape[1], dtype=torch.float64)
    rows = torch.zeros(len(pooled), 2, dtype=torch.float64)
    squares = torch.zeros(2, 2, dtype=torch.float64)
    for i, j in _upper(first, len(pooled)):
        k = kernel.tile(pooled[i], pooled[j])
        side, other = int(i.start >= first), int(j.start >= first)
        if i == j:
            k.fill_diagonal_(0.0)
        both = 1.0 if i == j else 2.0  # with the mirrored tile below the diagonal
        within += both * (members[i] * (k @ members[j])).sum(dim=0)
        square = torch.dot(k.flatten(), k.flatten())
        rows[i, other] += k.sum(dim=1)
        squares[side, other] += square
        if i != j:
            rows[j, side] += k.sum(dim=0)
            squares[other, side] += square
    return _Sums(within, rows, squares)


def _variance(sums: _Sums, n: int, m: int) -> float:
    xx, xy = sums.rows[:n, 0] / (n - 1), sums.rows[:n, 1] / m
    yx, yy = sums.rows[n:, 0] / n, sums.rows[n:, 1] / (m - 1)
    first = 4.0 * ((xx - xy).var() / n + (yy - yx).var() / m)
    pairs = torch.tensor([n * (n - 1.0), m * (m - 1.0), float(n * m)])
    squares = torch.stack((sums.squares[0, 0], sums.squares[1, 1], sums.squares[0, 1])) / pairs
    # E k² less the row and the column means: E k² - E a² - E b² + (E k)², a and b the means
    explained = torch.stack(
        (
            2.0 * xx.square().mean() - xx.mean() ** 2,
            2.0 * yy.square().mean() - yy.mean() ** 2,
            xy.square().mean() + yx.square().mean() - xy.mean() ** 2,
        )
    )
    left = (squares - explained).clamp(min=0.0) / pairs
    second = 2.0 * left[0] + 2.0 * left[1] + 4.0 * left[2]
    return float(torch.maximum(first - second, second))


def _upper(first: int, n: int) -> Iterator[tuple[slice, slice]]:
    # tiles on and above the diagonal, none of which has rows of both sets on one side
    starts = [*range(0, first, _TILE), *range(first, n, _TILE), n]
    parts = [slice(start, stop) for start, stop in itertools.pairwise(starts)]
    return ((i, j) for number, i in enumerate(parts) for j in parts[number:])


def _members(n: int, m: int, permutations: int, key: int) -> Float64[Tensor, "pooled labellings"]:
    # 1 where a row is in the first set: as given, then for each random relabelling
    keys = torch.tensor([noise.fold(key, "labels", b) for b in range(permutations)]).long()
    own = (torch.arange(n + m) < n).double()[:, None]
    return torch.cat((own, (noise.permutation(keys, n + m) < n).double().T), dim=1)


def _deal(x: np.ndarray, y: np.ndarray, key: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    n, m = len(x), len(y)
    if max(n, m) <= WHOLE:
        yield x, y
        return
    blocks = max(1, min(-(-max(n, m) // BLOCK), min(n, m) // 2))
    orders = (noise.permutation(noise.fold(key, side), size) for side, size in (("x", n), ("y", m)))
    i, j = (np.array_split(order.numpy(), blocks) for order in orders)
    yield from ((x[some], y[other]) for some, other in zip(i, j, strict=True))
