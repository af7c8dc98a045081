"""What the studio's tests share: a folder with two tiny runs, and a visitor who was let in.

A test file that needs other runs or rights lays its own `root` or `settings` over these.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.studio.running import TOKEN
from tests.tiny_runs import finished, small_pictures
from zerosum.studio.app import build
from zerosum.studio.doors import HEADER, change_token, cookie_token
from zerosum.studio.settings import PORT, Settings

BASE = f"http://127.0.0.1:{PORT}"


@pytest.fixture(scope="session")
def root(tmp_path_factory) -> Path:
    """A folder of runs: points on a ring, and labelled pictures of 6 x 6 pixels."""
    folder = tmp_path_factory.mktemp("studio")
    runs = folder / "runs"
    labels = np.array(["cat", "dog"])[np.arange(120) % 2]
    np.savez(folder / "pets.npz", x=small_pictures(), y=labels)
    finished(runs, "ring")
    finished(runs, folder / "pets.npz", data={"labels": "y"}, conditional=True)
    return runs


@pytest.fixture(scope="module")
def settings(root) -> Settings:
    """A studio that only shows."""
    return Settings(root=root, token=TOKEN)


@pytest.fixture(scope="module")
def controlling(settings) -> Settings:
    """A studio that was started with --allow-control."""
    return replace(settings, control=True)


@pytest.fixture
def studio(settings) -> Iterator[TestClient]:
    """A visitor with the cookie, and with the header that lets him change something."""
    with visitor(settings) as client:
        yield client


class Noted(subprocess.Popen):
    """A process that is not begun: only what it would have been told is kept."""

    _child_created = False  # so that nobody waits for it

    def __init__(self, words: list[str], **how: Any) -> None:
        self.words, self.how = words, how


class Visitor(TestClient):
    """A test client whose WebSockets go to the studio's address as well."""

    def websocket_connect(self, url: str, *arguments: Any, **options: Any) -> Any:
        """Open a WebSocket; `url` is a path."""
        whole = url if "://" in url else BASE.replace("http", "ws", 1) + url
        return super().websocket_connect(whole, *arguments, **options)


def visitor(settings: Settings, *, let_in: bool = True) -> Visitor:
    """Return a client of this process's own studio, with cookie and header, or with neither."""
    client = Visitor(build(settings), base_url=BASE, raise_server_exceptions=False)
    if let_in:
        client.cookies.set(settings.cookie, cookie_token(settings.token))
        client.headers[HEADER] = change_token(settings.token)
    return client
