"""Dragging through the latents: a thread that makes the row at the newest point, and no other.

Command:  {"point": {...}, "tag": number}, a point as in `points`; the frame "made" carries the tag back.
A costly network first answers by a batch of one, whose last bits may differ; once no newer point waits, the
very row that `Generator.sample` gives follows. The header says which by `exact`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from zerosum.errors import InputError, ZerosumError
from zerosum.studio import bounds
from zerosum.studio.bounds import within
from zerosum.studio.channel import Channel, Post
from zerosum.studio.explore import points, shown
from zerosum.studio.explore.models import Model
from zerosum.studio.explore.points import Point
from zerosum.studio.shared import Shared
from zerosum.studio.socket import Opener

MAX_DRAGGED = 16  # at once, of all visitors
_CHEAP = 0.004  # seconds of an exact row, below which there is no other
_REST = 0.12  # seconds without a newer point, after which the exact row is made

Command = tuple[Point, int]


def opener(shared: Shared) -> Opener:
    """Return what opens a generator to be dragged through."""
    places = threading.BoundedSemaphore(MAX_DRAGGED)

    def open_latent(message: Mapping[str, Any], post: Post) -> Channel:
        model = shared.models.of(str(message.get("id")))
        if not places.acquire(blocking=False):
            raise InputError(f"{MAX_DRAGGED} generators are being dragged already: close one")
        return LatentChannel(shared, model, post, places)

    return open_latent


class LatentChannel:
    """A generator, its thread, and the one point that waits for it."""

    def __init__(
        self, shared: Shared, model: Model, post: Post, places: threading.BoundedSemaphore
    ) -> None:
        self._shared, self._model, self._post, self._places = shared, model, post, places
        self._newer = threading.Condition()
        self._waiting: Command | None = None
        self._closed, self._cost = False, 0.0
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def do(self, command: Mapping[str, Any]) -> None:
        """Take a point; one that still waits is forgotten.

        Raises:
            InputError: a point that is none of this generator's.
        """
        point = bounds.read(command.get("point"), Point, "point.")
        points.check(self._model, point)
        tag = command.get("tag", 0)
        if type(tag) is not int:
            raise InputError(f"tag is {str(tag)[:40]!r}: a whole number is needed")
        within("tag", tag, 0, 2**53)
        with self._newer:
            self._waiting = (point, tag)
            self._newer.notify()

    def close(self) -> None:
        """End the thread and give the place to somebody else."""
        with self._newer:
            self._closed = True
            self._newer.notify()
        self._thread.join(timeout=30)
        self._places.release()

    def _live(self) -> None:
        while (command := self._next(None)) is not None:
            try:
                self._answer(command)
            except ZerosumError as error:
                self._post("error", {"error": str(error)})

    def _answer(self, command: Command) -> None:
        if self._cost < _CHEAP:
            self._make(command, exact=True)
            return
        self._make(command, exact=False)
        with self._newer:
            self._newer.wait_for(self._stirred, timeout=_REST)
            if self._stirred():
                return
        self._make(command, exact=True)

    def _make(self, command: Command, *, exact: bool) -> None:
        point, tag = command
        latents = points.latents(self._shared, self._model, [point])
        began = time.perf_counter()
        rows = shown.made(self._model.generator, latents, [point.classes], exact=exact)
        if exact:  # the first row of a process is slow for other reasons: the least counts
            spent = time.perf_counter() - began
            self._cost = min(self._cost, spent) if self._cost else spent
        header, arrays = shown.framed(self._model.generator, rows)
        norm = float(latents.norm())
        self._post("made", {"tag": tag, "exact": exact, "norm": norm, **header}, arrays)

    def _next(self, timeout: float | None) -> Command | None:
        """Wait for the newest point; None when the channel is closed."""
        with self._newer:
            self._newer.wait_for(self._stirred, timeout=timeout)
            command, self._waiting = self._waiting, None
            return None if self._closed else command

    def _stirred(self) -> bool:
        return self._closed or self._waiting is not None
