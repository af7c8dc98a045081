"""`zerosum theory`: which claims, which page, which exit code."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from zerosum.claims import table
from zerosum.claims.claim import Finding, Measurement
from zerosum.cli.main import main

HOLDS = Measurement((Finding("a number", 1.0, 1.0, 0.0, "exact"),))
FAILS = Measurement((Finding("a number", 1.0, 2.0, 0.5, "exact"),))


@pytest.fixture
def found(monkeypatch):
    """Set what measuring the claim `solvers` gives."""

    def set_to(measurement):
        claim = replace(
            table.CLAIMS["solvers"],
            measure=lambda seed: measurement,
            paint=lambda axes, data: None,
        )
        monkeypatch.setitem(table.CLAIMS, "solvers", claim)

    return set_to


@pytest.mark.parametrize("name", ["solvers", "5"])
def test_a_claim_that_holds(found, capsys, name):
    found(HOLDS)
    assert main(["theory", name]) == 0
    printed = capsys.readouterr()
    assert "solvers: holds" in printed.out and printed.out.count("\n") == 2
    assert "predicted 1, measured 1, error 0, tolerance 0 (exact)" in printed.out
    assert printed.err == ""


def test_a_claim_that_fails_exits_1(found, capsys):
    found(FAILS)
    assert main(["theory", "solvers"]) == 1
    printed = capsys.readouterr()
    assert "FAIL  a number" in printed.out
    assert printed.err == "zerosum: 1 of 1 claims fail: solvers\n"


def test_json_is_one_object(found, capsys):
    found(FAILS)
    assert main(["theory", "solvers", "solvers", "--json", "--seed", "3"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert (result["seed"], result["holds"], len(result["claims"])) == (3, False, 1)


@pytest.mark.parametrize("name", ["page.html", "page.md"])
def test_a_page_is_written(found, capsys, tmp_path, name):
    found(HOLDS)
    assert main(["theory", "solvers", "--report", str(tmp_path / name)]) == 0
    assert "Solvers" in (tmp_path / name).read_text(encoding="utf-8")
    assert f"wrote {tmp_path / name}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["solver"], "unknown claim 'solver'; did you mean 'solvers'?"),
        (["99"], "unknown claim '99'"),
        (["solvers", "--seed", "-1"], "--seed is -1: a whole number from 0 to 2^64 - 1 is needed"),
        (["solvers", "--report", "page.txt"], "a name that ends in .html or .md is needed"),
        (["solvers", "--report", "nowhere/page.md"], "there is no folder nowhere; make it first"),
    ],
)
def test_bad_input_is_refused_before_anything_is_measured(found, capsys, arguments, said):
    found(None)  # measuring would break
    assert main(["theory", *arguments]) == 2
    printed = capsys.readouterr()
    assert said in printed.err and printed.out == ""


def test_a_folder_that_cannot_be_written(found, capsys, tmp_path):
    found(HOLDS)
    (tmp_path / "page.html").mkdir()  # no file can replace a folder
    assert main(["theory", "solvers", "--report", str(tmp_path / "page.html")]) == 2
    assert "could not be written" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]
