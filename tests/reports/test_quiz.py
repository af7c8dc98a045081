"""The quiz page: self-contained, tells nothing at a glance, and works when it is clicked through."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse

import numpy as np
import pytest

from tests.reports.browser import after, needs_browser, text_of
from zerosum.metrics.human import score
from zerosum.reports.quiz import About, drawn_items, hidden_order, picture_items, quiz_page

N = 12
REAL = [bool(b) for b in np.random.default_rng(1).integers(0, 2, N)]
IMAGES = np.random.default_rng(0).integers(0, 255, (N, 8, 8), dtype=np.uint8)


@pytest.fixture(scope="module")
def page() -> str:
    about = About("00001-pets", "the 40 rows of pets </script>", "image", 3, 1, "zerosum quiz RUN")
    return quiz_page(picture_items(IMAGES), REAL, about)


def test_it_loads_nothing_and_runs_its_own_script_only(page):
    assert page.count("<script") == 2 and page.count("</script>") == 2
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert (
        policy.startswith("default-src &#x27;none&#x27;") and "script-src &#x27;sha256-" in policy
    )
    addresses = re.findall(r'(?:src|href)="([^"]{1,30})', page)
    assert addresses and all(a.startswith(("data:image/png", "#")) for a in addresses)
    assert "http:" not in page.replace("http://www.w3.org/2000/svg", "") and "https:" not in page


def test_pictures_of_both_kinds_are_written_alike(page):
    tags = re.findall(r"<img[^>]*>", page)
    assert len(tags) == N
    bare = {re.sub(r"base64,[^\"]+|Picture \d+", "", tag) for tag in tags}
    assert len(bare) == 1 and 'width="192"' in bare.pop()  # 8 pixels, 24 times


def test_no_glance_reads_the_order(page):
    data = json.loads(re.search(r'type="application/json">(.*?)</script>', page)[1])
    assert data.keys() == {"format", "about", "salt", "order"}
    stored = base64.b64decode(data["order"])
    assert len(stored) == N and len(set(stored)) > N // 2  # bytes of all sorts, not two
    assert [b & 1 for b in stored] != [int(r) for r in REAL]
    for word in ("truerealfake", "real-one", "[true", "[1,"):
        assert word not in page.split("</style>")[1].split('id="quiz-data"')[0]


def test_a_hidden_order_by_hand():
    # 1103515245 + 12345 = 0x41c67ea6 -> & 0x7fffffff, >> 16 & 255 = 0xc6
    assert base64.b64decode(hidden_order([True], 1)) == bytes([0xC7])
    assert base64.b64decode(hidden_order([False], 1)) == bytes([0xC6])


def test_the_same_arguments_give_the_same_bytes(page):
    about = About("00001-pets", "the 40 rows of pets </script>", "image", 3, 1, "zerosum quiz RUN")
    assert quiz_page(picture_items(IMAGES), REAL, about) == page


def answering(answers: list[bool], how: str = "keys") -> str:
    """Return a script that answers, by keys or by clicks."""
    press = (
        'document.dispatchEvent(new KeyboardEvent("keydown", { key: a ? "r" : "ArrowRight" }))'
        if how == "keys"
        else 'document.getElementById(a ? "real" : "fake").click()'
    )
    return f"for (const a of {json.dumps(answers)}) {press};"


def saved(document: str, name: str) -> str:
    """Return the file behind one of the page's links."""
    link = re.search(rf'<a id="{name}" href="([^"]+)"', document) or re.search(
        rf'<a href="([^"]+)"[^>]*id="{name}"|<a[^>]*id="{name}"[^>]*href="([^"]+)"', document
    )
    return urllib.parse.unquote(next(g for g in link.groups() if g).split(",", 1)[1])


