"""Twenty kills in the default tests; `make accept-kill N=200` is the long form."""

from __future__ import annotations

from tests.acceptance import kill
from zerosum.runs import session
from zerosum.training.checkpoint import parts_to_state


def test_twenty_kills_leave_no_trace(tmp_path):
    tally = kill.Campaign(tmp_path, kills=20, seed=0).go()
    assert tally.wrong == []
    assert tally.equal == tally.runs >= 1
    assert tally.kills.total() == 20
    assert tally.kills["save"] >= 6
    assert tally.short() == []


def forgetting(what):
    def restore(state, tensors, position):
        parts_to_state(state, tensors, position | {what: 0})

    return restore


def test_a_resume_that_forgets_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "parts_to_state", forgetting("seen"))
    tally = kill.Campaign(tmp_path, kills=6, seed=0).go()
    assert tally.wrong != []


def test_too_few_kills_in_a_save_are_a_failure():
    tally = kill.Tally(kills=kill.Counter({"start-up": 18, "step": 2}))
    assert [line.split(":")[0] for line in tally.short()] == [
        "0 kills of 20 in save",
        "0 kills of 20 in retention",
    ]


def test_the_aims_are_a_function_of_the_seed():
    def first(seed):
        aims = kill.aims(seed)
        return [next(aims) for _ in range(40)]

    assert first(1) == first(1) != first(2)
