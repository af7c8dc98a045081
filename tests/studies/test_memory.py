"""Workers that the memory holds."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.studies import memory
from zerosum.studies.memory import WORKER, fitting_workers

GB = 10**9


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


def test_what_one_process_needs_must_be_free(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: GB)
    memory.check_free(GB, "these numbers", "take fewer")
    with pytest.raises(InputError, match=r"these numbers need 1.0 GB where 1.0 GB .*; take fewer"):
        memory.check_free(GB + 1, "these numbers", "take fewer")
    monkeypatch.setattr(memory, "free_memory", lambda: None)
    memory.check_free(10**15, "these numbers", "take fewer")
