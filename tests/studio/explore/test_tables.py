"""A sampled table: the very samples, and comparisons that independent code agrees with."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.studio.explore.near import model
from zerosum import noise
from zerosum.runs import session
from zerosum.studio.explore.tables import (
    Asked,
    _correlation,
    _edges,
    _shares,
    band,
    distances,
    table,
)


def test_its_rows_are_the_samples_with_all_their_digits(studio, ids, generator):
    answer = studio.get(f"/api/explore/{ids['table']}/table?n=50&seed=3").json()
    assert answer["rows"] == generator("table").sample(50, 3).tolist()
    assert answer["columns"] == list(generator("table").codec.columns)


@pytest.mark.parametrize(("against", "place"), [("held-out", 1), ("training", 0)])
def test_distances_and_correlations_are_those_of_scipy_and_numpy(
    shared,
    root,
    generator,
    against,
    place,
):
    found = table(model(shared, "table"), Asked(n=80, seed=1, against=against))
    made = generator("table").sample(80, 1)
    both = [rows.read() for rows in session.rows_of(root / "table")]
    want = [stats.ks_2samp(made[:, i], both[place][:, i]).statistic for i in range(3)]
    np.testing.assert_allclose(found["ks"]["generated"], want, rtol=1e-12)
    other = [stats.ks_2samp(both[1 - place][:, i], both[place][:, i]).statistic for i in range(3)]
    np.testing.assert_allclose(found["ks"]["reference"], other, rtol=1e-12)
    # both are sums of 80 products in double precision
    np.testing.assert_allclose(found["correlation"]["generated"], np.corrcoef(made.T), atol=1e-12)
    np.testing.assert_allclose(found["correlation"]["real"], np.corrcoef(both[place].T), atol=1e-12)
    assert found["real"] == len(both[place])


def test_the_band_holds_two_samples_of_one_law_as_often_as_it_says():
    n, m, trials = 60, 90, 400
    draws = noise.uniform(1, (trials, n + m)).numpy()
    within = [stats.ks_2samp(row[:n], row[n:]).statistic <= band(n, m, 0.05) for row in draws]
    # a bound, so at least 95 %: four standard errors of 400 trials below it is 0.906
    assert np.mean(within) >= 0.906
    shifted = [stats.ks_2samp(row[:n], row[n:] + 0.6).statistic > band(n, m, 0.05) for row in draws]
    assert np.mean(shifted) > 0.9
    by_hand = np.sqrt(np.log(2 / 0.025) / (2 * n)) + np.sqrt(np.log(2 / 0.025) / (2 * m))
    assert band(n, m, 0.05) == pytest.approx(by_hand, rel=1e-12)


def test_the_band_of_all_columns_is_wider():
    rows = noise.normal(2, (90, 4)).numpy().astype(np.float64)
    found = distances(rows[:20], rows[20:50], rows[50:])
    assert found["band_of_all"] == band(20, 30, 0.05 / 4) > found["band"] == band(20, 30, 0.05)
    assert found["band_of_reference"] == band(40, 30, 0.05) and found["reference_rows"] == 40


def test_marginals_hold_every_row_once(shared):
    found = table(model(shared, "table"), Asked(n=200))
    for column in found["marginals"]:
        assert sum(column["generated"]) == pytest.approx(1, abs=1e-12)
        assert sum(column["real"]) == pytest.approx(1, abs=1e-12)
        assert len(column["generated"]) == len(column["edges"]) - 1
    # the first column of the data holds 0..6 only: a bar for each
    assert found["marginals"][0]["values"] == list(range(7))


def test_bars_and_facts_are_those_of_numpy(shared, root):
    found = table(model(shared, "table"), Asked(n=60, seed=2))
    made = np.array(found["rows"])
    true = session.rows_of(root / "table")[1].read()
    for i, column in enumerate(found["marginals"]):
        edges = np.array(column["edges"])
        for name, rows in (("generated", made), ("real", true)):
            at = np.searchsorted(
                edges[1:-1], rows[:, i], side="right"
            )  # the outer bars have no end
            want = np.bincount(at, minlength=len(edges) - 1) / len(rows)
            np.testing.assert_allclose(column[name], want, atol=1e-12)
        assert column["facts"] == {
            "mean": made[:, i].mean(), "std": made[:, i].std(),
            "real_mean": true[:, i].mean(), "real_std": true[:, i].std(),
        }  # fmt: skip


def test_whole_numbers_get_a_bar_each_and_others_get_rices():
    edges, values = _edges(np.array([0.0, 2.0, 2.0, 5.0]), np.zeros(4))
    assert (edges.tolist(), values) == ([-0.5, 1.0, 3.5, 5.5], [0.0, 2.0, 5.0])
    assert len(_edges(np.arange(25.0), np.arange(25.0))[1]) == 25
    for given, bars in ((np.arange(26.0), 8), (np.arange(25) / 2, 8), (np.arange(1000.0), 20)):
        edges, values = _edges(given, given)
        assert values is None and len(edges) == bars + 1
    assert len(_edges(np.arange(10_000.0), np.arange(10_000.0))[0]) == 41
    edges, _ = _edges(np.linspace(0, 1, 50), np.linspace(0, 10, 1001))
    assert edges[[0, -1]] == pytest.approx([0.01, 9.99])  # all but a thousandth on either side
    assert _edges(np.full(9, 4.0), np.full(9, 4.0))[0][[0, -1]].tolist() == [3.5, 4.5]


def test_values_beyond_the_ends_count_in_the_outer_bars():
    shares = _shares(np.array([-9.0, 0.2, 0.7, 9.0, 1.0]), np.array([0.0, 0.5, 1.0]))
    assert shares.tolist() == [0.4, 0.6]


def test_a_column_that_does_not_vary_has_no_correlation(monkeypatch):
    rows = np.array([[1.0, 2.0, 5.0], [2.0, 1.0, 5.0], [4.0, 0.0, 5.0]])
    found = _correlation(rows, None)["generated"]
    assert found[2] == [None, None, None] and found[0][1] == pytest.approx(
        np.corrcoef(rows[:, 0], rows[:, 1])[0, 1]
    )
    assert _correlation(rows[:, :1], None) is None
    assert len(_correlation(rows[:, :2], rows[:, :2])["real"]) == 2
    monkeypatch.setattr("zerosum.studio.explore.tables.MAX_CORRELATED", 2)
    assert _correlation(rows, None)["generated"] == [row[:2] for row in found[:2]]


def test_so_many_real_rows_are_compared_and_no_more(shared, monkeypatch):
    monkeypatch.setattr("zerosum.studio.explore.tables.MAX_ROWS", 10)
    found = table(model(shared, "table"), Asked(n=20))
    assert (found["real"], found["ks"]["reference_rows"]) == (10, 10)


def test_points_without_real_rows_are_told_so(shared, monkeypatch):
    ring = model(shared, "ring")
    monkeypatch.setattr("zerosum.studio.explore.real.why_none", lambda model: "gone")
    found = table(ring, Asked(n=20))
    assert found["why"] == "gone" and "ks" not in found and "real" not in found["marginals"][0]
    assert found["correlation"].keys() == {"generated"}


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("pets", "", "this generator makes pictures"),
        ("table", "n=1", "n is 1: give 2 to 10000"),
        ("table", "n=10001", "n is 10001"),
        ("table", "against=me", "unknown value of against 'me'"),
        ("table", "seed=-1", "seed is -1"),
        ("table", "label=cat", "this generator is unconditional"),
    ],
)
def test_what_cannot_be_is_one_sentence(studio, ids, name, query, sentence):
    answer = studio.get(f"/api/explore/{ids[name]}/table?{query}")
    assert answer.status_code == 400 and sentence in answer.json()["error"]


def test_too_many_values_are_refused(shared, monkeypatch):
    monkeypatch.setattr("zerosum.studio.explore.tables.MAX_VALUES", 90)
    assert len(table(model(shared, "table"), Asked(n=30))["rows"]) == 30
    with pytest.raises(ValueError, match="ask for 30"):
        table(model(shared, "table"), Asked(n=31))
