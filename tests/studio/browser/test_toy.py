"""The smallest games in a real browser: started by pointer and keys, chosen, played, kept."""

from __future__ import annotations

import re

import pytest


def test_paths_of_all_solvers(open_view):
    page = open_view("/toy")
    rows = page.locator("tbody tr")
    rows.nth(4).wait_for()
    verdicts = {r.split("\t")[0].strip(): r.split("\t")[-1] for r in rows.all_inner_texts()}
    assert verdicts == {
        "simultaneous": "leaves",
        "alternating": "circles",
        "extragradient": "arrives",
        "optimistic": "arrives",
        "consensus": "arrives",
    }


def test_the_start_follows_pointer_and_keys(open_view):
    page = open_view("/toy?rounds=10")
    canvas = page.locator(".toy-board canvas")
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.5)
    page.wait_for_url(re.compile(r"x=2"))
    canvas.focus()
    page.keyboard.press("ArrowUp")
    page.get_by_text(re.compile(r"start \(2, 0\.1\d?\)")).wait_for()


def test_the_dirac_gan_and_its_penalty(open_view):
    page = open_view("/toy?rounds=10")
    assert page.get_by_label("Objective").is_hidden()
    page.get_by_label("Game").select_option("dirac")
    page.get_by_label("Penalty on D's slope").select_option("r1")
    page.wait_for_url(re.compile("game=dirac.*penalty=r1"))
    page.get_by_text("the smallest GAN there is").wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('tbody tr')].every((r) => r.textContent.includes('arrives'))"
    )


def test_solvers_are_left_out_and_the_path_is_played(open_view):
    page = open_view("/toy?rounds=10&off=consensus,optimistic")
    page.locator("tbody tr").nth(2).wait_for()
    assert page.locator("tbody tr").count() == 3
    page.get_by_role("checkbox", name="alternating").uncheck()
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 2")
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_text("round 10", exact=True).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_a_narrow_window(open_view, scheme):
    page = open_view("/toy", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page.locator("tbody tr").nth(4).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_a_person_takes_away(open_view, tmp_path):
    page = open_view("/toy?rounds=10")
    page.locator("tbody tr").nth(4).wait_for()
    for name in ("PNG", "CSV", "JSON"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name, exact=True).click()
        waiting.value.save_as(tmp_path / name)
    assert len((tmp_path / "CSV").read_text().splitlines()) == 1 + 5 * 11
