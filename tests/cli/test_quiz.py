"""`zerosum quiz`: the page, and the score of saved answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.processes import assert_one_sentence

pytestmark = pytest.mark.usefixtures("own_folder")


def test_a_page_of_a_run(say, runs):
    assert say("quiz", runs["pictures"], "--n", "10") == (0, "quiz.html\n", "")
    page = Path("quiz.html").read_text(encoding="utf-8")
    assert page.count("<img") == 10 and "zerosum quiz" in page
    assert say("quiz", runs["pictures"], "--n", "10", "--out", "again.html")[0] == 0
    assert Path("again.html").read_text(encoding="utf-8") == page


def test_a_page_of_an_artefact_on_given_rows(say, runs):
    np.save("fresh.npy", np.random.default_rng(0).normal(size=(300, 2)))
    words = ("quiz", runs["points"] / "model", "--data", "fresh.npy", "--n", "6", "--seed", "2")
    assert say(*words)[:2] == (0, "quiz.html\n")
    assert "fresh.npy, 300 rows given" in Path("quiz.html").read_text(encoding="utf-8")


def test_a_page_of_a_checkpoint(say, runs):
    pages = {}
    for which in ("2", "last", "best"):
        words = ("--n", "10", "--checkpoint", which, "--out", f"{which}.html")
        assert say("quiz", runs["pictures"], *words) == (0, f"{which}.html\n", "")
        pages[which] = Path(f"{which}.html").read_text(encoding="utf-8")
        assert f"--checkpoint {which}" in pages[which]
        chosen = "never trained on, some of which chose this checkpoint" in pages[which]
        assert chosen == (which == "best")
    assert say("quiz", runs["pictures"], "--n", "10")[0] == 0
    pages["end"] = Path("quiz.html").read_text(encoding="utf-8")
    shown = {name: page.split("<img")[1:] for name, page in pages.items()}
    assert shown["last"][:-1] == shown["end"][:-1] != shown["2"][:-1]
    answer = say("quiz", runs["pictures"], "--checkpoint", "3")
    assert_one_sentence(answer, 2, "keeps no checkpoint of step 3: there are 2, 4")
    assert_one_sentence(say("quiz", runs["pictures"] / "model", "--checkpoint", "last"), 2, "run")


def test_answers_are_scored(say):
    rows = [
        {"question": i, "truth": "real", "said": "real", "score_in_sight": False} for i in range(8)
    ]
    Path("answers.json").write_text(
        json.dumps({"format": "zerosum quiz answers 1", "quiz": "x", "answers": rows})
    )
    code, out, err = say("quiz", "--score", "answers.json")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "You can tell them apart: 8 of 8 right, p = 0.008 against guessing."
    # Wilson at 8 of 8: n / (n + z²) = 8 / 11.84
    assert lines[1] == "right                  8 of 8, 100 % (68 % to 100 %)"
    assert lines[3] == "fake ones called fake  none was answered"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "give RUN, or --score answers.json"),
        (("RUN", "--score", "answers.json"), "give RUN, or --score answers.json"),
        (("--score", "a.json", "--checkpoint", "best"), "--checkpoint is of a quiz"),
        (("--score", "none.json"), "cannot read none.json"),
        (("RUN", "--out", "quiz.png"), "--out quiz.png is no page"),
        (("RUN", "--out", "none/quiz.html"), "the folder none does not exist"),
        (("RUN", "--n", "3"), "--n 3 cannot be"),
        (("RUN", "--data", "none.npy"), "none.npy"),
        (("nowhere",), "nowhere"),
    ],
)
def test_what_cannot_be(say, runs, words, sentence):
    given = (runs["points"] if w == "RUN" else w for w in words)
    assert_one_sentence(say("quiz", *given), 2, sentence)
