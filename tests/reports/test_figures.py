"""Drawings become clean, unique, reproducible markup, and say what they leave out."""

from __future__ import annotations

import re

import matplotlib
import numpy as np
import pytest

from zerosum.reports import curves, figures, svg
from zerosum.reports.curves import Axis, Series


def line(name="a", label="loss"):
    series = {"one": Series(np.arange(5.0), np.arange(5.0))}
    return svg.draw(name, 'says "it"', lambda axes: curves.paint(axes, series, Axis(label)))


def test_same_drawing_gives_the_same_bytes():
    assert line() == line()


def test_ids_start_with_the_drawing_and_all_references_resolve():
    drawn = line("left") + line("right")
    ids = re.findall(r'\bid="([^"]+)"', drawn)
    assert len(ids) == len(set(ids))
    assert all(i.startswith(("left-", "right-")) for i in ids)
    assert set(re.findall(r'(?:url\(|href=")#([^)"]+)', drawn)) <= set(ids)


def test_colours_follow_the_page_and_nothing_comes_from_elsewhere():
    drawn = line()
    assert "var(--ink)" in drawn
    assert not re.search(r"https?:|xmlns|<style|<metadata|<script|font-family", drawn)
    assert 'aria-label="says &quot;it&quot;"' in drawn


def test_settings_of_the_user_neither_matter_nor_change():
    before = line()
    with matplotlib.rc_context({"lines.linewidth": 9, "svg.hashsalt": "x", "font.size": 30}):
        assert line() == before
        assert matplotlib.rcParams["font.size"] == 30


@pytest.mark.parametrize("label", ["$\\frac{", "</text><script>", "名前 ✓", '"&'])
def test_labels_are_text_whatever_they_hold(label):
    drawn = line(label=label)
    assert "<script>" not in drawn
    assert label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in drawn


def test_numbers_in_labels_keep_their_digits():
    assert "0.123456" in line(label="0.123456 #0072b2")
    assert "#0072b2" in line(label="0.123456 #0072b2")


def test_binned_keeps_means_and_extremes():
    y = np.sin(np.arange(1500.0))
    x, mean, low, high = curves.binned(Series(np.arange(1500.0), y))
    assert len(x) == curves.BINS
    parts = y.reshape(curves.BINS, 10)
    np.testing.assert_allclose(mean, parts.mean(1))
    np.testing.assert_allclose(low, parts.min(1))
    np.testing.assert_allclose(high, parts.max(1))


def test_binned_leaves_out_what_is_not_finite():
    x, mean, _, _ = curves.binned(Series(np.arange(4.0), np.array([1.0, np.nan, np.inf, 3.0])))
    np.testing.assert_array_equal(x, [0, 3])
    np.testing.assert_array_equal(mean, [1, 3])
    assert all(len(part) == 0 for part in curves.binned(Series(np.empty(0), np.empty(0))))


def test_frame_and_what_lies_outside_it():
    corners = np.array([[0.0, 0.0], [10.0, 2.0], [np.nan, 0.0]])
    assert figures.frame(corners, 0.1) == (-1.0, 11.0, -1.0, 3.0)
    points = np.array([[5.0, 1.0], [12.0, 1.0], [np.inf, 0.0], [0.0, np.nan]])
    assert figures.outside(points, (-1.0, 11.0, -1.0, 3.0)) == 3


def test_few_values_get_a_bin_each():
    edges = figures._edges(np.array([0.0, 1.0, 1.0, 3.0]))
    counts, _ = np.histogram([0.0, 1.0, 1.0, 3.0], edges)
    assert counts[counts > 0].tolist() == [1, 2, 1]


@pytest.mark.parametrize("values", [[], [2.0], [np.nan, 2.0], [5.0, 5.0], list(range(100))])
def test_histogram_and_ecdf_take_any_sample(values):
    sample = np.array(values, dtype=float)
    for paint in (figures.histogram, figures.ecdf):
        drawn = svg.draw("h", "h", lambda axes, p=paint: p(axes, sample, np.arange(3.0), "v"))
        assert "generated" in drawn


def test_strongest_ignores_one_far_corner_and_is_never_zero():
    logits = np.ones((20, 20))
    logits[0, 0] = 1e9
    assert figures.strongest(logits) == pytest.approx(1.0)
    assert figures.strongest(np.zeros((3, 3))) == 1.0
    assert figures.strongest(np.full((3, 3), np.nan)) == 1.0
