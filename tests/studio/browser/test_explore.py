"""Explore in a real browser: drag, slide, mix, add, keep; by pointer, by keyboard, by address."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from tests.studio.explore.conftest import root  # noqa: F401 -- the runs that this file's studio shows
from zerosum.explore.interpolating import interpolate
from zerosum.generator import load_generator

PIXELS = """(canvas) => { const c = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return Array.from(c.data).filter((_, i) => i % 4 === 0); }"""


def until(page, expression):
    """Wait until an expression is true; Playwright's own way needs eval, which the page forbids."""
    end = time.monotonic() + 15
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(20)


def shows(page, wanted):
    """Wait until the large canvas shows exactly these pixels."""
    end = time.monotonic() + 15
    while not np.array_equal(_canvas(page, "canvas.large"), wanted.ravel()):
        assert time.monotonic() < end, "the canvas shows other pixels"
        page.wait_for_timeout(20)


@pytest.fixture
def opened(open_view, settings):
    """Return a function that opens a tab of a generator, by name."""

    def show(name, tab, query="", **options):
        number = next(e.id for e in _index(settings).entries() if e.name == name)
        return open_view(f"/explore/{number}?tab={tab}{query}", **options)

    return show


def _index(settings):
    from zerosum.studio.index import Index

    return Index(settings)


def _sample(settings, name, n, **given):
    return load_generator(settings.root / name / "model").sample(n, **given)


def _canvas(page, selector):
    canvas = page.locator(selector)
    return np.array(canvas.evaluate(PIXELS), dtype=np.uint8)


def test_the_list_leads_to_each_generator(open_view):
    page = open_view("/explore")
    assert page.locator("a.card").count() == 5
    page.get_by_text("1 that cannot be explored").click()
    assert "no trained generator yet" in page.locator("details").inner_text()
    page.locator("a.card", has_text="ring").click()
    page.wait_for_selector("#latent-plane[data-shown]")


def test_dragging_to_an_anchor_shows_that_sample(opened, settings):
    page = opened("pets", "plane")
    page.wait_for_selector("#latent-plane[data-shown]")
    box = page.locator("#latent-plane").bounding_box()

    def place(x, y):
        across, up = (x + 0.375) / 1.75, (y + 0.375) / 1.75
        return box["x"] + box["width"] * across, box["y"] + box["height"] * (1 - up)

    page.mouse.move(*place(0.4, 0.4))
    page.mouse.down()
    page.mouse.move(*place(0.7, 0.2), steps=5)
    page.mouse.move(*place(1.0, 0.0))
    page.mouse.up()
    until(page, "new URLSearchParams(location.search).get('x') === '1'")
    until(page, "document.querySelector('#latent-plane').dataset.exact === 'true'")
    wanted = _sample(settings, "pets", 2)[1]
    shows(page, wanted)


