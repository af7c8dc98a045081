"""The finding says where samples can be told from real data, and never more."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from zerosum.reports import evidence
from zerosum.reports.evidence import (
    BLANK,
    INSIDE,
    MORE,
    OUTSIDE,
    QUESTIONS,
    bar,
    finding,
    grouped,
    rows,
    section,
    spelled,
)
from zerosum.reports.read import Absent, Run


def measured(name, value, band, **more):
    reference = band and {"median": sum(band) / 2, "low": band[0], "high": band[1], "splits": 20}
    return {"name": name, "value": value, "error": 0.1, "reference": reference, **more}


def run(*measurements, **facts):
    return Run(Path("r"), evidence={"measurements": list(measurements), "facts": facts})


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(0.9, OUTSIDE), (1.0, INSIDE), (1.5, INSIDE), (2.0, INSIDE), (2.1, OUTSIDE)],
)
def test_verdict_includes_the_ends_of_the_band(value, verdict):
    assert rows(run(measured("recall", value, (1, 2))))[0].verdict == verdict


def test_finding_names_both_sides_and_n():
    said = finding(
        run(measured("recall", 1.5, (1, 2)), measured("FD pixels", 9, (1, 2)), n_real=360)
    )
    assert said == (
        "Not distinguishable from real data at n = 360 in recall; "
        "distinguishable in Fréchet distance pixels."
    )


def test_finding_with_one_side_only():
    inside, outside = measured("recall", 1.5, (1, 2)), measured("modes", 9, (1, 2))
    assert finding(run(inside)) == "Not distinguishable from real data in recall."
    assert finding(run(outside)) == "Distinguishable from real data in modes."


def test_finding_says_when_nothing_can_be_said():
    assert finding(Run(Path("r"))).startswith("Not measured")
    assert finding(run(measured("recall", 1.5, None))).startswith("No measurement has a real")


def test_finding_is_cut_where_the_list_is_long():
    said = finding(run(*(measured(f"m{i}", 9, (1, 2)) for i in range(8))))
    assert said.endswith("m0, m1, m2, m3 and 4 more.")


def test_grouped_puts_spaces_together():
    assert grouped(["FD pixels", "FD classifier", "modes"]) == ["FD (pixels, classifier)", "modes"]
    assert spelled("FD pixels") == "Fréchet distance pixels"


def test_never_good():
    every = [measured("recall", 1.5, (1, 2), better="higher", label="x", note="y")]
    assert "good" not in section(run(*every)).lower()


def test_bar_puts_the_value_where_it_lies():
    row = rows(run(measured("recall", 3.0, (1, 2))))[0]
    drawn = bar(row)
    left, right = evidence._EDGE, evidence._WIDTH - evidence._EDGE
    place = left + (3.0 - 1.0) / (3.1 - 1.0) * (right - left)
    assert f'cx="{round(place, 1)}"' in drawn
    assert 'fill="var(--page)"' in drawn, "a ring outside the band"
    assert "outside the reference band" in drawn


def test_bar_of_a_band_without_width_stands_in_the_middle():
    row = rows(run({**measured("modes", 8.0, (8, 8)), "error": None}))[0]
    assert f'cx="{evidence._WIDTH / 2}"' in bar(row)


def test_labels_and_notes_are_escaped():
    made = section(run(measured("<b>", 1, (1, 2), label="<script>", note='"&', better="<i>")))
    for raw in ("<b>", "<script>", "<i>"):
        assert raw not in made


@pytest.mark.parametrize(
    "content", [{}, {"measurements": 3}, {"measurements": ["a", 1, None]}, {"measurements": []}]
)
def test_evidence_without_measurements_is_absent(content):
    with pytest.raises(Absent, match="no measurement"):
        rows(Run(Path("r"), evidence=content))


def test_wrong_types_become_missing_numbers():
    row = rows(run({"name": 3, "value": "x", "error": True, "reference": [1]}))[0]
    assert row.name == "unnamed"
    assert math.isnan(row.value)
    assert row.verdict == BLANK


def test_a_blank_number_is_said_and_lies_nowhere():
    blank = measured("C_T", None, (-1, 1))
    (row,) = rows(run(blank))
    assert row.verdict == BLANK and bar(row) == "–"
    page = section(run(blank, measured("recall", 1.5, (1, 2))))
    assert (
        ">blank<" in page and BLANK in page and page.index("Diversity") < page.index("Memorisation")
    )
    assert finding(run(blank)).startswith("No measurement has")


def test_measurements_stand_under_the_questions_they_answer():
    names = [
        "droplet",
        "KL classes",
        "C2ST points",
        "C_T",
        "coverage points",
        "precision points",
        "KD x",
        "W1",
    ]
    page = section(run(*(measured(name, 1.5, (1, 2)) for name in names)))
    asked = [q for q in (*QUESTIONS, MORE) if q.split("?")[0] in page]
    assert len(asked) == 8  # nothing was inverted
    places = [page.index(label) for label in ("Wasserstein", "Kernel", "Precision", "Coverage", "copying",
                                              "AUC", "KL", "Droplet")]  # fmt: skip
    assert places == sorted(places)
