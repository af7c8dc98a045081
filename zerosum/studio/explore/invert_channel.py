"""A thread that searches for the latents of a visitor's pictures, and moves what it found.

Commands:  {"search": {...}}, see `inverting`    {"stop": true}
           {"directions": COUNT}                 {"move": [amount along each direction]}
Frames:    waiting, moment, found, stopped, directions, moved, error
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from zerosum.errors import InputError, ZerosumError
from zerosum.explore.directing import directions
from zerosum.explore.inverting import Inverted
from zerosum.latent.unsupervised import Components
from zerosum.studio.bounds import within
from zerosum.studio.channel import Channel, Post
from zerosum.studio.explore import inverting, real
from zerosum.studio.explore.models import Model
from zerosum.studio.shared import Shared, Turns
from zerosum.studio.socket import Opener

Outcome = tuple[str, dict[str, Any], dict[str, np.ndarray]]  # kind, header and arrays of a frame
MAX_WAITING = 3  # searches that wait for the one that goes on
FURTHEST = 10.0  # along a direction, in units of a latent number
MAX_DIRECTIONS = 8
_PAUSE = 0.08  # seconds between pictures of a search


def opener(shared: Shared) -> Opener:
    """Return what opens a search for a visitor; one is under way at a time, whoever asked."""
    turns = Turns(MAX_WAITING)

    def open_search(message: Mapping[str, Any], post: Post) -> Channel:
        number = message.get("model")
        if not isinstance(number, str):
            raise InputError("a search needs a generator: give model, its number")
        model = shared.models.of(number)
        inverting.codec_of(model)
        return InvertChannel(shared, model, post, turns)

    return open_search


class InvertChannel:
    """A page's searches, one after the other, and what was found last."""

    def __init__(self, shared: Shared, model: Model, post: Post, turns: Turns) -> None:
        self._shared, self._model, self._post, self._turns = shared, model, post, turns
        self._commands: queue.Queue[Mapping[str, Any]] = queue.Queue(maxsize=32)
        self._busy, self._stop, self._closed = threading.Event(), threading.Event(), False
        self._found: Inverted | None = None
        self._vectors: Components | None = None
        self._shown = 0.0
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def do(self, command: Mapping[str, Any]) -> None:
        """Take a command; see the module.

        Raises:
            InputError: what cannot be searched or moved, or a search while another goes on.
        """
        if command.get("stop"):
            self._stop.set()
        if "move" in command:
            _check_amounts(command["move"])
        if "directions" in command:
            _check_count(command["directions"])
        if "search" in command:
            inverting.read(command["search"])
            if self._busy.is_set():
                raise InputError("a search is going on already: stop it first")
            self._busy.set()
            self._stop.clear()
        try:
            self._commands.put_nowait(command)
        except queue.Full:
            raise InputError("the studio cannot follow so many commands") from None

    def close(self) -> None:
        """End the search and the thread."""
        self._closed = True
        self._stop.set()
        self._commands.put({})
        self._thread.join(timeout=30)

    def _live(self) -> None:
        while not self._closed:
            command = self._commands.get()
            try:
                self._follow(command)
            except ZerosumError as error:
                self._post("error", {"error": str(error)})

    def _follow(self, command: Mapping[str, Any]) -> None:
        if "search" in command:
            try:
                outcome = self._searched(inverting.read(command["search"]))
            finally:
                self._busy.clear()  # before it is told, for the page may search again at once
            self._post(*outcome)
        if "directions" in command:
            self._find_directions(command["directions"])
        if "move" in command:
            self._move(command["move"])

    def _searched(self, asked: inverting.Asked) -> Outcome:
        """Search, and return what there is to tell."""
        self._post("waiting", {})
        try:
            with self._turns.take():
                watched = inverting.Watched(self._model, self._moment, self._due, self._stop.is_set)
                if self._stop.is_set():
                    raise inverting.Stopped
                found, more = inverting.search(self._model, asked, watched)
        except inverting.Stopped:
            return "stopped", {}, {}
        self._found = found
        picture = real.as_array(self._model, found.reconstruction)[0]
        seconds = time.monotonic() - watched.begun
        return "found", inverting.told(found, {**more, "seconds": seconds}), {"picture": picture}

    def _moment(self, header: Mapping[str, Any], picture: np.ndarray | None) -> None:
        self._shown = time.monotonic()
        self._post("moment", header, {} if picture is None else {"picture": picture})

    def _due(self) -> bool:
        return self._post.wanted and time.monotonic() - self._shown >= _PAUSE

    def _find_directions(self, count: int) -> None:
        count = min(count, self._model.generator.sizes.latent)

        def found() -> Components:
            return directions(self._model.generator, count=count)

        with self._shared.turns.take():
            self._vectors = self._model.part(("edit directions", count), found)
        header = {"count": count, "shares": self._vectors.shares.tolist()}
        self._post("directions", header, {"vectors": self._vectors.vectors.numpy()})

    def _move(self, amounts: list[float | int]) -> None:
        if self._found is None or self._vectors is None:
            raise InputError("nothing was found yet that could be moved: search first")
        if len(amounts) != len(self._vectors.vectors):
            raise InputError(
                f"{len(amounts)} amounts were given for {len(self._vectors.vectors)} directions"
            )
        step = torch.tensor(amounts, dtype=torch.float32) @ self._vectors.vectors
        latent = torch.from_numpy(self._found.latents[0]).float() + step
        label = self._found.labels[0] if self._found.labels else None
        picture = inverting.made(self._model, latent, label)
        self._post("moved", {"amounts": amounts, "latents": latent.tolist()}, {"picture": picture})


def _check_amounts(amounts: object) -> None:
    if not isinstance(amounts, list) or len(amounts) > MAX_DIRECTIONS:
        raise InputError(f"move is not a list of at most {MAX_DIRECTIONS} amounts")
    for amount in amounts:
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            raise InputError("move holds something that is no number")
        within("an amount", amount, -FURTHEST, FURTHEST)


def _check_count(count: object) -> None:
    if isinstance(count, bool) or not isinstance(count, int):
        raise InputError("directions is not a count")
    within("directions", count, 1, MAX_DIRECTIONS)
