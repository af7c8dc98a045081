"""The whole bench in one process: tables, a folder gone on with after a kill, cells that break."""

from __future__ import annotations

import pytest

import zerosum as zs
from tests.studies.inline import Inline
from tests.studies.mode_bench.benches import enter, team
from zerosum.errors import InputError
from zerosum.studies.executors import EXECUTORS
from zerosum.studies.ledger import Ledger
from zerosum.studies.mode_bench import study
from zerosum.studies.mode_bench.cost import Estimate
from zerosum.studies.mode_bench.study import modes

ASKED = {"protocols": ("ring-veegan", "ring-pacgan", "grid"), "systems": ("gan", "pacgan2")}
FILES = ("scores.csv", "modes.json")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Train at once, here, and time nothing."""
    enter(monkeypatch, gan=team([3] * 10), pacgan2=team([8] * 10))
    monkeypatch.setitem(EXECUTORS, "inline", Inline)
    monkeypatch.setattr(study, "estimate", lambda *a: Estimate(600.0, 6, 2, 60.0))


def run(**more):
    return modes(**{**ASKED, "seeds": 8, "executor": "inline", **more})


def test_a_bench_without_a_folder():
    said, lines = [], []
    result = run(tell=said.append, progress=lines.append)
    ring = result.part("ring-pacgan")
    assert [line.full for line in ring.lines] == [8, 0, 8]
    assert {v.answer for v in ring.verdicts} == {"yes"}
    assert said[0].startswith("about 5") and lines[-1].startswith("6/6 chunks")
    assert result.complete and zs.studies.modes is modes


def test_a_killed_bench_goes_on_to_the_same_files(tmp_path, monkeypatch):
    run(folder=tmp_path / "whole")
    finish, calls = Ledger.finish, []

    def die(self, outcome):
        calls.append(outcome.number)
        if len(calls) == 3:
            raise KeyboardInterrupt
        finish(self, outcome)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            run(folder=tmp_path / "killed")
    assert not (tmp_path / "killed" / "scores.csv").exists()
    waiting = []
    monkeypatch.setattr(
        study, "estimate", lambda bench, cells, n: waiting.append(cells) or Estimate(1.0, 1, 1, 1.0)
    )
    run(folder=tmp_path / "killed")
    assert len(waiting[0]) == 4  # only what is left is estimated; the third result was on the disk
    for name in FILES:
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    before = {p: p.read_bytes() for p in (tmp_path / "killed").iterdir() if p.is_file()}
    run(folder=tmp_path / "killed")
    assert len(waiting) == 1  # nothing waits: nothing is timed
    assert {p: p.read_bytes() for p in before} == before


def test_another_bench_in_the_folder_is_refused(tmp_path):
    run(folder=tmp_path)
    with pytest.raises(InputError, match="seeds 8 where 7 is given"):
        run(folder=tmp_path, seeds=7)
    with pytest.raises(InputError, match="systems"):
        run(folder=tmp_path, systems=("gan",))


def test_a_cell_that_breaks_stays_in_the_table(monkeypatch, tmp_path):
    def broken(settings, source, *, first, seeds):
        raise ValueError("not this one")

    enter(monkeypatch, pacgan2=broken)
    said = []
    result = run(tell=said.append, folder=tmp_path)
    assert not result.complete and any("pacgan2 on grid was not trained" in s for s in said)
    line = result.part("grid").lines[2]
    assert "not this one" in line.judged.trouble and line.judged.failed.all() and line.full == 0
    assert result.part("grid").verdicts == ()
    enter(monkeypatch, pacgan2=team([8] * 10))
    assert run(folder=tmp_path).complete  # and is tried again


def test_nobody_to_do_the_work():
    with pytest.raises(InputError, match="workers is 0"):
        run(workers=0)
    with pytest.raises(InputError, match="unknown executor 'slurm'"):
        run(executor="slurm")
