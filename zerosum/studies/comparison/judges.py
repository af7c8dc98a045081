"""How a comparison scores one generator: a few numbers, fast enough for thousands of generators.

points     sliced W1 in standard deviations of the training rows; known modes beside it
tables     the same
pictures   Fréchet distance in randconv features, plug-in; precision and recall beside it
triangles  F1 of precision and recall by distance to the true manifold (Lucic et al. 2018)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.data.source import Source
from zerosum.data.triangles import Triangles
from zerosum.generator import Generator
from zerosum.metrics import features, frechet, manifold_scores, modes, prdc, transport

Better = Literal["lower", "higher"]
Scores = dict[str, float]

_NEIGHBOURS = 5
_SHAPES = 256  # generated and real triangles


@runtime_checkable
class Judge(Protocol):
    """Scores generators against the same held-out rows.

    Attributes:
        score: the name of the score that draws are chosen by. better: which end of it is good.
        names: of all its scores.
    """

    @property
    def score(self) -> str: ...
    @property
    def better(self) -> Better: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> int:
        """How many rows stand on each side."""

    def scores(self, generator: Generator, seed: int) -> Scores:
        """Return a generator's scores by name."""

    def real(self, rows: np.ndarray) -> Scores:
        """Return what real rows get where samples would stand."""


@dataclass(frozen=True, eq=False)
class ColumnJudge:
    """Points and tables."""

    train: Source
    held: np.ndarray
    space: features.Identity
    score: ClassVar[str] = "W1 sliced"
    better: ClassVar[Better] = "lower"

    @property
    def names(self) -> tuple[str, ...]:
        """Of all its scores."""
        known = self.train.toy is not None and self.train.toy.modes is not None
        return ("W1 sliced", "modes found", "high quality") if known else ("W1 sliced",)

    @classmethod
    def of(cls, train: Source, held: np.ndarray) -> ColumnJudge:
        """Return the judge with these held-out rows, in units of the training rows' spread."""
        return cls(train, held, features.Identity.fit(_flat(train, train.rows)))

    @property
    def rows(self) -> int:
        """How many rows stand on each side."""
        return len(self.held)

    def scores(self, generator: Generator, seed: int) -> Scores:
        """Return a generator's scores by name."""
        return self.real(generator.sample(self.rows, seed))

    def real(self, rows: np.ndarray) -> Scores:
        """Return the scores of rows."""
        toy, flat = self.train.toy, [_flat(self.train, v) for v in (self.held, rows)]
        a, b = (features.extract(self.space, torch.from_numpy(v)) for v in flat)
        found = {"W1 sliced": transport.sliced_wasserstein(a, b)}
        if toy is not None and toy.modes is not None:
            counted = modes.mode_statistics(flat[1], toy.modes, toy.scale)
            found["modes found"] = float(counted.found)
            found["high quality"] = counted.high_quality.value
        return found


@dataclass(frozen=True, eq=False)
class PictureJudge:
    """Pictures, in the features of `randconv-v1`."""

    train: Source
    held: Float[np.ndarray, "n d"]
    space: features.RandConv
    score: ClassVar[str] = "FD randconv"
    better: ClassVar[Better] = "lower"
    names: ClassVar[tuple[str, ...]] = ("FD randconv", "precision", "recall")

    @classmethod
    def of(cls, train: Source, held: np.ndarray) -> PictureJudge:
        """Return the judge with these held-out pictures."""
        shape: Any = train.event_shape
        space = features.RandConv(shape)
        return cls(train, features.extract(space, train.codec.encode(held)), space)

    @property
    def rows(self) -> int:
        """How many pictures stand on each side."""
        return len(self.held)

    def scores(self, generator: Generator, seed: int) -> Scores:
        """Return a generator's scores by name."""
        return self.real(generator.sample(self.rows, seed))

    def real(self, rows: np.ndarray) -> Scores:
        """Return the scores of pictures."""
        found = features.extract(self.space, self.train.codec.encode(rows))
        a, b = (frechet.moments(v) for v in (self.held, found))
        near = prdc.prdc(self.held, found, k=_NEIGHBOURS, splits=0)
        return {
            "FD randconv": frechet.between_gaussians(a.mean, a.covariance, b.mean, b.covariance),
            "precision": near.precision.value,
            "recall": near.recall.value,
        }


@dataclass(frozen=True, eq=False)
class ShapeJudge:
    """Triangles, by their true manifold."""

    judge: manifold_scores.Judge
    score: ClassVar[str] = "F1"
    better: ClassVar[Better] = "higher"
    names: ClassVar[tuple[str, ...]] = ("F1", "precision", "recall")
    rows: ClassVar[int] = _SHAPES

    @classmethod
    def of(cls, law: Triangles, key: int) -> ShapeJudge:
        """Return the judge with fresh pictures of the law."""
        return cls(manifold_scores.prepare(law, rows=_SHAPES, key=key))

    def scores(self, generator: Generator, seed: int) -> Scores:
        """Return a generator's scores by name; recall by inverting it."""
        found = self.judge(
            generator.sample(_SHAPES, seed),
            _pictures(generator),
            seed,
            latent=generator.sizes.latent,
        )
        return {name: found[name] for name in self.names}

    def real(self, rows: np.ndarray) -> Scores:
        """Return 1 for all: real pictures lie on the manifold, and the law reaches all of it."""
        return dict.fromkeys(self.names, 1.0)


def _flat(train: Source, rows: np.ndarray) -> Float[np.ndarray, "n d"]:
    """Return rows as (n, columns) float64, one column's rows too."""
    if train.kind == "table":
        return train.codec.encode(rows).flatten(1).double().numpy()
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), -1)


def _pictures(generator: Generator) -> Callable[[Tensor], Tensor]:
    """Return latents -> pictures in [0, 1], differentiable."""
    return lambda z: (generator.network(z, None).flatten(1) + 1) / 2
