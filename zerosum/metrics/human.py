"""What a person's answers to "real or fake?" say: the share right, against guessing.

Each question showed a real row or a generated one by the toss of a fair coin, so that whoever cannot see a
difference is right with probability 1/2 at every question, whatever habit or counting the answers follow:

    right ~ Binomial(n, 1/2),   p = min(1, 2 · Σ_{j ≥ max(k, n−k)} C(n, j) / 2ⁿ)

With equal numbers of both kinds this would not hold: once the score is in sight, someone who counts what is
left is right more than half the time (14.6 of 24), and whoever keeps the answers balanced is right an even
number of times only.

Source: Wilson 1927, doi:10.1080/01621459.1927.10502953, of the intervals; Clopper and Pearson 1934,
doi:10.1093/biomet/26.4.404, of exact tests of a share.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zerosum.errors import InputError
from zerosum.metrics.intervals import Share, wilson

LEAST = 6  # answers: five right of five still have p = 1/16
_LEVEL = 0.05


@dataclass(frozen=True)
class HumanScore:
    """How often a person was right.

    Attributes:
        right: share of the answers that were right, with its 95 % Wilson interval.
        on_real: share of the real rows called real. on_fake: of the generated ones called fake; None where
            there was none.
        p: two-sided exact binomial p-value against guessing.
        asked: questions that there were. in_sight: answers given with the score so far in sight.
    """

    right: Share
    on_real: Share | None
    on_fake: Share | None
    p: float
    asked: int
    in_sight: int

    @property
    def value(self) -> float:
        """Share right."""
        return self.right.value

    @property
    def error(self) -> float:
        """Binomial standard error of the share."""
        return self.right.error

    @property
    def sentence(self) -> str:
        """What the answers say, in a sentence."""
        n, k = self.right.n, round(self.right.value * self.right.n)
        counted = f"{k} of {n} right, p = {_p_text(self.p)} against guessing"
        if self.p < _LEVEL and 2 * k > n:
            return f"You can tell them apart: {counted}."
        if self.p < _LEVEL:
            return f"You see a difference, but take it the wrong way round: {counted}."
        return (
            f"You cannot be told from guessing at n = {n}: {counted}. That does not make them alike: you "
            f"might be right {percent(self.right.high)} of the time, and so few answers would not show it."
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known to read the numbers, a sentence each."""
        n = self.right.n
        stopped, apart = n < self.asked, self.right.low > 0.5 or self.right.high < 0.5
        seen = self.in_sight > 0
        found = (
            (
                n < LEAST,
                f"Even without a mistake, {n} answers could not tell you from guessing: give at least "
                f"{LEAST}.",
            ),
            (stopped, f"{n} of {self.asked} questions were answered."),
            (
                stopped and seen,
                "The score was in sight on the way: who stops when it looks well makes p too small.",
            ),
            (
                not stopped and seen,
                "The score was in sight on the way, from which one learns: the share is a mean over that "
                "learning.",
            ),
            (
                apart != (self.p < _LEVEL),
                "The interval is an approximation and p is exact: where they differ, as here, go by p.",
            ),
        )
        return tuple(note for holds, note in found if holds)

    def __str__(self) -> str:
        """Return the sentence, the shares with their intervals, and the notes."""
        rows = (
            ("right", self.right),
            ("real ones called real", self.on_real),
            ("fake ones called fake", self.on_fake),
        )
        lines = [f"{name:<23}{_share_text(share)}" for name, share in rows]
        return "\n".join((self.sentence, *lines, *self.notes))


def score(
    real: Sequence[bool] | np.ndarray,
    said: Sequence[bool | None],
    *,
    in_sight: int = 0,
) -> HumanScore:
    """Return how often a person was right, of the questions that were answered.

    Args:
        real: (n,) whether each row was real. said: (n,) whether it was called real; None without an answer.
        in_sight: how many of the answers were given with the score so far in sight.

    Raises:
        InputError: lists of different lengths, or no answer.

    >>> found = score([True, False] * 6, [True, False] * 5 + [False, False])
    >>> found.right.value * 12, round(found.p, 5), found.on_real.n
    (11.0, 0.00635, 6)
    """
    if len(real) != len(said):
        raise InputError(
            f"{len(said)} answers were given to {len(real)} questions: give one each, None where there is "
            "none"
        )
    answered = [(bool(r), bool(s)) for r, s in zip(real, said, strict=True) if s is not None]
    if not answered:
        raise InputError("none of the questions was answered, so there is nothing to score")
    k, n = sum(r == s for r, s in answered), len(answered)
    return HumanScore(
        wilson(k, n),
        _called([s for r, s in answered if r]),
        _called([not s for r, s in answered if not r]),
        guessing_p(k, n),
        len(real),
        in_sight,
    )


def guessing_p(k: int, n: int) -> float:
    """Return how often a fair coin gets as far from n/2 as k of n, or further.

    >>> guessing_p(6, 6), guessing_p(3, 6)
    (0.03125, 1.0)
    """
    tail = sum(math.comb(n, j) for j in range(max(k, n - k), n + 1))
    return min(1.0, 2 * tail / 2**n)


def percent(share: float) -> str:
    """Return a share as whole per cent, halves up, as the page's own arithmetic has it."""
    return f"{math.floor(100 * share + 0.5)} %"


def _called(hits: list[bool]) -> Share | None:
    return wilson(sum(hits), len(hits)) if hits else None


def _share_text(share: Share | None) -> str:
    if share is None:
        return "none was answered"
    k = round(share.value * share.n)
    return (
        f"{k} of {share.n}, {percent(share.value)} ({percent(share.low)} to {percent(share.high)})"
    )


def _p_text(p: float) -> str:
    return "below 0.001" if p < 0.001 else f"{math.floor(1000 * p + 0.5) / 1000:.3f}"
