"""`zerosum study inference`, from its first chunk to its table and pictures."""

from __future__ import annotations

import json

import pytest

from zerosum.cli.main import main
from zerosum.studies import study

TINY = ["--members", "4", "--n", "10", "--m", "30", "--workers", "1"]


@pytest.mark.slow
def test_a_study_prints_its_table_and_goes_on_where_it_was(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "study"
    assert main(["study", "inference", *TINY, "--out", str(folder)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("4 GANs, each on 10 draws of N(0, 1), 30 samples of each")
    assert "95 % coverage of the mean" in printed.out and "1/1 chunks" in printed.err
    names = {p.name for p in folder.iterdir()}
    assert {"ledger.sqlite", "results", "means.png", "distances.png", "table.json"} <= names
    monkeypatch.setattr(study, "Local", None)  # nothing is left to be done, so nobody is needed
    assert main(["study", "inference", *TINY, "--out", str(folder), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again == json.loads((folder / "table.json").read_text())
    assert main(["study", "inference", "--members", "5", "--out", str(folder)]) == 2
    assert "zerosum:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["inference", "--members", "1"], "--members is 1"),
        (["inference", "--truth", "norml"], "did you mean 'normal'"),
        (["inference", "--workers", "0"], "workers is 0"),
    ],
)
def test_bad_input_is_one_sentence(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["study", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.rglob("ledger.sqlite"))
