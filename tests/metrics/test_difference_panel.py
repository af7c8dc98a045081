"""Panels that tell laws apart: what they see, what they compare with, and the control that blanks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.metrics.test_copying_panel import gaussian
from zerosum.metrics import mmd
from zerosum.metrics.difference_panel import (
    bins_panel,
    kernel_panel,
    linear,
    supports_panel,
    trees,
    two_sample_panel,
)
from zerosum.metrics.kernels import Gaussian, median_distance
from zerosum.metrics.two_sample import two_sample_test


def test_a_shift_is_worse_in_every_panel_and_none_is_as_real() -> None:
    same = gaussian(200, "fresh")
    shifted = replace(same, fake=same.fake + 1.0)
    for panel in (
        lambda t: kernel_panel(t, "x"),
        lambda t: kernel_panel(t, "x", gaussian=True),
        lambda t: two_sample_panel(t, "x", trees),
        lambda t: two_sample_panel(t, "x", linear),
        lambda t: bins_panel(t, "x"),
        lambda t: supports_panel(t, "x"),
    ):
        for good, bad in zip(panel(same), panel(shifted), strict=True):
            assert bad.reading == "worse", bad.name
            assert abs(good.value - good.reference.median) <= 4 * good.error, good.name


def test_the_bandwidth_comes_from_training_rows_alone() -> None:
    t = gaussian(120, "fresh")
    (found,) = kernel_panel(t, "x", gaussian=True)
    (moved,) = kernel_panel(replace(t, fake=3 * t.fake, held=2 * t.held), "x", gaussian=True)
    assert found.label == moved.label  # so that two generators may be compared
    width = median_distance(t.pool[t.draws[0]], t.pool[t.draws[-1]], key=t.key) / 2
    expected = mmd.mmd(t.held, t.fake, kernel=Gaussian(width), key=t.key)
    assert (found.value, found.error) == (expected.value, expected.error)
    assert f"p {expected.p:.2g}" in found.note


def test_a_reference_is_the_auc_of_real_rows() -> None:
    t = gaussian(100, "fresh")
    (found,) = two_sample_panel(t, "x", trees)
    values = [two_sample_test(t.held, t.pool[d], key=t.key).value for d in t.draws]
    assert found.reference.median == pytest.approx(np.median(values), abs=1e-12)


def test_a_test_that_tells_real_rows_from_real_rows_is_blank() -> None:
    t = gaussian(150, "fresh")
    (found,) = two_sample_panel(replace(t, held=t.held + 2.0), "x", trees)
    assert found.value is None and found.reading == "blank" and "real rows" in found.note


def test_bins_hold_ten_rows_each_and_too_few_rows_make_none() -> None:
    (found,) = bins_panel(gaussian(200, "fresh"), "x")
    assert "20 k-means bins" in found.label
    assert bins_panel(gaussian(19, "fresh"), "x") == []
