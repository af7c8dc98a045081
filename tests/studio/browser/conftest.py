"""A real server, a real browser, and pages that must neither err nor ask anybody else."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.studio.running import Served, browser, served, why_no_browser

PICTURES = Path(__file__).resolve().parents[3] / "test-output" / "studio"
PATIENCE = 15_000  # milliseconds: other tests run beside this one


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    """Chromium; without one, the tests that need it are skipped, loudly."""
    missing = why_no_browser()
    if missing is not None:
        warnings.warn(f"the studio's browser tests were left out: {missing}", stacklevel=1)
        pytest.skip(missing)
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def server(settings) -> Iterator[Served]:
    """The studio of `settings`, on a free port."""
    with served(settings) as found:
        yield found


@pytest.fixture
def allowed() -> list[str]:
    """Regular expressions of console messages that a test provokes on purpose."""
    return []


@pytest.fixture
def new_page(chrome, server, allowed, request) -> Iterator[Callable[..., Any]]:
    """Return a function that makes a page, let in; options are those of a Playwright context.

    After the test every page is kept as a picture, and must have met no error and no other host.
    """
    contexts, wrong = [], []

    def make(**options: Any) -> Any:
        options = {"viewport": {"width": 1300, "height": 950}, **options}
        context = chrome.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        context.on("page", lambda page: _listen(page, server, wrong))
        page = context.new_page()
        page.goto(server.entrance)
        return page

    yield make
    for number, context in enumerate(contexts):
        for page in context.pages:
            keep_picture(page, request.node.name + (f"-{number}" if number else ""))
        context.close()
    left = [line for line in wrong if not any(re.search(each, line) for each in allowed)]
    assert not left, "\n".join(left)


@pytest.fixture
def page(new_page) -> Any:
    """A page that was let in."""
    return new_page()


@pytest.fixture
def open_view(new_page, server) -> Callable[..., Any]:
    """Return a function that opens a view's address in a page of its own and waits until it is ready."""

    def show(path: str, **options: Any) -> Any:
        page = new_page(**options)
        page.goto(server.base + path)
        page.wait_for_selector("body[data-ready]")
        return page

    return show


def keep_picture(page: Any, name: str) -> Path:
    """Keep what a page shows as test output, and return the file."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / (re.sub(r"[^\w.-]+", "-", name).strip("-") + ".png")
    page.screenshot(path=path, full_page=True)
    return path


def _listen(page: Any, server: Served, wrong: list[str]) -> None:
    def asked(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("data", "blob", "about"):
            return
        if parts.netloc != f"127.0.0.1:{server.settings.port}":
            wrong.append(f"asked another host: {url}")

    def said(message: Any) -> None:
        if message.type == "error":
            wrong.append(f"console: {message.text} ({message.location.get('url', '')})")

    page.on("request", lambda request: asked(request.url))
    page.on("websocket", lambda socket: asked(socket.url))
    page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
    page.on("console", said)
