"""A few paired numbers of generated against held-out rows, cheap enough to be taken during training.

    FD                                   debiased, joint jackknife error
    KD (pictures), MMD (numbers)         U-statistic of all pairs, error in closed form
    precision, recall, density, coverage closed balls of 5 neighbours, errors from 5 splits into halves

What real rows get is measured once, before training: `DRAWS` subsets of the training rows stand in for
generated ones, of as many rows, beside the same held-out rows. The kernel is the cubic one of features for
pictures. For numbers it is Gaussian, since a cubic one compares three moments only, and a blob has those
of a circle; its bandwidth is half the median distance of training rows. With the whole one, at 400 rows, blob
and circle differ by 1.6 standard deviations of what real rows get, with the half by 27; of eight modes a
missing one by 2.4 and by 9; a quarter wins nothing more on the cases tried (humps, tables, weights).

The errors hold for one evaluation beside the truth. All evaluations of a run look at the same held-out
rows, so that the difference of two of them is known better than their combined errors say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks
from zerosum.metrics.evidence import Better, Reference
from zerosum.metrics.frechet import frechet_distance
from zerosum.metrics.kernels import Kernel, Polynomial, half_median
from zerosum.metrics.mmd import mmd
from zerosum.metrics.panels import summarise
from zerosum.metrics.prdc import NAMES as PRDC_NAMES
from zerosum.metrics.prdc import prdc

BETTER: dict[str, Better] = {
    "FD": "lower",
    "KD": "lower",
    "MMD": "lower",
    "precision": "higher",
    "recall": "higher",
    "density": "reference",
    "coverage": "higher",
}
_DEFAULT = {"image": "KD", "points": "coverage", "table": "MMD"}
LEAST = 12  # rows on each side: two halves of k + 1 = 6
DRAWS = 12  # training subsets of the reference
_SPLITS = 5
Numbers = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Seen:
    """One number of one evaluation.

    Fields:
        value, error: the number and its standard error (nan where none is known).
        low, median, high: 5 %, half and 95 % of what real rows get (nan where they were not asked).
    """

    value: float
    error: float = math.nan
    low: float = math.nan
    median: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Watched:
    """Held-out rows in a space, and what real rows get beside them.

    Fields:
        held: (n, d) features of held-out rows. kernel: of KD or MMD.
        references: of each number. key: of the halves that errors are taken from.
    """

    held: Float[np.ndarray, "n d"]
    kernel: Kernel
    references: dict[str, Reference] = field(default_factory=dict)
    key: int = 0

    def seen(self, fake: np.ndarray) -> dict[str, Seen]:
        """Return every number of generated rows (n, d), with what real rows get.

        Raises:
            InputError: rows of another width, too few, or not finite.
        """
        return {
            name: Seen(value, error, r.low, r.median, r.high)
            for name, (value, error) in self._numbers(fake, _SPLITS).items()
            for r in [self.references[name]]
        }

    def _numbers(self, fake: np.ndarray, splits: int) -> Numbers:
        distance = frechet_distance(self.held, fake)
        kernel = mmd(self.held, fake, kernel=self.kernel, permutations=0)
        near = prdc(self.held, fake, splits=splits, key=self.key)
        four = {name: getattr(near, name) for name in PRDC_NAMES}
        return {
            "FD": (distance.value, distance.error),
            kernel_name(self.kernel): (kernel.value, kernel.error),
            **{
                name: (s.value, math.nan if s.error is None else s.error)
                for name, s in four.items()
            },
        }


def watched(held: np.ndarray, pool: np.ndarray, *, pictures: bool, key: int = 0) -> Watched:
    """Return what generated rows will be compared with, the reference measured.

    Args:
        held: (n, d) features of held-out rows. pool: (p, d) of training rows, p at least 2n.
        pictures: whether the features are of pictures, which decides on the kernel.
        key: noise key of subsets and halves.

    Raises:
        InputError: fewer than 12 held-out rows, or a pool of less than twice as many; rows that are not
            finite, or more than half of them equal.
    """
    held, pool = checks.matrix("held-out", held), checks.matrix("train", pool)
    if len(held) < LEAST or len(pool) < 2 * len(held):
        raise InputError(
            f"{len(held)} held-out and {len(pool)} training rows are too few: give at least {LEAST}, and "
            "twice as many to train on"
        )
    orders = [
        noise.permutation(noise.fold(key, "draw", s), len(pool)).numpy() for s in range(DRAWS)
    ]
    draws = [pool[order[: len(held)]] for order in orders]
    kernel = Polynomial() if pictures else half_median(*draws[:2], key=key)
    bare = Watched(held, kernel, key=key)
    found = [bare._numbers(rows, 0) for rows in draws]
    references = {name: summarise([f[name][0] for f in found]) for name in found[0]}
    return Watched(held, kernel, references, key)


def kernel_name(kernel: Kernel) -> str:
    """Return the short name of the squared discrepancy with that kernel."""
    return "KD" if isinstance(kernel, Polynomial) else "MMD"


def names_of(kind: str) -> tuple[str, ...]:
    """Return the names of the numbers that data of a kind ("image", "points", "table") get."""
    other = "MMD" if kind == "image" else "KD"
    return tuple(name for name in BETTER if name != other)


def deciding(kind: str) -> tuple[str, ...]:
    """Return those of them that a best checkpoint can be kept by, the default first.

    Points go by coverage: on eight sharp modes MMD is where real rows are while they are still blurred
    (modes twice too wide: 0 standard deviations of what real rows get, coverage 8).
    """
    able = [name for name in names_of(kind) if BETTER[name] != "reference"]
    return tuple(sorted(able, key=lambda name: name != _DEFAULT[kind]))
