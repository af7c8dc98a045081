"""A claim of the theory, and what was found when it was measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Data = Mapping[str, np.ndarray]
RELATIONS = ("=", "<=", ">=", "reported")


@dataclass(frozen=True)
class Finding:
    """One number that the theory predicts, beside the one that was measured.

    Attributes:
        what: what was measured, with where and how, in a few words.
        predicted: the theory's number.
        measured: ours.
        tolerance: how far ours may be off.
        reason: why the tolerance is that wide (a discretisation, a standard error, a budget).
        relation: "=": equal within the tolerance; "<=" or ">=": the prediction is a bound, which may
            be overstepped by the tolerance; "reported": no prediction can fail, the number is shown.
    """

    what: str
    predicted: float
    measured: float
    tolerance: float
    reason: str
    relation: str = "="

    @property
    def error(self) -> float:
        """How far the measured number is from what was predicted; 0 on the right side of a bound."""
        if self.relation == "reported" or self.measured == self.predicted:
            return 0.0
        excess = self.measured - self.predicted
        if self.relation == "<=":
            return max(0.0, excess) if not math.isnan(excess) else math.nan
        if self.relation == ">=":
            return max(0.0, -excess) if not math.isnan(excess) else math.nan
        return abs(excess)

    @property
    def holds(self) -> bool:
        """Whether the error is within the tolerance; a NaN never is."""
        return self.relation == "reported" or self.error <= self.tolerance


@dataclass(frozen=True)
class Measurement:
    """What measuring a claim gave: its findings, and the arrays its picture is drawn from."""

    findings: tuple[Finding, ...]
    data: Data = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether every finding holds."""
        return all(finding.holds for finding in self.findings)


@dataclass(frozen=True)
class Claim:
    """A statement of the lectures that a computer can check.

    Attributes:
        number: its place in the list of claims.
        name: what a person types.
        statement: the claim in one sentence.
        derivation: why it is true, in three lines.
        source: author, year, arXiv or book.
        measure: seed -> measurement. Pure, one thread, well below a minute.
        paint: (axes, data) -> None draws the picture; axes is one, or an array of `grid`'s shape.
        caption: what the picture shows, in a sentence.
        grid: rows and columns of axes.
        size: of the picture in inches.
        animate: data -> the bytes of an animated GIF, the same bytes for the same data; None where
            one picture says it all.
        proper_name: the heading, where the name in words would misspell somebody.
    """

    number: int
    name: str
    statement: str
    derivation: tuple[str, str, str]
    source: str
    measure: Callable[[int], Measurement]
    paint: Callable[[Any, Data], None]
    caption: str
    grid: tuple[int, int] = (1, 1)
    size: tuple[float, float] = (5.2, 3.0)
    animate: Callable[[Data], bytes] | None = None
    proper_name: str = ""

    @property
    def title(self) -> str:
        """Its heading: the name in words, or the proper name that words would misspell."""
        return self.proper_name or self.name.replace("-", " ").capitalize()
