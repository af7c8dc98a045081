"""The game in a real browser: played, changed, drawn, wound back, compared, kept."""

from __future__ import annotations

import json
import re
import time

import pytest

SMALL = "width_g=8&width_d=8&depth_g=1&depth_d=1"
LINE = f"/game?data=bimodal&latent=1&{SMALL}"


STEP = ".row .hint output.number"


def step(page) -> int:
    return int(page.locator(STEP).inner_text().replace(",", ""))


def wait_for_round(page, least: int) -> None:
    page.wait_for_function(
        "([at, n]) => Number(document.querySelector(at).textContent.replaceAll(',', '')) >= n",
        arg=[STEP, least],
    )


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def field(page, label: str, control: str = "select"):
    """The first control under this label: a hidden second game has the same ones."""
    named = page.locator("span", has_text=re.compile(f"^{label}"))
    return page.locator("label.field", has=named).locator(control).first


def pixels(page) -> str:
    return page.locator(".game-stage figure canvas").first.evaluate("c => c.toDataURL()")


def until(page, done):
    """Wait until something is so, for 15 seconds at most."""
    end = time.monotonic() + 15
    while not done():
        assert time.monotonic() < end, "it never came to be"
        page.wait_for_timeout(20)


def at_rest(page, look):
    """Return what is seen once it stands still: what was on its way is drawn first."""
    seen = [None, look(page)]
    while seen[-1] != seen[-2]:
        page.wait_for_timeout(300)
        seen.append(look(page))
    return seen[-1]


@pytest.mark.parametrize("path", [f"/game?{SMALL}", LINE], ids=["plane", "line"])
def test_play_pause_and_single_moves(open_view, path):
    page = open_view(path)
    page.wait_for_selector("td")  # the scores of the first weights
    before = pixels(page)
    press(page, "Play")
    wait_for_round(page, 5)
    press(page, "Pause")
    rested = at_rest(page, step)
    page.wait_for_timeout(300)
    assert step(page) == rested
    assert pixels(page) != before
    press(page, "One D move")
    page.wait_for_timeout(200)
    press(page, "One G move")
    wait_for_round(page, rested + 1)
    press(page, "One round")
    wait_for_round(page, rested + 2)
    assert "W₁" in page.locator("table").inner_text()


def test_keys_play_move_and_wind_back(open_view):
    page = open_view(f"/game?{SMALL}")
    page.wait_for_selector("td")
    for n in range(1, 4):
        page.keyboard.press("r")
        wait_for_round(page, n)
    page.keyboard.press("ArrowLeft")
    assert step(page) == 2
    assert "showing round 2" in page.locator(".game-rewind").inner_text()
    page.keyboard.press("ArrowLeft")
    assert step(page) == 1
    press(page, "Live")
    assert step(page) == 3


def test_a_wound_back_frame_is_the_one_that_was_shown(open_view):
    page = open_view(f"/game?{SMALL}")
    page.wait_for_selector("td")
    press(page, "One round")
    wait_for_round(page, 1)
    first = pixels(page)
    press(page, "One round")
    wait_for_round(page, 2)
    assert pixels(page) != first
    page.locator(".game-rewind input").focus()
    page.keyboard.press("ArrowLeft")
    assert pixels(page) == first


def test_a_change_keeps_the_weights_and_the_address_tells_it(open_view):
    page = open_view(f"/game?{SMALL}")
    press(page, "One round")
    wait_for_round(page, 1)
    field(page, "Objective").select_option("ns")
    page.get_by_text("The weights were kept.").first.wait_for()
    assert "objective=ns" in page.url
    assert step(page) == 1
    page.get_by_text("Networks", exact=True).first.click()
    field(page, "D: units a layer", "input").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("D's network was started anew").first.wait_for()
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert field(page, "Objective").input_value() == "ns"


def test_what_cannot_be_played_is_said_and_goes_back(open_view):
    page = open_view(f"/game?k=5&{SMALL}")
    page.wait_for_selector("td")
    field(page, "Solver").select_option("optimistic")
    page.locator("#notice").get_by_text("moves both players at once").wait_for()
    assert field(page, "Solver").input_value() == "alternating"
    press(page, "One round")
    wait_for_round(page, 1)


def test_solvers_without_moves_offer_none(open_view):
    page = open_view(f"/game?solver=extragradient&{SMALL}")
    page.wait_for_selector("td")
    assert page.get_by_role("button", name="One D move").is_disabled()
    press(page, "One round")
    wait_for_round(page, 1)


