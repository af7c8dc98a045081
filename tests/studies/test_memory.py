"""Workers that the memory holds."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.studies import memory
from zerosum.studies.memory import WORKER, fitting_workers, free_memory

GB = 10**9


def test_the_machine_says_how_much_is_free():
    free = free_memory()
    assert free is not None and 10**7 < free < 10**14


def test_a_containers_limit_counts(tmp_path, monkeypatch):
    limit, used = tmp_path / "limit", tmp_path / "used"
    limit.write_text("1000000\n")
    used.write_text("400000\n")
    monkeypatch.setattr(memory, "_GROUPS", ((str(limit), str(used)),))
    assert free_memory() == 600_000
    limit.write_text("max\n")
    assert free_memory() > 600_000


@pytest.mark.parametrize(
    ("wanted", "chunks", "free", "workers"),
    [
        (4, 100, 100 * GB, 4),
        (4, 3, 100 * GB, 3),  # no more than there are chunks
        (4, 100, None, 4),  # nobody knows
        (4, 100, 4 * (GB + WORKER), 4),  # to the byte
        (None, 100, GB + WORKER, 1),  # as many as fit
    ],
)
def test_as_many_as_were_asked_for_and_fit(wanted, chunks, free, workers):
    assert fitting_workers(wanted, chunks, GB, free) == workers


def test_one_a_core_by_default(monkeypatch):
    monkeypatch.setattr(memory, "cores", lambda: 6)
    assert fitting_workers(None, 100, GB, 100 * GB) == 6


@pytest.mark.parametrize(
    ("wanted", "free", "sentence"),
    [
        (4, 4 * (GB + WORKER) - 1, "4 workers need 5.2 GB (1.0 GB a chunk) where 5.2 GB"),
        (None, GB, "1 worker needs 1.3 GB"),
        (1, 0, "take smaller chunks"),
    ],
)
def test_too_many_are_refused(wanted, free, sentence, monkeypatch):
    monkeypatch.setattr(memory, "cores", lambda: 1)
    with pytest.raises(InputError) as caught:
        fitting_workers(wanted, 100, GB, free)
    assert sentence in str(caught.value)
