"""How fast F* converges to F: the mean distance at several n, and the exponent between them.

E‖F̂ − F‖ ≈ c n^β,     β by least squares of log mean distance on log n; F_n has β → −1/2
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from zerosum.errors import InputError
from zerosum.studies.monte_carlo import cells
from zerosum.studies.monte_carlo.cells import Cell, Table
from zerosum.studies.monte_carlo.statistics import ESTIMATORS, Statistics
from zerosum.studies.monte_carlo.table import NAMES
from zerosum.studies.monte_carlo.truths import Truth
from zerosum.theory.empirical import mean_distance

RATE, EXPONENT, WINS = "√n · mean distance from F", "exponent of n", "F* closer than F_n"

_NOTES = (
    "Each ± is a Monte-Carlo standard error over the members at that n; data sets of different n are "
    "independent. A row that stays level falls as 1/√n. exponent of n: the slope of log mean distance "
    "on log n, by least squares; of F_n's exact law it nears -0.5 from above.",
)


def rate(studies: Mapping[int, Statistics], truth: Truth) -> Table:
    """Return √n times the mean distances, their exponents, and how often F* is closer, against n.

    Args:
        studies: the statistics of a study by its n, at least two sizes of at least 2 members each;
            the data sets of different n must be independent for the exponent's error to hold.
        truth: F, the same in all.
    Raises: InputError for fewer than two sizes, or fewer than 2 members at one.
    """
    sizes = sorted(studies)
    few = [n for n in sizes if len(studies[n]["ks_gan"]) < 2]
    if len(sizes) < 2 or few:
        what = f"n = {few[0]} has fewer than 2 members" if few else f"{len(sizes)} sizes of n"
        raise InputError(
            f"{what}, which gives no rate; pass two sizes or more of 2 members or more"
        )
    found: list[Cell] = []
    for name in ESTIMATORS:
        means = [cells.mean_cell(RATE, NAMES[name], "", studies[n][f"ks_{name}"]) for n in sizes]
        found += [_scaled(cell, n) for cell, n in zip(means, sizes, strict=True)]
        found.append(_exponent(NAMES[name], sizes, means))
    exact = [Cell(RATE, "F_n, exact law", "", mean_distance(n), 0.0) for n in sizes]
    found += [
        Cell(RATE, c.of, f"n = {n}", math.sqrt(n) * c.value)
        for c, n in zip(exact, sizes, strict=True)
    ]
    slope = _exponent("F_n, exact law", sizes, exact)
    found.append(Cell(RATE, slope.of, EXPONENT, slope.value))
    found += [cells.share_cell(WINS, "share", f"n = {n}", studies[n]["closer"]) for n in sizes]
    title = f"Distance from {truth.label} against n"
    members = {str(n): len(studies[n]["closer"]) for n in sizes}
    return Table(title, {"truth": truth.label, "members": members}, tuple(found), _NOTES)


def means_against_n(table: Table) -> tuple[list[int], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return n, the mean distances by estimator and their standard errors, from the table of `rate`."""
    cells = [c for c in table.cells if c.group == RATE and c.what != EXPONENT]
    sizes = list(dict.fromkeys(int(c.what.removeprefix("n = ")) for c in cells))
    root = np.sqrt(sizes)
    names = dict.fromkeys(c.of for c in cells)
    means = {of: np.array([c.value for c in cells if c.of == of]) / root for of in names}
    errors = {of: np.array([c.error for c in cells if c.of == of]) / root for of in names}
    return sizes, means, {of: e for of, e in errors.items() if not np.isnan(e).any()}


def _scaled(cell: Cell, n: int) -> Cell:
    root = math.sqrt(n)
    return Cell(cell.group, cell.of, f"n = {n}", root * cell.value, root * cell.error)


def _exponent(of: str, sizes: list[int], means: list[Cell]) -> Cell:
    x = np.log(sizes) - np.log(sizes).mean()
    weights = x / (x @ x)
    values = np.array([cell.value for cell in means])
    # the error of a logarithm is the relative error
    relative = np.array([cell.error for cell in means]) / values
    error = float(np.sqrt(weights**2 @ relative**2))
    return Cell(RATE, of, EXPONENT, float(weights @ np.log(values)), error)
