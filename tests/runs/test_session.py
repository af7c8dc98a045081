"""A run folder holds all that a run was, and enough to be it again."""

from __future__ import annotations

import json
import os
import shutil

import numpy as np
import pytest

from tests.tiny_runs import finished, settings, small_pictures
from zerosum.errors import InputError
from zerosum.generator import load_generator
from zerosum.metrics.evidence import Evidence
from zerosum.recipes.config import from_mapping
from zerosum.records.events import read_events
from zerosum.records.lock import Lock
from zerosum.records.text import read_json, read_yaml
from zerosum.runs import session
from zerosum.runs.job import prepare


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run on points, with something of everything in it."""
    return finished(tmp_path_factory.mktemp("runs"), game={"instance_noise": {"start": 0.1}})


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A finished conditional run on pictures given in Python."""
    root = tmp_path_factory.mktemp("runs")
    return finished(root, small_pictures(), y=np.arange(120) % 2, conditional=True)


def test_the_folder_holds_everything(run, pictures):
    common = {
        "config.yaml", "environment.json", "events.jsonl", "samples", "checkpoints", "model",
        "evidence.json", "gallery.npz", "report.html",
    }  # fmt: skip
    for folder in (run, pictures):
        names = {p.name for p in folder.iterdir() if not p.name.startswith(".")}
        assert names == common
        assert sorted(p.name for p in (folder / "samples").iterdir()) == ["000004.png", "raw"]
    assert run.name == "00000-ring-r3gan"


def test_the_configuration_is_whole_and_read_back(run):
    config = session.read_config(run)
    assert config == from_mapping(read_yaml(run / "config.yaml"))
    assert config.run.steps == 4 and config.data.spec == "ring" and config.recipe == "r3gan"
    assert "auto" not in (config.generator.name, config.discriminator.name)


def test_the_environment_says_what_else_mattered(run):
    found = read_json(run / "environment.json")
    wanted = {"python", "zerosum", "torch", "numpy", "machine", "device", "fingerprint", "rows"}
    assert wanted <= found.keys()
    assert found["data"] == "ring" and found["rows"] == 200 and found["device"] == "cpu"


def test_events_tell_the_story_in_order(run):
    events = read_events(run)
    kinds = [e["kind"] for e in events]
    assert kinds[0] == "start" and kinds[-2:] == ["end", "evidence"]
    assert {"tick", "preview", "checkpoint", "note"} <= set(kinds)
    ticks = [e for e in events if e["kind"] == "tick"]
    assert [(t["step"], t["seen"]) for t in ticks] == [(2, 32), (4, 64)]
    assert set(ticks[0]["loss"]) == {"discriminator", "generator"}
    assert set(ticks[0]["penalty"]) == {"r1", "r2"}
    assert next(e for e in events if e["kind"] == "end")["reason"] == "done"


def test_the_artefact_is_the_averaged_generator(run, pictures):
    generator = load_generator(run / "model")
    assert generator.provenance["steps"] == 4 and generator.provenance["rows trained on"] == 160
    assert load_generator(pictures / "model").classes == ("0", "1")


def test_the_evidence_is_about_rows_never_trained_on(run):
    evidence = Evidence.from_json(read_json(run / "evidence.json"))
    job = prepare("ring", settings=settings())
    assert not set(job.trained) & set(job.held_out)
    assert len(job.trained) + len(job.held_out) == 200
    assert evidence.facts["n_real"] == len(job.held_out) == 40


def test_evidence_of_a_run_is_the_stored_one(run):
    stored = Evidence.from_json(read_json(run / "evidence.json"))
    generator = load_generator(run / "model")
    assert session.evidence_of(run, generator) == stored
    assert session.evidence_of(run, generator, seed=1) != stored


def test_the_gallery_holds_uncurated_samples(run, pictures):
    with np.load(run / "gallery.npz", allow_pickle=False) as found:
        assert found["real"].shape == (40, 2) and found["fake"].shape == (2000, 2)
        assert found["heat"].shape == (80, 80) and np.isfinite(found["heat"]).all()
        low, high = found["real"].min(0), found["real"].max(0)
        extent = found["heat_extent"]
        assert (extent[::2] < low).all() and (extent[1::2] > high).all()
        assert found["neighbour_rows"].shape == (8, 5, 2)
        gaps = np.linalg.norm(found["neighbour_rows"] - found["neighbours"][:, None], axis=-1)
        assert (np.diff(found["neighbour_distance"], axis=1) >= 0).all() and (gaps > 0).all()
    with np.load(pictures / "gallery.npz", allow_pickle=False) as found:
        assert found["fake"].shape == (64, 6, 6) and found["fake"].dtype == np.uint8
        assert found["interpolation"].shape == (6, 10, 6, 6)
        assert found["real"].shape == (24, 6, 6)


def test_the_report_is_one_file(run):
    text = (run / "report.html").read_text(encoding="utf-8")
    assert "<html" in text and "r3gan" in text
    assert 'src="http' not in text and 'href="http' not in text


