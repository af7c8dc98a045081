"""A browser without a window and an engine without a browser, for tests of pages that run something."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
NODE = shutil.which("node")

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="NOT TESTED: no chromium to open pages with"
)
needs_node = pytest.mark.skipif(
    NODE is None, reason="NOT TESTED: no node to run the page's script with"
)

_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--virtual-time-budget=5000",
)  # fmt: skip


def run_script(script: str, expression: str) -> Any:
    """Return what an expression is after a script, as node has it."""
    made = subprocess.run(
        [str(NODE), "-"], input=f"{script}\nprocess.stdout.write(JSON.stringify({expression}));",
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return json.loads(made.stdout)


def after(page: str, actions: str, folder: Path, *flags: str) -> str:
    """Return the document as it stands when `actions` have run on a page opened from a file.

    The page's policy stays in force and lets in this one script more.
    """
    assert CHROMIUM is not None
    digest = base64.b64encode(hashlib.sha256(actions.encode()).digest()).decode()
    let_in = page.replace("script-src ", html.escape(f"script-src 'sha256-{digest}' "), 1)
    file = folder / "acted.html"
    file.write_text(
        let_in.replace("</body>", f"<script>{actions}</script></body>"), encoding="utf-8"
    )
    made = subprocess.run(
        [CHROMIUM, *_QUIET, f"--user-data-dir={folder / 'profile'}", *flags, "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return made.stdout


def text_of(document: str, name: str) -> str:
    """Return the text of the element with this id, tags left out, spaces that tie made plain."""
    found = re.search(rf'<(\w+)[^>]* id="{name}"[^>]*>(.*?)</\1>', document, re.S)
    assert found, f"no element {name}"
    return html.unescape(re.sub(r"<[^>]+>", " ", found[2])).replace("\u00a0", " ").strip()
