"""A comparison of real formulations with given scores, small enough to be drawn in a test."""

from __future__ import annotations

import numpy as np

from tests.studies.comparison.comparisons import normal, trials
from zerosum.studies.comparison.search import random_points
from zerosum.studies.comparison.spaces import axes, formulations
from zerosum.studies.comparison.table import compare


def played(
    objectives=("ns", "wgan"), draws=12, seeds=2, fresh=6, apart=2.0, better="lower", **others
):
    """Trials of formulations by the ranges of `spaces`; each next one is `apart` sd worse."""
    points = random_points(0, draws, axes())
    values = [[form.values(p) for p in points] for form in formulations(objectives)]
    names = dict.fromkeys(name for of_one in values for name in of_one[0])
    table = {n: np.array([[v.get(n, np.nan) for v in of_one] for of_one in values]) for n in names}
    shift = apart * np.arange(len(objectives))
    search = np.exp(normal(1, len(objectives), draws, seeds) + shift[:, None, None])
    final = np.exp(0.1 * normal(2, len(objectives), fresh) + 0.3 * shift[:, None])
    search[-1, 0, 0] = search[-1, 1] = final[-1, 0] = np.nan
    sign = 1.0 if better == "lower" else -1.0
    facts = {"search": "random", "draws": draws, "rows": 10_000, "updates": 1500, "seconds": 75.0}
    given = {"objectives": tuple(objectives), "facts": facts, **others}
    return trials(sign * search, sign * final, better, table, **given)


def compared(**how):
    """The statistics of such trials."""
    return compare(played(**how))
