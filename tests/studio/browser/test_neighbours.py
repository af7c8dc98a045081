"""Neighbours in a browser: chosen by click and key, in the address, saved."""

from __future__ import annotations

import csv

import pytest

from tests.studio.browser.exploring import fits, saved, saved_json, tab


def test_a_sample_is_chosen_by_click_and_by_key(open_view):
    page = tab(open_view, "picture", "neighbours", n=12, k=3)
    page.get_by_role("heading", name="Sample 0:").wait_for()
    assert page.locator(".nn-tile").count() == 12
    assert page.locator(".nn-strip figure").count() == 4
    page.locator(".nn-tile").nth(4).click()
    page.get_by_role("heading", name="Sample 4:").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name="Sample 5:").wait_for()
    assert "at=5" in page.url
    page.reload()
    page.get_by_role("heading", name="Sample 5:").wait_for()
    page.get_by_label("Order").select_option("nearest first")
    shown = [float(text) for text in page.locator(".nn-tile span").all_inner_texts()]
    assert shown == sorted(shown)


def test_what_is_saved(open_view):
    page = tab(open_view, "picture", "neighbours", n=6, k=2, seed=3)
    page.get_by_role("heading", name="Sample 0:").wait_for()
    held = saved_json(page)
    rows = list(csv.DictReader(saved(page, "CSV").open()))
    assert len(rows) == 12 and held["seed"] == 3
    assert [float(r["distance"]) for r in rows[:2]] == held["distances"][0]
    assert saved(page, "PNG").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_points_in_a_narrow_window(open_view, scheme):
    page = tab(open_view, "points", "neighbours", width=390, n=12)
    page.emulate_media(color_scheme=scheme)
    page.get_by_role("heading", name="Sample 0:").wait_for()
    page.locator(".nn-cloud canvas").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name="Sample 1:").wait_for()
    assert fits(page)
