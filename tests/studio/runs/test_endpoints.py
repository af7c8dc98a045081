"""Runs by HTTP: what is told holds no path, and orders need the right to give them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from tests.studio.conftest import visitor
from zerosum.records.control import take_order
from zerosum.records.events import EventLog
from zerosum.records.lock import Lock
from zerosum.studio.index import Index
from zerosum.studio.settings import Settings


@pytest.fixture
def runs(studio):
    return studio.get("/api/runs").json()["runs"]


@pytest.fixture
def named(runs):
    """Runs by their data."""
    return {run["data"]: run for run in runs}


@pytest.fixture
def alive(root, tmp_path, controlling):
    """(visitor who may steer, a copy of a run in the middle of training, its number)."""
    run = tmp_path / "alive"
    shutil.copytree(next(root.glob("*-ring-*")), run)
    (run / "events.jsonl").write_text('{"kind":"start","step":0}\n')
    with visitor(replace(controlling, root=tmp_path)) as client:
        (found,) = client.get("/api/runs").json()["runs"]
        yield client, run, found["id"]


def test_the_list_says_what_each_run_is_and_does(named):
    ring = named["ring"]
    assert (ring["step"], ring["steps"], ring["state"]) == (4, 4, "done")
    assert ring["recipe"] == "r3gan" and ring["picture"][0] == 4
    assert ring["headline"]["name"].startswith("Wasserstein-1") and ring["headline"]["error"] > 0
    assert named.keys() == {"ring", "pets"}


def test_one_run_tells_its_settings_without_a_path(studio, named, root):
    found = studio.get(f"/api/runs/{named['pets']['id']}").json()
    assert found["settings"]["data.spec"] == "pets.npz"
    assert found["settings"]["run.steps"] == 4 and found["settings"]["generator.width"] == 8
    assert found["can"] == {"control": False, "report": True, "explore": True}
    assert found["machine"]["rows"] == "120"


def test_nothing_that_is_told_holds_the_folder(studio, named, root):
    for run in named.values():
        for path in ("/api/runs", f"/api/runs/{run['id']}", "/api/trainings"):
            text = studio.get(path).text
            assert str(root.parent) not in text and "/tmp" not in text


def test_runs_on_other_rows_are_told_apart(studio, named):
    told = [studio.get(f"/api/runs/{run['id']}").json()["held_out"] for run in named.values()]
    assert told[0] != told[1]


@pytest.mark.parametrize("of", ["average", "generator"])
def test_a_preview_is_the_file_itself(studio, named, root, of):
    (run,) = root.glob("*-ring-*")
    inside = "raw" if of == "generator" else ""
    answer = studio.get(f"/api/runs/{named['ring']['id']}/preview?step=4&of={of}")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == (run / "samples" / inside / "000004.png").read_bytes()
    assert answer.headers.get_list("cache-control") == ["private, max-age=86400"]  # only this one


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("step=5", 404), ("step=4&of=../../model", 400), ("step=-1", 400), ("step=4.5", 400), ("", 400),
        ("step=4&step=5", 400), ("step=99999999999999999999999", 400), ("step=4&path=/etc", 400),
    ],
)  # fmt: skip
def test_other_previews_are_refused_in_a_sentence(studio, named, query, status):
    answer = studio.get(f"/api/runs/{named['ring']['id']}/preview?{query}")
    assert answer.status_code == status and answer.json()["error"]


def test_the_report_comes_as_a_file_to_keep(studio, named):
    answer = studio.get(f"/api/runs/{named['ring']['id']}/report")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert b"<html" in answer.content


@pytest.mark.parametrize("path", ["", "/preview?step=1", "/report"])
def test_a_run_that_is_not_there(studio, path):
    assert studio.get(f"/api/runs/0123456789ab{path}").status_code == 404
    assert studio.get(f"/api/runs/..%2f..%2fetc{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/api/runs/{id}/control", "/api/runs/{id}/resume", "/api/trainings"]
)
def test_a_studio_that_only_watches_gives_no_orders(studio, named, root, path):
    body = {"data": "ring"} if path.endswith("trainings") else {"do": "stop"}
    answer = studio.post(path.format(id=named["ring"]["id"]), json=body)
    assert answer.status_code == 403 and "--allow-control" in answer.json()["error"]
    assert not list(root.glob("*/control.json"))


def test_an_order_reaches_the_run_folder(alive):
    client, run, number = alive
    with Lock(run):
        answer = client.post(f"/api/runs/{number}/control", json={"do": "pause"})
        taken = take_order(run)
    assert answer.status_code == 200
    assert (taken.do, taken.number) == ("pause", answer.json()["order"])


@pytest.mark.parametrize("body", [{"do": "explode"}, {}, {"do": "stop", "to": "x"}, {"do": 3}, []])
def test_what_is_no_order_is_refused(alive, body):
    client, run, number = alive
    with Lock(run):
        answer = client.post(f"/api/runs/{number}/control", json=body)
    assert answer.status_code == 400 and take_order(run) is None


def test_nobody_is_there_to_obey(alive):
    client, run, number = alive
    answer = client.post(f"/api/runs/{number}/control", json={"do": "stop"})
    assert answer.status_code == 409 and "nobody trains" in answer.json()["error"]
    EventLog(run).append("end", step=4, reason="done")
    with Lock(run):
        answer = client.post(f"/api/runs/{number}/control", json={"do": "stop"})
        assert client.get("/api/runs").json()["runs"][0]["state"] == "measuring"
    assert answer.status_code == 409 and "measured" in answer.json()["error"]
    assert take_order(run) is None


def test_a_run_with_nothing_readable_in_it_is_still_listed(alive):
    client, run, number = alive
    (run / "config.yaml").write_bytes(b"\xff\x00: [")
    (run / "events.jsonl").write_bytes(b"nonsense\n{}\n[1]\n" + b"[" * 5000 + b"\n")
    (run / "evidence.json").write_text(json.dumps({"measurements": [1, {"name": "x"}]}))
    shutil.rmtree(run / "samples")
    (found,) = client.get("/api/runs").json()["runs"]
    assert (found["state"], found["step"], found["picture"]) == ("interrupted", 0, None)
    assert client.get(f"/api/runs/{number}").json()["settings"] == {}


def test_a_link_out_of_a_run_folder_is_not_followed(alive, tmp_path):
    client, run, number = alive
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (run / "samples" / "000009.png").symlink_to(secret)
    (run / "report.html").unlink()
    (run / "report.html").symlink_to(secret)
    for path in ("preview?step=9", "report"):
        answer = client.get(f"/api/runs/{number}/{path}")
        assert answer.status_code == 404 and "secret" not in answer.text


def test_a_saved_generator_is_no_run(settings, root):
    (run,) = root.glob("*-ring-*")
    with visitor(replace(settings, root=run, named=(run / "model",), control=True)) as client:
        assert client.get("/api/runs").json()["runs"] == []
        number = Index(Settings(root=run, named=(run / "model",))).entries()[0].id
        for path in ("", "/preview?step=4", "/report"):
            answer = client.get(f"/api/runs/{number}{path}")
            assert answer.status_code == 404 and "saved generator" in answer.json()["error"]
        assert client.post(f"/api/runs/{number}/resume").status_code == 404


def test_a_run_is_explored_by_what_it_keeps(alive):
    client, run, number = alive
    for folder, left in (("model", True), ("checkpoints", False)):
        shutil.rmtree(run / folder)
        assert client.get(f"/api/runs/{number}").json()["can"]["explore"] == left


def test_of_the_machine_only_what_is_named_is_told(alive):
    client, run, number = alive
    told = {"host": "ada-laptop", "python": "3.11", "data": "/home/ada/x.npz"}
    (run / "environment.json").write_text(json.dumps(told))
    assert client.get(f"/api/runs/{number}").json()["machine"] == {"python": "3.11"}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("config.yaml", "  holdout: 0", "  holdout: 0.0001"),
        ("environment.json", "fingerprint", "print"),
    ],
)
def test_what_was_held_out_goes_by_the_rows_and_the_split(alive, file, old, new):
    client, run, number = alive
    before = client.get(f"/api/runs/{number}").json()["held_out"]
    text = (run / file).read_text()
    assert old in text
    (run / file).write_text(text.replace(old, new, 1))
    assert client.get(f"/api/runs/{number}").json()["held_out"] != before