def test_two_games_side_by_side(open_view):
    page = open_view(f"/game?{SMALL}")
    page.wait_for_selector("td")
    page.get_by_label("A second game beside it").check()
    page.get_by_text("Begun anew, from the same seed.").first.wait_for()
    heads = page.locator(".game-stage h2").all_inner_texts()
    assert [head[:2] for head in heads] == ["A:", "B:"] and heads[0][3:] != heads[1][3:]
    press(page, "One round")
    wait_for_round(page, 1)
    page.locator("thead").get_by_text("B").wait_for()
    assert "two=true" in page.url


def test_data_drawn_with_a_pointer_and_the_address_keeps_them(open_view):
    page = open_view(f"/game?{SMALL}")
    page.wait_for_selector("td")
    press(page, "Draw data …")
    sheet = page.locator("dialog canvas")
    assert page.get_by_role("button", name="Play on these points").is_disabled()
    box = sheet.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for k in range(12):
        page.mouse.move(box["x"] + 60 + 20 * k, box["y"] + 60 + 14 * (k % 3))
    page.mouse.up()
    press(page, "Play on these points")
    page.wait_for_url(re.compile("data=drawn.*#points="))
    assert field(page, "Data").input_value() == "drawn"
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.wait_for_selector("td")
    assert field(page, "Data").input_value() == "drawn"


def test_data_on_the_line_from_numbers(open_view):
    page = open_view(f"/game?{SMALL}")
    page.wait_for_selector("td")
    press(page, "Draw data …")
    page.get_by_text("Or paste numbers").click()
    page.locator("dialog textarea").fill("\n".join(str(k % 5) for k in range(30)))
    press(page, "Use these numbers")
    assert "30 points" in page.locator("dialog").inner_text()
    press(page, "Play on these points")
    page.get_by_text("generated p_g").first.wait_for()


def test_every_shape_can_be_drawn(open_view):
    page = open_view(f"/game?{SMALL}")
    press(page, "Draw data …")
    for where in ("plane", "line"):
        page.get_by_label("Where").select_option(where)
        for name in page.locator("dialog .row").nth(1).get_by_role("button").all_inner_texts():
            press(page, name)
            count = page.locator("dialog .hint").first.inner_text()
            assert re.match(r"3\d\d points", count), (name, count)


def test_the_noise_morphs_and_comes_back(open_view):
    page = open_view(f"/game?{SMALL}")
    page.wait_for_selector("td")
    before = at_rest(page, pixels)
    page.keyboard.press("m")
    until(page, lambda: pixels(page) != before)
    until(page, lambda: pixels(page) == before)


def test_the_tape_is_bounded_and_keeps_its_ends(open_view):
    page = open_view(f"/game?{SMALL}")
    found = page.evaluate(
        """async () => {
          const { Tape } = await import("/static/js/game/tape.js");
          const tape = new Tape();
          let most = 0;
          for (let step = 0; step < 5000; step++) {
            tape.push({ header: { step } });
            most = Math.max(most, tape.length);
          }
          tape.push({ header: { step: 4999 }, again: true });
          const steps = tape.frames.map((f) => f.header.step);
          const sorted = steps.every((s, i) => !i || steps[i - 1] < s);
          return { most, first: steps[0], last: tape.at(-1), sorted };
        }"""
    )
    assert found["most"] <= 600 and found["first"] == 0 and found["sorted"]
    assert found["last"] == {"header": {"step": 4999}, "again": True}


def test_points_in_an_address_come_back(open_view):
    page = open_view(f"/game?{SMALL}")
    assert page.evaluate(
        """async () => {
          const { readBack, written } = await import("/static/js/game/drawn.js");
          const points = [0.5, -1.25, 3.75, 0, -2];
          return String(readBack(written(points))) === String(points) && !readBack("@@").length;
        }"""
    )


def test_what_a_person_takes_away(open_view, tmp_path):
    page = open_view(f"/game?{SMALL}")
    page.wait_for_selector("td")
    press(page, "One round")
    wait_for_round(page, 1)
    kept = {}
    for name in ("PNG", "CSV", "JSON"):
        with page.expect_download() as waiting:
            press(page, name)
        kept[name] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(kept[name])
    assert kept["PNG"].read_bytes().startswith(b"\x89PNG")
    lines = kept["CSV"].read_text().splitlines()
    assert lines[0] == "points,x1,x2" and len(lines) == 1 + 1000 + 512
    assert json.loads(kept["JSON"].read_text())["step"] == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_a_narrow_window(open_view, scheme):
    page = open_view(
        f"/game?two=true&{SMALL}", viewport={"width": 390, "height": 844}, color_scheme=scheme
    )
    page.wait_for_selector("td")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
