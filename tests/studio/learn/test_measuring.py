"""Measurements in a process of their own: one at a time, stopped when asked, kept when done."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from tests.studio.conftest import Noted
from zerosum.studio.bodies import Refused
from zerosum.studio.learn import measuring
from zerosum.studio.learn.measuring import Desk
from zerosum.studio.shared import Turns

FOUND = {"name": "a", "holds": True, "failure": None, "findings": []}
QUICK = f"import time; time.sleep(0.1); print({json.dumps(json.dumps({'claims': [FOUND]}))})"
LONG = "import time; time.sleep(60)"


@pytest.fixture
def runs(monkeypatch):
    """Return a function that replaces the measurement by a short program."""

    def replace(program: str) -> list[tuple[str, int]]:
        asked = []

        def process(claim: str, seed: int) -> subprocess.Popen[bytes]:
            asked.append((claim, seed))
            return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)

        monkeypatch.setattr(measuring, "_process", process)
        return asked

    return replace


def settled(desk: Desk, claim: str, *states: str) -> dict:
    """Wait until a measurement is in one of these states."""
    for _ in range(1500):
        look = desk.look(claim)
        if look["state"] in states:
            return look
        time.sleep(0.01)
    raise AssertionError(look)


def test_it_is_measured_and_kept(runs):
    asked, desk = runs(QUICK), Desk(Turns())
    assert desk.look("a")["state"] == "none"
    assert desk.start("a", 3)["state"] in ("waiting", "measuring")
    look = settled(desk, "a", "done")
    assert look["found"] == FOUND and look["seed"] == 3 and look["seconds"] > 0
    assert asked == [("a", 3)]


def test_it_is_stopped(runs):
    runs(LONG)
    turns = Turns()
    desk = Desk(turns)
    desk.start("a", 0)
    settled(desk, "a", "measuring")
    process = desk._known["a"].process
    desk.stop("a")
    assert process.wait(timeout=10) != 0
    assert settled(desk, "a", "stopped")["found"] is None
    with turns.take():  # the turn was given back
        pass


def test_one_at_a_time_and_few_that_wait(runs):
    asked, desk = runs(LONG), Desk(Turns())
    try:
        for claim in "abc":
            desk.start(claim, 0)
        settled(desk, "a", "measuring")
        assert desk.start("a", 1)["seed"] == 0  # that one goes on
        assert len(asked) == 1 and desk.look("b")["state"] == desk.look("c")["state"] == "waiting"
        with pytest.raises(Refused) as refused:
            desk.start("d", 0)
        assert refused.value.status == 429
        desk.stop("b")
        assert desk.look("b")["state"] == "stopped"
    finally:
        for claim in "abc":
            desk.stop(claim)


@pytest.mark.parametrize(
    "program",
    [
        "",
        "print('nothing')",
        "import sys; sys.exit(1)",
        "print('{}')",
        "print('{\"claims\": []}')",
        f"print({json.dumps(json.dumps({'claims': [{**FOUND, 'failure': 'broke'}]}))})",
    ],
)
def test_what_broke_is_said_to_have_failed(runs, program):
    runs(program)
    desk = Desk(Turns())
    desk.start("a", 0)
    assert settled(desk, "a", "failed")["found"] is None
    desk.start("a", 0)  # and can be asked again
    settled(desk, "a", "failed")


def test_what_takes_too_long_is_ended(runs, monkeypatch):
    runs(LONG)
    monkeypatch.setattr(measuring, "MOST_SECONDS", 0.05)
    desk = Desk(Turns())
    desk.start("a", 0)
    assert settled(desk, "a", "failed")["seconds"] < 30
    assert desk._known["a"].process.poll() is not None


def test_what_was_stopped_while_it_waited_is_not_measured(runs):
    asked, turns = runs(QUICK), Turns()
    desk = Desk(turns)
    with turns.take():
        desk.start("a", 0)
        desk.stop("a")
    desk.start("b", 1)
    settled(desk, "b", "done")
    assert asked == [("b", 1)] and desk.look("a")["state"] == "stopped"


def test_it_is_measured_anew_with_another_seed(runs):
    asked, desk = runs(QUICK), Desk(Turns())
    for seed in (0, 5):
        desk.start("a", seed)
        assert settled(desk, "a", "done")["seed"] == seed
    assert asked == [("a", 0), ("a", 5)]


def test_the_process_is_the_verb_with_the_seed(monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", Noted)
    assert measuring._process("solvers", 7).words[1:] == [
        "-m",
        "zerosum",
        "theory",
        "solvers",
        "--seed",
        "7",
        "--json",
    ]


@pytest.mark.slow
def test_a_real_claim_holds():
    desk = Desk(Turns())
    desk.start("proposition-2", 0)
    for _ in range(600):
        look = desk.look("proposition-2")
        if look["state"] == "done":
            break
        time.sleep(0.2)
    assert look["found"]["holds"] and len(look["found"]["findings"]) == 8
