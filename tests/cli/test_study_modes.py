"""`zerosum study modes`, from the flags to the folder, and what it refuses."""

from __future__ import annotations

import csv
import json

import pytest

from tests.studies.inline import Inline
from zerosum.cli.main import main
from zerosum.studies.executors import EXECUTORS
from zerosum.studies.ledger import NAME

TINY = [
    "--protocols",
    "ring-pacgan,grid",
    "--systems",
    "gan,wgan",
    "--updates",
    "5",
    "--seeds",
    "2",
]


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch, tmp_path):
    monkeypatch.setitem(EXECUTORS, "local", Inline)
    monkeypatch.chdir(tmp_path)


def modes(*arguments):
    return main(["study", "modes", *arguments])


def test_it_leaves_a_page_tables_and_numbers_and_goes_on(tmp_path, capsys):
    folder = tmp_path / "study"
    assert modes(*TINY, "--out", str(folder)) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("ring-pacgan: 8 Gaussians") and "wgan over gan" in printed.out
    assert "by the clock: 6 cells" in printed.err and "6/6 chunks" in printed.err
    with (folder / "scores.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 2 * 3 * 2 and {line["system"] for line in lines} == {
        "real rows",
        "gan",
        "wgan",
    }
    assert "--protocols ring-pacgan,grid" in (folder / "report.html").read_text()
    assert modes(*TINY, "--out", str(folder), "--json") == 0
    again = json.loads(capsys.readouterr().out)
    assert again == json.loads((folder / "modes.json").read_text())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--protocols", "rng"], "unknown protocol 'rng'"),
        (["--protocols", ""], "unknown protocol ''"),
        (["--systems", "gan,pacgn2"], "did you mean 'pacgan2'"),
        (["--systems", "gan,gan"], "each once"),
        (["--seeds", "1"], "seeds is 1: a spread over trainings needs 2"),
        (["--updates", "0"], "updates is 0"),
        (["--protocols", "stacked-mnist"], "stacked-mnist needs MNIST's files"),
        (["--protocols", "stacked-mnist", "--mnist", "nowhere.npz"], "nowhere.npz"),
        (["--mnist", "nowhere.npz"], "stacked-mnist is not among the protocols"),
        (["--budget", "fast"], "unknown budget 'fast'"),
        (["--scale", "big"], "unknown scale 'big'"),
        (["--workers", "0"], "workers is 0"),
        (["--executor", "slurm"], "unknown executor 'slurm'"),
        (["--seed", "-3"], "seed is -3"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(arguments, said, capsys, tmp_path):
    assert modes(*TINY, *arguments) == 2
    printed = capsys.readouterr().err.strip()
    assert said in printed and len(printed.splitlines()) == 1
    assert not list(tmp_path.rglob(NAME))