def test_the_configuration_fed_back_gives_the_same_run(run, tmp_path):
    again = read_yaml(run / "config.yaml")
    recipe = again.pop("recipe")
    job = prepare(again["data"]["spec"], recipe=recipe, settings=again)
    work = session.begin(job, tmp_path)
    with Lock(work.run):
        work.train()
        work.conclude()
    for name in ("config.yaml", "evidence.json", "model/model.safetensors", "model/config.json"):
        assert (work.run / name).read_bytes() == (run / name).read_bytes(), name
    with np.load(run / "gallery.npz") as a, np.load(work.run / "gallery.npz") as b:
        assert a.files == b.files and all(np.array_equal(a[k], b[k]) for k in a.files)


def test_another_run_gets_the_next_number(run):
    job = prepare("ring", settings=settings(data={"spec": "ring"}))
    work = session.begin(job, run.parent)
    assert work.run.name == "00001-ring-r3gan"
    shutil.rmtree(work.run)


def test_a_run_is_never_overwritten(run):
    job = prepare("ring", settings=settings())
    with pytest.raises(InputError, match="exists, and a run is never overwritten"):
        session.begin(job, run.parent, run.name)


def test_what_is_no_run_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"is not a run folder: it has no config\.yaml"):
        session.read_config(tmp_path)
    (tmp_path / "config.yaml").write_text("sede: 3\n")
    with pytest.raises(InputError, match="did you mean 'seed'"):
        session.read_config(tmp_path)


def test_data_given_in_python_must_be_given_again(pictures):
    generator = load_generator(pictures / "model")
    with pytest.raises(InputError, match=r"given in Python .* zerosum\.resume\('.*', X, y\)"):
        session.evidence_of(pictures, generator)


def test_other_data_of_the_same_name_are_noticed(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(400.0).reshape(200, 2))
    run = finished(tmp_path / "runs", tmp_path / "x.npy")
    np.save(tmp_path / "x.npy", np.arange(400.0).reshape(200, 2) + 1)
    with pytest.raises(InputError, match=r"are not what .* was trained on"):
        session.evidence_of(run, load_generator(run / "model"))


def test_too_few_rows_to_measure_by_keep_the_generator(tmp_path):
    run = finished(tmp_path, np.arange(12.0).reshape(6, 2), run={"batch": 2})
    assert (run / "model").is_dir() and (run / "report.html").is_file()
    notes = [e["text"] for e in read_events(run) if e["kind"] == "note"]
    has = (run / "evidence.json").is_file()
    assert has != any(note.startswith("no evidence: ") for note in notes)


def test_runs_go_where_the_environment_says(monkeypatch):
    monkeypatch.delenv("ZEROSUM_RUNS", raising=False)
    assert str(session.default_root()) == "runs"
    monkeypatch.setenv("ZEROSUM_RUNS", f"some{os.sep}where")
    assert str(session.default_root()) == f"some{os.sep}where"


def test_conclude_says_where_everything_is(tmp_path):
    job = prepare("ring", settings=settings(data={"spec": "ring"}, run={"steps": 1}))
    work = session.begin(job, tmp_path, "mine")
    with Lock(work.run):
        work.train()
        where = work.conclude()
    assert where == {
        "run": str(tmp_path / "mine"), "model": str(tmp_path / "mine" / "model"),
        "report": str(tmp_path / "mine" / "report.html"),
    }  # fmt: skip
    assert json.loads((tmp_path / "mine" / "model" / "config.json").read_text())["config"]["latent"]


@pytest.mark.parametrize(
    "over", [{"game": {"pack": 4}}, {"conditional": True}], ids=["pack", "class"]
)
def test_a_point_that_is_never_judged_alone_has_no_heat(tmp_path, over):
    """What a discriminator says of packs, or of points with a class, is no picture of the plane."""
    points = np.random.default_rng(0).normal(size=(200, 2))
    labels = np.arange(200) % 2 if "conditional" in over else None
    folder = finished(tmp_path, points, y=labels, **over)
    with np.load(folder / "gallery.npz", allow_pickle=False) as found:
        assert "heat" not in found and found["fake"].shape == (2000, 2)
    assert (folder / "report.html").is_file()


def test_a_run_that_says_classes_records_how_often_they_are_right(tmp_path):
    over = {"conditional": True, "game": {"auxiliary": 0.5}}
    folder = finished(tmp_path, small_pictures(), y=np.arange(120) % 2, **over)
    ticks = [e for e in read_events(folder) if e["kind"] == "tick"]
    for group in ("class_loss", "class_accuracy"):
        assert set(ticks[0][group]) == {"real", "fake", "generator"}
    evidence = Evidence.from_json(read_json(folder / "evidence.json"))
    assert 0 <= evidence["asked class"].value <= 1
    assert "Share whose class D names right" in (folder / "report.html").read_text()
