"""Stacks of three digits: their labels, their evenness, and what they are drawn from."""

from __future__ import annotations

import numpy as np
from scipy import stats

from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.data.stacked import digit_scans, stacks

LABELS = np.array([3, 0, 1, 2, 4, 5, 6, 7, 8, 9, 3, 3], dtype=np.int64)
PICTURES = np.arange(12, dtype=np.uint8)[:, None, None] * np.ones((12, 2, 2), dtype=np.uint8)


def test_the_mode_of_a_stack_is_read_off_its_channels():
    rows, modes = stacks(PICTURES, LABELS, 500, key=1)
    assert rows.shape == (500, 2, 2, 3) and rows.dtype == np.uint8
    shown = LABELS[rows[:, 0, 0]]  # a picture's grey level is its number here
    np.testing.assert_array_equal(shown @ np.array([100, 10, 1]), modes)
    assert (rows == rows[:, :1, :1]).all()


def test_digits_are_even_though_their_scans_are_not_and_every_scan_is_used():
    rows, modes = stacks(PICTURES, LABELS, 20_000, key=2)
    for digits in (modes // 100, modes // 10 % 10, modes % 10):
        assert stats.chisquare(np.bincount(digits, minlength=10)).pvalue > 1e-3
    counts = np.bincount(rows[:, 0, 0].ravel(), minlength=12)
    threes = counts[[0, 10, 11]]  # three scans share what each of the others has alone
    assert stats.chisquare(threes).pvalue > 1e-3
    assert stats.chisquare(np.append(counts[1:10], threes.sum())).pvalue > 1e-3
    assert np.bincount(modes, minlength=1000).min() > 0


def test_channels_are_independent():
    _, modes = stacks(PICTURES, LABELS, 50_000, key=3)
    assert stats.chisquare(np.bincount(modes, minlength=1000)).pvalue > 1e-3


def test_stacks_are_a_pure_function_of_the_key():
    one, two, other = (stacks(PICTURES, LABELS, 30, key)[0] for key in (4, 4, 5))
    np.testing.assert_array_equal(one, two)
    assert (one != other).any()


def test_the_scans_are_all_the_digits_in_two_parts_without_a_common_one():
    scans = digit_scans()
    assert (len(scans.train), len(scans.held)) == (1438, 359)
    assert scans.train.shape[1:] == scans.held.shape[1:] == (8, 8) and scans.white == 16
    both = np.sort([a.tobytes() for a in (*scans.train, *scans.held)])
    every = np.sort([a.tobytes() for a in load("digits").rows.astype(np.uint8)])
    np.testing.assert_array_equal(both, every)


def test_the_named_set_has_as_many_stacks_as_asked_of_training_scans_only():
    source = load("stacked-digits", options=DataOptions(n=300, seed=1))
    assert source.rows.shape == (300, 8, 8, 3) and source.rows.dtype == np.uint8
    assert source.event_shape == (3, 8, 8) and source.kind == "image"
    known = {a.tobytes() for a in digit_scans().train}
    channels = np.moveaxis(source.rows, -1, 1).reshape(-1, 8, 8)
    assert {np.ascontiguousarray(a).tobytes() for a in channels} <= known
    assert source.fingerprint != load("stacked-digits", options=DataOptions(n=300)).fingerprint
