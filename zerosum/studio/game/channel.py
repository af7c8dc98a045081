"""A thread that plays a visitor's game and posts frames of it, as many as the browser draws.

Commands:  {"choice": {...}}  {"play": rounds a second, 0 pauses}  {"again": true}
           {"move": "discriminator" | "generator" | "round"}
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping
from typing import Any

from zerosum.errors import InputError, ZerosumError
from zerosum.studio.channel import Channel, Post
from zerosum.studio.endpoint import within
from zerosum.studio.game import choice as choices
from zerosum.studio.game import picture
from zerosum.studio.game.arena import Arena
from zerosum.studio.shared import Shared
from zerosum.studio.socket import Opener

MAX_GAMES = 4  # at once, of all visitors
FASTEST = 1e4  # rounds a second that may be asked for
_FRAME = 1 / 30  # seconds between frames, at least
_MOVES = ("discriminator", "generator", "round")


def opener(shared: Shared) -> Opener:
    """Return what opens a game for a visitor."""
    games = threading.BoundedSemaphore(MAX_GAMES)

    def open_game(message: Mapping[str, Any], post: Post) -> Channel:
        first = choices.read(message.get("choice") or {})
        if not games.acquire(blocking=False):
            raise InputError(f"{MAX_GAMES} games are being played already: close one")
        return GameChannel(first, post, games)

    return open_game


class GameChannel:
    """A game, its thread, and the commands that wait for it."""

    def __init__(
        self, first: choices.Choice, post: Post, games: threading.BoundedSemaphore
    ) -> None:
        self._post, self._games = post, games
        self._commands: queue.Queue[Mapping[str, Any]] = queue.Queue(maxsize=64)
        self._rate, self._closed = 0.0, False
        self._due = self._shown = 0.0
        self._thread = threading.Thread(target=self._live, args=(first,), daemon=True)
        self._thread.start()

    def do(self, command: Mapping[str, Any]) -> None:
        """Take a command; see the module.

        Raises:
            InputError: a number out of bounds, or so many commands that they cannot be followed.
        """
        if "play" in command:
            rate = command["play"]
            if isinstance(rate, bool) or not isinstance(rate, int | float):
                raise InputError(f"play is {rate!r}: a number of rounds a second is needed")
            within("play", rate, 0, FASTEST)
        if "move" in command and command["move"] not in _MOVES:
            raise InputError(f"move is {command['move']!r}: give one of {', '.join(_MOVES)}")
        if "choice" in command:
            choices.read(command["choice"])
        try:
            self._commands.put_nowait(command)
        except queue.Full:
            raise InputError("the game cannot follow so many commands") from None

    def close(self) -> None:
        """End the thread and give the game's place to somebody else."""
        self._closed = True
        self._commands.put({})
        self._thread.join(timeout=30)
        self._games.release()

    def _live(self, first: choices.Choice) -> None:
        try:
            arena = Arena(first)
            self._begin(arena)
            while not self._closed:
                self._once(arena)
        except ZerosumError as error:
            self._post("error", {"error": str(error), "ended": True})

    def _once(self, arena: Arena) -> None:
        """Obey what was said, play what is due, show it if anybody looks."""
        try:
            self._obey(arena)
            if self._rate and time.perf_counter() >= self._due:
                self._due = max(self._due + 1 / self._rate, time.perf_counter() - 0.1)
                arena.round()
        except ZerosumError as error:  # diverged, or a combination that cannot work
            self._rate = 0.0
            self._post("error", {"error": str(error)})
        now = time.perf_counter()
        if self._rate and self._post.wanted and now - self._shown >= _FRAME:
            self._show(arena)

    def _obey(self, arena: Arena) -> None:
        """Take commands; wait for them while the game stands still."""
        wait = max(0.0, self._due - time.perf_counter()) if self._rate else 5.0
        try:
            command = (
                self._commands.get(timeout=min(wait, 5.0)) if wait else self._commands.get_nowait()
            )
        except queue.Empty:
            return
        self._follow(arena, command)

    def _follow(self, arena: Arena, command: Mapping[str, Any]) -> None:
        if "play" in command:
            self._rate, self._due = float(command["play"]), time.perf_counter()
        if "choice" in command:
            arena.change(choices.read(command["choice"]))
            self._begin(arena)
        if command.get("again"):
            arena.__init__(arena.choice)  # type: ignore[misc]
            self._begin(arena)
        if "move" in command:
            arena.round() if command["move"] == "round" else arena.move_of(command["move"])
            self._show(arena)

    def _begin(self, arena: Arena) -> None:
        still = picture.still(arena)
        self._box = still["box"]
        self._post("still", {"step": arena.step, "dimensions": arena.choice.dimensions}, still)
        self._show(arena)

    def _show(self, arena: Arena) -> None:
        self._shown = time.perf_counter()
        header = {"step": arena.step, "record": arena.record}
        self._post("moving", header, picture.moving(arena, self._box))
