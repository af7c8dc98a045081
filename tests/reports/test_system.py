"""The section of what a system follows."""

from __future__ import annotations

import pytest

from tests.reports.test_progress import run_of
from zerosum.reports import system
from zerosum.reports.read import Absent
from zerosum.reports.report import page


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"growth": {"level": 1.5, "alpha": 0.5, "resolution": 8.0}}, ("Resolution", "Level")),
        ({"augment": {"p": 0.25, "sign": 0.5}}, ("p from 0.250", "How surely")),
        ({"cycle": {"there": 0.1, "back": 0.2}}, ("there from 0.100", "back from 0.200")),
        ({"reconstruction": {"generator": 0.3}}, ("Squared error of the latents",)),
        ({"transport": {"generator": 0.6}}, ("Transport cost", "0.600")),
    ],
)
def test_each_number_of_a_system_is_drawn(tmp_path, told, words):
    run = run_of(tmp_path, **told)
    assert system.followed(run)
    drawn = str(system.section(run))
    assert all(word in drawn for word in words)
    assert "What the system follows" in page(run)


def test_a_plain_run_has_no_such_section(tmp_path):
    run = run_of(tmp_path, loss={"generator": 0.1}, logit={"real": 1.0, "fake": 0.0})
    assert not system.followed(run) and "What the system follows" not in page(run)
    with pytest.raises(Absent, match="no numbers of a system"):
        system.section(run)
