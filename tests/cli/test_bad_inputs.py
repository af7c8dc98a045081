"""Every hostile, broken or control input, given to the command line as a person would give it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.bad_inputs import ARRAYS, FOLDERS, TABLES, Loads, Refused
from zerosum.cli.main import main

ENTRIES = {**FOLDERS, **TABLES, **ARRAYS}
MODELS = (
    "bad_header_len.safetensors", "bad_json.safetensors", "bad_offsets.safetensors",
    "zero_byte.safetensors", "odd_metadata.safetensors", "malicious.pt", "malicious.pkl",
    "malicious_zip.pt", "malicious_renamed.safetensors",
)  # fmt: skip
# they load, but of two samples one is held out, and one alone cannot be trained on
TOO_FEW = ("images_links", "arrays/two_samples.npy")
# data that load: one step of training, evidence and report must not fail on any of them either
TRAINED = (
    "images", "csv/constant_column.csv", "csv/no_header.csv", "csv/huge_ints.csv",
    "arrays/constant.npy", "arrays/nhw.npy", "arrays/odd_31x33.npy", "arrays/channels_2.npy",
)  # fmt: skip


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(list(arguments))
    except SystemExit as ended:
        code = int(ended.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def refused(code: int, out: str, err: str, folder: Path) -> None:
    assert code == 2, err
    assert out == "" and "Traceback" not in err and "bug in zerosum" not in err
    assert err.strip() and len(err.strip().splitlines()) <= 2
    assert [p.name for p in folder.rglob("*") if p.is_file()] == [], "something was left behind"


@pytest.mark.parametrize("path", ENTRIES)
def test_train_answers_every_data_file(hostile, tmp_path, monkeypatch, capsys, path):
    monkeypatch.chdir(tmp_path)
    wanted = ENTRIES[path]
    code, out, err = run(capsys, "train", str(hostile / path), "--dry-run")
    if isinstance(wanted, Refused):
        refused(code, out, err, tmp_path)
        assert Path(path).name in err
        return
    assert isinstance(wanted, Loads)
    if path in TOO_FEW:
        refused(code, out, err, tmp_path)
        assert "holding out 1 of 2" in err
        return
    assert code == 0 and "Traceback" not in err, err
    assert [note for note in wanted.notes if note not in err] == []


@pytest.mark.parametrize("path", TRAINED)
def test_what_loads_also_trains_to_the_report(hostile, tmp_path, monkeypatch, capsys, path):
    monkeypatch.chdir(tmp_path)
    small = ("--steps", "1", "--generator.width", "8", "--discriminator.width", "8")
    code, out, err = run(capsys, "train", str(hostile / path), *small, "--json")
    assert code == 0, err
    where = json.loads(out)
    assert Path(where["report"]).stat().st_size > 1000
    assert "nan" not in (Path(where["run"]) / "events.jsonl").read_text().lower()


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("verb", ["sample", "evaluate"])
def test_no_model_file_is_ever_opened_as_code(hostile, tmp_path, monkeypatch, capsys, name, verb):
    monkeypatch.chdir(tmp_path)
    refused(*run(capsys, verb, str(hostile / "models" / name)), tmp_path)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_file_inside_an_artefact_is_refused(hostile, tmp_path, monkeypatch, capsys, name):
    folder = tmp_path / "artefact"
    folder.mkdir()
    shutil.copy(hostile / "models" / name, folder / "model.safetensors")
    (folder / "config.json").write_text("{}")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    refused(*run(capsys, "sample", str(folder)), work)


def test_configs_name_their_faults(hostile, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "train", "--config", str(hostile / "models" / "config_bad.json"))
    refused(code, out, err, tmp_path)
    assert "line 1" in err and "column" in err
    code, out, err = run(
        capsys, "train", "--config", str(hostile / "models" / "config_traversal.json")
    )
    refused(code, out, err, tmp_path)
    assert [
        k for k in ("arch", "out_dir", "z_dim", "lr", "unknown_key") if f"'{k}'" not in err
    ] == []


def test_pictures_of_a_strange_kind_do_not_reach_a_csv(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.zeros((8, 0), np.float32))
    refused_code, out, err = run(capsys, "train", "x.npy", "--dry-run")
    assert (refused_code, out) == (2, "") and "x.npy" in err
