"""Answers of a person: shares and p by hand and by SciPy, the false alarm rate by counting every case."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from zerosum.errors import InputError
from zerosum.metrics.human import LEAST, guessing_p, percent, score


def test_shares_and_p_by_hand():
    real = [True] * 4 + [False] * 4
    said = [True, True, True, False, False, False, False, False]
    found = score(real, said)
    assert (found.right.value, found.right.n) == (7 / 8, 8)
    assert (found.on_real.value, found.on_fake.value) == (3 / 4, 1.0)
    assert found.p == 2 * (8 + 1) / 256  # seven or eight of eight, either way
    assert found.error == pytest.approx(np.sqrt(7 / 8 * 1 / 8 / 8))
    assert found.value == 7 / 8 and found.notes != ()


@pytest.mark.parametrize("n", [1, 6, 7, 24, 25, 100, 500])
def test_p_is_scipys(n):
    ours = [guessing_p(k, n) for k in range(n + 1)]
    # both are sums of at most n rounded terms
    np.testing.assert_allclose(ours, [binomtest(k, n).pvalue for k in range(n + 1)], rtol=1e-9)


@pytest.mark.parametrize("n", [LEAST, 24, 101])
def test_a_guesser_is_believed_in_at_most_one_of_twenty(n):
    """Exactly, over every number right: coins make it binomial whatever the answers follow."""
    law = binom(n, 0.5)
    alarm = sum(law.pmf(k) for k in range(n + 1) if guessing_p(k, n) < 0.05)
    assert 0 < alarm <= 0.05


def test_five_answers_can_show_nothing_and_six_can():
    assert guessing_p(LEAST - 1, LEAST - 1) > 0.05 > guessing_p(LEAST, LEAST)


def counted_right(left: tuple[int, int]) -> float:
    """Expected number right of one who sees no difference, but counts what is left of both kinds."""
    table = np.zeros((left[0] + 1, left[1] + 1))
    for a, b in product(range(left[0] + 1), range(left[1] + 1)):
        if a + b:
            kinds = (a, b), (b, a)
            after = sum(m / (a + b) * table[(a - 1, b) if i == 0 else (a, b - 1)]
                        for i, (m, _) in enumerate(kinds) if m)  # fmt: skip
            table[a, b] = max(a, b) / (a + b) + after
    return float(table[left])


def test_why_coins_and_not_equal_numbers():
    """With 12 of each and the score in sight, blind counting is right 14.6 times of 24 and not 12."""
    assert counted_right((1, 1)) == 1.5  # by hand: a guess, then certainty
    assert counted_right((12, 12)) == pytest.approx(14.6, abs=0.05)


@pytest.mark.parametrize(
    ("n", "least", "found"), [(12, 10, 25), (24, 18, 39), (60, 39, 84), (100, 61, 98)]
)
def test_what_so_many_questions_find(n, least, found):
    """The table of docs/how-to-quiz.md: a person who is right 70 % of the time."""
    assert guessing_p(least, n) < 0.05 <= guessing_p(least - 1, n)
    assert round(100 * binom(n, 0.7).sf(least - 1)) == found


@pytest.mark.parametrize(
    ("k", "n", "begins"),
    [
        (20, 24, "You can tell them apart: 20 of 24 right, p = 0.002 against guessing."),
        (
            3,
            24,
            "You see a difference, but take it the wrong way round: 3 of 24 right, p = below 0.001",
        ),
        (12, 24, "You cannot be told from guessing at n = 24: 12 of 24 right, p = 1.000"),
    ],
)
def test_the_sentence(k, n, begins):
    found = score([True] * n, [True] * k + [False] * (n - k))
    assert found.sentence.startswith(begins) and found.on_fake is None
    assert "none was answered" in str(found)


def test_where_interval_and_p_differ_it_says_so():
    found = score([True] * 24, [True] * 17 + [False] * 7)
    assert found.right.low > 0.5 and found.p > 0.05
    assert found.sentence.startswith("You cannot") and "go by p" in found.notes[0]


def test_stopping_and_a_score_in_sight_are_said():
    said = [True] * 8 + [None] * 4
    assert score([True] * 12, said).notes == ("8 of 12 questions were answered.",)
    assert "stops when it looks well" in score([True] * 12, said, in_sight=3).notes[1]
    assert "one learns" in score([True] * 8, said[:8], in_sight=8).notes[0]
    assert "give at least 6" in score([True] * 3, [True] * 3).notes[0]


def test_shares_are_rounded_as_a_person_does():
    assert [percent(v) for v in (0.125, 0.005, 0.0, 1.0)] == ["13 %", "1 %", "0 %", "100 %"]


def test_what_cannot_be_scored():
    with pytest.raises(InputError, match="2 answers were given to 3 questions"):
        score([True] * 3, [True] * 2)
    with pytest.raises(InputError, match="nothing to score"):
        score([True] * 3, [None] * 3)
