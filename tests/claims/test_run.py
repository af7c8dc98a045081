"""Claims are measured one by one or several at a time, and one that breaks costs only itself."""

from __future__ import annotations

import pytest
import torch

from zerosum.claims import run
from zerosum.claims.claim import Measurement
from zerosum.claims.table import CLAIMS


def test_one_claim_is_measured_here_in_one_thread(monkeypatch):
    seen = []

    def measure(seed):
        seen.append((seed, torch.get_num_threads()))
        return Measurement(())

    monkeypatch.setitem(run.CLAIMS, "solvers", _with(measure))
    threads = torch.get_num_threads()
    [result] = run.measure(["solvers"], seed=5)
    assert seen == [(5, 1)] and result.holds and torch.get_num_threads() == threads


def test_a_claim_that_raises_is_a_result(monkeypatch):
    def measure(seed):
        raise ValueError("no\nsuch thing")

    monkeypatch.setitem(run.CLAIMS, "solvers", _with(measure))
    [result] = run.measure(["solvers"], workers=1)
    assert (result.measurement, result.failure) == (None, "ValueError: no such thing")
    assert not result.holds


@pytest.mark.slow
def test_two_at_a_time_find_what_one_finds():
    names = ["minimax-theorem", "proposition-2"]
    together = list(run.measure(names, seed=1, workers=2))
    assert [r.claim.name for r in together] == names
    for result in together:
        [alone] = run.measure([result.claim.name], seed=1, workers=1)
        assert alone.measurement is not None and result.measurement is not None
        assert alone.measurement.findings == result.measurement.findings


def _with(measure):
    from dataclasses import replace

    return replace(CLAIMS["solvers"], measure=measure)
