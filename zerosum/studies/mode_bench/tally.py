"""Scores of seeds -> rows with intervals, and whether each system is better than its own baseline.

Pairs share seeds, and with them the order of rows and the latents, so differences are taken seed by seed.
Each is tested by the sign-flip test (`comparison/paired.py`), corrected by Holm over the pairs of one
protocol and one score. The scores that decide are fixed beforehand: modes and the reverse KL, or C.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float

from zerosum import noise
from zerosum.metrics.holm import holm
from zerosum.studies.comparison.paired import sign_flip, t_half_width
from zerosum.studies.mode_bench.bench import REAL
from zerosum.studies.mode_bench.cell import modes_of
from zerosum.studies.mode_bench.entrants import ENTRANTS
from zerosum.studies.mode_bench.found import Found, Judged
from zerosum.studies.mode_bench.judges import KL
from zerosum.studies.mode_bench.protocols import ModeProtocol

DECIDING = {"modes": 1.0, KL: -1.0, "C": 1.0}  # score -> 1 where more is better
ALPHA = 0.05
FEW = 5  # good samples a mode, on average; with fewer the chance floor of the KL is no longer right
Answer = Literal["yes", "no, worse", "not shown", "too few good samples"]


@dataclass(frozen=True)
class Mean:
    """A score's mean over seeds with its 95 % interval by Student's t, and its median."""

    value: float
    low: float
    high: float
    median: float


@dataclass(frozen=True)
class Line:
    """One system under one protocol.

    Attributes:
        judged: what it is made of. means: score -> its mean.
        full: in how many seeds all modes were found; None where none are counted.
        thin: whether good samples are too few for its KL to mean much.
    """

    judged: Judged
    means: Mapping[str, Mean]
    full: int | None
    thin: bool


@dataclass(frozen=True)
class Verdict:
    """Whether a system is better than its baseline by one score.

    Attributes:
        system, baseline, score: names.
        difference: mean of the system's score minus the baseline's. low, high: its 95 % interval.
        p: of the sign-flip test. p_holm: corrected over the pairs of this protocol and score.
        answer: "yes" or "no, worse" where p_holm < 0.05 and the interval leaves 0 out; nothing is said
            by the KL of a line that is thin.
    """

    system: str
    baseline: str
    score: str
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    answer: Answer


@dataclass(frozen=True)
class Part:
    """One protocol's table.

    Attributes:
        protocol: itself. lines: real rows first, then the systems. verdicts: on all pairs.
    """

    protocol: ModeProtocol
    lines: tuple[Line, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def seeds(self) -> int:
        """Trainings of each system."""
        return len(self.lines[0].judged.failed)


def tally(protocol: ModeProtocol, table: Found) -> Part:
    """Return the table of one protocol."""
    of = table[protocol.name]
    lines = tuple(_line(protocol, one) for one in of.values())
    deciding = [s.name for s in protocol.scores if s.name in DECIDING]
    thin = {line.judged.system for line in lines if line.thin}
    verdicts = [v for score in deciding for v in _verdicts(score, of)]
    return Part(protocol, lines, tuple(_unless_thin(v, thin) for v in verdicts))


def _unless_thin(verdict: Verdict, thin: Container[str]) -> Verdict:
    if verdict.score == KL and (verdict.system in thin or verdict.baseline in thin):
        return replace(verdict, answer="too few good samples")
    return verdict


def mean(values: Float[np.ndarray, " seeds"]) -> Mean:
    """Return the mean of a score with its interval.

    >>> mean(np.array([1.0, 2.0, 6.0])).median
    2.0
    """
    centre, half = float(values.mean()), float(t_half_width(values, 0.95))
    return Mean(centre, centre - half, centre + half, float(np.median(values)))


def _line(protocol: ModeProtocol, one: Judged) -> Line:
    most = modes_of(protocol)
    full = None if np.isnan(most) else int((one.scores["modes"] == most).sum())
    means = {name: mean(values) for name, values in one.scores.items()}
    return Line(one, means, full, is_thin(protocol, one))


def is_thin(protocol: ModeProtocol, one: Judged) -> bool:
    """Return whether a system made fewer good samples than five a mode, on average over seeds."""
    if "high quality" not in one.scores:
        return False
    good = protocol.samples * float(one.scores["high quality"].mean()) / 100.0
    return good < FEW * modes_of(protocol)


def _verdicts(score: str, of: Mapping[str, Judged]) -> list[Verdict]:
    """Return the verdicts by one score, corrected together."""
    couples = [
        (name, baseline)
        for name in of
        if name != REAL
        and (baseline := ENTRANTS[name].baseline)
        and baseline in of
        and not (of[name].trouble or of[baseline].trouble)
    ]
    if not couples:
        return []
    differences = [of[a].scores[score] - of[b].scores[score] for a, b in couples]
    key = noise.fold(0, "modes", score)
    p = np.array([sign_flip(d, key=key) for d in differences])
    return [
        _verdict(couple, score, mean(d), raw, adjusted)
        for couple, d, raw, adjusted in zip(
            couples, differences, p.tolist(), holm(p).tolist(), strict=True
        )
    ]


def _verdict(
    couple: tuple[str, str], score: str, found: Mean, p: float, adjusted: float
) -> Verdict:
    # a test of few seeds may speak where the mean does not: both are asked for
    told = adjusted < ALPHA and not found.low <= 0.0 <= found.high
    better = DECIDING[score] * found.value > 0
    answer: Answer = ("yes" if better else "no, worse") if told else "not shown"
    return Verdict(*couple, score, found.value, found.low, found.high, p, adjusted, answer)
