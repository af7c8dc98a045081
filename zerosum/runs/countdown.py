"""How far a population is, and how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

_EVERY = 5.0  # seconds between lines


@dataclass(frozen=True)
class Progress:
    """How far a population is.

    Attributes:
        chunk, chunks: the one at work, from 1, and all. done, members: trained, and all.
        step, steps: of the chunk at work. seconds_left: at the rate so far.
    """

    chunk: int
    chunks: int
    done: int
    members: int
    step: int
    steps: int
    seconds_left: float

    def __str__(self) -> str:
        """Say it in one line.

        >>> print(Progress(8, 50, 1400, 10000, 120, 300, 64.8))
        chunk 8/50  1,400 of 10,000 members  step 120/300  1:05 left
        """
        minutes, seconds = divmod(max(0, round(self.seconds_left)), 60)
        return (
            f"chunk {self.chunk}/{self.chunks}  {self.done:,} of {self.members:,} members  "
            f"step {self.step}/{self.steps}  {minutes}:{seconds:02d} left"
        )


class Countdown:
    """Tells now and then how far a population is.

    Args:
        chunks: of each: how many members, and how many steps it takes.
        tell: given the progress. clock: seconds, of any beginning.
    """

    def __init__(
        self,
        chunks: list[tuple[int, int]],
        tell: Callable[[Progress], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chunks, self._tell, self._clock = chunks, tell, clock
        self._total = sum(members * steps for members, steps in chunks)
        self._started = self._told = clock()

    def __call__(self, chunk: int, step: int) -> None:
        """Hear that chunk number `chunk`, from 0, has made `step` steps."""
        now = self._clock()
        if now - self._told < _EVERY:
            return
        self._told = now
        members, steps = self._chunks[chunk]
        before = self._chunks[:chunk]
        done = sum(m * s for m, s in before) + members * step
        left = (now - self._started) * (self._total - done) / max(1, done)
        trained, everybody = sum(m for m, _ in before), sum(m for m, _ in self._chunks)
        self._tell(Progress(chunk + 1, len(self._chunks), trained, everybody, step, steps, left))
