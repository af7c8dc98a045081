"""What the studio's routes share: its settings, its list of runs, and how much may go on at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from zerosum.studio.bodies import Refused
from zerosum.studio.explore.models import Models
from zerosum.studio.index import Index
from zerosum.studio.settings import Settings

MAX_PAGES = 16  # open WebSockets
MAX_WAITING = 8  # computations that wait for their turn


class Turns:
    """One computation at a time, a few that wait, and a refusal for the rest."""

    def __init__(self, waiting: int = MAX_WAITING) -> None:
        self._room = threading.BoundedSemaphore(waiting + 1)
        self._turn = threading.Lock()

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for one's turn inside the block.

        Raises:
            Refused: 429, so many wait already.
        """
        if not self._room.acquire(blocking=False):
            raise Refused(429, "the studio is busy: ask again in a moment")
        try:
            with self._turn:
                yield
        finally:
            self._room.release()


@dataclass
class Shared:
    """Handed to everything that makes routes or opens channels.

    Attributes:
        settings: what the studio was told. index: runs and generators by number.
        turns: for whatever computes. pages: open WebSockets.
        models: generators that are explored.
    """

    settings: Settings
    index: Index
    turns: Turns = field(default_factory=Turns)
    pages: int = 0
    models: Models = field(init=False)

    def __post_init__(self) -> None:
        self.models = Models(self.index)
