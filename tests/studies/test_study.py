"""A study: begun, gone on with, interrupted, refused."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
import pytest

from tests.records.faults import every_operation, failing, half_done, snapshot
from tests.studies import trials
from tests.studies.inline import Inline
from tests.studies.processes import gone, start, workers_of
from zerosum.errors import InputError, ZerosumError
from zerosum.records.lock import Lock
from zerosum.studies.drive import Progress
from zerosum.studies.ledger import NAME, Ledger
from zerosum.studies.local import start_local
from zerosum.studies.results import read_results
from zerosum.studies.study import run_study

DESCRIPTION = {"seed": 1, "rows": 2}


def study(folder, work=trials.draw, chunks=4, description=DESCRIPTION, **more):
    return run_study(folder, description, chunks, work, **({"executor": Inline} | more))


def test_a_study_with_workers_equals_one_without(tmp_path):
    told, seen = [], []
    with_workers = run_study(
        tmp_path / "a", DESCRIPTION, 5, trials.draw, 2, seen.append, chunk_bytes=10**6,
        tell=told.append,
    )  # fmt: skip
    without = study(tmp_path / "b", chunks=5)
    assert [row.sha256 for row in with_workers.rows] == [row.sha256 for row in without.rows]
    assert [p.done for p in seen] == [0, 1, 2, 3, 4, 5]
    assert seen[0].seconds_left is None and seen[-1].seconds_left == 0
    assert all(p.rate > 0 for p in seen[1:])
    assert told[0].startswith("5 chunks to do, 2 workers, at most 602.0 MB of ")


def test_a_finished_study_is_not_computed_again(tmp_path):
    first = study(tmp_path)
    before = snapshot(tmp_path)
    again = study(tmp_path, work=trials.faulty)  # would fail
    assert again == first and snapshot(tmp_path) == before


def test_a_result_the_ledger_does_not_know_is_adopted(tmp_path):
    first = study(tmp_path)
    with Ledger(tmp_path) as ledger:
        ledger.wait_again(1, "")
    again = study(tmp_path, work=trials.faulty)  # would fail at chunk 1
    assert [row.sha256 for row in again.rows] == [row.sha256 for row in first.rows]


def test_what_others_left_half_done_is_deleted_whoever_has_their_number_now(tmp_path):
    study(tmp_path)
    for name in (f".tmp-{NAME}-1", f"results/.tmp-000001-{'0' * 16}.safetensors-1"):
        (tmp_path / name).write_bytes(b"half")  # process 1 is alive
    study(tmp_path)
    assert half_done(tmp_path) == []


@pytest.mark.parametrize("damage", ["missing", "shorter", "flipped"])
def test_a_result_that_is_lost_is_made_again(tmp_path, damage):
    first, told = study(tmp_path), []
    path = tmp_path / "results" / first.rows[1].file
    data = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    else:
        data[-1] ^= 1
        path.write_bytes(data if damage == "flipped" else data[:-8])
    again = study(tmp_path, tell=told.append)
    assert again == first.__class__(first.folder, first.description, again.rows)
    assert [row.sha256 for row in again.rows] == [row.sha256 for row in first.rows]
    assert "result of chunk 1 is missing or damaged" in told[0]
    np.testing.assert_array_equal(again.arrays("rows")["rows"], first.arrays("rows")["rows"])


def test_a_chunk_that_always_dies_is_given_up_and_the_others_are_done(tmp_path):
    results = run_study(tmp_path, DESCRIPTION, 4, trials.deadly, 2)
    assert results.done == (0, 1, 3)
    assert results.failed == {2: "given up after 3 attempts: its worker ended with code -9"}
    assert results.rows[2].attempts == 3
    assert [row.attempts for row in results.rows if row.number != 2] == [1, 1, 1]
    again = study(tmp_path)  # a failed chunk stays failed ...
    assert again.failed == results.failed
    assert study(tmp_path, retry_failed=True).complete  # ... until it is to be tried again


def test_a_chunk_that_hangs_is_given_up_and_the_others_are_done(tmp_path):
    results = run_study(tmp_path, DESCRIPTION, 3, trials.hanging, 2, chunk_seconds=0.3)
    assert results.done == (0, 2)
    assert results.failed == {1: "given up after 3 attempts: it took longer than 0.3 s"}


def test_a_chunk_without_memory_is_tried_three_times(tmp_path):
    results = study(tmp_path, work=trials.faulty)
    assert results.failed.keys() == {1, 2, 3}
    assert [row.attempts for row in results.rows] == [1, 0, 3, 0]
    assert results.failed[2].startswith("given up after 3 attempts: there was not enough memory")


def test_another_study_a_second_driver_and_a_lost_ledger_are_refused(tmp_path):
    study(tmp_path)
    before = snapshot(tmp_path)
    with pytest.raises(InputError, match="seed 1 where 2 is given"):
        study(tmp_path, description={"seed": 2, "rows": 2})
    with pytest.raises(InputError, match=r"\(chunks\) 4 where 5"):
        study(tmp_path, chunks=5)
    with Lock(tmp_path), pytest.raises(InputError, match=r"driven by process .* two drivers"):
        study(tmp_path)
    assert snapshot(tmp_path) == before
    (tmp_path / NAME).write_bytes(b"garbled")
    with pytest.raises(InputError, match="damaged"):
        study(tmp_path)
    (tmp_path / NAME).unlink()
    with pytest.raises(InputError, match="has results and no ledger"):
        study(tmp_path)
    assert snapshot(tmp_path).keys() == before.keys() - {NAME}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"chunks": 0}, "a study of 0 chunks"),
        ({"chunks": 10**7}, "give 1 to 1,000,000"),
        ({"workers": 0}, "nobody would do the work"),
        ({"chunk_bytes": -1}, "chunk_bytes is -1"),
        ({"chunk_seconds": 0.0}, "chunk_seconds is 0"),
        (
            {"executor": start_local, "chunk_bytes": 10**15},
            "where .* of memory are free; take smaller chunks",
        ),
        (
            {"executor": start_local, "chunk_bytes": 10**15, "workers": 2},
            "take fewer workers or smaller chunks",
        ),
        ({"description": {"rate": float("nan")}}, "description"),
        ({"work": lambda description, number: {}}, "top level of a module"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path, more, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        study(tmp_path / "study", **more)
    assert caught.value.exit_code == 2 and "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_one_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file"):
        study(tmp_path / "file")


def test_a_full_disk_stops_the_study_which_then_goes_on(tmp_path):
    expected = [row.sha256 for row in study(tmp_path / "peaceful").rows]
    stopped = 0
    for n in range(1, 60):
        folder = tmp_path / str(n)
        with every_operation(failing(n, 28, for_ever=True)):
            try:
                study(folder)
            except ZerosumError as error:
                stopped += 1
                assert "No space left on device" in str(error) and "\n" not in str(error)
        results = study(folder)
        assert [row.sha256 for row in results.rows] == expected
        assert half_done(folder) == []
        if stopped < n:
            break
    assert stopped > 20  # the ledger, its folder, and five operations for each result


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_driver_ends_its_workers_and_says_how_to_go_on(tmp_path, number, code):
    driver = start(tmp_path / "study", 400)
    while int(driver.stdout.readline()) < 3:
        pass
    workers = workers_of(driver.pid)
    os.kill(driver.pid, number)
    if number == signal.SIGINT:  # a terminal sends it to every process of the group
        for pid in workers:
            os.kill(pid, number)
    before = time.monotonic()
    _, message = driver.communicate(timeout=10)
    assert time.monotonic() - before < 3
    assert driver.returncode == code, message
    assert gone(workers, 0) and workers
    done = len(read_results(tmp_path / "study").done)
    assert message == (
        f"interrupted; {done} of 400 chunks are done and kept. To go on:\n  zerosum study again\n"
    )
    assert done >= 3 and half_done(tmp_path) == []


def test_what_is_said_aside_reaches_the_work_and_not_the_ledger(tmp_path):
    first = {**DESCRIPTION, "rows": None}
    whole = study(tmp_path, description=first, aside={"rows": 2}, chunks=2)
    assert whole.description == first == read_results(tmp_path).description
    assert whole.complete and whole.arrays("rows")["rows"].shape == (4, 3)


def test_two_drivers_at_once(tmp_path):
    first = start(tmp_path / "study", 400)
    first.stdout.readline()
    second = start(tmp_path / "study", 400)
    _, message = second.communicate(timeout=20)
    assert second.returncode == 2
    assert f"driven by process {first.pid}" in message and message.count("\n") == 1
    assert first.poll() is None
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=10)


def test_progress_in_one_line():
    assert str(Progress(0, 0, 10, 0.0, None)) == "0/10 chunks"
    assert str(Progress(5, 0, 10, 0.05, 100.4)) == "5/10 chunks  0.05 chunks/s  1:40 left"
