"""Bodies are read with a cap and a time, whatever the client says of their length."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Annotated

import pytest
from starlette.requests import ClientDisconnect

from tests.studio.asking import Answer, own_headers
from tests.studio.asking import ask as ask_app
from zerosum.studio import bodies
from zerosum.studio.app import build
from zerosum.studio.bounds import between
from zerosum.studio.endpoint import Endpoint

PNG = ("image/png",)


@dataclass(frozen=True)
class Asked:
    """A body."""

    n: Annotated[int, "how many", between(0, 10)] = 1
    x: Annotated[float, "how much", between(0, 10)] = 1.0


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """No runs."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def app(settings, monkeypatch):
    """A studio of three endpoints that say what they were given."""

    def told(asked):
        return {"n": asked.n, "x": asked.x}

    monkeypatch.setattr("zerosum.studio.app.endpoints", lambda shared: [
        Endpoint("POST", "/api/json", "JSON.", told, body=Asked),
        Endpoint("GET", "/api/query", "A query.", told, query=Asked),
        Endpoint("POST", "/api/file", "A file.", lambda content: {"size": len(content)}, uploads=PNG),
    ])  # fmt: skip
    return build(settings)


@pytest.fixture
def ask(app, settings):
    """Return a function that posts parts of a body with headers of its own."""

    def post(path, *parts, kind="application/json", **headers) -> Answer:
        sent = own_headers(settings, content_type=kind, **headers)
        return ask_app(app, "POST", path, sent, body=parts or (b"",))

    return post


def sentence(answer: Answer) -> str:
    return json.loads(answer.body)["error"]


@pytest.mark.parametrize("length", [None, "5", "-1", "0", "99999999999999999999", "x"])
def test_a_file_is_cut_off_while_it_streams(length, ask):
    part = bytes(1 << 20)
    answer = ask("/api/file", *[part] * 40, kind="image/png", content_length=length)
    assert answer.status == 413 and "20,000,000 bytes" in sentence(answer)


def test_a_file_of_just_the_cap_is_taken_and_one_byte_more_is_not(ask):
    whole = bytes(bodies.MAX_FILE)
    assert json.loads(ask("/api/file", whole, kind="image/png").body) == {"size": len(whole)}
    assert ask("/api/file", whole, b"x", kind="image/png").status == 413


def test_no_more_is_read_than_the_cap(app, settings):
    """A client that never ends is left, not followed."""
    given = 0

    async def receive():
        nonlocal given
        given += 1 << 20
        return {"type": "http.request", "body": bytes(1 << 20), "more_body": True}

    class Request:
        async def stream(self):
            while True:
                yield (await receive())["body"]

    with pytest.raises(bodies.Refused, match="bytes were sent"):
        asyncio.run(bodies.read_bytes(Request(), bodies.MAX_FILE))
    assert given <= bodies.MAX_FILE + (2 << 20)


def test_a_slow_body_is_given_up(monkeypatch):
    class Request:
        async def stream(self):
            while True:
                await asyncio.sleep(0.02)
                yield b"x"

    monkeypatch.setattr(bodies, "PATIENCE", 0.1)
    with pytest.raises(bodies.Refused, match="did not come within") as refused:
        asyncio.run(bodies.read_bytes(Request(), 1000))
    assert refused.value.status == 408


def test_json_has_a_smaller_cap(ask):
    assert ask("/api/json", b" " * (1 << 20), b"{}").status == 413
    assert ask("/api/json", b" " * 1000, b"{}").status == 200


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "image/gif", ""],
)
def test_other_types_are_refused(kind, ask):
    for path in ("/api/json", "/api/file"):
        answer = ask(path, b"{}", kind=kind)
        assert answer.status == 415 and "send " in sentence(answer)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"n":' * 50_000, b'{"n": NaN}', b'{"x": Infinity}',
        b'{"x": 1e999}', b"[]", b"null", b'"x"', b"1", b'{"m": 1}', b'{"n": "1x"}', b'{"n": true}',
        b'{"n": 1.5}', b'{"n": null}', b'{"n": [1]}', b'{"n": {"n": 1}}', b'{"n": -1}', b'{"n": 11}',
        b'{"n": 1' + b"0" * 400 + b"}", b'{"n": 1' + b"0" * 5000 + b"}", b'{"x": 1' + b"0" * 400 + b"}",
        b'{"\\ud800": 1}', b'{"n": "\\ud800"}',
    ],
    ids=lambda body: repr(body[:16]),
)  # fmt: skip
def test_bad_json_is_one_sentence(body, ask):
    answer = ask("/api/json", body)
    assert answer.status == 400, answer.body
    assert 0 < len(sentence(answer)) < 400 and "Traceback" not in sentence(answer)


@pytest.mark.parametrize(
    "query", ["n=1&n=2", "m=1", "n=", "n=x", "n=1.5", "n=1e999", "x=nan", "x=inf", "n=11", "n=%00", "n=%ff"]
)  # fmt: skip
def test_a_bad_query_is_one_sentence(query, app, settings):
    answer = ask_app(app, "GET", "/api/query", own_headers(settings), query=query)
    assert answer.status == 400 and 0 < len(sentence(answer)) < 400


def test_a_good_query_is_read(app, settings):
    answer = ask_app(app, "GET", "/api/query", own_headers(settings), query="n=3&x=2.5")
    assert json.loads(answer.body) == {"n": 3, "x": 2.5}


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_a_type_may_be_written_as_it_is_written_elsewhere(kind, ask):
    assert ask("/api/json", b"{}", kind=kind).status == 200


def test_who_hangs_up_in_the_middle_is_refused():
    class Request:
        async def stream(self):
            yield b"x"
            raise ClientDisconnect

    with pytest.raises(bodies.Refused, match="ended before its body did") as refused:
        asyncio.run(bodies.read_bytes(Request(), 1000))
    assert refused.value.status == 400


def test_an_empty_file_is_refused(ask):
    assert ask("/api/file", kind="image/png").status == 400
