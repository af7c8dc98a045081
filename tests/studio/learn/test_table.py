"""Every claim has a lesson, and every lesson holds together: words, links, controls and handles."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from zerosum.claims.table import CLAIMS
from zerosum.recipes.tables import OBJECTIVES
from zerosum.studio import learn
from zerosum.studio.bounds import check
from zerosum.studio.game.choice import read
from zerosum.studio.learn.figure import Handle, plain
from zerosum.studio.learn.lesson import controls
from zerosum.studio.learn.table import LESSONS

ROOT = Path(__file__).resolve().parents[3]
VIEWS = ("/game", "/toy", "/runs", "/explore", "/learn")


def places(control):
    """Return the places of a slider, as the page makes them."""
    low, high = control["minimum"], control["maximum"]
    if "x-decade" in control:
        count = round(math.log10(high / low) * control["x-decade"])
        raw = [float(f"{low * (high / low) ** (i / count):.2g}") for i in range(count + 1)]
        return [round(v) for v in raw] if control["whole"] else raw
    step = control["x-step"]
    return [float(f"{low + i * step:.10g}") for i in range(round((high - low) / step) + 1)]


def settings(lesson):
    """Yield the first values, each control at both ends and in between, and every name."""
    first = lesson.controls()
    yield first
    for control in controls(lesson):
        ends = control.get("enum") or [
            places(control)[i] for i in (0, len(places(control)) // 3, -1)
        ]
        kind = type(getattr(first, control["name"]))
        for value in ends:
            yield dataclasses.replace(first, **{control["name"]: kind(value)})


def test_the_lessons_are_the_claims_in_their_order():
    assert list(LESSONS) == list(CLAIMS)


def test_the_first_page_names_every_file():
    files = {path.stem for path in Path(learn.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == {name for name in files if f"`{name}`" in learn.__doc__}


@pytest.mark.parametrize("name", LESSONS)
def test_words_and_links(name):
    lesson = LESSONS[name]
    assert lesson.picture.__module__.endswith("." + name.replace("-", "_"))
    assert all((lesson.words, lesson.equations, lesson.predicts, lesson.measures, lesson.play))
    assert lesson.links and all(link.href.startswith(VIEWS) for link in lesson.links)
    assert lesson.pages
    for page in lesson.pages:
        assert (ROOT / "docs" / f"{page}.md").is_file()


@pytest.mark.parametrize("name", LESSONS)
def test_links_to_games_name_what_there_is(name):
    for link in LESSONS[name].links:
        chosen = {key: found[0] for key, found in parse_qs(urlsplit(link.href).query).items()}
        if link.href.startswith("/game"):
            read(chosen)
        else:
            assert chosen.get("game", "saddle") in ("saddle", "bilinear", "pursuit", "dirac")
            assert chosen.get("objective", "mm") in OBJECTIVES


@pytest.mark.parametrize("name", LESSONS)
def test_every_default_is_a_place_of_its_slider(name):
    for control in controls(LESSONS[name]):
        options = control.get("enum") or places(control)
        assert any(option == control["default"] for option in options), control["name"]
        assert control["title"] and control["meaning"]


@pytest.mark.parametrize("name", LESSONS)
def test_pictures_at_the_ends_of_every_control(name):
    """Each is whole: marks of even lengths, JSON without NaN, and handles that stand where they set."""
    for values in settings(LESSONS[name]):
        check(values)
        figure = LESSONS[name].picture(values)
        json.dumps(plain(figure), allow_nan=False)
        assert figure.panels and figure.numbers
        assert len({number.name for number in figure.numbers}) == len(figure.numbers)
        for panel in figure.panels:
            assert panel.x.low < panel.x.high and panel.y.low < panel.y.high
            for mark in panel.marks:
                assert len({len(v) for k, v in vars(mark).items() if k in ("x", "y", "low", "high")
                            and isinstance(v, list | np.ndarray)}) <= 1  # fmt: skip
            for handle in panel.handles:
                stands(handle, values)


def stands(handle: Handle, values: object) -> None:
    """Check that dragging a handle to where it stands would change nothing."""
    for control, at, origin, scale in (
        (handle.moves_x, handle.x, handle.origin[0], handle.scale[0]),
        (handle.moves_y, handle.y, handle.origin[1], handle.scale[1]),
    ):
        if control is not None:
            assert (at - origin) / scale == pytest.approx(getattr(values, control), abs=1e-9)


@pytest.mark.parametrize("name", LESSONS)
def test_a_picture_is_a_pure_function(name):
    lesson = LESSONS[name]
    drawn = [json.dumps(plain(lesson.picture(lesson.controls()))) for _ in range(2)]
    assert drawn[0] == drawn[1]
