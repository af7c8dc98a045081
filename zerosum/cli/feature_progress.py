"""How far a slow extractor is, on stderr: a redrawn line on a terminal, one line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_OFTEN, _SELDOM = 1.0, 15.0  # seconds between lines on a terminal, and elsewhere


class FeatureProgress:
    """Told of every part of rows; silent when all is done in less time than a line is worth.

    Args:
        name: of the extractor. most: rows that it will be asked about at most.
        clock: seconds, rising.
    """

    def __init__(self, name: str, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._name, self._most, self._clock = name, most, clock
        self._drawn = sys.stderr.isatty()
        self._begun = self._said = clock()
        self._done = self._computed = 0

    def __call__(self, rows: int, known: bool) -> None:
        """Count one part, and say how far it is if nothing was said for a while."""
        self._done += rows
        self._computed += 0 if known else rows
        now = self._clock()
        if now - self._said < (_OFTEN if self._drawn else _SELDOM):
            return
        self._said = now
        each = (now - self._begun) / max(self._computed, 1)
        text = (
            f"{self._name}: {self._done:,} rows so far, {each:.2f} s each; {self._most:,} at most"
        )
        end = "\r" if self._drawn else "\n"
        print(text, end=end, file=sys.stderr, flush=True)
