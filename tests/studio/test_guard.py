"""Who is let in: the matrix of hosts, origins, methods and tokens over every route that there is."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Mount, Route, WebSocketRoute

from tests.studio.asking import Answer, ask, own_headers
from tests.studio.running import TOKEN
from zerosum.studio.app import build
from zerosum.studio.doors import HEADER, change_token, cookie_token
from zerosum.studio.guard import ALWAYS, METHODS
from zerosum.studio.settings import Settings

OWN = "http://127.0.0.1:8642"
FOREIGN_HOSTS = (
    "evil.example", "evil.example:8642", "127.0.0.1.evil.example", "localhost.evil.example",
    "evil-localhost", "evillocalhost", "127.0.0.1@evil.example", "me@127.0.0.1",
    "127.0.0.1:8642@evil.example", "localhost.", "127.0.0.1.", "", " ", "[::1].evil.example",
    "[::1", "::1", "127.0.0.2", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "127.0.0.1:",
    "127.0.0.1:8642:80", "127.0.0.1:\xb2", "localhost#", "localhost/", "localhost,evil.example",
    "127.0.0.1 evil.example", "localhost\tevil.example", "192.168.0.7:8642", "testserver",
)  # fmt: skip
FOREIGN_ORIGINS = (
    "null", "", "http://evil.example", "http://127.0.0.1:8643", "https://127.0.0.1:8642",
    f"{OWN}.evil.example", f"{OWN}/", "http://localhost:8642", "HTTP://127.0.0.1:8642",
    f"{OWN} http://evil.example", "file://", "http://127.0.0.1",
)  # fmt: skip
OTHER_METHODS = ("OPTIONS", "TRACE", "CONNECT", "PATCH", "PROPFIND", "get", "GETS", "")
REACHED = 299


REFUSED = [
    *((f"host {host!r}", {"host": host, "origin": None}, 403) for host in FOREIGN_HOSTS),
    ("no host", {"host": None, "origin": None}, 403),
    *((f"origin {origin!r}", {"origin": origin}, 403) for origin in FOREIGN_ORIGINS),
    *(
        (f"site {site!r}", {"sec_fetch_site": site}, 403)
        for site in ("cross-site", "same-site", "", "SAME-ORIGIN", "same-origin, cross-site")
    ),
    ("no cookie", {"cookie": None}, 401),
    ("another cookie", {"cookie": "zerosum-8642=0123456789abcdef"}, 401),
    ("the token as cookie", {"cookie": f"zerosum-8642={TOKEN}"}, 401),
    ("another port's cookie", {"cookie": f"zerosum-8643={cookie_token(TOKEN)}"}, 401),
    ("an empty cookie", {"cookie": "zerosum-8642="}, 401),
    ("a longer cookie's name", {"cookie": f"x-zerosum-8642={cookie_token(TOKEN)}"}, 401),
    ("the token as a header", {"cookie": None, "authorization": f"token {TOKEN}"}, 401),
]  # fmt: skip
LET_IN = [
    *(
        (f"host {host!r}", {"host": host, "origin": None})
        for host in ("127.0.0.1", "localhost:8642", "LOCALHOST:9", "[::1]:8642", "[::1]")
    ),
    ("no origin", {"origin": None}),
    ("no site", {"sec_fetch_site": None}),
    ("typed by hand", {"sec_fetch_site": "none", "origin": None}),
    (
        "other cookies",
        {"cookie": f'a={{"b":"c"}}; zerosum-8642=x; zerosum-8642={cookie_token(TOKEN)}; d'},
    ),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """No runs: nobody gets as far as them."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def guarded(settings):
    """The studio's guard with nothing behind it but a sign, and every route that there was."""
    guard = build(settings)
    doors = [door for route in guard.app.routes for door in _doors(route)]

    async def sign(scope, receive, send):
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": REACHED, "headers": []})
        await send({"type": "http.response.body"})

    guard.app = sign
    return guard, doors


def _doors(route) -> list[tuple[str, str, str]]:
    if isinstance(route, WebSocketRoute):
        return [("websocket", "GET", route.path)]
    if isinstance(route, Mount):
        return [("http", method, f"{route.path}/style.css") for method in ("GET", "HEAD")]
    assert isinstance(route, Route) and route.methods, "a kind of route that is not checked yet"
    return [("http", method, re.sub(r"{[^}]*}", "x", route.path)) for method in route.methods]


def put(guard, door: tuple[str, str, str], headers) -> Answer:
    kind, method, path = door
    return ask(guard, method, path, headers, kind=kind)


def test_every_kind_of_route_is_in_the_matrix(guarded):
    _, doors = guarded
    kinds = {kind for kind, _, _ in doors}
    assert kinds == {"http", "websocket"} and len(doors) > 20
    assert {"GET", "POST"} <= {method for _, method, _ in doors}
    assert any(path.startswith("/static/") for _, _, path in doors)


def test_every_answer_forbids_what_a_page_of_the_studio_never_needs():
    assert ALWAYS == {
        "content-security-policy": (
            "default-src 'self'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
        ),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }


@pytest.mark.parametrize(("case", "over", "status"), REFUSED, ids=[case[0] for case in REFUSED])
def test_strangers_are_refused_at_every_route(case, over, status, guarded, settings):
    guard, doors = guarded
    for door in doors:
        answer = put(guard, door, own_headers(settings, **over))
        assert answer.status == (0 if door[0] == "websocket" else status), (case, door)
        _assert_discreet(answer)


