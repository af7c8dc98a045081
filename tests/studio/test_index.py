"""Runs and generators by numbers: what is listed, what is not, and that no path leads anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from zerosum.errors import InputError
from zerosum.studio import index as module
from zerosum.studio.bodies import Refused
from zerosum.studio.index import Index
from zerosum.studio.settings import Settings


def folder(path, *names):
    path.mkdir(parents=True)
    for name in names:
        (path / name).write_text("{}")
    return path


def test_runs_and_artefacts_are_listed_and_nothing_else(tmp_path):
    folder(tmp_path / "00001-ring", "config.yaml")
    folder(tmp_path / "saved", "config.json")
    folder(tmp_path / "other", "notes.txt")
    (tmp_path / "config.yaml").write_text("{}")
    found = {entry.name: entry.kind for entry in Index(Settings(root=tmp_path)).entries()}
    assert found == {"00001-ring": "run", "saved": "artefact"}


def test_the_newest_run_comes_first_and_what_was_named_before_it(tmp_path):
    for name in ("00000-ring", "00002-ring", "00001-ring"):
        folder(tmp_path / "runs" / name, "config.yaml")
    named = folder(tmp_path / "elsewhere", "config.json")
    index = Index(Settings(root=tmp_path / "runs", named=(named,)))
    names = [entry.name for entry in index.entries()]
    assert names == ["elsewhere", "00002-ring", "00001-ring", "00000-ring"]


def test_what_is_named_and_lies_in_the_folder_is_listed_once(tmp_path):
    run = folder(tmp_path / "00000-ring", "config.yaml")
    assert len(Index(Settings(root=tmp_path, named=(run,))).entries()) == 1


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = folder(tmp_path / "secret", "config.yaml")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "link").symlink_to(secret)
    assert Index(Settings(root=tmp_path / "runs")).entries() == []


def test_a_number_stays_the_same_and_a_new_run_is_found(tmp_path):
    run = folder(tmp_path / "00000-ring", "config.yaml")
    index = Index(Settings(root=tmp_path))
    [first] = index.entries()
    folder(tmp_path / "00001-ring", "config.yaml")
    assert len(index.entries()) == 2
    assert index.find(first.id).path == run.resolve()
    assert Index(Settings(root=tmp_path)).find(first.id) == first


def test_a_folder_has_one_number_and_one_name_however_it_is_written(tmp_path, monkeypatch):
    run = folder(tmp_path / "00000-ring", "config.yaml")
    [whole] = Index(Settings(root=tmp_path)).entries()
    monkeypatch.chdir(run)
    for settings in (Settings(root=Path("..")), Settings(root=run, named=(Path(),))):
        assert Index(settings).entries() == [whole]


def test_of_very_many_runs_the_newest_are_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_LISTED", 2)
    for number in range(4):
        folder(tmp_path / f"0000{number}-ring", "config.yaml")
    names = [entry.name for entry in Index(Settings(root=tmp_path)).entries()]
    assert names == ["00003-ring", "00002-ring"]


@pytest.mark.parametrize("number", ["", "..", "../00000-ring", "00000-ring", "/", "%2e%2e", "\x00"])
def test_a_path_is_no_number(tmp_path, number):
    folder(tmp_path / "00000-ring", "config.yaml")
    with pytest.raises(Refused, match="no such run") as refused:
        Index(Settings(root=tmp_path)).find(number)
    assert refused.value.status == 404


def test_what_was_named_must_be_something(tmp_path):
    with pytest.raises(InputError, match="neither a run folder nor a saved generator"):
        Index(Settings(root=tmp_path, named=(tmp_path,)))


def test_no_folder_of_runs_is_an_empty_list(tmp_path):
    assert Index(Settings(root=tmp_path / "absent")).entries() == []
