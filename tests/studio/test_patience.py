"""Who connects and does not say what he wants is shown out; who does is heard, however often."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from tests.studio.running import Served, served
from zerosum.studio import patience

SOON = 0.5  # seconds
REQUEST = b"GET / HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n"


@pytest.fixture(scope="module")
def running(settings) -> Iterator[Served]:
    """A studio whose patience is short."""
    before, patience.HEAD = patience.HEAD, SOON
    with served(settings) as found:
        yield found
    patience.HEAD = before


@pytest.fixture
def wire(running) -> Iterator[socket.socket]:
    """A connection to it on which nothing was said."""
    with socket.create_connection(("127.0.0.1", running.settings.port), timeout=10) as found:
        yield found


def test_a_silent_connection_is_ended(wire):
    begun = time.monotonic()
    assert _all(wire).startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - begun >= SOON - 0.05


def test_a_head_that_trickles_is_ended_although_something_always_comes(wire, running):
    wire.sendall(REQUEST % running.settings.port)
    heard = b""
    wire.settimeout(SOON / 5)
    for _ in range(100):
        try:
            wire.sendall(b"x-more: 1\r\n")
            heard = wire.recv(4096)
            break
        except TimeoutError:
            continue
    assert heard.startswith(b"HTTP/1.1 408 ")


def test_a_second_head_on_the_same_connection_has_its_own_time(wire, running):
    whole = REQUEST % running.settings.port + b"\r\n"
    for _ in range(3):  # beyond one patience in all, each within it
        wire.sendall(whole)
        assert _answer(wire).startswith(b"HTTP/1.1 401 ")
        time.sleep(SOON * 0.6)
    wire.sendall(whole[:-2])
    assert _all(wire).startswith(b"HTTP/1.1 408 ")


def test_an_open_socket_is_left_alone(running):
    websockets = pytest.importorskip("websockets.sync.client")
    from zerosum.studio.doors import cookie_token

    cookie = f"{running.settings.cookie}={cookie_token(running.settings.token)}"
    url = running.base.replace("http", "ws") + "/socket"
    origin = {"cookie": cookie, "origin": running.base}
    with websockets.connect(url, additional_headers=origin) as open_socket:
        time.sleep(2 * SOON)
        open_socket.send('{"open": "nothing", "channel": 1}')
        assert b"unknown channel" in open_socket.recv(timeout=10)


def _all(wire: socket.socket) -> bytes:
    """Return what is heard until the other side hangs up."""
    heard = b""
    while part := wire.recv(4096):
        heard += part
    return heard


def _answer(wire: socket.socket) -> bytes:
    """Return one whole answer, by its length."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        part = wire.recv(4096)
        assert part, heard
        heard += part
    head, _, body = heard.partition(b"\r\n\r\n")
    lines = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
    while len(body) < int(lines[b"content-length"]):
        body += wire.recv(4096)
    return head
