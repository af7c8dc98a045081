"""The channel of searches: one at a time, stopped when asked, and what was found moved."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from tests.studio.conftest import BASE
from tests.studio.explore.near import model
from tests.studio.explore.searching import PIXELS, SHORT, asked, pets_picture, text
from zerosum.errors import InputError
from zerosum.explore.directing import directions
from zerosum.studio import frames
from zerosum.studio.channel import Post
from zerosum.studio.explore import inverting
from zerosum.studio.explore.invert_channel import InvertChannel
from zerosum.studio.shared import Turns

SOCKET = BASE.replace("http", "ws") + "/socket"


class Listener(Post):
    """What a channel posts, in order."""

    wanted = True

    def __init__(self) -> None:
        self.number = 1
        self.heard: list[tuple[str, dict, dict]] = []
        self.bell = threading.Condition()

    def __call__(self, kind, header, arrays=None):
        with self.bell:
            self.heard.append((kind, dict(header), dict(arrays or {})))
            self.bell.notify_all()

    def wait(self, kind, n=1):
        with self.bell:
            enough = self.bell.wait_for(
                lambda: sum(k == kind for k, _, _ in self.heard) >= n, timeout=30
            )
        assert enough, f"no {kind} within 30 s: {[k for k, _, _ in self.heard]}"
        return [h for h in self.heard if h[0] == kind][n - 1]


@pytest.fixture
def channel(shared):
    """A channel of the pictures without a class, and who hears it."""
    listener = Listener()
    made = InvertChannel(shared, model(shared, "pets"), listener, Turns(0))
    yield made, listener
    made.close()


def test_the_channel_searches_finds_directions_and_moves(channel, shared):
    made, listener = channel
    made.do({"search": {"pixels": text(PIXELS), **SHORT}})
    _, header, arrays = listener.wait("found")
    want, _ = inverting.search(model(shared, "pets"), asked())
    assert header["latents"] == want.latents[0].tolist()
    assert header["rms"] == want.error[0] and header["control"]["n"] == 2
    np.testing.assert_array_equal(arrays["picture"], pets_picture(model(shared, "pets"), want))
    made.do({"directions": 2})
    _, told, vectors = listener.wait("directions")
    assert vectors["vectors"].shape == (2, len(header["latents"])) and told["count"] == 2
    made.do({"move": [0.5, -1.0]})
    _, moved, _ = listener.wait("moved")
    step = np.array([0.5, -1.0], dtype=np.float32) @ vectors["vectors"]
    np.testing.assert_allclose(moved["latents"], np.float32(header["latents"]) + step, atol=1e-6)
    made.do({"move": [0.0, 0.0]})
    _, _, back = listener.wait("moved", 2)
    np.testing.assert_array_equal(back["picture"], arrays["picture"])


def test_directions_are_as_many_as_were_asked_for_last(channel, shared):
    made, listener = channel
    for n, count in enumerate((2, 3, 2, 8), start=1):
        made.do({"directions": count})
        _, told, arrays = listener.wait("directions", n)
        want = directions(model(shared, "pets").generator, count=count)
        assert told == {"count": count, "shares": want.shares.tolist()}
        np.testing.assert_array_equal(arrays["vectors"], want.vectors)
    made.do({"move": [0.0] * 8})
    assert "search first" in listener.wait("error")[1]["error"]
    made.do({"search": {"pixels": text(PIXELS), **SHORT}})
    listener.wait("found")
    made.do({"move": [0.0] * 7})
    assert "7 amounts were given for 8" in listener.wait("error", 2)[1]["error"]


def test_what_was_found_of_a_class_is_moved_within_it(shared):
    told, listener = model(shared, "told"), Listener()
    made = InvertChannel(shared, told, listener, Turns(0))
    try:
        made.do({"search": {"pixels": text(PIXELS), **SHORT, "label": "dog"}})
        _, header, arrays = listener.wait("found")
        made.do({"directions": 1})
        made.do({"move": [0.0]})
        _, _, back = listener.wait("moved")
    finally:
        made.close()
    assert header["label"] == "dog"
    np.testing.assert_array_equal(back["picture"], arrays["picture"])
    assert {h["label"] for k, h, _ in listener.heard if k == "moment" and h["of"] == "rows"} == {
        "dog"
    }


LONG = {"pixels": text(PIXELS), "starts": 32, "steps": 1000, "polish": 3000, "control": 32}


def test_one_search_at_a_time_and_it_can_be_stopped(channel):
    made, listener = channel
    made.do({"search": LONG})
    listener.wait("moment")
    with pytest.raises(InputError, match="a search is going on already"):
        made.do({"search": LONG})
    made.do({"stop": True})
    listener.wait("stopped")
    assert not any(kind == "found" for kind, _, _ in listener.heard)
    made.do({"search": {"pixels": text(PIXELS), **SHORT}})
    listener.wait("found")


def test_who_goes_away_leaves_no_search_behind(shared):
    listener, turns = Listener(), Turns(0)
    made = InvertChannel(shared, model(shared, "pets"), listener, turns)
    made.do({"search": LONG})
    listener.wait("moment")
    begun = time.monotonic()
    made.close()
    assert not made._thread.is_alive() and time.monotonic() - begun < 10
    with turns.take():
        pass


def test_a_second_page_waits_its_turn_and_a_third_is_refused(shared):
    listeners, turns = [Listener() for _ in range(3)], Turns(1)
    channels = [InvertChannel(shared, model(shared, "pets"), one, turns) for one in listeners]
    try:
        channels[0].do({"search": LONG})
        listeners[0].wait("moment")
        channels[1].do({"search": LONG})
        listeners[1].wait("waiting")
        time.sleep(0.2)
        channels[2].do({"search": LONG})
        _, header, _ = listeners[2].wait("error")
        assert "busy" in header["error"]
        assert not any(kind == "moment" for kind, _, _ in listeners[1].heard)
    finally:
        for one in channels:
            one._stop.set()
        for one in channels:
            one.close()


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ({"search": 3}, "a search is a mapping"),
        ({"search": {"pixels": "", "steps": 1001}}, "steps is 1001: give 0 to 1000"),
        ({"search": {"pixels": "", "starts": 0}}, "starts is 0"),
        ({"search": {"pixels": "", "known": "a", "painted": "b"}}, "either free or painted"),
        ({"search": {"steps": 3}}, "pixels"),
        ({"move": "far"}, "move is not a list"),
        ({"move": [True]}, "no number"),
        ({"move": [11.0]}, "an amount is 11"),
        ({"move": [0.0] * 9}, "at most 8 amounts"),
        ({"directions": 9}, "directions is 9"),
        ({"directions": 1.5}, "not a count"),
    ],
)
def test_commands_that_are_refused_at_once(channel, command, sentence):
    with pytest.raises(InputError, match=sentence):
        channel[0].do(command)


@pytest.mark.parametrize(
    ("search", "sentence"),
    [
        ({"pixels": "!"}, "pixels is not base64"),
        ({"pixels": "AAAA"}, "pixels holds 3 bytes, but 36 are needed"),
        ({"pixels": text(PIXELS), "known": text(np.zeros((6, 6)))}, "every pixel is free"),
        ({"pixels": text(PIXELS), "label": "cat"}, "unconditional"),
    ],
)
def test_searches_that_cannot_be_are_one_sentence(channel, search, sentence):
    channel[0].do({"search": {**SHORT, **search}})
    assert sentence in channel[1].wait("error")[1]["error"]
    assert not channel[0]._busy.is_set()


def test_through_the_socket(studio, ids):
    with studio.websocket_connect(SOCKET, headers={"origin": BASE}) as socket:
        socket.send_json({"open": "invert", "channel": 1, "model": ids["pets"]})
        socket.send_json({"channel": 1, "do": {"search": {"pixels": text(PIXELS), **SHORT}}})
        kinds = []
        while not kinds or kinds[-1] not in ("found", "error"):
            header, arrays = frames.unpack(socket.receive_bytes())
            kinds.append(header["kind"])
            socket.send_json({"channel": 1, "drawn": True})
        assert kinds[-1] == "found" and arrays["picture"].shape == (6, 6, 1)
        for number, wrong in ((2, "../../etc"), (3, 7), (4, ids["ring"])):
            socket.send_json({"open": "invert", "channel": number, "model": wrong})
            header, _ = frames.unpack(socket.receive_bytes())
            assert header["kind"] == "error" and "/" not in header["error"]
