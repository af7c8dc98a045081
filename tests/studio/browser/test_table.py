"""The table in a browser: sorted, turned, read cell by cell, saved."""

from __future__ import annotations

import csv

from tests.studio.browser.exploring import fits, saved, saved_json, tab


def test_it_is_sorted_and_saved(open_view):
    page = tab(open_view, "points", "table", n=100, seed=2)
    page.get_by_role("heading", name="Sampled rows").wait_for()
    header = page.locator("thead button").first
    header.click()
    page.locator("th[aria-sort=ascending]").wait_for()
    first = [float(t) for t in page.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    assert len(first) == 20 and first == sorted(first)
    page.locator("thead button").first.click()
    page.locator("th[aria-sort=descending]").wait_for()
    assert "down=true" in page.url
    page.get_by_role("button", name="On", exact=True).click()
    page.get_by_text("rows 21 to 40 of 100").wait_for()
    rows = list(csv.reader(saved(page, "CSV").open()))
    held = saved_json(page)
    assert rows[0] == held["columns"] and len(rows) == 101
    assert [float(v) for v in rows[1]] == held["rows"][0]


def test_its_parts_are_there_and_a_cell_is_read_by_key(open_view):
    page = tab(open_view, "points", "table", n=250)
    for title in (
        "How far each column is from the real one",
        "Columns, one by one",
        "Correlations (Pearson)",
    ):
        page.get_by_role("heading", name=title).wait_for()
    assert (
        page.locator(".tb-line").count() == 2 and page.locator(".tb-marginals canvas").count() == 2
    )
    page.locator(".tb-heat").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("generated: x and y").wait_for()
    assert "null" not in page.locator("#tab").inner_text()


def test_in_a_narrow_window_and_for_pictures(open_view):
    page = tab(open_view, "points", "table", width=390, n=100)
    page.get_by_role("heading", name="Sampled rows").wait_for()
    assert fits(page)
    page = tab(open_view, "picture", "table")
    assert "a table has columns of numbers" in page.locator("#tab").inner_text()
