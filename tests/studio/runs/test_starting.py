"""Trainings begun from the page: names and numbers only, two at once, and a first line of error."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from tests.studio.conftest import Noted, visitor
from zerosum.errors import InputError
from zerosum.records.lock import Lock
from zerosum.studio.bodies import Refused
from zerosum.studio.index import Index
from zerosum.studio.runs import starting
from zerosum.studio.runs.starting import MAX_RUNNING, Trainings, Wanted, first_error
from zerosum.studio.settings import Settings

SLEEP = "import time; time.sleep(60)"


class Launcher:
    """Begins a program of the test's own and notes what `zerosum` would have been told."""

    def __init__(self, program):
        self.program, self.told, self.begun = program, [], []

    def __call__(self, arguments, said):
        self.told.append(list(arguments))
        self.begun.append(subprocess.Popen([sys.executable, "-c", self.program], stderr=said))
        return self.begun[-1]


@pytest.fixture
def launcher():
    found = Launcher(SLEEP)
    yield found
    for process in found.begun:
        process.kill()
        process.wait()


@pytest.fixture
def trainings(settings, launcher, tmp_path):
    index = Index(replace(settings, root=tmp_path))
    return Trainings(tmp_path, index, launcher)


def test_the_process_is_told_names_and_numbers(trainings, launcher, tmp_path):
    trainings.begin(Wanted("ring", "wgan-gp", 300, 7))
    (told,) = launcher.told
    assert told[:8] == ["train", "ring", "--recipe", "wgan-gp", "--steps", "300", "--seed", "7"]
    assert told[-2:] == ["--out", str(tmp_path)]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted("/etc/passwd"), "unknown value of data '"),
        (Wanted("--resume"), "unknown value of data '"),
        (Wanted("hub:x/y"), "unknown value of data '"),
        (Wanted("ring", "r3gann"), "did you mean 'r3gan'"),
        (Wanted("ring", "--config"), "unknown value of recipe"),
        (Wanted("ring", "cyclegan"), "unknown value of recipe"),
        (Wanted("ring", steps=0), "steps is 0"),
        (Wanted("ring", steps=10**9), "give 1 to 200000"),
        (Wanted("ring", seed=-1), "seed is -1"),
    ],
)
def test_anything_else_is_refused(trainings, launcher, wanted, words):
    with pytest.raises(InputError, match=words):
        trainings.begin(wanted)
    assert launcher.told == []


def test_two_at_once(trainings, launcher):
    for _ in range(MAX_RUNNING):
        trainings.begin(Wanted("ring"))
    with pytest.raises(Refused) as refused:
        trainings.begin(Wanted("ring"))
    assert refused.value.status == 429
    launcher.begun[0].kill()
    launcher.begun[0].wait()
    trainings.begin(Wanted("ring"))


def test_a_process_that_fails_is_told_by_its_own_sentence(trainings, launcher):
    said = "zerosum: training in runs/00001-x\nzerosum: no room in /home/me/runs/x: free some"
    launcher.program = f"import sys; print({said!r}, file=sys.stderr); sys.exit(2)"
    trainings.begin(Wanted("ring"))
    launcher.begun[0].wait()
    (told,) = trainings.all()
    assert (told["state"], told["error"]) == ("failed", "no room in x: free some")


def test_a_process_that_was_interrupted_did_not_fail(trainings, launcher):
    launcher.program = "import sys; sys.exit(130)"
    trainings.begin(Wanted("ring"))
    launcher.begun[0].wait()
    (told,) = trainings.all()
    assert (told["state"], told["error"]) == ("ended", None)


def test_the_newest_trainings_are_told_of_first(trainings, launcher, monkeypatch):
    monkeypatch.setattr(starting, "_KEPT", 2)
    launcher.program = ""
    for seed in range(4):
        trainings.begin(Wanted("ring", seed=seed))
        launcher.begun[-1].wait()
    assert [told["number"] for told in trainings.all()] == [4, 3]


def test_a_training_is_told_no_secret_and_does_not_hear_ctrl_c(monkeypatch, tmp_path):
    monkeypatch.setenv("ZEROSUM_TOKEN", "secret")
    monkeypatch.setattr(subprocess, "Popen", Noted)
    with (tmp_path / "said").open("wb") as said:
        begun = starting.launch(["train", "ring"], said)
    assert begun.words == [sys.executable, "-m", "zerosum", "train", "ring"]
    assert "PATH" in begun.how["env"] and "ZEROSUM_TOKEN" not in begun.how["env"]
    assert begun.how["start_new_session"] and begun.how["stdin"] == subprocess.DEVNULL


def test_the_run_is_known_by_who_holds_it(trainings, launcher, tmp_path):
    other = tmp_path / "00001-of-somebody-else"
    other.mkdir()
    (other / "config.yaml").write_text("seed: 0\n")
    with Lock(other):
        _known_by_its_holder(trainings, launcher, tmp_path)


def _known_by_its_holder(trainings, launcher, tmp_path):
    run = tmp_path / "00000-ring-r3gan"
    run.mkdir()
    (run / "config.yaml").write_text("seed: 0\n")
    launcher.program = (
        f"from pathlib import Path; from zerosum.records.lock import Lock; import time\n"
        f"with Lock(Path({str(run)!r})): time.sleep(60)"
    )
    assert trainings.begin(Wanted("ring"))["state"] in ("starting", "training")
    for _ in range(200):
        (told,) = trainings.all()
        if told["run"]:
            break
        __import__("time").sleep(0.05)
    assert told["state"] == "training"
    assert told["run"] == Index(Settings(root=tmp_path)).entries()[-1].id


def test_resume_goes_by_the_index(trainings, launcher, tmp_path):
    trainings.resume(tmp_path)
    assert launcher.told == [["train", "--resume", str(tmp_path)]]
    with Lock(tmp_path), pytest.raises(Refused) as refused:
        trainings.resume(tmp_path)
    assert refused.value.status == 409


def test_no_word_is_said_so():
    assert first_error("Traceback\nValueError: /secret/path\n") == "it ended without a word"


def test_what_can_be_begun_is_listed(controlling):
    with visitor(controlling) as client:
        known = client.get("/api/trainings").json()
        refused = client.post("/api/trainings", json={"data": "ring", "steps": 10**7})
    assert known["control"] and "digits" in known["data"] and known["trainings"] == []
    assert known["recipes"][0] == "auto" and "r3gan" in known["recipes"]
    assert refused.status_code == 400
