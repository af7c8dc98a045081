"""`zerosum studio`: what it says when it starts, when it cannot, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar

import pytest

from tests.cli.processes import started
from tests.studio.running import TOKEN
from zerosum.studio import serve
from zerosum.studio.serve import address_of
from zerosum.studio.settings import Settings

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "LOCALHOST", "example.org"])
def test_other_machines_need_a_token(host, say):
    code, out, err = say("studio", "--host", host)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"--host {host} lets other machines in" in err and "ZEROSUM_TOKEN" in err


@pytest.mark.parametrize("token", ["", "short", "x" * 31, "x" * 31 + "ä", "x" * 40 + "\n"])
def test_a_weak_token_is_refused_and_not_repeated(token, say, monkeypatch):
    monkeypatch.setenv("ZEROSUM_TOKEN", token)
    for words in ((), ("--host", "0.0.0.0")):
        code, out, err = say("studio", *words)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "ZEROSUM_TOKEN has" in err and (not token or token not in err)


@pytest.mark.parametrize("port", ["-1", "65536", "99999999999"])
def test_an_impossible_port_is_one_sentence(port, say):
    code, out, err = say("studio", "--port", port)
    assert (code, out, err.count("\n")) == (2, "", 1) and f"--port is {port}" in err


def test_an_empty_host_does_not_mean_every_host(say, monkeypatch):
    monkeypatch.setenv("ZEROSUM_TOKEN", TOKEN)
    code, _, err = say("studio", "--host", "")
    assert code == 2 and "--host is empty" in err


def test_a_taken_port_is_one_sentence(say):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = say("studio", "--port", port)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert f"port {port} of 127.0.0.1 is taken" in err


def test_without_a_wish_the_next_free_port_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serve._bind("127.0.0.1", port, 20) as found:
            assert port < found.getsockname()[1] < port + 20


def test_an_address_of_nobody_here_is_one_sentence(say, monkeypatch):
    monkeypatch.setenv("ZEROSUM_TOKEN", TOKEN)
    code, out, err = say("studio", "--host", "203.0.113.7")  # set aside for documentation
    assert (code, out, err.count("\n")) == (1, "", 1) and "cannot listen at 203.0.113.7" in err


def test_what_is_neither_a_run_nor_an_artefact_is_named(say):
    code, out, err = say("studio", "nothing")
    assert (code, out) == (2, "") and "nothing is neither a run folder nor a saved generator" in err


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]")],
)
def test_the_printed_address_is_one_that_a_browser_here_can_open(host, shown, tmp_path):
    settings = Settings(root=tmp_path, host=host, port=9, token="a+b/c=" + "x" * 30)
    assert address_of(settings) == f"http://{shown}:9/?token=a%2Bb%2Fc%3D" + "x" * 30


def test_a_token_is_drawn_anew_and_long_enough(tmp_path):
    tokens = {Settings(root=tmp_path).token for _ in range(5)}
    assert len(tokens) == 5 and all(len(token) * 6 >= 128 for token in tokens)
    assert not [token for token in tokens if token in repr(Settings(root=tmp_path, token=token))]


@pytest.mark.parametrize(
    ("host", "number"), [("127.0.0.1", signal.SIGINT), ("::1", signal.SIGTERM)]
)
def test_a_studio_opens_refuses_strangers_and_ends_at_once(host, number):
    if host == "::1" and not _ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    process = started("studio", "--port", "0", "--host", host)
    try:
        address = process.stdout.readline().strip()
        match = re.fullmatch(r"(http://\S+:\d+)/\?token=(\S{32})", address)
        assert match, address + process.stderr.read()
        base, token = match.groups()
        for refused in (base, f"{base}/?token=x", f"{base}/api/session?token={token}x"):
            with pytest.raises(urllib.error.HTTPError) as error:
                urllib.request.urlopen(refused, timeout=30)
            assert error.value.code == 401
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with browser.open(address, timeout=30) as page:
            assert page.url == base + "/" and "zerosum studio" in page.read().decode()
        with browser.open(f"{base}/api/session", timeout=30) as answer:
            assert json.load(answer)["control"] is False
        begun = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert time.monotonic() - begun < 20  # a second on a quiet machine
    finally:
        process.kill()
        process.wait()
    assert process.returncode == (0 if number == signal.SIGINT else -signal.SIGTERM)
    assert out == "" and token not in err and "Traceback" not in err


def _ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as found:
            found.bind(("::1", 0))
    except OSError:
        return False
    return True
