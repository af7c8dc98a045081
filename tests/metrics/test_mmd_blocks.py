"""Sets above 12,000 rows are dealt into blocks: their values, errors and p."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import kstest

from tests.metrics.test_mmd import gaussian_rows, numpy_mmd, whole_rows
from zerosum.metrics import mmd as module
from zerosum.metrics.mmd import mmd


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WHOLE", 60)
    monkeypatch.setattr(module, "BLOCK", 25)


@pytest.mark.usefixtures("small_blocks")
def test_many_rows_are_dealt_into_blocks_whose_values_are_averaged() -> None:
    x, y = whole_rows(1, 90, 4), whole_rows(2, 70, 4) + 1.0
    parts = list(module._deal(np.arange(90), np.arange(70), key=3))
    assert sorted(np.concatenate([i for i, _ in parts]).tolist()) == list(range(90))
    assert sorted(np.concatenate([j for _, j in parts]).tolist()) == list(range(70))
    got = mmd(x, y, key=3)
    assert got.blocks == len(parts) == 4
    assert (got.n, got.m) == (90, 70)
    assert_allclose(got.value, np.mean([numpy_mmd(x[i], y[j]) for i, j in parts]), rtol=1e-12)
    errors = [mmd(x[i], y[j], permutations=0).error for i, j in parts]
    assert_allclose(got.error, np.sqrt(np.square(errors).sum()) / 4, rtol=1e-12)
    assert mmd(x, y, key=4).value != got.value


@pytest.mark.usefixtures("small_blocks")
def test_blocks_keep_a_right_error_and_a_uniform_p_whatever_the_order_of_rows() -> None:
    rng = np.random.default_rng(0)
    found = []
    for number in range(150):
        x, y = (np.sort(rng.normal(size=(75, 1)), axis=0) for _ in range(2))
        found.append(mmd(x, y, key=number, permutations=99))
    assert found[0].blocks == 3
    assert kstest([r.p for r in found], "uniform").pvalue > 0.01
    # an sd of 150 values is known to 6 %, and at equal laws the error is up to 25 % wide
    sd = np.std([r.value for r in found])
    assert 0.8 < np.sqrt(np.mean([r.error**2 for r in found])) / sd < 1.4


@pytest.mark.usefixtures("small_blocks")
def test_a_small_set_beside_a_large_one_has_two_rows_in_each_block() -> None:
    large = np.arange(100)
    assert [len(j) for _, j in module._deal(large, np.arange(5), key=0)] == [3, 2]
    assert len(list(module._deal(large, np.arange(2), key=0))) == 1
    assert np.isfinite(mmd(gaussian_rows(1, 100, 2), gaussian_rows(2, 5, 2)).error)


def test_up_to_12000_rows_all_pairs_are_taken() -> None:
    ((i, j),) = module._deal(np.arange(12_000), np.arange(12_000), key=0)
    assert (i == np.arange(12_000)).all() and (j == i).all()
    sizes = [len(i) for i, _ in module._deal(np.arange(12_001), np.arange(30_000), key=0)]
    assert (len(sizes), max(sizes)) == (6, 2001)
