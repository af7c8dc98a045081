"""The page's own arithmetic against `metrics/human.py`, number by number and word by word."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.reports.browser import needs_node, run_script
from zerosum.metrics.human import HumanScore, guessing_p, percent, score
from zerosum.reports.quiz import hidden_order
from zerosum.reports.quiz_script import SCORING

pytestmark = needs_node


def as_page_has_it(found: HumanScore) -> dict:
    def share(one):
        return None if one is None else {"k": round(one.value * one.n), "n": one.n, "value": one.value,
                                         "low": one.low, "high": one.high}  # fmt: skip

    return {
        "right": share(found.right),
        "onReal": share(found.on_real),
        "onFake": share(found.on_fake),
        "p": found.p,
        "sentence": found.sentence,
        "notes": list(found.notes),
    }


def same(page, ours, where=""):
    """Compare nested values, numbers to 1e-12: both are a few roundings from the truth."""
    if isinstance(ours, dict):
        assert page.keys() == ours.keys(), where
        for key in ours:
            same(page[key], ours[key], f"{where}.{key}")
    elif isinstance(ours, float):
        assert page == pytest.approx(ours, rel=1e-12, abs=1e-12), where
    else:
        assert page == ours, where


def test_every_number_right_of_every_length_gives_the_same_numbers_and_words():
    cases = []
    for n in range(1, 41):
        for k in range(n + 1):
            real = [i % 3 != 0 for i in range(n)]
            said = [r if i < k else not r for i, r in enumerate(real)]
            cases.append((real, said, 0))
    pages = run_script(SCORING, f"{json.dumps(cases)}.map((c) => score(...c))")
    assert len(pages) == len(cases) == 860
    for page, (real, said, _) in zip(pages, cases, strict=True):
        same(page, as_page_has_it(score(real, said)), f"{len(real)} {said}")


def test_answers_left_out_and_scores_in_sight():
    rng = np.random.default_rng(0)
    cases = []
    for _ in range(200):
        n = int(rng.integers(1, 60))
        said = [None if rng.random() < 0.3 else bool(rng.random() < 0.5) for _ in range(n)]
        cases.append(([bool(b) for b in rng.random(n) < 0.5], said, int(rng.integers(0, 3))))
    pages = run_script(SCORING, f"{json.dumps(cases)}.map((c) => score(...c))")
    for page, (real, said, sight) in zip(pages, cases, strict=True):
        if all(s is None for s in said):
            assert page is None
        else:
            same(page, as_page_has_it(score(real, said, in_sight=sight)))


def test_p_of_the_longest_quiz():
    pages = run_script(SCORING, "Array.from({length: 501}, (_, k) => guessing(k, 500))")
    # 500 terms of a product and 500 of a sum, each rounded once
    np.testing.assert_allclose(pages, [guessing_p(k, 500) for k in range(501)], rtol=1e-12)


def test_halves_round_up_in_both():
    shares = [i / 1000 for i in range(1001)]
    assert run_script(SCORING, f"{shares}.map(percent)") == list(map(percent, shares))


@pytest.mark.parametrize("salt", [0, 1, 12345, 2**28 - 1])
def test_the_script_reads_the_hidden_order(salt):
    real = [bool(b) for b in np.random.default_rng(salt).integers(0, 2, 500)]
    text = hidden_order(real, salt)
    assert run_script(SCORING, f"revealed({json.dumps(text)}, {salt})") == real