def test_the_arrow_keys_move_the_point_and_home_returns(opened, settings):
    page = opened("pets", "plane", "&x=0.5&y=0.5&a=4")
    page.locator("#latent-plane").focus()
    before = page.locator("#latent-plane").get_attribute("data-shown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    until(page, "Number(new URLSearchParams(location.search).get('y')) > 0.6")
    page.keyboard.press("Home")
    until(page, "!new URLSearchParams(location.search).has('x')")
    until(page, f"document.querySelector('#latent-plane').dataset.shown !== '{before}'")
    shows(page, _sample(settings, "pets", 5)[4])


@pytest.mark.parametrize(("name", "dark"), [("ring", True), ("table", False)])
def test_points_and_tables_have_a_plane(opened, name, dark):
    page = opened(name, "plane", "&by=pca", color_scheme="dark" if dark else "light")
    page.wait_for_selector("#latent-plane[data-shown]")
    page.get_by_label("another sample A").click()
    until(page, "new URLSearchParams(location.search).has('a')")
    assert page.get_by_label("To the right").count() == 1


def test_a_slider_moves_and_reset_returns(opened, settings):
    page = opened("pets", "directions", "&sample=3")
    page.wait_for_selector("canvas.large[data-shown]")
    slider = page.get_by_label("Direction 1", exact=True)
    slider.focus()
    for _ in range(5):
        page.keyboard.press("PageUp")
    until(page, "new URLSearchParams(location.search).has('amounts')")
    page.get_by_role("button", name="Reset").click()
    until(page, "!new URLSearchParams(location.search).has('amounts')")
    shows(page, _sample(settings, "pets", 4)[3])


def test_directions_that_cannot_be_had_say_why(opened):
    page = opened("told", "directions")
    page.get_by_role("button", name="Directions of the labels").click()
    page.get_by_text("is told the class").wait_for()


def test_a_strip_plays_and_can_be_kept(opened, settings, tmp_path):
    page = opened("pets", "strip", "&samples=2,5&steps=4")
    page.get_by_text("frame 1 of 5").wait_for()
    page.get_by_role("button", name="frame 4").click()
    page.get_by_text("frame 5 of 5").wait_for()
    wanted = interpolate(load_generator(settings.root / "pets" / "model"), (2, 5), steps=4)
    assert np.array_equal(_canvas(page, "canvas.large"), wanted[4].ravel())
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_text("frame 2 of 5").wait_for()
    page.get_by_role("button", name="Pause").click()
    for name, magic in {"GIF": b"GIF89a", "WebP": b"RIFF", "APNG": b"\x89PNG"}.items():
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        assert Path(download.value.path()).read_bytes().startswith(magic)
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON", exact=True).click()
    kept = json.loads(Path(download.value.path()).read_text())
    assert kept["samples"] == [2, 5]
    assert len(kept["latents"]) == 5


def test_a_strip_of_numbers_is_lines(opened):
    page = opened("table", "strip", "&samples=0,1,2", viewport={"width": 390, "height": 844})
    page.get_by_text("frame 1 of 17").wait_for()
    page.get_by_label("next frame").click()
    page.get_by_text("frame 2 of 17").wait_for()


def test_classes_mix(opened, settings):
    page = opened("told", "classes")
    page.wait_for_selector("canvas.large[data-shown]")
    page.get_by_role("button", name="dog", exact=True).click()
    until(page, "new URLSearchParams(location.search).get('weights') === '0,1'")
    shows(page, _sample(settings, "told", 1, label="dog")[0])
    page.get_by_role("button", name="All alike").click()
    page.get_by_text("0.5 · cat + 0.5 · dog").wait_for()
    assert page.locator("table.grid tbody td").count() == 8


def test_without_classes_the_tab_says_why(opened):
    page = opened("pets", "classes")
    assert "unconditional" in page.locator("#tab").inner_text()


def test_a_sample_is_dropped_into_a_slot(opened):
    page = opened("pets", "arithmetic")
    page.wait_for_selector("canvas.large[data-shown]")
    page.locator("[data-number='7']").drag_to(page.locator(".slot").nth(1))
    until(page, "new URLSearchParams(location.search).get('b') === '7'")
    page.get_by_text("sample 0 − sample 7 + sample 2").wait_for()


def test_arithmetic_by_keyboard(opened):
    page = opened("pets", "arithmetic", "&a=1&b=1")
    page.wait_for_selector("canvas.large[data-shown]")
    page.locator("[data-number='5']").focus()
    page.keyboard.press("Enter")
    page.locator(".slot").nth(2).focus()
    page.keyboard.press("Enter")
    page.get_by_text("sample 1 − sample 1 + sample 5").wait_for()


def test_tabs_go_back_and_forth(opened):
    page = opened("ring", "plane")
    page.get_by_role("link", name="Strip", exact=True).click()
    page.get_by_text("frame 1 of").wait_for()
    assert "tab=strip" in page.url
    page.go_back()
    page.wait_for_selector("#latent-plane[data-shown]")


def test_a_narrow_window_holds_everything(opened):
    for tab in ("plane", "directions", "strip", "classes", "arithmetic"):
        page = opened("told", tab, viewport={"width": 390, "height": 844})
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
