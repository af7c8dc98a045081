"""The thread that plays: it obeys, refuses, shows while somebody looks, and ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.studio.channel import Channel, Post
from zerosum.studio.game.channel import MAX_MATCHES, GameChannel, opener, read_games
from zerosum.studio.index import Index
from zerosum.studio.mailbox import Mailbox
from zerosum.studio.settings import Settings
from zerosum.studio.shared import Shared

SMALL = {"width_g": 8, "width_d": 8, "depth_g": 1, "depth_d": 1}


class Heard(Post):
    """A post that keeps what it is given, for a browser that is always ready or never."""

    def __init__(self, ready: bool = True) -> None:
        super().__init__(1, Mailbox(lambda: None))
        self.frames: list[tuple[str, dict[str, Any], dict[str, np.ndarray]]] = []
        self.ready = ready

    @property
    def wanted(self) -> bool:
        return self.ready

    def __call__(self, kind: str, header: Any, arrays: Any = None) -> None:
        self.frames.append((kind, dict(header), dict(arrays or {})))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [header for k, header, _ in list(self.frames) if k == kind]


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.005)


@pytest.fixture
def places() -> threading.BoundedSemaphore:
    found = threading.BoundedSemaphore(MAX_MATCHES)
    found.acquire()
    return found


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def game(heard, places) -> Iterator[GameChannel]:
    made = GameChannel(read_games([SMALL]), heard, places)
    until(lambda: heard.of("moving"))
    yield made
    made.close()


def test_it_is_a_channel_that_begins_by_showing_what_is_played(game, heard):
    assert isinstance(game, Channel)
    assert heard.of("still")[0]["games"][0]["choice"]["width_g"] == 8
    assert heard.of("moving")[0]["step"] == 0
    until(lambda: heard.of("scores"))


def test_it_plays_and_rests(game, heard):
    game.do({"play": 500})
    until(lambda: heard.of("moving")[-1]["step"] >= 3)
    game.do({"play": 0})
    time.sleep(0.3)
    rested = len(heard.of("moving"))
    time.sleep(0.3)
    assert len(heard.of("moving")) == rested


def test_slow_motion_plays_single_moves(game, heard):
    game.do({"play": 500, "slow": True})
    until(lambda: len({h["games"][0]["moved"] for h in heard.of("moving")} - {""}) == 2)
    moved = {h["games"][0]["moved"] for h in heard.of("moving")} - {""}
    assert moved == {"generator", "discriminator"}


def test_moves_and_again(game, heard):
    for move in ("discriminator", "generator", "round"):
        game.do({"move": move})
    until(lambda: heard.of("moving")[-1]["step"] == 2)
    game.do({"again": True})
    until(lambda: heard.of("moving")[-1]["step"] == 0)


def test_a_change_is_told_with_a_version_that_its_frames_carry(game, heard):
    game.do({"games": [{**SMALL, "objective": "ns"}, {**SMALL, "objective": "hinge"}]})
    until(lambda: len(heard.of("moving")[-1]["games"]) == 2)
    still = heard.of("still")[-1]
    assert [g["choice"]["objective"] for g in still["games"]] == ["ns", "hinge"]
    assert still["version"] == heard.of("moving")[-1]["version"] == 2


def test_what_cannot_be_played_is_said_and_the_game_goes_on(game, heard):
    game.do({"games": [{**SMALL, "solver": "optimistic", "k": 3}]})
    until(lambda: heard.of("error"))
    assert "ended" not in heard.of("error")[0]
    game.do({"move": "round"})
    until(lambda: heard.of("moving")[-1]["step"] == 1)


def test_a_game_that_diverges_is_paused_with_a_sentence(game, heard):
    game.do({"games": [{**SMALL, "optimizer": "sgd", "lr_g": 1, "lr_d": 1, "objective": "lsgan"}]})
    game.do({"play": 10000})
    until(lambda: heard.of("error"))
    assert "not finite" in heard.of("error")[0]["error"]
    assert game._rate == 0.0


def test_nothing_is_made_for_a_browser_that_does_not_draw(places):
    deaf = Heard(ready=False)
    game = GameChannel(read_games([SMALL]), deaf, places)
    try:
        until(lambda: deaf.of("moving"))
        game.do({"play": 10000})
        time.sleep(0.5)
        assert len(deaf.of("moving")) == 1
        game.do({"move": "round"})
        until(lambda: len(deaf.of("moving")) == 2)
        assert deaf.of("moving")[1]["step"] > 1
    finally:
        game.close()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ({"play": "fast"}, "a number of rounds"),
        ({"play": True}, "a number of rounds"),
        ({"play": -1}, "play is -1"),
        ({"play": float("nan")}, "play"),
        ({"move": "both"}, "give one of"),
        ({"games": []}, "one or two"),
        ({"games": {"data": "ring"}}, "one or two"),
        ({"games": [SMALL] * 3}, "one or two"),
        ({"games": [{"seed": -1}]}, "seed"),
        ({"games": ["ring"]}, "mapping"),
    ],
    ids=str,
)
def test_what_cannot_be_obeyed_is_refused_at_once(game, command, said):
    with pytest.raises(InputError, match=said):
        game.do(command)


def test_so_many_games_are_played_at_once_and_a_refusal_takes_no_place(tmp_path, heard):
    settings = Settings(root=tmp_path)
    open_match = opener(Shared(settings, Index(settings)))
    for _ in range(2 * MAX_MATCHES):
        with pytest.raises(InputError, match="one or two"):
            open_match({"games": []}, heard)
    games = [open_match({"games": [SMALL]}, heard) for _ in range(MAX_MATCHES)]
    try:
        with pytest.raises(InputError, match=f"{MAX_MATCHES} games are being played"):
            open_match({"games": [SMALL]}, heard)
    finally:
        for game in games:
            game.close()


def test_commands_do_not_pile_up(game):
    with pytest.raises(InputError, match="so many commands"):
        for _ in range(3000):
            game.do({"move": "round"})


def test_closing_gives_the_place_back_and_ends_the_threads(heard, places):
    before = threading.active_count()
    game = GameChannel(read_games([SMALL]), heard, places)
    game.do({"play": 10000})
    game.close()
    assert threading.active_count() == before
    with pytest.raises(ValueError, match="released too many"):
        places.release()
