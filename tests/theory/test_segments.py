"""The parallel segments: closed forms, and the exact machinery on grains, to 1e-12."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.theory.segments import grain_distances, segment_distances

ROUNDING = 1e-12  # sums of at most 128 terms in float64, as the issue asks


@pytest.mark.parametrize("theta", [1e-9, -0.3, 0.5, 1.0, -math.pi, 1e6])
@pytest.mark.parametrize("grains", [1, 64])
def test_grains_have_the_distances_of_the_closed_form(theta: float, grains: int) -> None:
    got, exact = grain_distances(theta, grains), segment_distances(theta)
    assert got.kl == got.reverse_kl == exact.kl == exact.reverse_kl == math.inf
    assert abs(got.jensen_shannon - math.log(2)) < ROUNDING
    assert abs(got.total_variation - 1) < ROUNDING
    assert abs(got.w1 - abs(theta)) <= ROUNDING * max(1.0, abs(theta))
    assert (exact.jensen_shannon, exact.total_variation) == (math.log(2), 1.0)
    assert exact.w1 == abs(theta)


def test_only_w1_falls_to_zero_with_theta() -> None:
    far, near = grain_distances(1.0), grain_distances(1e-12)
    assert near.jensen_shannon == far.jensen_shannon
    assert near.w1 < 2e-12


@pytest.mark.parametrize("distances", [segment_distances, grain_distances])
def test_a_segment_is_no_way_from_itself(distances) -> None:
    d = distances(0)
    values = [d.kl, d.reverse_kl, d.jensen_shannon, d.total_variation, d.w1]
    assert np.abs(values).max() < ROUNDING


def test_what_is_no_place_is_refused() -> None:
    with pytest.raises(InputError, match="theta holds nan"):
        segment_distances(math.nan)
    with pytest.raises(InputError, match="theta holds inf"):
        grain_distances(math.inf)
    with pytest.raises(InputError, match="grains is 0"):
        grain_distances(0.5, 0)