@pytest.mark.parametrize(("case", "over"), LET_IN, ids=[case[0] for case in LET_IN])
def test_the_own_page_is_let_in_at_every_route(case, over, guarded, settings):
    guard, doors = guarded
    for door in doors:
        answer = put(guard, door, own_headers(settings, **over))
        assert answer.status == (101 if door[0] == "websocket" else REACHED), (case, door)
        _assert_discreet(answer)


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("host", "evil.example"), ("origin", "http://evil.example"), ("sec-fetch-site", "cross-site"),
        ("host", "127.0.0.1:8642"), ("origin", OWN),
    ],
)  # fmt: skip
def test_a_header_that_stands_twice_is_refused_at_every_route(name, second, guarded, settings):
    guard, doors = guarded
    own = own_headers(settings)
    for headers in ([*own, (name, second)], [(name, second), *own]):
        for door in doors:
            assert put(guard, door, headers).status == (0 if door[0] == "websocket" else 403), door


@pytest.mark.parametrize("method", OTHER_METHODS)
def test_other_methods_are_refused_at_every_route(method, guarded, settings):
    guard, doors = guarded
    asks = {"access_control_request_method": "POST", "access_control_request_headers": HEADER}
    for path in {path for kind, _, path in doors if kind == "http"}:
        answer = ask(guard, method, path, own_headers(settings, **asks))
        assert answer.status == 405 and answer.header("allow") == ", ".join(METHODS)
        _assert_discreet(answer)


@pytest.mark.parametrize("given", [None, "", "x", TOKEN, cookie_token(TOKEN)])
def test_a_change_needs_the_header_that_no_form_can_send(given, guarded, settings):
    guard, doors = guarded
    for door in doors:
        headers = own_headers(settings, **{HEADER: given})
        changes = door[1] not in ("GET", "HEAD")
        expected = 101 if door[0] == "websocket" else 403 if changes else REACHED
        assert put(guard, door, headers).status == expected, door


def test_the_token_in_the_address_becomes_a_strict_cookie_once(guarded, settings):
    guard, _ = guarded
    headers = own_headers(settings, cookie=None, **{HEADER: None})
    answer = ask(guard, "GET", "/game", headers, query=f"a=1&token={TOKEN}&b=2")
    assert (answer.status, answer.header("location")) == (303, "/game?a=1&b=2")
    cookie = answer.header("set-cookie")
    name, _, rest = cookie.partition("=")
    value, *flags = rest.split("; ")
    assert (name, value) == (settings.cookie, cookie_token(TOKEN))
    assert {"HttpOnly", "Path=/", "SameSite=strict"} == set(flags)
    _assert_discreet(answer)


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "///evil.example/x", "\\\\e"]
)
def test_the_token_never_leads_to_another_host(path, guarded, settings):
    guard, _ = guarded
    answer = ask(guard, "GET", path, own_headers(settings), query=f"token={TOKEN}")
    place = answer.header("location")
    assert answer.status == 303 and place.startswith("/") and place[1:2] not in ("/", "\\")


@pytest.mark.parametrize(
    ("method", "query"),
    [("GET", "token="), ("GET", "token=x"), ("GET", f"token={TOKEN}x"), ("GET", f"Token={TOKEN}"),
     ("GET", f"token=x&token={TOKEN}"), ("POST", f"token={TOKEN}"), ("HEAD", f"token={TOKEN}"),
     ("GET", "token=%00%ff%F0%9F"), ("GET", "token[]=" + TOKEN)],
)  # fmt: skip
def test_no_other_token_lets_in(method, query, guarded, settings):
    guard, _ = guarded
    headers = own_headers(settings, cookie=None)
    assert ask(guard, method, "/", headers, query=query).status == 401


def test_the_token_of_the_address_does_not_open_a_socket(guarded, settings):
    guard, _ = guarded
    headers = own_headers(settings, cookie=None)
    assert (
        ask(guard, "GET", "/socket", headers, query=f"token={TOKEN}", kind="websocket").status == 0
    )


def test_a_foreign_page_is_refused_even_with_the_token(guarded, settings):
    guard, _ = guarded
    for over in ({"host": "evil.example", "origin": None}, {"origin": "http://evil.example"}):
        headers = own_headers(settings, cookie=None, **over)
        answer = ask(guard, "GET", "/", headers, query=f"token={TOKEN}")
        assert answer.status == 403 and answer.header("set-cookie") is None


def test_a_studio_for_other_machines_answers_under_addresses_and_its_own_name(root, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "Workbench")
    settings = Settings(root=root, token=TOKEN, host="0.0.0.0")
    guard = build(settings)
    for host, status in (
        ("192.168.0.7:8642", 200), ("[fd00::7]:8642", 200), ("workbench:8642", 200),
        ("workbench.local:8642", 200), ("127.0.0.1:8642", 200), ("evil.example:8642", 403),
        ("workbench.evil.example", 403), ("192.168.0.7.evil.example", 403),
    ):  # fmt: skip
        headers = own_headers(settings, host=host, origin=f"http://{host}")
        assert ask(guard, "GET", "/api/session", headers).status == status, host


def test_another_host_that_was_named_is_the_only_other_one(root):
    settings = Settings(root=root, token=TOKEN, host="192.168.0.7")
    guard = build(settings)
    for host, status in (("192.168.0.7:8642", 200), ("192.168.0.8:8642", 403)):
        headers = own_headers(settings, host=host, origin=f"http://{host}")
        assert ask(guard, "GET", "/api/session", headers).status == status, host


def _assert_discreet(answer: Answer) -> None:
    if answer.status in (0, 101):
        return
    told = dict(answer.headers)
    assert {name: told.get(name) for name in ALWAYS} == ALWAYS
    assert not [name for name in told if name.startswith("access-control")]
    secrets = (TOKEN, change_token(TOKEN))
    whole = answer.body.decode() + repr(answer.headers)
    assert not [secret for secret in secrets if secret in whole]
