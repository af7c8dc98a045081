"""A search in the page finds what `zerosum invert` finds, can be watched without harm, and can be ended."""

from __future__ import annotations

import base64
import threading
import time

import numpy as np
import pytest

import zerosum as zs
from tests.studio.conftest import BASE
from tests.studio.explore.near import model
from zerosum.errors import InputError
from zerosum.explore.inverting import Search, invert
from zerosum.explore.painting import paint
from zerosum.latent.inversion import Effort
from zerosum.studio import frames
from zerosum.studio.channel import Post
from zerosum.studio.explore import inverting
from zerosum.studio.explore.fitting import in_units
from zerosum.studio.explore.invert_channel import InvertChannel
from zerosum.studio.shared import Turns

SOCKET = BASE.replace("http", "ws") + "/socket"
EFFORT = Effort(3, 12, 20, 1024)
PIXELS = (np.arange(36, dtype=np.int64) * 41 % 256).astype(np.uint8).reshape(6, 6, 1)
SHORT = {"starts": 3, "steps": 12, "polish": 20, "control": 2, "seed": 5}


def text(values: np.ndarray) -> str:
    return base64.b64encode(values.astype(np.uint8).tobytes()).decode()


def asked(**over) -> inverting.Asked:
    return inverting.read({"pixels": text(PIXELS), **SHORT, **over})


def same(found, want) -> None:
    for field in ("latents", "reconstruction", "error", "relative", "errors", "spread"):
        np.testing.assert_array_equal(getattr(found, field), getattr(want, field))
    assert found.labels == want.labels
    np.testing.assert_array_equal(found.control.relative, want.control.relative)


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


def test_the_page_finds_what_a_loaded_gan_finds(shared, root):
    found, _ = inverting.search(model(shared, "pets"), asked(control=16))
    gan = zs.load(root / "pets" / "model")
    pets = model(shared, "pets")
    same(found, gan.invert(in_units(pets, PIXELS), search=Search(effort=EFFORT, seed=5)))


@pytest.mark.parametrize("label", ["", "dog"])
def test_of_classes_each_is_tried_or_the_one_that_is_named(shared, label):
    told = model(shared, "told")
    found, _ = inverting.search(told, asked(label=label))
    want = invert(
        told.generator, in_units(told, PIXELS), labels=label or None, control=2,
        search=Search(effort=EFFORT, seed=5),
    )  # fmt: skip
    same(found, want)
    assert found.labels[0] == (label or found.labels[0])


def test_free_pixels_do_not_count(shared):
    pets, known = model(shared, "pets"), np.full((6, 6), 255)
    known[2:4] = 0
    found, _ = inverting.search(pets, asked(known=text(known)))
    rows = in_units(pets, PIXELS)
    want = invert(
        pets.generator, rows, mask=known / 255, control=2, search=Search(effort=EFFORT, seed=5)
    )
    same(found, want)
    other = PIXELS.copy()
    other[2:4] = 255 - other[2:4]
    again, _ = inverting.search(pets, asked(known=text(known), pixels=text(other)))
    np.testing.assert_array_equal(found.latents, again.latents)


def test_what_was_painted_is_projected(shared):
    pets, painted = model(shared, "pets"), np.zeros((6, 6))
    painted[0] = 255
    found, left = inverting.search(pets, asked(painted=text(painted), stress=7))
    want = paint(
        pets.generator, in_units(pets, PIXELS), where=painted / 255, stress=7,
        search=Search(effort=EFFORT, seed=5),
    )  # fmt: skip
    same(found, want.found)
    assert left == {"painted": want.painted[0], "elsewhere": want.elsewhere[0]}


def test_who_watches_changes_nothing_and_sees_the_error_fall(shared):
    pets, heard = model(shared, "pets"), []
    watched = inverting.Watched(
        pets, lambda h, p: heard.append((h, p)), lambda: True, lambda: False
    )
    found, _ = inverting.search(pets, asked(), watched)
    same(found, inverting.search(pets, asked())[0])
    rows = [h for h, _ in heard if h["of"] == "rows"]
    assert [h["step"] for h in rows if h["stage"] == "adam"] == list(range(13))
    assert len(rows[0]["errors"]) == 3
    best = [h["best"] for h in rows]
    assert best == sorted(best, reverse=True) and best[-1] < best[0]
    # squared and rooted again in single precision on the way
    assert best[-1] == pytest.approx(float(found.error[0]), rel=1e-5)
    own = [h for h, _ in heard if h["of"] == "control"]
    assert own and len(own[-1]["errors"]) == 2
    np.testing.assert_array_equal(heard[-1][1], pets_picture(pets, found))


def pets_picture(pets, found) -> np.ndarray:
    from zerosum.studio.explore.shown import pixels

    return pixels(pets.generator, found.reconstruction)[0]


def test_a_search_ends_when_it_is_told_to_or_takes_too_long(shared, monkeypatch):
    pets, seen = model(shared, "pets"), []
    tell = lambda header, picture: seen.append(header)  # noqa: E731
    watched = inverting.Watched(pets, tell, lambda: True, lambda: len(seen) >= 4)
    with pytest.raises(inverting.Stopped):
        inverting.search(pets, asked(), watched)
    assert len(seen) == 4
    monkeypatch.setattr(inverting, "SECONDS", 0.0)
    late = inverting.Watched(pets, tell, lambda: True, lambda: False, begun=time.monotonic() - 1)
    with pytest.raises(InputError, match="was ended after 0 s"):
        inverting.search(pets, asked(), late)


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