@needs_browser
@pytest.mark.parametrize("how", ["keys", "clicks"])
def test_answered_through_it_says_what_python_says(page, tmp_path, how):
    answers = [not r if i in (2, 7) else r for i, r in enumerate(REAL)]
    end = after(page, answering(answers, how), tmp_path)
    wanted = score(REAL, answers)
    assert text_of(end, "verdict") == wanted.sentence
    assert re.search(r'id="play"[^>]*hidden', end) and not re.search(r'id="result"[^>]*hidden', end)
    shares = " ".join(text_of(end, "shares").split())
    assert shares == " ".join(" ".join(str(wanted).splitlines()[1:4]).split())
    tiles = re.findall(r'<li class="([^"]+)">', end)
    truths = [("real-one" if r else "fake-one") for r in REAL]
    hits = ["hit" if a == r else "miss" for a, r in zip(answers, REAL, strict=True)]
    assert tiles == [f"{t} {h}" for t, h in zip(truths, hits, strict=True)]
    assert end.count("✓ right") >= N - 2 and "✗ you said" in end


@needs_browser
def test_taking_back_stopping_and_the_files(page, tmp_path):
    actions = (
        answering([not REAL[0], REAL[0]])
        + 'document.dispatchEvent(new KeyboardEvent("keydown", { key: "U" }));'
        + 'document.getElementById("back").click();'
        + answering(REAL[:5], "clicks")
        + 'document.dispatchEvent(new KeyboardEvent("keydown", { key: "r", repeat: true }));'
        + 'document.dispatchEvent(new KeyboardEvent("keydown", { key: "r", ctrlKey: true }));'
        + 'document.getElementById("stop").click();'
        + answering([True])  # after the end: nothing
    )
    end = after(page, actions, tmp_path)
    said = REAL[:5] + [None] * (N - 5)
    assert text_of(end, "verdict") == score(REAL, said).sentence
    assert re.findall(r"<li>([^<]+)</li>", end)[: len(score(REAL, said).notes)] == list(
        score(REAL, said).notes
    )
    found = json.loads(saved(end, "json"))
    assert found["format"] == "zerosum quiz answers 1" and len(found["answers"]) == N
    words = {True: "real", False: "fake", None: ""}
    assert [a["truth"] for a in found["answers"]] == [words[r] for r in REAL]
    assert [a["said"] for a in found["answers"]] == [words[s] for s in said]
    lines = saved(end, "csv").splitlines()
    assert lines[0] == "question,truth,said,score_in_sight" and lines[1].startswith("1,")
    assert len(lines) == N + 1


@needs_browser
def test_the_score_on_the_way_is_marked_and_nothing_can_be_taken_back(page, tmp_path):
    start = answering(REAL[:3]) + 'document.getElementById("sight").click();'
    end = after(page, start + answering(REAL[3:5]), tmp_path)
    assert text_of(end, "running").startswith("So far: 5 of 5, 100 %")
    assert re.search(r'<button[^>]*id="back"[^>]*disabled', end)
    assert text_of(end, "where") == f"Question 6 of {N}"
    over = after(page, start + answering(REAL[3:]), tmp_path)
    sights = [a["score_in_sight"] for a in json.loads(saved(over, "json"))["answers"]]
    assert sights == [False] * 3 + [True] * (N - 3)
    assert "one learns" in text_of(over, "notes")


@needs_browser
def test_drawings_are_asked_about_as_pictures_are(tmp_path):
    rng = np.random.default_rng(2)
    groups = [rng.normal(size=(30, 2)) + i for i in range(N)]
    about = About("ring", "the 400 rows of ring", "points", 0, 30, "zerosum quiz RUN")
    text = quiz_page(drawn_items(groups, ("x", "y")), REAL, about)
    end = after(text, answering(REAL), tmp_path)
    assert text_of(end, "verdict") == score(REAL, REAL).sentence
    assert end.count('class="dots"') == N + 1  # and the last one, still on the stage


@needs_browser
def test_no_other_script_runs(page, tmp_path):
    broken_in = page.replace("</body>", '<script>document.title = "mine";</script></body>')
    end = after(broken_in, "document.title += '!';", tmp_path)
    assert "<title>Real or fake? · 00001-pets!</title>" in end


@needs_browser
def test_without_an_answer_there_is_no_end(page, tmp_path):
    end = after(page, 'document.getElementById("stop").click();', tmp_path)
    assert text_of(end, "where") == f"Question 1 of {N}" and re.search(
        r'id="result"[^>]*hidden', end
    )
