"""What the discriminator says, where it is an autoencoder and gives no logit."""

from __future__ import annotations

import pytest

from zerosum.records.events import EventLog
from zerosum.reports import progress
from zerosum.reports.read import Absent, read_run


def run_of(folder, **numbers):
    log = EventLog(folder)
    for step in (1, 2):
        log.append("tick", step=step, seen=16 * step, seconds=float(step), rate=16.0, **numbers)
    return read_run(folder)


def test_errors_and_balance_are_drawn(tmp_path):
    errors, balance = {"real": 0.2, "fake": 0.1}, {"k": 0.25, "M": 0.3}
    page = str(progress.outputs(run_of(tmp_path, error=errors, balance=balance)))
    assert "A logit above 0" not in page
    assert "How badly D, an autoencoder, gives rows back." in page
    assert "k from 0.250 to 0.250" in page and "M from 0.300 to 0.300" in page


def test_a_run_without_balance_has_no_such_panel(tmp_path):
    page = str(progress.outputs(run_of(tmp_path, logit={"real": 1.0, "fake": -1.0})))
    assert "Mean logit" in page and "A logit above 0 says real" in page and "Balance" not in page


def test_nothing_said_is_said(tmp_path):
    with pytest.raises(Absent, match="the discriminator's outputs"):
        progress.outputs(run_of(tmp_path, loss={"generator": 0.1}))
