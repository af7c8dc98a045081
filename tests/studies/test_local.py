"""Worker processes: single-threaded, replaced when they die, gone when the driver is."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
import pytest

from tests.studies import trials
from tests.studies.processes import alive, gone, start, workers_of
from zerosum.errors import ZerosumError
from zerosum.records.arrays import read_arrays
from zerosum.studies.local import Local
from zerosum.studies.task import Executor, Task


def collect(executor, count, seconds=30):
    found, deadline = [], time.monotonic() + seconds
    while len(found) < count and time.monotonic() < deadline:
        found += executor.outcomes(0.1)
    return found


@pytest.fixture
def local(tmp_path):
    """Return a function that starts an executor for some work."""
    made = []

    def begin(work, workers=1, **more):
        made.append(Local(Task(tmp_path, trials.DESCRIPTION | more, work), workers))
        return made[-1]

    yield begin
    for executor in made:
        executor.close()


def test_every_chunk_is_done_by_a_process_of_its_own(local, tmp_path):
    executor = local(trials.draw, 2)
    assert isinstance(executor, Executor)
    for number in range(6):
        executor.submit(number)
    outcomes = collect(executor, 6)
    assert sorted(o.number for o in outcomes) == list(range(6))
    assert {o.kind for o in outcomes} == {"done"}
    pids = executor.pids()
    assert len(pids) == 2 and os.getpid() not in pids
    start_ = time.monotonic()
    executor.close()
    assert gone(pids, 0) and executor.pids() == []
    assert time.monotonic() - start_ < 2  # idle ones end by themselves


def test_a_worker_computes_with_one_thread(local, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    executor = local(trials.environment)
    executor.submit(0)
    (outcome,) = collect(executor, 1)
    arrays = read_arrays(tmp_path / outcome.file)
    np.testing.assert_array_equal(arrays["threads"], [1, 1, 1, 1])
    assert arrays["pid"] == executor.pids()[0]
    assert os.environ["OMP_NUM_THREADS"] == "3" and "MKL_NUM_THREADS" not in os.environ


def test_a_death_costs_its_chunk_and_nothing_else(local):
    executor = local(trials.deadly)
    for number in range(5):
        executor.submit(number)
    outcomes = collect(executor, 5)
    assert [(o.number, o.kind) for o in outcomes] == [
        (n, "died" if n == 2 else "done") for n in range(5)
    ]
    assert outcomes[2].reason == "its worker ended with code -9"


def test_an_idle_workers_death_costs_nothing(local):
    executor = local(trials.draw)
    executor.submit(0)
    assert collect(executor, 1)[0].kind == "done"
    (pid,) = executor.pids()
    os.kill(pid, signal.SIGKILL)
    # whole, with its threads and its end of the pipe: before that nobody can tell it from a live one
    executor._workers[0].process.join(10)
    executor.submit(1)
    assert [(o.number, o.kind) for o in collect(executor, 1)] == [(1, "done")]
    assert executor.pids() != [pid]


def test_workers_that_cannot_begin_end_the_study(local, monkeypatch):
    executor = local(trials.draw)
    monkeypatch.setattr("zerosum.studies.local._serve", os._exit)  # takes one argument, gets two
    executor.submit(0)
    with pytest.raises(ZerosumError, match=r"before they could begin.*__main__"):
        collect(executor, 1)


def test_a_chunk_in_work_is_given_up_at_the_end(local):
    executor = local(trials.slow)
    executor.submit(0)
    while not any(w.number is not None for w in executor._workers):
        executor.outcomes(0.1)
    pids, before = executor.pids(), time.monotonic()
    executor.close()
    assert gone(pids, 0) and time.monotonic() - before < 1


def test_workers_end_when_their_driver_is_killed(tmp_path):
    driver = start(tmp_path / "study", 4, 2, "slow")
    driver.stdout.readline()  # the start
    deadline = time.monotonic() + 20
    while len(workers_of(driver.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.5)  # into their work
    workers = workers_of(driver.pid)
    assert len(workers) == 2 and all(alive(pid) for pid in workers)
    driver.kill()
    driver.communicate()
    assert gone(workers, 3)
