"""Samples that are rows of numbers, each above the training rows nearest to it, as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from zerosum.reports.html import Markup, element, join
from zerosum.reports.numbers import count, fixed, ordinal, significant

_COLUMNS = 6
_NEAREST = 3


def vectors(
    samples: np.ndarray, rows: np.ndarray, distance: np.ndarray, names: Sequence[str]
) -> Markup:
    """Return one group of table rows for each sample: itself, then its nearest training rows.

    Args:
        samples: (n, d) generated samples.
        rows: (n, k, d) training rows, nearest first.
        distance: (n, k) their distances to the sample.
        names: the d columns' names; the first six columns are shown.
    """
    shown = min(len(names), _COLUMNS)
    write = [_writer(np.concatenate([samples[:, i], rows[..., i].ravel()])) for i in range(shown)]
    titles = ["", *names[:shown], *(["…"] if len(names) > shown else []), "distance"]
    head = element("tr", *(element("th", title, scope="col") for title in titles))
    near, wide = rows[:, :_NEAREST], len(titles)
    groups = (
        element("tbody", *_group(i, samples[i], near[i], distance[i], write, wide))
        for i in range(len(samples))
    )
    return element("table", element("thead", head), join(groups, "\n"), class_="numbers")


def _group(
    index: int,
    sample: np.ndarray,
    rows: np.ndarray,
    distance: np.ndarray,
    write: Sequence[Callable[[float], str]],
    width: int,
) -> list[Markup]:
    lines = [_line(f"sample {index + 1}", sample, "", write, width)]
    for rank, (row, far) in enumerate(zip(rows, distance, strict=False), start=1):
        lines.append(_line(ordinal(rank), row, significant(float(far)), write, width))
    return lines


def _line(
    title: str, row: np.ndarray, far: str, write: Sequence[Callable[[float], str]], width: int
) -> Markup:
    cells = [say(float(row[i])) for i, say in enumerate(write)]
    cells += [""] * (width - 2 - len(cells))  # the column of "…"
    cells.append(far)
    return element(
        "tr", element("th", title, scope="row"), *(element("td", cell) for cell in cells)
    )


def _writer(column: np.ndarray) -> Callable[[float], str]:
    """Return how to write a column's numbers: as many decimals for all, four digits at most."""
    known = np.abs(column[np.isfinite(column)])
    top = float(known.max()) if known.size else 0.0
    if top and not 1e-4 <= top < 1e7:
        return significant
    if np.array_equal(known, np.round(known)):
        return count
    places = max(0, 3 - math.floor(math.log10(top)))
    return lambda number: fixed(number, places)
