"""The data sets of a comparison: rows to train on, rows to choose by, and rows to report on.

Whatever chooses (a search, an average over seeds) sees validation rows only; the table's final numbers
are taken on test rows, which nothing was chosen by. How rows are judged stands in `judges`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from zerosum import noise
from zerosum.data.load import load, toy_source
from zerosum.data.options import DataOptions
from zerosum.data.passes import gather
from zerosum.data.source import Source
from zerosum.data.split import split
from zerosum.errors import InputError
from zerosum.generator import Generator
from zerosum.studies.comparison.judges import ColumnJudge, Judge, PictureJudge, Scores, ShapeJudge

JUDGED = 2500  # rows on each side of a score, at most: the VEEGAN protocol's number
_PICTURES = 1000  # whose features cost more
_LEAST = 20  # rows to judge by
_SHARE = 0.2  # of the rows for validation, and again for the test
_ROWS = ("validation", "test")
_SHAPES = (
    16,
    16,
)  # pixels of triangles, unless somebody says: larger ones cost more and tell no more


@dataclass(frozen=True)
class Case:
    """A data set, divided, and who scores generators on it.

    Attributes:
        train: what every GAN is trained on.
        judges: of "validation" and of "test" rows.
    """

    train: Source
    judges: Mapping[str, Judge]

    @property
    def judge(self) -> Judge:
        """Either judge: they differ in their rows only."""
        return self.judges["validation"]

    def scores(self, generator: Generator, rows: str, seed: int) -> Scores:
        """Return the scores of a generator against "validation" or "test" rows."""
        return self.judges[rows].scores(generator, seed)

    def real(self, rows: str) -> Scores:
        """Return what real rows get where samples would stand."""
        judge = self.judges[rows]
        order = noise.permutation(noise.fold("real", rows), self.train.n).numpy()[: judge.rows]
        return judge.real(gather(self.train.rows, np.sort(order)))


@lru_cache(maxsize=2)
def case(spec: str, options: DataOptions) -> Case:
    """Return the case of a data set's name or path, the same for the same arguments.

    Raises:
        InputError: data that cannot be read, or of which too few rows are left to judge by.
    """
    if spec == "triangles" and options.size is None:
        options = replace(options, size=_SHAPES)
    source = load(spec, options=options)
    if source.manifold is not None:
        law = source.manifold
        return Case(source, {k: ShapeJudge.of(law, noise.fold("judged", k)) for k in _ROWS})
    train, *held = _toy(source, options) if source.toy else _divided(source)
    judge = PictureJudge if source.kind == "image" else ColumnJudge
    return Case(train, {k: judge.of(train, v) for k, v in zip(_ROWS, held, strict=True)})


def _toy(source: Source, options: DataOptions) -> tuple[Source, np.ndarray, np.ndarray]:
    fresh = [
        toy_source(source.name, replace(options, n=JUDGED, seed=noise.fold(options.seed, k))).rows
        for k in _ROWS
    ]
    return source, fresh[0], fresh[1]


def _divided(source: Source) -> tuple[Source, np.ndarray, np.ndarray]:
    rest, test = split(source.n, _SHARE, 0)
    keep, chosen = split(len(rest), _SHARE / (1 - _SHARE), 1)
    most = _PICTURES if source.kind == "image" else JUDGED
    held = [_capped(source, index, most) for index in (rest[chosen], test)]
    if min(map(len, held)) < _LEAST:
        raise InputError(
            f"{source.name} has {source.n} rows, of which {len(held[0])} would be left to judge by: a "
            f"comparison needs at least {round(_LEAST / _SHARE)} rows"
        )
    rows = gather(source.rows, rest[keep])
    train = replace(source, rows=rows, labels=None, classes=(), notes=())
    return train.fitted(np.arange(len(rows))), held[0], held[1]


def _capped(source: Source, index: np.ndarray, most: int) -> np.ndarray:
    order = noise.permutation(noise.fold("judged"), len(index)).numpy()[:most]
    return gather(source.rows, np.sort(index[order]))
