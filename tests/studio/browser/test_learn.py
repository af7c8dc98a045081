"""The lessons in a browser: every page drawn, its first control moved, its first handle dragged."""

from __future__ import annotations

import json

import pytest

from zerosum.studio.learn.lesson import controls
from zerosum.studio.learn.table import LESSONS
from zerosum.studio.settings import Settings

from tests.studio.browser.conftest import keep_picture  # isort: skip
from tests.studio.running import TOKEN  # isort: skip

NUMBERS = ".figure-numbers"
DRAWN = """() => [...document.querySelectorAll('.figure-panel canvas')].every((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length && seen.size < 12; i += 4) {
    seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  }
  return canvas.width > 0 && seen.size >= 6;
})"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    """A studio without runs: lessons need none."""
    return Settings(root=tmp_path_factory.mktemp("runs"), token=TOKEN)


def ready(page, address):
    """Open a lesson and wait until it is drawn."""
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    page.wait_for_selector(f"{NUMBERS} dd")
    page.wait_for_function(DRAWN)


def changed(page, before):
    """Wait until the numbers beside the picture are others."""
    page.wait_for_function(
        "(before) => document.querySelector('.figure-numbers').innerText !== before", arg=before
    )


def settled(page):
    """Return the numbers once the last of several moves is drawn."""
    page.wait_for_timeout(100)
    page.wait_for_selector("body:not([aria-busy])")
    return page.inner_text(NUMBERS)


@pytest.mark.parametrize("name", LESSONS)
def test_each_lesson(page, server, name):
    """Opened; the first slider moved by the keyboard; the address reproduces what it shows."""
    ready(page, f"{server.base}/learn/{name}")
    slider = next(c for c in controls(LESSONS[name]) if "enum" not in c and c["name"] != "order")
    first = page.locator(".learn-dials label:not([hidden]) input[type=range]").first
    before = page.inner_text(NUMBERS)
    first.focus()
    for _ in range(3):
        first.press("ArrowLeft" if slider["default"] > slider["minimum"] else "ArrowRight")
    changed(page, before)
    page.wait_for_function("(name) => location.search.includes(name + '=')", arg=slider["name"])
    numbers = settled(page)
    ready(page, page.url)
    assert page.inner_text(NUMBERS) == numbers
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("() => location.search === ''")


def test_the_list(open_view):
    page = open_view("/learn")
    cards = page.locator(".learn-list a.card")
    assert cards.count() == len(LESSONS)
    cards.nth(6).click()
    page.wait_for_selector(f"{NUMBERS} dd")
    assert page.url.endswith("/learn/parallel-segments")


def test_a_handle_is_dragged(page, server):
    """The segment is pulled to θ = 1 by the pointer, then a step further by the keyboard."""
    ready(page, f"{server.base}/learn/parallel-segments")
    canvas = page.locator(".figure-panel canvas").first
    box = canvas.bounding_box()
    left, right = 60, 12  # of the plot, from -1.6 to 1.6
    wide = box["width"] - left - right

    def across(theta):
        return box["x"] + left + wide * (theta + 1.6) / 3.2

    page.mouse.move(across(0.5), box["y"] + 120)
    page.mouse.down()
    page.mouse.move(across(0.8), box["y"] + 120, steps=4)
    page.mouse.move(across(1.0), box["y"] + 120, steps=4)
    page.mouse.up()
    page.wait_for_function("() => new URLSearchParams(location.search).get('theta') === '1'")
    page.wait_for_function(
        "() => document.querySelector('.figure-numbers dd b').textContent === '1'"
    )
    canvas.focus()
    canvas.press("ArrowRight")
    page.wait_for_function("() => new URLSearchParams(location.search).get('theta') === '1.01'")


def test_what_is_saved(page, server):
    ready(page, f"{server.base}/learn/solvers?step=0.5")
    files = {}
    for kind in ("PNG", "CSV", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        files[kind] = download.value.path().read_bytes()
    assert files["PNG"][:8] == b"\x89PNG\r\n\x1a\n"
    told = json.loads(files["JSON"])
    assert told["claim"] == "solvers" and told["values"]["step"] == 0.5
    rows = files["CSV"].decode().splitlines()
    assert rows[0] == "panel,series,x,y,more" and any(
        row.startswith("Where the players go,optimistic") for row in rows
    )


def test_narrow_and_dark(open_view):
    for name in ("jensen-shannon", "kantorovich-rubinstein"):
        page = open_view(
            f"/learn/{name}", viewport={"width": 390, "height": 844}, color_scheme="dark"
        )
        page.wait_for_selector(f"{NUMBERS} dd")
        page.wait_for_function(DRAWN)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        keep_picture(page, f"learn-narrow-{name}")


def test_a_measurement_is_begun_and_stopped(page, server):
    ready(page, f"{server.base}/learn/learning-process")
    page.get_by_role("button", name="Measure it").click()
    page.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=It was stopped.")
    assert page.get_by_role("button", name="Measure it").is_enabled()


def test_an_unknown_claim_is_said(open_view, allowed):
    allowed.append("404")
    page = open_view("/learn")
    page.goto(page.url + "/nothing")
    page.wait_for_selector("text=there is no such claim")
