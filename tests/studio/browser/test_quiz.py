"""A quiz in a browser, by keys from its first question to its end."""

from __future__ import annotations

import json

from tests.studio.browser.exploring import fits, saved, tab
from zerosum.runs.answers import score_file


def test_by_keys_to_the_end(open_view, tmp_path):
    page = tab(open_view, "picture", "quiz", n=6, seed=2)
    sent = []
    page.on("response", lambda r: sent.append(r) if "/api/quizzes/" in r.url else None)
    page.get_by_role("button", name="Begin").click()
    for number, key in enumerate("rfrffr"):
        page.get_by_text(f"Question {number + 1} of 6").wait_for()
        if number:
            page.locator(".qz-big").get_by_text(f"of {number}").wait_for()
        assert not any(r.url.endswith("/answers") for r in sent)
        page.keyboard.press(key)
    page.get_by_role("heading", name="Which were which").wait_for()
    page.locator(".qz-told li").nth(5).wait_for()
    file = saved(page, "Answers as JSON")
    (tmp_path / "answers.json").write_bytes(file.read_bytes())
    found = score_file(tmp_path / "answers.json")
    assert found.sentence in page.locator("h2").first.inner_text()
    said = [a["said"] for a in json.loads(file.read_text())["answers"]]
    assert said == ["real", "fake", "real", "fake", "fake", "real"] and found.in_sight == 6


def test_the_score_may_be_hidden_and_the_quiz_stopped(open_view):
    page = tab(open_view, "points", "quiz", width=390, n=6, sight="false")
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("Question 1 of 6").wait_for()
    page.get_by_role("button", name="Real R").click()
    page.get_by_text("Question 2 of 6").wait_for()
    assert page.locator(".qz-big").count() == 0 and fits(page)
    page.get_by_role("button", name="Stop and score").click()
    page.get_by_role("heading", name="Which were which").wait_for()
    assert "1 of 6 questions were answered" in page.locator("#tab").inner_text()
