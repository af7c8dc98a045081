"""One computation at a time, a few that wait, and a refusal for the rest."""

from __future__ import annotations

import threading

import pytest

from zerosum.studio.bodies import Refused
from zerosum.studio.shared import Turns


def test_so_many_wait_and_the_next_is_refused():
    turns, done = Turns(waiting=2), []

    def compute(number):
        with turns.take():
            done.append(number)

    threads = [threading.Thread(target=compute, args=(number,)) for number in (1, 2)]
    with turns.take():
        for thread in threads:
            thread.start()
        _until_nobody_more_has_room(turns)
        assert done == []  # they wait for the turn that is taken
        with pytest.raises(Refused, match="busy") as refused, turns.take():
            pass
        assert refused.value.status == 429
    for thread in threads:
        thread.join(20)
    assert sorted(done) == [1, 2]


def test_a_computation_that_fails_gives_its_turn_back():
    turns = Turns(waiting=0)
    for _ in range(3):
        with pytest.raises(RuntimeError), turns.take():
            raise RuntimeError
    with turns.take(), pytest.raises(Refused), turns.take():
        pass


def _until_nobody_more_has_room(turns):
    """Return once two threads have taken the two places to wait in."""
    bell = threading.Event()
    for _ in range(2000):
        if turns._room._value == 0:
            return
        bell.wait(0.005)
    raise AssertionError("the places to wait in were not taken")
