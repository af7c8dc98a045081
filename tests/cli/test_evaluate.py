"""`zerosum evaluate`, `compare` and `report`: what is said of runs that are done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.cli.processes import assert_one_sentence
from tests.tiny_runs import small_pictures
from zerosum.metrics.evidence import Evidence

pytestmark = pytest.mark.usefixtures("own_folder")


def test_evaluate_prints_a_table_or_one_object(say, runs):
    code, table, err = say("evaluate", runs["points"])
    assert (code, err) == (0, "")
    code, out, err = say("evaluate", runs["points"], "--json")
    assert (code, err) == (0, "") and out.count("\n") == 1
    found = Evidence.from_json(json.loads(out))
    assert str(found) == table.rstrip("\n")
    stored = Evidence.from_json(json.loads((runs["points"] / "evidence.json").read_text()))
    assert found == stored


def test_evaluate_on_given_data(say, runs):
    rows = small_pictures(60).reshape(-1, 2).astype(np.float64)[:100]
    np.save("fresh.npy", rows)
    np.save("wide.npy", rows.reshape(-1, 4))
    code, out, _ = say("evaluate", runs["points"] / "model", "--data", "fresh.npy")
    assert code == 0 and len(out.splitlines()) > 3
    answer = say("evaluate", runs["points"] / "model")
    assert_one_sentence(answer, 2, "is not a run folder")
    assert_one_sentence(say("evaluate", runs["points"], "--data", "wide.npy"), 2, "4")


def test_runs_are_compared_when_their_numbers_are_alike(say, runs):
    code, out, err = say("compare", runs["points"], runs["other game"])
    assert (code, err) == (0, "") and str(runs["other game"]) in out and "W1 exact" in out
    assert say("compare", runs["points"], runs["other seed"])[0] == 0
    for other in ("other rows", "pictures"):
        assert_one_sentence(say("compare", runs["points"], runs[other]), 2, "evaluate both")


def test_a_report_is_written_anew(say, runs, tmp_path):
    run = tmp_path / "copy"
    shutil.copytree(runs["points"], run)
    (run / "report.html").unlink()
    code, out, err = say("report", run)
    assert (code, err) == (0, "") and Path(out.strip()).samefile(run / "report.html")
