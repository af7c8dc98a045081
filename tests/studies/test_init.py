"""`zs.studies`: the public functions, whatever was imported before."""

from __future__ import annotations

import pytest

import zerosum as zs
from zerosum.studies.monte_carlo.own_data import intervals_of
from zerosum.studies.monte_carlo.study import inference
from zerosum.studies.populations.study import fit_population


def test_the_room_gives_its_functions():
    assert zs.studies.inference is inference and zs.studies.intervals_of is intervals_of
    assert zs.studies.fit_population is fit_population
    assert {"fit_population", "inference", "intervals_of"} <= set(dir(zs.studies))
    with pytest.raises(AttributeError, match="no attribute 'infer'"):
        _ = zs.studies.infer
