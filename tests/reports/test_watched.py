"""What an evaluator saw during training, on the page and in words."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from matplotlib.figure import Figure

from tests.reports.folders import looks
from zerosum.reports import watched
from zerosum.reports.curves import Axis, Series, paint
from zerosum.reports.read import Absent, read_run


def run_of(folder, *events):
    (folder / "events.jsonl").write_text("".join(json.dumps(e) + "\n" for e in events))
    return read_run(folder)


def test_every_number_is_drawn_with_what_is_said(tmp_path):
    page = str(watched.section(run_of(tmp_path, *looks())))
    assert page.count("<figcaption>") == 2 and "Squared kernel distance, cubic" in page
    assert "10 evaluations of the averaged generator." in page
    assert "200 generated rows with as many held-out ones, in randconv-v1." in page
    assert "5 to 95 % of 12 training subsets" in page
    assert "Best by KD: step 4,800 with 0.001 ± 0.0001." in page


def test_the_last_is_told_from_the_best_or_not():
    events = looks()
    last = events[-2]["measures"]["KD"]

    def said(value, error):
        last.update(value=value, error=error)
        return watched.sentences(events)[1]

    # combined errors of 0.0001 and 0.0002: 0.000224, of which 1.96 are 0.000438
    assert said(0.001437, 2e-4).endswith("has 0.001437 ± 0.0002: not distinguishable from it.")
    assert said(0.001439, 2e-4).endswith("worse beyond their errors.")
    assert "no error is known" in said(0.001439, None)


def test_a_run_whose_last_step_is_best(tmp_path):
    assert watched.sentences(looks()[:17]) == [
        "Best by KD: step 4,800 with 0.001 ± 0.0001, which is the last one."
    ]
    run_of(tmp_path, *looks()[:17])
    assert watched.conclusion(tmp_path) == watched.sentences(looks()[:17])


def test_translators_have_a_number_without_error(tmp_path):
    measures = {name: {"value": 2.0} for name in ("FD there", "FD back", "FD both")}
    event = {"kind": "evidence", "step": 5, "measures": measures, "signals": {}}
    saved = {"kind": "checkpoint", "step": 5, "best": {"step": 5, "value": 2.0, "error": None}}
    assert watched.sentences([event, saved]) == [
        "Best by FD both: step 5 with 2, which is the last one."
    ]
    assert str(watched.section(run_of(tmp_path, event, saved))).count("<figcaption>") == 3


def test_the_evidence_at_the_end_is_no_look(tmp_path):
    assert watched.looks([{"kind": "evidence", "step": 4}]) == []
    with pytest.raises(Absent, match="This run was not evaluated during training"):
        watched.section(run_of(tmp_path, {"kind": "evidence", "step": 4}))


def test_why_there_was_no_evaluator_is_said(tmp_path):
    run = run_of(tmp_path, {"kind": "watch", "step": 0, "rows": 0, "reason": "too few rows"})
    with pytest.raises(Absent, match="Too few rows"):
        watched.section(run)
    with pytest.raises(Absent, match="This run was not watched for trouble"):
        watched.alarms(run)


def test_no_alarm_says_what_was_looked_for(tmp_path):
    page = str(watched.alarms(run_of(tmp_path, *looks())))
    assert "No alarm was raised. 10 evaluations were looked through for: " in page
    assert "collapse, vanishing gradient." in page


def test_an_alarm_is_shown_with_its_evidence_cause_and_advice(tmp_path):
    alarm = {
        "kind": "alarm", "step": 600, "name": "collapse", "evidence": "2 of 8 <kinds>.",
        "cause": "too large steps", "change": "lower --generator_optimizer.lr",
    }  # fmt: skip
    page = str(watched.alarms(run_of(tmp_path, *looks(), alarm)))
    for words in ("600", "collapse", "2 of 8 &lt;kinds&gt;.", "too large steps", "optimizer.lr"):
        assert words in page
    assert "No alarm" not in page


@pytest.mark.parametrize("high, scale", [(30.0, "symlog"), (1.0, "linear")])
def test_values_far_above_the_band_go_on_a_logarithmic_axis(high, scale):
    axes = Figure().subplots()
    y = np.array([high, 0.5, math.nan])
    line = Series(np.arange(3.0), y, error=np.array([0.1, 0.1, math.nan]))
    paint(axes, {"FD": line}, Axis("FD", band=(-0.02, 0.1, 0.8), mark=1.0, x="step"))
    assert axes.get_yscale() == scale and axes.get_xlabel() == "step"
    assert len(axes.containers) == 1  # the error bars


def test_wrong_types_are_passed_over(tmp_path):
    bad = [
        {"kind": "watch", "rows": "many", "sought": 3, "best": 4},
        {"kind": "evidence", "step": 1, "measures": {"KD": 7, "FD": {"value": "x"}}},
        {"kind": "checkpoint", "best": {"step": 1, "value": None}},
    ]
    run = run_of(tmp_path, *bad)
    assert "<figcaption>" in str(watched.section(run)) and watched.sentences(bad) == []
    with pytest.raises(Absent):
        watched.alarms(run)
