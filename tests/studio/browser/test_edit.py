"""A picture in a browser: painted, uploaded, searched for, moved, projected."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.studio.browser.exploring import fits, saved, saved_json, tab
from zerosum.studio.explore.fitting import Wanted, started
from zerosum.studio.explore.inverting import read, search
from zerosum.studio.index import Index
from zerosum.studio.shared import Shared

QUICK = {"starts": 2, "steps": 25, "polish": 50, "control": 2}


@pytest.fixture
def pets(settings) -> Any:
    """The generator of pictures, without the studio."""
    models = Shared(settings, Index(settings)).models
    return next(m for m in map(models.of, [e.id for e in models.entries()]) if m.kind == "picture")


def drag(page, start, end) -> None:
    """Draw a stroke from one pixel (row, column) of the 6 x 6 to another."""
    page.locator(".ed-board").scroll_into_view_if_needed()
    box = page.locator(".ed-board").bounding_box()
    (r0, c0), (r1, c1) = [[(v + 0.5) * box["width"] / 6 for v in at] for at in (start, end)]
    page.mouse.move(box["x"] + c0, box["y"] + r0)
    page.mouse.down()
    page.mouse.move(box["x"] + c1, box["y"] + r1, steps=4)
    page.mouse.up()


def found(page) -> None:
    page.get_by_text("Found in").wait_for()
    page.get_by_role("heading", name="Go on from there").wait_for()


def test_a_search_finds_what_the_server_would_and_its_address_finds_it_again(open_view, pets):
    page = tab(open_view, "picture", "edit", number=3, label="dog", **QUICK)
    page.get_by_text("sample 3 of seed 0").wait_for()
    page.get_by_role("button", name="Search for its latent").click()
    found(page)
    told = saved_json(page)
    pixels, _ = started(pets, Wanted("sample", 3))
    assert told["given"] == pixels.flatten().tolist()
    text = base64.b64encode(pixels.tobytes()).decode()
    want, _ = search(pets, read({"pixels": text, "label": "dog", **QUICK}))
    assert told["found"]["latents"] == want.latents[0].tolist()
    assert "go=true" in page.url
    page.reload()
    found(page)
    assert saved_json(page)["found"]["latents"] == told["found"]["latents"]
    assert saved(page, "PNG").read_bytes().startswith(b"\x89PNG")


def test_paint_free_undo_and_the_keyboard(open_view):
    page = tab(open_view, "picture", "edit", **QUICK)
    page.get_by_role("button", name="Blank").click()
    drag(page, (1, 0), (1, 5))
    given = np.reshape(saved_json(page)["given"], (6, 6))
    assert (given[1] == 255).all() and (np.delete(given, 1, axis=0) == 0).all()
    page.get_by_role("button", name="Undo").click()
    assert max(saved_json(page)["given"]) == 0
    page.get_by_role("button", name="Negative").click()
    assert min(saved_json(page)["given"]) == 255
    page.get_by_role("button", name="Clear").click()
    page.locator(".ed-board").focus()
    for key in ("ArrowUp", "ArrowLeft", "Space"):
        page.keyboard.press(key)
    # from where the last stroke ended, (1, 5)
    assert np.flatnonzero(saved_json(page)["given"]).tolist() == [0 * 6 + 4]
    page.locator(".ed-board").press("z")
    assert max(saved_json(page)["given"]) == 0
    page.get_by_role("button", name="Free", exact=True).click()
    drag(page, (4, 0), (5, 5))
    assert 0 in saved_json(page)["known"]
    page.get_by_role("button", name="Search for its latent").click()
    found(page)


def test_an_upload_is_fitted_moved_painted_on_and_projected(open_view):
    page = tab(open_view, "picture", "edit", label="cat", **QUICK)
    data = io.BytesIO()
    Image.fromarray(np.arange(30 * 50 * 3, dtype=np.uint8).reshape(30, 50, 3)).save(data, "WEBP")
    upload = {"name": "mine.webp", "mimeType": "image/webp", "buffer": data.getvalue()}
    page.locator("input[type=file]").set_input_files(upload)
    page.get_by_text("50 × 30 pixels were cropped to the centre and resized to 6 × 6").wait_for()
    page.get_by_role("button", name="Search for its latent").click()
    found(page)
    before = page.evaluate("document.querySelector('.ed-moves canvas').toDataURL()")
    page.get_by_role("slider", name="Direction 1").press("End")
    page.wait_for_function(
        "before => document.querySelector('.ed-moves canvas').toDataURL() !== before", arg=before
    )
    assert page.get_by_role("button", name="Project what was painted").is_disabled()
    page.get_by_role("button", name="Paint on the moved picture").click()
    drag(page, (0, 0), (0, 5))
    page.get_by_role("button", name="Project what was painted").click()
    page.get_by_text("Left where painted").wait_for()
    notes = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    page.locator("input[type=file]").set_input_files(notes)
    page.get_by_text("give a PNG, JPEG or WebP picture").wait_for()


def test_a_long_search_is_stopped(open_view):
    page = tab(open_view, "picture", "edit", starts=32, steps=800, polish=2400, control=32)
    page.get_by_role("button", name="Search for its latent").click()
    page.get_by_text("Searching:").wait_for()
    assert page.get_by_role("button", name="Search for its latent").is_disabled()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("Stopped.").wait_for()
    assert page.get_by_role("button", name="Search for its latent").is_enabled()


def test_in_a_narrow_dark_window_and_for_numbers(open_view):
    page = tab(open_view, "picture", "edit", width=390, **QUICK)
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="Search for its latent").click()
    found(page)
    assert fits(page)
    page = tab(open_view, "points", "edit")
    assert "zerosum invert finds the latents" in page.locator("#tab").inner_text()
