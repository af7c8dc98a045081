"""The newest frame only: between a thread that makes frames and a browser that draws them.

A frame that was not fetched before the next one came is forgotten, and the next is sent only once the
browser has said that it drew the last. So nothing queues up, however slow the browser is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Mailbox:
    """One frame at most for each kind; made for one channel.

    Args: ring: called, from whatever thread, when there is something to fetch.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring, self._lock = ring, threading.Lock()
        self._waiting: dict[str, bytes] = {}
        self._flying = False

    @property
    def wanted(self) -> bool:
        """Whether a frame posted now would be sent soon: there is none before it."""
        return not self._flying and not self._waiting

    def post(self, kind: str, frame: bytes) -> None:
        """Put a frame there; one of the same kind that was not fetched yet is forgotten."""
        with self._lock:
            self._waiting[kind] = frame
        self._ring()

    def fetch(self) -> bytes | None:
        """Return the frame that waited longest, or None while the browser still draws another."""
        with self._lock:
            if self._flying or not self._waiting:
                return None
            self._flying = True
            return self._waiting.pop(next(iter(self._waiting)))

    def drawn(self) -> None:
        """Note that the browser has drawn what it got."""
        with self._lock:
            self._flying = False
        self._ring()
