"""The studio as a person starts it, and a browser to look at it: for tests and benchmarks alike."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from zerosum.studio.serve import server_of
from zerosum.studio.settings import Settings

TOKEN = "a-token-of-the-tests-0123456789abcdef"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_QUIET = ("--disable-background-networking", "--disable-component-update", "--no-first-run")


@dataclass(frozen=True)
class Served:
    """A studio that answers.

    Attributes:
        settings: what it was told, its port included.
    """

    settings: Settings

    @property
    def base(self) -> str:
        """Its address, without a path."""
        return f"http://127.0.0.1:{self.settings.port}"

    @property
    def entrance(self) -> str:
        """The address that lets a browser in."""
        return f"{self.base}/?token={self.settings.token}"


@contextmanager
def served(settings: Settings) -> Iterator[Served]:
    """Serve in a thread, by uvicorn as `zerosum studio` does, on a free port."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.bind(("127.0.0.1", 0))
    found = Served(replace(settings, port=taken.getsockname()[1]))
    server = server_of(found.settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    try:
        _wait(lambda: server.started or not thread.is_alive(), "the server did not start")
        assert server.started, "the server did not start"
        yield found
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        taken.close()
        assert not thread.is_alive(), "the server did not stop within 10 s"


@contextmanager
def own_process(root: Path, *flags: str) -> Iterator[tuple[Served, int]]:
    """Serve by `zerosum studio` in a process of its own; yield its address and its process id."""
    command = [
        sys.executable,
        "-m",
        "zerosum",
        "studio",
        "--root",
        str(root),
        "--port",
        "0",
        *flags,
    ]
    told = {**os.environ, "ZEROSUM_TOKEN": TOKEN}
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = urlsplit(process.stdout.readline().strip()).port
            assert port, "the studio did not start: its reason is above"
            yield Served(Settings(root=root, token=TOKEN, port=port)), process.pid
        finally:
            process.send_signal(signal.SIGINT)


def why_no_browser() -> str | None:
    """Return why no browser can be started, or None."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "no playwright: install it with `pip install playwright`"
    if chromium() is None:
        return "no chromium: install it with `apt-get install chromium`, or put it on the PATH"
    return None


def chromium() -> str | None:
    """Return where Chromium's program lies, or None."""
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Any]:
    """Start headless Chromium by Playwright; yield Playwright's browser."""
    from playwright.sync_api import sync_playwright

    root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*_QUIET, *(["--no-sandbox"] if root else [])]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=flags)
        try:
            yield found
        finally:
            found.close()


def _wait(done: Any, sentence: str, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, sentence
        time.sleep(0.01)
