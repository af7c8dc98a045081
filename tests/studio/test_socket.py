"""The WebSocket against a visitor who sends nonsense, too much, or nothing at all."""

from __future__ import annotations

import threading
import time
from typing import Any, ClassVar

import pytest
from starlette.websockets import WebSocketDisconnect

from tests.studio.conftest import visitor
from zerosum.errors import InputError
from zerosum.studio import socket as wire
from zerosum.studio.frames import unpack
from zerosum.studio.shared import MAX_PAGES

NONSENSE = [
    "", "x", "{", "[]", "null", "1", '"x"', "[" * 100_000, '{"a":' * 50_000, '{"channel": 1}',
    '{"channel": "1", "open": "echo"}', '{"channel": true, "open": "echo"}', '{"channel": -1}',
    '{"channel": 1e9, "open": "echo"}', '{"channel": 65536, "open": "echo"}',
    '{"channel": 1, "do": 3}', '{"channel": 1, "do": [1]}', '{"channel": 1, "drawn": true}',
    '{"channel": 1, "close": true}', '{"channel": 1' + "0" * 5000 + "}", "\x00", "\ufffe",
]  # fmt: skip


class Echo:
    """A channel that posts what it is told, and counts who is open."""

    opened, closed = 0, 0
    begun: ClassVar[list[threading.Thread]] = []  # where channels were told something, and closed
    ended: ClassVar[list[threading.Thread]] = []

    def __init__(self, post: Any) -> None:
        self._post = post
        Echo.opened += 1

    def do(self, command: Any) -> None:
        Echo.begun.append(threading.current_thread())
        if "break" in command:
            raise RuntimeError("/home/ada/secret")
        if "refuse" in command:
            raise InputError("/home/ada/runs/a/x.npz is damaged")
        for number in range(command.get("times", 1)):
            self._post("echo", {"said": command.get("say"), "number": number})

    def close(self) -> None:
        Echo.ended.append(threading.current_thread())
        Echo.closed += 1


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """No runs."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def client(settings, monkeypatch):
    """A visitor of a studio whose only channel echoes."""
    Echo.opened = Echo.closed = 0
    Echo.begun.clear()
    Echo.ended.clear()
    opened = {"echo": lambda message, post: Echo(post)}
    monkeypatch.setattr("zerosum.studio.app.openers", lambda shared: opened)
    with visitor(settings) as found:
        yield found


def said(socket: Any) -> dict[str, Any]:
    """Return the header of the next frame, and acknowledge it."""
    header, _ = unpack(socket.receive_bytes())
    socket.send_json({"channel": header["channel"], "drawn": True})
    return header


def settle(done: Any) -> None:
    end = time.monotonic() + 10
    while not done() and time.monotonic() < end:
        time.sleep(0.01)
    assert done()


def test_nonsense_is_passed_over_and_the_page_lives_on(client):
    with client.websocket_connect("/socket") as socket:
        for text in NONSENSE:
            socket.send_text(text)
        socket.send_json({"open": "echo", "channel": 1})
        socket.send_json({"channel": 1, "do": {"say": "hello"}})
        assert said(socket)["said"] == "hello"
    settle(lambda: Echo.closed == Echo.opened == 1)


def test_bytes_end_the_connection(client):
    with client.websocket_connect("/socket") as socket:
        socket.send_json({"open": "echo", "channel": 1})
        socket.send_bytes(b"\x00" * 100)
    settle(lambda: Echo.closed == Echo.opened)


def test_a_message_over_the_cap_is_passed_over(client):
    with client.websocket_connect("/socket") as socket:
        socket.send_json({"open": "echo", "channel": 1})
        socket.send_json({"channel": 1, "do": {"say": "x" * wire.MAX_MESSAGE}})
        socket.send_json({"channel": 1, "do": {"say": "small"}})
        assert said(socket)["said"] == "small"


@pytest.mark.parametrize("kind", ["nothing", "x" * 100_000, "__class__", "", 3, [], {}, None, True])
def test_an_unknown_kind_is_a_sentence(kind, client):
    with client.websocket_connect("/socket") as socket:
        socket.send_json({"open": kind, "channel": 7})
        header = said(socket)
    assert header["channel"] == 7 and "unknown channel" in header["error"]
    assert len(header["error"]) < 400


def test_a_page_has_only_so_many_channels(client):
    with client.websocket_connect("/socket") as socket:
        for number in range(50):
            socket.send_json({"open": "echo", "channel": number})
        socket.send_json({"channel": 0, "do": {"say": "still here"}})
        assert said(socket)["said"] == "still here"
        assert Echo.opened == wire.MAX_CHANNELS
    settle(lambda: Echo.closed == wire.MAX_CHANNELS)


def test_a_page_closes_one_channel_and_opens_another_in_its_place(client):
    with client.websocket_connect("/socket") as socket:
        for number in range(wire.MAX_CHANNELS):
            socket.send_json({"open": "echo", "channel": number})
        socket.send_json({"channel": 2, "close": True})
        socket.send_json({"channel": 2, "do": {"say": "nobody hears this"}})
        socket.send_json({"open": "echo", "channel": 9})
        socket.send_json({"channel": 9, "do": {"say": "here"}})
        header = said(socket)
        assert (header["channel"], header["said"], Echo.closed) == (9, "here", 1)


def test_closing_a_channel_keeps_nobody_else_waiting(client):
    with client.websocket_connect("/socket") as socket:
        for number in (1, 2):
            socket.send_json({"open": "echo", "channel": number})
        socket.send_json({"channel": 1, "close": True})
        socket.send_json({"channel": 2, "do": {"say": "x"}})
        assert said(socket)["said"] == "x"
    settle(lambda: Echo.closed == 2)
    assert not set(Echo.ended) & set(Echo.begun)  # beside the loop, in which commands are heard


def test_opening_again_closes_what_was_open(client):
    with client.websocket_connect("/socket") as socket:
        for _ in range(20):
            socket.send_json({"open": "echo", "channel": 1})
        socket.send_json({"channel": 1, "do": {"say": "last"}})
        assert said(socket)["said"] == "last"
        assert (Echo.opened, Echo.closed) == (20, 19)


def test_a_flood_gets_the_newest_frame_and_nothing_queues_up(client):
    with client.websocket_connect("/socket") as socket:
        socket.send_json({"open": "echo", "channel": 1})
        socket.send_json({"channel": 1, "do": {"times": 10_000}})
        numbers = [said(socket)["number"]]
        while numbers[-1] < 9_999:
            numbers.append(said(socket)["number"])
    assert len(numbers) <= 3 and numbers == sorted(numbers)


def test_without_an_acknowledgement_only_one_frame_comes(client):
    with client.websocket_connect("/socket") as socket:
        socket.send_json({"open": "echo", "channel": 1})
        for word in ("a", "b", "c"):
            socket.send_json({"channel": 1, "do": {"say": word}})
        first, _ = unpack(socket.receive_bytes())
        socket.send_json({"open": "echo", "channel": 2})
        socket.send_json({"channel": 2, "do": {"say": "other"}})
        second, _ = unpack(socket.receive_bytes())
        assert (first["said"], second["channel"]) == ("a", 2)  # not b or c: a was not drawn
        socket.send_json({"channel": 1, "drawn": True})
        assert said(socket)["said"] == "c"


def test_a_fault_of_one_channel_is_a_sentence_without_details(client, caplog):
    with client.websocket_connect("/socket") as socket:
        socket.send_json({"open": "echo", "channel": 1})
        socket.send_json({"channel": 1, "do": {"break": True}})
        assert said(socket)["error"] == "the studio failed at this; its terminal says why"
        socket.send_json({"channel": 1, "do": {"refuse": True}})
        assert said(socket)["error"] == "x.npz is damaged"
        socket.send_json({"channel": 1, "do": {"say": "alive"}})
        assert said(socket)["said"] == "alive"
    assert "RuntimeError" in caplog.text


def test_only_so_many_pages_are_open_at_once(client):
    sockets = [client.websocket_connect("/socket") for _ in range(MAX_PAGES)]
    for socket in sockets:
        socket.__enter__()
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/socket"):
        pass
    for socket in sockets:
        socket.__exit__(None, None, None)
    with client.websocket_connect("/socket") as socket:
        socket.send_json({"open": "echo", "channel": 1})
        socket.send_json({"channel": 1, "do": {}})
        assert said(socket)["kind"] == "echo"


def test_strangers_get_no_socket(settings):
    with (
        visitor(settings, let_in=False) as client,
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/socket"),
    ):
        pass
