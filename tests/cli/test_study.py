"""`zerosum study inference`, from its first chunk to its table, its page and its refusals."""

from __future__ import annotations

import json
import sqlite3

import numpy as np
import pytest

from tests.cli.processes import assert_one_sentence
from tests.studies.inline import Inline
from tests.studies.quick import Quick
from zerosum.records.lock import Lock
from zerosum.studies import study
from zerosum.studies.executors import EXECUTORS
from zerosum.studies.ledger import NAME
from zerosum.studies.monte_carlo.result import InferenceResult

TINY = ["--members", "4", "--n", "10", "--m", "30", "--workers", "1"]
OWN = """
def largest(x):
    return x.max()

def pair(x):
    return x[:2]

def broken(x):
    return undefined

number = 5
"""


@pytest.fixture
def infer(own_folder, say, monkeypatch):
    """Return a function that runs `study inference` in an empty folder, trained at once, nothing drawn."""
    monkeypatch.setattr("zerosum.studies.monte_carlo.work.Population", Quick)
    monkeypatch.setitem(EXECUTORS, "local", Inline)
    monkeypatch.setattr(InferenceResult, "report", lambda self, path: path)

    def run(*words):
        return say("study", "inference", *words)

    return run


@pytest.mark.slow
def test_a_study_prints_its_table_and_goes_on_where_it_was(tmp_path, say, monkeypatch):
    folder = tmp_path / "study"
    code, out, err = say("study", "inference", *TINY, "--out", folder)
    assert code == 0 and out.startswith("4 GANs, each on 10 draws of N(0, 1), 30 samples of each")
    assert "95 % coverage of the mean" in out and "1/1 chunks  4 GANs" in err
    assert "at most" in err and "free memory" in err and "n = 10: 0 of 4 GANs diverged" in err
    names = {p.name for p in folder.iterdir()}
    wanted = {NAME, "results", "means.png", "distances.png", "table.json", "report.html"}
    assert wanted <= names
    monkeypatch.setitem(EXECUTORS, "local", _nobody)
    code, out, _ = say("study", "inference", *TINY, "--out", folder, "--json")
    assert json.loads(out) == json.loads((folder / "table.json").read_text())
    code, _, err = say("study", "inference", "--members", "5", "--out", folder)
    assert code == 2 and err.startswith("zerosum: the study in ")


def test_several_n_print_the_rate_and_go_on(infer, tmp_path):
    words = ("--members", 5, "--n", 8, 16, "--m", 30, "--out", "rates")
    code, out, err = infer(*words)
    assert code == 0 and out.startswith("Distance from N(0, 1) against n")
    assert "exponent of n" in out and "n = 16: 1/1 chunks  5 GANs" in err
    code, out, err = infer(*words, "--json")
    assert set(json.loads(out)["studies"]) == {"8", "16"} and "chunks" not in err


def test_a_statistic_of_ones_own(infer, tmp_path):
    (tmp_path / "mine.py").write_text(OWN)
    words = (*TINY, "--statistic", "mine.py:largest", "--out", "s")
    code, out, _ = infer(*words)
    assert code == 0 and "T = largest, T(F) = " in out and "GAN scatter at T(F_n)" in out
    (tmp_path / "mine.py").write_text(OWN + "\n")
    assert_one_sentence(infer(*words), 2, "has statistic_sha256", "is given")


def test_an_interrupted_study_says_the_whole_command(infer, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "zerosum.studies.monte_carlo.study.run_study", lambda *a, **k: seen.append(k) or 1 / 0
    )
    infer(*TINY, "--truth", "t", "--statistic", "quantile:0.9", "--out", "a folder")
    assert seen[0]["command"] == (
        "zerosum study inference --truth t --members 4 --n 10 --m 30 --seed 0 "
        "--statistic quantile:0.9 --workers 1 --out 'a folder'"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--members", "1"], "--members is 1: at least 2"),
        (["--members", "0"], "--members is 0: at least 2"),
        (["--members", "1000000000000"], "--members"),
        (["--n", "3"], "--n is 3: at least 4"),
        (["--n", "25", "2"], "--n is 2: at least 4"),
        (["--n", "1000000000000"], "of memory are free"),
        (["--m", "1"], "--m is 1: at least 2"),
        (["--m", "1000000000000"], "of memory are free"),
        (["--seed", "-1"], "--seed is -1"),
        (["--truth", "norml"], "did you mean 'normal'"),
        (["--workers", "0"], "workers is 0"),
        (["--workers", "0", "--n", "8", "9"], "workers is 0"),
        (["--executor", "lokal"], "did you mean 'local'"),
        (["--statistic", "medain"], "unknown statistic 'medain'; did you mean 'median'"),
        (["--statistic", "quantile:1.5"], "quantile 1.5 does not exist"),
        (["--statistic", "none.py:f"], "cannot read"),
        (["--statistic", "mine.py:largst"], "did you mean 'largest'"),
        (["--statistic", "mine.py:number"], "is int and no function"),
        (["--statistic", "mine.py:pair"], "returned 2 numbers"),
        (["--statistic", "mine.py:broken"], "NameError"),
        (["--data", "none.csv"], "none.csv"),
        (["--data", "text.csv"], "text.csv"),
        (["--data", "nan.csv"], "nan.csv"),
        (["--data", "mine.csv", "--statistic", "medain"], "did you mean 'median'"),
        (["--data", "mine.csv", "--gans", "0"], "--gans 0"),
        (["--data", "mine.csv", "--m", "1000000000000"], "of memory are free"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_made(infer, tmp_path, words, said):
    (tmp_path / "mine.py").write_text(OWN)
    np.savetxt(tmp_path / "mine.csv", np.arange(20.0) ** 2, header="t", comments="")
    (tmp_path / "nan.csv").write_text("t\n1\n\nnan\n3\n4\n5\n")
    (tmp_path / "text.csv").write_text("t\none\ntwo\nthree\nfour\n")
    before = sorted(tmp_path.rglob("*"))
    assert_one_sentence(infer(*words), 2, said)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_in_another_state_is_refused_and_left_alone(infer, tmp_path):
    words = (*TINY, "--out", "s")
    infer(*words)
    ledger = tmp_path / "s" / NAME
    whole = ledger.read_bytes()
    with Lock(tmp_path / "s"):
        assert_one_sentence(infer(*words), 2, "driven by process", "two drivers")
    with sqlite3.connect(ledger) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()
    assert_one_sentence(infer(*words), 2, "version 99", "reads version 1")
    ledger.write_bytes(whole[:2000] + b"garbage" * 100)
    assert_one_sentence(infer(*words), 2, "damaged")
    ledger.write_bytes(whole)
    assert_one_sentence(infer(*words, "--seed", "1"), 2, "seed 0 where 1 is given")
    assert_one_sentence(infer("--n", 8, 9, "--out", "s"), 2, "none of several n")
    assert ledger.read_bytes() == whole and infer(*words)[0] == 0


def test_a_study_of_another_kind_is_refused(infer, tmp_path):
    study.run_study(tmp_path / "s", {"study": "compare"}, 1, _nothing, executor=Inline)
    assert_one_sentence(infer(*TINY, "--out", "s"), 2, "compare", "another folder")


def _nothing(description, number):
    return {"x": np.zeros(1)}


def _nobody(task, demand):
    raise AssertionError("work was to be done, and all was done")
