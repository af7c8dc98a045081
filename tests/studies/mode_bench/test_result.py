"""What a person gets: CSV, JSON, text and one page that loads nothing."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from tests.studies.mode_bench.benches import judged, part
from zerosum.studies.mode_bench.files import csv_text
from zerosum.studies.mode_bench.found import Judged
from zerosum.studies.mode_bench.pictures import pictures
from zerosum.studies.mode_bench.result import ModesResult


@pytest.fixture
def result():
    bench, found = part(gan=judged("gan", [8, 7]), mm=judged("mm", [8, 0], failed=[False, True]))
    return ModesResult(bench, (found,), {}, "zerosum study modes <b>")


def test_a_line_a_training(result):
    lines = list(csv.DictReader(io.StringIO(csv_text(result.parts))))
    assert len(lines) == 3 * 2
    assert lines[-1] == {
        "protocol": "ring-pacgan", "system": "mm", "seed": "1", "failed": "True", "modes": "0.0",
        "high quality": "90.0", "reverse KL": str(np.log(8.0)), "reverse KL, plug-in": str(np.log(8.0)),
    }  # fmt: skip


def test_json_holds_tables_and_no_times(result):
    found = json.loads(json.dumps(result.to_json(), allow_nan=False))
    ring = found["protocols"]["ring-pacgan"]
    assert ring["systems"]["mm"]["failed"] == 1 and ring["systems"]["gan"]["all_modes"] == 1
    assert ring["published"][0]["rows"][0]["printed"]["modes"] == "6.3±0.5"
    assert "seconds" not in json.dumps(found)


def test_a_folder_with_everything(result, tmp_path):
    result.save(tmp_path / "a" / "b")
    folder = tmp_path / "a" / "b"
    assert sorted(p.name for p in folder.iterdir()) == [
        "modes.json", "report.html", "scores.csv", "table.txt",
    ]  # fmt: skip
    page = (folder / "report.html").read_text()
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
    assert page.count("<img") == 3 and "data:image/png" in page and "&lt;b&gt;" in page
    assert (folder / "table.txt").read_text().startswith("ring-pacgan: 8 Gaussians")
    assert result.complete and result.part("ring-pacgan") is result.parts[0]


def test_pictures_of_stacks_and_of_nothing():
    stacks = np.full((16, 8, 8, 3), 16, np.uint8)
    _, found = part(gan=judged("gan", [8, 8]))
    real, gan = found.lines
    made = [
        type(line)(
            Judged(line.judged.system, line.judged.scores, line.judged.failed, stacks),
            line.means, line.full, line.thin,
        )
        for line in (real, gan)
    ]  # fmt: skip
    assert "Sixteen stacks of gan" in pictures(type(found)(found.protocol, tuple(made), ()))[1]
    none = Judged("real rows", real.judged.scores, real.judged.failed, np.zeros((0, 1200)))
    empty = type(real)(none, real.means, real.full, real.thin)
    assert pictures(type(found)(found.protocol, (empty,), ())) == []
