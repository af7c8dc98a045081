"""What people read: lines, JSON, a page, a Markdown page with pictures."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from zerosum.claims import lines, markdown, page
from zerosum.claims.claim import Claim, Finding, Measurement
from zerosum.claims.run import Result

FOUND = (
    Finding("a <b> | c", 1.0, 1.25, 0.5, "by example"),
    Finding("a bound", 2.0, 3.0, 0.5, "by example", "<="),
    Finding("an infinity", math.inf, math.inf, 0.0, "by example"),
    Finding("a curiosity", 0.0, 7.0, 0.0, "nothing was predicted", "reported"),
)
CLAIM = Claim(
    number=3,
    name="some-claim",
    statement="Something is so.",
    derivation=("first", "second", "third"),
    source="A. Author 2020",
    measure=lambda seed: Measurement(FOUND),
    paint=lambda axes, data: axes.plot(data["x"], data["x"]),
    caption="A line.",
)
DATA = {"x": np.arange(3.0)}
FAILED = Result(CLAIM, Measurement(FOUND, DATA), "", 1.5)
HELD = Result(CLAIM, Measurement(FOUND[:1], DATA), "", 1.5)
BROKEN = Result(CLAIM, None, "ValueError: no", 0.1)
ANIMATED = replace(HELD, claim=replace(CLAIM, animate=lambda data: b"GIF89a"))


def test_a_line_holds_everything():
    assert list(lines.lines(FAILED)) == [
        " 3  some-claim: FAILS (1.5 s). Something is so.",
        "    ok    a <b> | c: predicted 1, measured 1.25, error 0.25, tolerance 0.5 (by example)",
        "    FAIL  a bound: predicted at most 2, measured 3, error 1, tolerance 0.5 (by example)",
        "    ok    an infinity: predicted inf, measured inf, error 0, tolerance 0 (by example)",
        "    --    a curiosity: measured 7, reported only (nothing was predicted)",
    ]


def test_a_claim_that_breaks_says_so():
    assert list(lines.lines(BROKEN))[1] == "    could not be measured: ValueError: no"
    assert not BROKEN.holds


def test_json_is_strict_json_whatever_was_measured():
    text = json.dumps(lines.to_json([FAILED, BROKEN], seed=4), allow_nan=False)
    found = json.loads(text)
    assert (found["seed"], found["holds"]) == (4, False)
    first, second = found["claims"]
    assert [f["holds"] for f in first["findings"]] == [True, False, True, True]
    assert first["findings"][2]["measured"] == "inf"
    assert (second["findings"], second["failure"]) == ([], "ValueError: no")


def test_the_page_escapes_names_and_shows_failures_and_pictures():
    text = page.page([FAILED, BROKEN, ANIMATED], seed=0)
    assert "a &lt;b&gt; | c" in text and "<b>" not in text
    assert text.count("<svg") == 2 and "data:image/gif;base64,R0lGODlh"[:22] in text
    assert "1 of 3 claims hold" in text and "FAILS" in text
    assert "could not be measured: ValueError: no" in text
    assert "<script" not in text


def test_the_markdown_page_and_its_pictures(tmp_path):
    markdown.write_markdown([FAILED, ANIMATED, BROKEN], tmp_path / "theory.md", seed=0)
    text = (tmp_path / "theory.md").read_text(encoding="utf-8")
    assert "| a <b> \\| c | 1 | 1.25 | 0.25 | 0.5 | by example |" in text
    assert "**FAILS** a bound" in text and "| ≤ 2 | 3 | 1 | 0.5 |" in text
    assert "1. first\n2. second\n3. third" in text
    assert (tmp_path / "theory" / "some-claim.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "theory" / "some-claim.gif").read_bytes() == b"GIF89a"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["theory", "theory.md"]


@pytest.mark.parametrize("write", [page.write_html, markdown.write_markdown])
def test_the_same_results_give_the_same_bytes(write, tmp_path):
    target = tmp_path / "page.html"
    first = write([HELD], target, 0).read_bytes()
    assert write([HELD], target, 0).read_bytes() == first
