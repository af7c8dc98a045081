"""The table of a comparison by hand, as records, as JSON and as text."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from tests.studies.comparison.comparisons import mirrored, normal, trials, uniform
from zerosum.studies.comparison.table import compare
from zerosum.studies.comparison.text import notes, text

NAN = math.nan


def by_hand():
    """Two objectives, three draws, two seeds, four fresh ones; the second fails now and then."""
    search = [[[1, 3], [6, 4], [9, 9]], [[4, 8], [NAN, 2], [5, 5]]]
    final = [[2, 2, 3, 5], [7, NAN, 8, 6]]
    return trials(
        search,
        final,
        parameters={"lr": np.array([[1e-3, 1e-4, 1e-5], [2e-3, 2e-4, 2e-5]]),
                    "weight": np.array([[NAN] * 3, [0.1, 10, 100]])},
        scores={"distance": np.array(search), "modes": np.ones((2, 3, 2))},
        final={"distance": np.array(final), "modes": np.array([[8, 8, 8, 8], [6, 99, 8, 7.0]])},
        real={"distance": 0.5, "modes": 8.0},
    )  # fmt: skip


def large(objectives=7, draws=30):
    """A study of the size of a page."""
    names = ("minimax", "non-saturating", "least-squares", "wasserstein", "wasserstein-gp", "dragan",
             "relativistic")  # fmt: skip
    shape = (objectives, draws)
    return trials(
        np.exp(normal(1, *shape, 5)),
        np.exp(0.2 * normal(2, objectives, 20) + 0.3 * np.arange(objectives)[:, None]),
        objectives=names[:objectives],
        parameters={"lr": 10 ** (-5 + 3 * uniform(3, *shape)), "beta1": uniform(4, *shape),
                    "discriminator_steps": np.floor(1 + 5 * uniform(5, *shape)),
                    "batch_norm": np.round(uniform(6, *shape)),
                    "penalty_weight": 10 ** (2 * uniform(7, *shape))},
    )  # fmt: skip


def test_rows_by_hand():
    first, second = compare(by_hand()).rows
    # a failure of the search counts as 9: draw means 2, 5, 9 and 6, 5.5, 5
    assert (first.search, first.median, second.search, second.median) == (2.0, 5.0, 5.0, 5.5)
    # a's choice by either seed is draw 0; b's by seed 1 is draw 1 (9 on seed 0), by seed 0 draw 0 (8)
    assert (first.unseen, second.unseen) == (2.0, 8.5)
    assert (first.mean, first.sd) == (3.0, pytest.approx(math.sqrt(2)))
    assert (second.mean, second.smallest, second.largest) == (7.5, 6.0, 9.0)
    assert first.parameters == {"lr": 1e-3}
    assert second.parameters == {"lr": 2e-5, "weight": 100}
    assert second.others == {"modes": (7.0, pytest.approx(1.0), 3)}
    assert (second.failures.trainings, second.failures.final.value) == (1, 0.25)


def test_it_is_the_same_each_time_and_not_with_another_key():
    first, again, other = (compare(large(2), key=k) for k in (1, 1, 2))
    assert text(first) == text(again) != text(other)


def test_records_are_flat_and_whole():
    records = compare(by_hand()).records()
    assert records[1] | {"search_unseen": 0} == {
        "data": "ring", "objective": "b", "score": "distance", "search_best": 5.0,
        "search_unseen": 0, "search_median": 5.5, "final_mean": 7.5,
        "final_sd": pytest.approx(math.sqrt(5 / 3)), "final_min": 6.0, "final_max": 9.0,
        "final_seeds": 4, "final_failed": 1, "search_trainings": 6, "search_failed": 1,
        "place_from": 1, "place_to": 2, "best_lr": 2e-5, "best_weight": 100.0, "final_modes": 7.0,
    }  # fmt: skip
    assert math.isnan(records[0]["best_weight"]) and records[0].keys() == records[1].keys()


def test_json_has_null_where_there_is_no_number():
    one_seed = trials([[[1.0], [2.0]]], [[3.0]])
    found = json.loads(json.dumps(compare(one_seed).to_json(), allow_nan=False))
    assert found["rows"][0]["search_unseen"] is None and found["rows"][0]["final_sd"] is None
    assert found["ranking"]["standings"][0]["low"] is None
    assert found["budget"]["best"]["a"] == [1.5, 1.0] and found["pairs"] == []
    assert "Pairs" not in text(compare(one_seed))


def test_the_text_of_a_full_study_fits_a_page():
    study = large()
    found = compare(study)
    shown = text(found)
    assert max(map(len, shown.splitlines())) <= 100
    assert all(name in shown for name in study.objectives)
    assert shown.startswith("ring: distance, lower is better; 7 objectives × 30 draws × 5 seeds")
    assert "real rows get 0.5" in shown.splitlines()[0]
    for row in found.rows:
        assert f"{row.search:.4g}" in shown and f"{row.unseen:.4g}" in shown


def test_rows_are_shown_by_place_and_never_against_the_ranking():
    found = compare(large())
    lines = text(found).split("\n\n")[1].splitlines()[1:]
    shown = [line.split()[0] for line in lines]
    low = {s.objective: s.low for s in found.ranking.standings}
    high = {s.objective: s.high for s in found.ranking.standings}
    for later in range(7):
        assert not any(high[shown[later]] < low[above] for above in shown[:later])
    assert len(found.ranking.tiers) > 1


def test_the_columns_of_the_hand_made_table():
    main = text(compare(by_hand())).split("\n\n")[1].splitlines()
    assert main[0].split() == [
        "objective", "best", "unseen", "median", "final:", "mean", "±", "sd", "min", "…", "max",
        "failed", "place",
    ]  # fmt: skip
    assert " ".join(main[2].split()) == "b 5 8.5 5.5 7.5 ± 1.3 6 … 9 1/6, 1/4 1–2"


def test_bands_are_shown_only_where_they_are_trusted():
    budget = text(compare(large())).split("Expected best against budget\n")[1].split("\n\n")[0]
    head, first, *_ = budget.splitlines()
    assert head.split()[3::3] == ["1", "2", "5", "10", "25", "30"]
    # k = 1, 2, 5 of at most 7 have one; 10, 25 and 30 stand bare
    assert first.count("[") == 3 and first.rsplit("]", 1)[1].count(".") == 3


def test_notes_say_what_the_numbers_leave_out():
    random = " ".join(notes(compare(by_hand())))
    assert "worst finite score, 9, and" in random and "not ranked" in random
    assert "cannot be below 0.12" in random  # 2/2^4, one pair
    assert "search that learns" not in random
    learned = trials(normal(1, 2, 4, 2), normal(2, 2, 4), facts={"search": "tpe"})
    assert "search that learns" in " ".join(notes(compare(learned)))


def test_higher_scores_are_shown_as_they_are():
    study = large(3)
    down, up = compare(study), compare(mirrored(study))
    for row, other in zip(down.rows, up.rows, strict=True):
        assert (other.search, other.mean, other.smallest) == pytest.approx(
            (-row.search, -row.mean, -row.largest)
        )
        assert other.places == row.places
    assert up.sensitivity[0].rho == pytest.approx(-down.sensitivity[0].rho)
