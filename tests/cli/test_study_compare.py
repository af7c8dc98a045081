"""`zerosum study compare`, from the flags to the folder, and what it refuses."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from tests.studies.inline import Inline
from zerosum.cli.main import main
from zerosum.records.lock import Lock
from zerosum.studies.executors import EXECUTORS
from zerosum.studies.ledger import NAME

pytest.importorskip("optuna")
TINY = [
    "--objectives", "ns", "wgan-gp", "--draws", "2", "--seeds", "1", "--fresh", "2", "--n", "60",
    "--updates", "5", "--batch", "8", "--width", "4", "--depth", "1", "--latent", "2",
]  # fmt: skip


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch, tmp_path):
    monkeypatch.setitem(EXECUTORS, "local", Inline)
    monkeypatch.chdir(tmp_path)


def compare(*arguments):
    return main(["study", "compare", *arguments])


def test_it_leaves_a_page_a_table_and_numbers_and_goes_on(tmp_path, capsys):
    folder = tmp_path / "study"
    assert compare(*TINY, "--out", str(folder)) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith(
        "ring: W1 sliced, lower is better; 2 objectives × 2 draws × 1 seed"
    )
    assert "search-00: " in printed.err and "final: " in printed.err
    assert {"report.html", "trainings.csv", "comparison.json"} <= {p.name for p in folder.iterdir()}
    with (folder / "trainings.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 2 * 2 * 1 + 2 * 2 and {line["stage"] for line in lines} == {
        "search",
        "final",
    }
    assert compare(*TINY, "--out", str(folder), "--json") == 0
    again = json.loads(capsys.readouterr().out)
    assert again == json.loads((folder / "comparison.json").read_text())


def test_a_folder_is_made_beside_the_others(tmp_path, capsys):
    np.save(tmp_path / "my numbers.npy", np.random.default_rng(0).normal(size=(120, 3)))
    arguments = [a if a != "60" else "120" for a in TINY]
    assert compare("--data", "my numbers.npy", *arguments) == 0
    assert (tmp_path / "studies/00000-compare-my-numbers/report.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--objectives", "wgn"], "did you mean 'wgan'"),
        (["--objectives", "ns", "ns"], "each once"),
        (["--search", "grid"], "unknown search 'grid'"),
        (["--draws", "1"], "--draws is 1: at least 2"),
        (["--fresh", "0"], "--fresh is 0"),
        (["--seed", "-3"], "--seed is -3"),
        (["--workers", "0"], "workers is 0"),
        (["--executor", "slurm"], "unknown executor 'slurm'"),
        (["--data", "rng"], "unknown data set 'rng'"),
        (["--data", "nowhere.npy"], "no file or folder 'nowhere.npy'"),
        (["--data", "ring", "--n", "1"], "n of 1 leaves too little"),
        (["--size", "0"], "size (0, 0) cannot be"),
        (["--batch", "20000"], "run.batch is 20000, but only"),
        (["--width", "1000000", "--depth", "2"], "more than this machine can hold"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(arguments, said, capsys, tmp_path):
    assert compare(*TINY, *arguments) == 2
    printed = capsys.readouterr().err.strip()
    assert said in printed and len(printed.splitlines()) == 1
    assert not list(tmp_path.rglob(NAME))


def test_numbers_that_are_not_finite_are_refused(capsys, tmp_path):
    rows = np.ones((120, 2))
    rows[7, 1] = np.nan
    np.save(tmp_path / "nan.npy", rows)
    assert compare(*TINY, "--data", "nan.npy") == 2
    assert "NaN" in capsys.readouterr().err


def test_another_study_a_second_driver_and_a_damaged_ledger_are_refused(tmp_path, capsys):
    folder = tmp_path / "study"
    assert compare(*TINY, "--out", str(folder)) == 0
    kept = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".lock"}
    capsys.readouterr()
    assert compare(*TINY, "--updates", "6", "--out", str(folder)) == 2
    assert "has updates 5 where 6 is given" in capsys.readouterr().err
    with Lock(folder, words=("driven", "drivers")):
        assert compare(*TINY, "--out", str(folder)) == 2
    assert "driven" in capsys.readouterr().err
    assert {p: p.read_bytes() for p in kept} == kept
    ledger = folder / "search-00" / NAME
    ledger.write_bytes(ledger.read_bytes()[:3000])
    assert compare(*TINY, "--out", str(folder)) == 2
    assert "is damaged" in capsys.readouterr().err
