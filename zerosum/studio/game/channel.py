"""A thread that plays a visitor's games and posts frames of them, as many as the browser draws.

Opened with  {"games": [{...}]} or two of them; see `choice`.
Commands:    {"games": [...]}   {"play": turns a second, 0 pauses, "slow": one move a turn, not a round}
             {"again": true}    {"move": "discriminator" | "generator" | "round"}
Frames:      "still" (what is played, and what stays while the data do), "moving", "scores", "error"
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from zerosum.errors import InputError, ZerosumError
from zerosum.studio.bounds import within
from zerosum.studio.channel import Channel, Post
from zerosum.studio.game import choice as choices
from zerosum.studio.game import picture
from zerosum.studio.game.judge import Judge
from zerosum.studio.game.match import Match
from zerosum.studio.shared import Shared
from zerosum.studio.socket import Opener

MAX_MATCHES = 4  # at once, of all visitors
FASTEST = 1e4  # rounds a second that may be asked for
_FRAME = 1 / 30  # seconds between frames, at least
_SHARE = 4  # and at least so many times what the last one took to make
_MOVES = ("discriminator", "generator", "round")


def opener(shared: Shared) -> Opener:
    """Return what opens a match for a visitor."""
    places = threading.BoundedSemaphore(MAX_MATCHES)

    def open_match(message: Mapping[str, Any], post: Post) -> Channel:
        first = read_games(message.get("games", [{}]))
        if not places.acquire(blocking=False):
            raise InputError(f"{MAX_MATCHES} games are being played already: close one")
        return GameChannel(first, post, places)

    return open_match


def read_games(given: object) -> list[choices.Choice]:
    """Return the choices of one or two games.

    Raises:
        InputError: another number of games, or a choice that cannot be.
    """
    if not isinstance(given, list) or not 1 <= len(given) <= 2:
        raise InputError("games must be a list of one or two choices")
    return [choices.read(values) for values in given]


class GameChannel:
    """A match, its thread, and the commands that wait for it."""

    def __init__(
        self, first: list[choices.Choice], post: Post, places: threading.BoundedSemaphore
    ) -> None:
        self._post, self._places = post, places
        self._commands: queue.Queue[Mapping[str, Any]] = queue.Queue(maxsize=64)
        self._rate, self._slow, self._closed = 0.0, False, False
        self._due = self._shown = self._took = 0.0
        self._judge = Judge(post)
        self._version = 0  # of what is played: a frame may overtake the one that tells of it
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
        if "games" in command:
            read_games(command["games"])
        try:
            self._commands.put_nowait(command)
        except queue.Full:
            raise InputError("the game cannot follow so many commands") from None

    def close(self) -> None:
        """End the threads and give the place to somebody else."""
        self._closed = True
        with contextlib.suppress(queue.Full):  # if it is, the thread is awake already
            self._commands.put_nowait({})
        self._thread.join(timeout=30)
        self._judge.close()
        self._places.release()

    def _live(self, first: list[choices.Choice]) -> None:
        try:
            match = Match(first)
            self._begin(match)
            while not self._closed:
                self._once(match)
        except ZerosumError as error:
            self._post("error", {"error": str(error), "ended": True})
        except Exception:
            sentence = "the game failed at this; the studio's terminal says why"
            self._post("error", {"error": sentence, "ended": True})
            raise

    def _once(self, match: Match) -> None:
        """Obey what was said, play what is due, show it if anybody looks."""
        try:
            self._obey(match)
            if self._rate and time.perf_counter() >= self._due:
                self._due = max(self._due + 1 / self._rate, time.perf_counter() - 0.1)
                match.move() if self._slow else match.round()
        except ZerosumError as error:  # diverged, or a combination that cannot work
            self._rate = 0.0
            self._post("error", {"error": str(error)})
        now = time.perf_counter()
        rest = max(_FRAME, _SHARE * self._took)
        if self._rate and self._post.wanted and now - self._shown >= rest:
            self._show(match)
        if self._rate and self._judge.due:
            self._judge.ask(match, self._fixed["box"])

    def _obey(self, match: Match) -> None:
        """Take commands; wait for them while the game stands still."""
        wait = max(0.0, self._due - time.perf_counter()) if self._rate else 5.0
        try:
            command = (
                self._commands.get(timeout=min(wait, 5.0)) if wait else self._commands.get_nowait()
            )
        except queue.Empty:
            return
        self._follow(match, command)

    def _follow(self, match: Match, command: Mapping[str, Any]) -> None:
        if "play" in command:
            self._rate, self._due = float(command["play"]), time.perf_counter()
            self._slow = bool(command.get("slow"))
        if "games" in command:
            match.change(read_games(command["games"]))
            self._begin(match)
        if command.get("again"):
            match.again()
            self._begin(match)
        if "move" in command:
            match.round() if command["move"] == "round" else match.move_of(command["move"])
        if "move" in command or ("play" in command and not self._rate):
            self._show(match)
            self._judge.ask(match, self._fixed["box"])

    def _begin(self, match: Match) -> None:
        self._fixed = picture.still(match)
        told = [
            {"choice": asdict(choice), "note": note}
            for choice, note in zip(match.choices, match.notes, strict=True)
        ]
        self._version += 1
        header = {"step": match.step, "games": told, "dimensions": match.choices[0].dimensions}
        self._post("still", {**header, "version": self._version}, self._fixed)
        self._show(match)
        self._judge.ask(match, self._fixed["box"])

    def _show(self, match: Match) -> None:
        self._shown = time.perf_counter()
        header, arrays = picture.moving(match, self._fixed)
        self._took = time.perf_counter() - self._shown
        self._post("moving", {**header, "version": self._version}, arrays)
