"""What is said of a comparison is what was found, and nobody is ranked whose interval overlaps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.studies.comparison.comparisons import normal, trials
from tests.studies.comparison.pages import compared, played
from zerosum.studies.comparison import words as words
from zerosum.studies.comparison.spaces import FORMULATIONS
from zerosum.studies.comparison.table import compare


def finals(*means, sd=0.1, fresh=20, better="lower"):
    """A comparison of which only the final means matter."""
    noise = normal(3, len(means), fresh)
    noise = (noise - noise.mean(axis=1, keepdims=True)) / noise.std(axis=1, ddof=1, keepdims=True)
    study = trials(
        np.exp(normal(1, len(means), 8, 2)), np.array(means)[:, None] + sd * noise, better
    )
    return compare(study)


def said(found):
    return " ".join(words.findings(found))


def test_equal_objectives_are_not_ranked():
    assert said(finals(1.0, 1.01, 1.02)).startswith(
        "No objective is ranked above another: the intervals of all final means overlap."
    )


def test_one_that_lies_apart_stands_above_all():
    assert said(finals(2.0, 1.0, 2.01)).startswith("b stands above all others")


def test_leaders_are_named_together_and_who_is_below_one_of_them():
    # intervals are ± 2.95 sd/√20 = ± 0.066 wide: a with b, b with c, and not a with c
    told = said(finals(1.0, 1.1, 1.2))
    assert told.startswith(
        "No objective stands above a and b, which are not ranked among themselves."
    )
    assert "c stands below at least one of them." in told


def test_one_objective_alone_is_not_ranked():
    told = said(finals(1.0))
    assert told.startswith("a’s final mean distance is 1; real rows get 0.500.")


def test_the_better_end_is_the_one_of_the_score():
    told = said(finals(1.0, 2.0, better="higher"))
    assert told.startswith("b stands above all others")
    assert "b’s final mean distance is 2" in told


def test_failures_are_counted():
    assert "3 of 48 trainings of the search failed, and 1 of 12 final ones" in said(compared())
    assert "None of 72 trainings failed." in said(finals(1.0, 2.0))


def test_the_study_in_one_paragraph():
    told = words.compared(compared())
    for part in (
        "2 objectives were compared on ring (10,000 rows)",
        "12 draws of its hyper-parameters were made at random, the same for all",
        "2 seeds, 1,500 discriminator updates",
        "(lower is better) was trained again with 6 seeds",
        "60 trainings, in 1\u00a0min 15\u00a0s of all processes together",
    ):
        assert part in told
    learned = words.compared(compare(played(facts={"search": "tpe"})))
    assert "made by tpe, which goes by earlier scores, and each draw" in learned


def test_facts_are_named_and_unknown_ones_kept():
    rows = dict(words.facts(compare(replace(played(), facts={"seconds": 75.0, "moon": 3}))))
    assert rows == {"data": "ring", "moon": "3", "time of all processes": "1\u00a0min 15\u00a0s"}
    assert list(dict(words.facts(compared())))[:2] == ["data", "training rows"]


def test_every_formulation_and_parameter_has_a_meaning():
    assert words.OBJECTIVES.keys() == FORMULATIONS.keys()
    assert words.PARAMETERS.keys() == {p.name for f in FORMULATIONS.values() for p in f.parameters}
