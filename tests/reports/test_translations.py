"""The section of translations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zerosum.reports.read import Absent, Run
from zerosum.reports.translations import section


def run(rows: np.ndarray, real: tuple[int, ...] = (5, 8, 8)) -> Run:
    gallery = {"there": rows, "back": rows, "real": np.zeros(real, np.uint8)}
    return Run(Path("run"), gallery=gallery)


def test_both_ways_are_shown_and_said():
    made = section(run(np.zeros((3, 5, 8, 8, 3), np.uint8)))
    assert "5 held-out pictures from the first domain to the second" in made
    assert "5 held-out pictures from the second to the first" in made
    assert made.count("data:image/png") == 2


@pytest.mark.parametrize("shape", [(2, 5, 8, 8), (3, 0, 8, 8), (3, 5, 8)])
def test_what_is_no_row_of_translations_is_absent_with_the_reason(shape):
    with pytest.raises(Absent, match="have shape"):
        section(run(np.zeros(shape, np.uint8)))


def test_points_are_not_drawn():
    with pytest.raises(Absent, match="not drawn"):
        section(run(np.zeros((3, 5, 2), np.uint8), real=(5, 2)))
