"""Ten Gaussians on 700 of 1200 axes: the law that is stated is the law that is drawn."""

from __future__ import annotations

import numpy as np
from scipy import stats

from zerosum.data.load import load
from zerosum.data.manifolds import AXES, SPACE, ten_manifolds
from zerosum.data.options import DataOptions


def parts(n=2000):
    law = ten_manifolds()
    x = law.sample(1, n).astype(np.float64)
    far = ((x[:, None] - law.means) ** 2).sum(axis=2)
    return law, x, far


def test_a_sample_lies_on_its_modes_axes_at_the_stated_distance():
    law, x, far = parts()
    own = far.argmin(axis=1)
    moved = x - law.means[own]
    # float32 of numbers up to 5 is rounded by 3e-7
    assert np.abs(moved[~law.axes[own]]).max() < 1e-6
    on = moved[law.axes[own]] / law.scale
    assert abs(on.std() - 1) < 4 / np.sqrt(2 * on.size) and abs(on.mean()) < 4 / np.sqrt(on.size)
    squared = far.min(axis=1) / law.scale**2  # chi squared of 700 degrees
    assert stats.kstest(squared, stats.chi2(AXES).cdf).pvalue > 1e-3


def test_modes_are_even_far_apart_and_each_on_700_axes_of_its_own():
    law, _, far = parts()
    assert stats.chisquare(np.bincount(far.argmin(axis=1), minlength=10)).pvalue > 1e-3
    assert law.means.shape == (10, SPACE) and (law.axes.sum(axis=1) == AXES).all()
    assert len({row.tobytes() for row in law.axes}) == 10
    gaps = np.linalg.norm(law.means[:, None] - law.means, axis=2)[np.triu_indices(10, 1)]
    assert gaps.min() > 5 * law.scale * np.sqrt(AXES)


def test_draws_are_a_pure_function_of_seed_and_n():
    one = load("manifolds-1200", options=DataOptions(n=20, seed=1))
    assert one.rows.shape == (20, SPACE) and one.rows.dtype == np.float32 and one.kind == "table"
    assert one.fingerprint == load("manifolds-1200", options=DataOptions(n=20, seed=1)).fingerprint
    assert one.fingerprint != load("manifolds-1200", options=DataOptions(n=20, seed=2)).fingerprint
