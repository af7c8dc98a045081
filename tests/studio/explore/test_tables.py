"""A sampled table: the very samples, and comparisons that independent code agrees with."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.studio.explore.near import model
from zerosum import noise
from zerosum.runs import session
from zerosum.studio.explore.tables import Asked, band, distances, table


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
    found = distances(rows[:30], rows[30:60], rows[60:])
    assert found["band_of_all"] == band(30, 30, 0.05 / 4) > found["band"]


def test_marginals_hold_every_row_once(shared):
    found = table(model(shared, "table"), Asked(n=200))
    for column in found["marginals"]:
        assert sum(column["generated"]) == pytest.approx(1, abs=1e-12)
        assert sum(column["real"]) == pytest.approx(1, abs=1e-12)
        assert len(column["generated"]) == len(column["edges"]) - 1
    # the first column of the data holds 0..6 only: a bar for each
    assert found["marginals"][0]["values"] == list(range(7))


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
    ],
)
def test_what_cannot_be_is_one_sentence(studio, ids, name, query, sentence):
    answer = studio.get(f"/api/explore/{ids[name]}/table?{query}")
    assert answer.status_code == 400 and sentence in answer.json()["error"]


def test_too_many_values_are_refused(shared, monkeypatch):
    monkeypatch.setattr("zerosum.studio.explore.tables.MAX_VALUES", 90)
    with pytest.raises(ValueError, match="ask for 30"):
        table(model(shared, "table"), Asked(n=31))
