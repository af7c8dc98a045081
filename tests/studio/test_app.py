"""What a visitor who was let in gets where there is nothing, or where something fails."""

from __future__ import annotations

import json
import re
import threading

import pytest

from tests.studio.asking import ask, own_headers
from tests.studio.conftest import visitor
from zerosum.studio.app import build
from zerosum.studio.doors import change_token
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.guard import ALWAYS
from zerosum.studio.pages import static_folder

SECRET = "/home/ada/secret/file.txt"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """No runs."""
    return tmp_path_factory.mktemp("runs")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/..%5capp.py",
        "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fpyproject.toml", "/static//etc/passwd",
        "/static/%2fetc%2fpasswd", "/static/....//app.py", "/static/js/../../app.py", "/static/",
        "/static", "/static/js", "/static/%00", "/static/style.css%00.js", "/static/" + "a" * 5000,
        "/static/C:%5cwindows%5cwin.ini", "/static/nothing.css",
    ],
)  # fmt: skip
def test_only_the_page_s_own_files_are_served(path, settings):
    app = build(settings)
    decoded = re.sub(r"%(..)", lambda m: chr(int(m[1], 16)), path)
    for asked in {path, decoded}:
        answer = ask(app, "GET", asked, own_headers(settings))
        assert answer.status == 404, (asked, answer.body[:80])
        assert json.loads(answer.body) == {"error": "there is nothing at this address"}


@pytest.mark.parametrize(
    "view",
    ["/", "/game", "/toy", "/runs", "/runs/x", "/explore", "/explore/x", "/learn", "/learn/x"],
)
def test_every_view_is_the_page(view, studio):
    answer = studio.get(view)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    assert answer.text == (static_folder() / "index.html").read_text()


def test_a_page_learns_what_it_may_do_and_never_the_token(settings, controlling):
    for each in (settings, controlling):
        with visitor(each) as client:
            answer = client.get("/api/session")
        assert answer.json()["control"] == each.control
        assert answer.json()["change"] == change_token(each.token)
        assert each.token not in answer.text


def test_an_answer_is_made_beside_the_loop_that_hears_everybody(settings, monkeypatch):
    found = []

    def slow():
        found.append(threading.current_thread())

    endpoints = [Endpoint("GET", "/api/slow", "Slow.", slow)]
    monkeypatch.setattr("zerosum.studio.app.endpoints", lambda shared: endpoints)
    assert ask(build(settings), "GET", "/api/slow", own_headers(settings)).status == 200
    assert found and found[0] is not threading.current_thread()  # where `ask` runs the loop


def test_the_page_s_files_have_their_types(studio):
    for path, kind in (("js/main.js", "javascript"), ("style.css", "css"), ("icon.svg", "svg")):
        answer = studio.get(f"/static/{path}")
        assert answer.status_code == 200 and kind in answer.headers["content-type"]
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/nothing", "/api", "/api/nothing", "/game/", "//game", "/socket"]
)
def test_an_unknown_address_is_a_sentence(path, settings):
    answer = ask(build(settings), "GET", path, own_headers(settings))
    assert answer.status == 404
    assert json.loads(answer.body) == {"error": "there is nothing at this address"}


def test_a_known_address_with_another_method_says_which_it_takes(studio):
    answer = studio.delete("/api/session")
    assert answer.status_code == 405 and "GET" in answer.headers["allow"]
    assert set(ALWAYS) <= set(answer.headers)


def test_a_fault_is_told_by_a_number_that_the_terminal_explains(settings, monkeypatch, caplog):
    def breaks():
        raise RuntimeError(SECRET)

    broken = Endpoint("GET", "/api/broken", "Fails.", breaks)
    monkeypatch.setattr("zerosum.studio.app.endpoints", lambda shared: [broken])
    with visitor(settings) as client:
        answer = client.get("/api/broken")
    assert answer.status_code == 500
    number = re.search(r"\(error ([0-9a-f]{8})\)", answer.json()["error"])[1]
    assert number in caplog.text
    for leaked in (SECRET, "RuntimeError", "Traceback", "secret", ".py"):
        assert leaked not in answer.text
    assert set(ALWAYS) <= set(answer.headers)


def test_a_refusal_names_no_folder(settings, monkeypatch):
    from zerosum.errors import ZerosumError

    def refuses():
        raise ZerosumError(f"{SECRET} is damaged")

    broken = Endpoint("GET", "/api/broken", "Fails.", refuses)
    monkeypatch.setattr("zerosum.studio.app.endpoints", lambda shared: [broken])
    with visitor(settings) as client:
        answer = client.get("/api/broken")
    assert (answer.status_code, answer.json()) == (400, {"error": "file.txt is damaged"})


def test_so_much_at_once_is_refused_with_a_time_to_come_again(settings, monkeypatch):
    from zerosum.studio.bodies import Refused

    def busy():
        raise Refused(429, "busy")

    monkeypatch.setattr(
        "zerosum.studio.app.endpoints", lambda shared: [Endpoint("GET", "/api/busy", "Busy.", busy)]
    )
    with visitor(settings) as client:
        answer = client.get("/api/busy")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
