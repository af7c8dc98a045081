"""One chunk: what goes wrong is an outcome, and a result is there whole or not at all."""

from __future__ import annotations

import functools
import hashlib
import os

import numpy as np
import pytest

from tests.records.faults import every_operation, failing, forked, half_done, killing
from tests.studies import trials
from zerosum.errors import InputError
from zerosum.records.arrays import read_arrays
from zerosum.studies.task import Task, check_work, hash_of_result, perform, result_number


@pytest.fixture
def task(tmp_path):
    return Task(tmp_path, trials.DESCRIPTION, trials.draw)


def test_a_result_holds_the_arrays_and_its_hash(task, tmp_path):
    outcome = perform(task, 12)
    path = tmp_path / outcome.file
    assert outcome.kind == "done" and outcome.seconds > 0
    assert outcome.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() == hash_of_result(path)
    assert path.name == f"000012-{outcome.sha256[:16]}.safetensors"
    assert result_number(path.name) == 12
    found, expected = read_arrays(path), trials.draw(trials.DESCRIPTION, 12)
    assert found.keys() == expected.keys()
    np.testing.assert_array_equal(found["rows"], expected["rows"])
    assert found["mean"] == expected["mean"] and found["mean"].shape == (1,)
    assert found["number"].dtype == expected["number"].dtype
    assert perform(task, 12).file == outcome.file and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("number", "kind", "reason"),
    [
        (1, "failed", "ValueError: this chunk is wrong"),
        (2, "died", "there was not enough memory for it"),
        (3, "failed", "dtype <U4"),
    ],
)
def test_what_goes_wrong_is_an_outcome(tmp_path, number, kind, reason):
    outcome = perform(Task(tmp_path, trials.DESCRIPTION, trials.faulty), number)
    assert outcome.kind == kind and reason in outcome.reason and "\n" not in outcome.reason
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_a_disk_that_refuses_is_an_outcome_and_leaves_nothing(task, tmp_path, n):
    with every_operation(failing(n, 28)):
        outcome = perform(task, 0)
    assert outcome.kind == "disk" and "No space left on device" in outcome.reason
    assert half_done(tmp_path) == []


def test_a_death_while_writing_leaves_a_whole_result_or_none(task, tmp_path):
    codes = []
    for n in range(1, 7):

        def die(n=n):
            with every_operation(killing(n, halfway=True)):
                perform(task, n)

        codes.append(forked(die))
        for path in tmp_path.glob(f"{n:06d}-*"):
            assert hash_of_result(path) is not None
    assert codes == [-9] * 5 + [0]
    assert [int(p.name[:6]) for p in sorted(tmp_path.glob("0*"))] == [5, 6]


def test_a_damaged_or_misnamed_result_has_no_hash(task, tmp_path):
    path = tmp_path / perform(task, 0).file
    other = path.with_name(f"000000-{'0' * 16}.safetensors")
    assert hash_of_result(path.rename(other)) is None
    other.write_bytes(other.read_bytes()[:-1])
    assert hash_of_result(other.rename(path)) is None
    assert hash_of_result(tmp_path / "missing") is None
    path.unlink()
    os.mkfifo(path)  # opening it to read would wait for ever
    assert hash_of_result(path) is None


def test_work_must_be_found_by_other_processes():
    check_work(trials.draw)
    for work in (lambda d, n: {}, functools.partial(trials.draw), Task.__eq__):
        with pytest.raises(InputError, match="top level of a module"):
            check_work(work)
