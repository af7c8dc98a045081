"""Tabs of Explore in a browser: opened at an address, of the generator that makes what is wanted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode


def tab(
    open_view: Callable[..., Any], kind: str, name: str, *, width: int = 1300, **query: Any
) -> Any:
    """Return a page with a tab of the first generator of this kind: "picture", "points"."""
    page = open_view("/explore", viewport={"width": width, "height": 900}, accept_downloads=True)
    models = page.evaluate("fetch('/api/explore').then((r) => r.json())")["models"]
    number = next(m["id"] for m in models if m["kind"] == kind)
    page.goto(
        page.url.split("/explore")[0] + f"/explore/{number}?{urlencode({'tab': name, **query})}"
    )
    page.wait_for_selector("body[data-ready]")
    return page


def saved(page: Any, name: str) -> Path:
    """Press the last button of this name, those of the whole tab stand last, and return the file it saves."""
    with page.expect_download() as found:
        page.locator("#tab").get_by_role("button", name=name, exact=True).last.click()
    return Path(found.value.path())


def saved_json(page: Any, name: str = "JSON") -> Any:
    """Return what a button saves as JSON."""
    return json.loads(saved(page, name).read_text())


def fits(page: Any) -> bool:
    """Return whether nothing sticks out of the page to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
