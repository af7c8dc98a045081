"""The 95 % intervals of precision, recall, density and coverage hold what they are about.

Precision and recall depend on how many rows there are, and so does coverage, so what an interval is
about is the mean of the score over sets of the same n and m: E[score of n real and m generated rows].
Where both laws are equal, those of density and coverage are known exactly; the others are the means of
so many further sets that their own errors are a small part of one score's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_allclose

from zerosum.errors import InputError
from zerosum.metrics import intervals
from zerosum.metrics.prdc import NAMES, expected_coverage, prdc


@dataclass(frozen=True)
class Gaussians:
    """n rows of N(0, I) and n of N(0, scale² I), d columns."""

    n: int
    d: int
    scale: float

    def score(self, seed: int, splits: int) -> object:
        rng = np.random.default_rng((seed, splits))
        real, fake = (
            rng.normal(size=(self.n, self.d)),
            self.scale * rng.normal(size=(self.n, self.d)),
        )
        return prdc(real, fake, splits=splits, key=seed)

    def truth(self, sets: int) -> np.ndarray:
        found = [self.score(seed, 0) for seed in range(sets)]
        means = {k: np.mean([getattr(r, k).value for r in found]) for k in NAMES}
        if self.scale == 1.0:
            means |= {"density": 1.0, "coverage": expected_coverage(self.n, self.n)}
        return np.array([means[k] for k in NAMES])

    def held(self, replicates: int, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the share of intervals that hold the truth, and root mean square error over sd."""
        found = [self.score(seed, 20) for seed in range(replicates)]
        scores = [[getattr(r, k) for k in NAMES] for r in found]
        inside = [
            [low <= v <= high for (low, high), v in zip(map(_interval, four), truth, strict=True)]
            for four in scores
        ]
        values = np.array([[s.value for s in four] for four in scores])
        errors = np.array([[s.error for s in four] for four in scores])
        return np.mean(inside, axis=0), np.sqrt(np.square(errors).mean(axis=0)) / values.std(axis=0)


def _interval(score: object) -> tuple[float, float]:
    return score.interval()


def test_intervals_hold_the_mean_score() -> None:
    # 60 replicates: 95 % less three binomial standard errors; an sd of them is known to 9 %, and the
    # scores of 75 rows vary a little otherwise than those of 150: three of that and a tenth
    sets = Gaussians(150, 8, 0.9)
    held, ratio = sets.held(60, sets.truth(240))
    assert (held > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 60)).all()
    assert_allclose(ratio, 1.0, atol=0.37)


@pytest.mark.slow
@pytest.mark.timeout(1800)  # about three minutes of CPU
@pytest.mark.parametrize("scale", [1.0, 0.9])
def test_intervals_hold_the_mean_score_in_400_replicates_of_1000_rows(scale: float) -> None:
    # an sd of 400 values is known to 3.5 %
    sets = Gaussians(1000, 16, scale)
    held, ratio = sets.held(400, sets.truth(1000))
    print(dict(zip(NAMES, held, strict=True)), ratio)
    assert ((held >= 0.92) & (held <= 0.98)).all()
    assert_allclose(ratio, 1.0, atol=0.15)


def test_an_interval_is_students_with_as_many_degrees_as_splits() -> None:
    score = prdc(*np.random.default_rng(0).normal(size=(2, 60, 2)), splits=20).recall
    # t of 20 degrees of freedom leaves 2.5 % above 2.08596
    half = 2.08596 * score.error
    assert_allclose(score.interval(), (score.value - half, score.value + half), rtol=1e-5)
    assert_allclose(intervals.around(1.0, 0.5, 20), (1 - 1.04298, 1 + 1.04298), atol=1e-5)


def test_without_an_error_there_is_no_interval() -> None:
    with pytest.raises(InputError, match="ask for splits"):
        prdc(*np.random.default_rng(0).normal(size=(2, 60, 2)), splits=0).recall.interval()


def test_the_error_of_a_statistic_of_neighbours_is_not_that_of_a_jackknife() -> None:
    """Deviations from the mean over all splits would be a third too large here.

    The mean distance to the nearest other row, on a line: how a row is paired changes with the half.
    """

    def statistic(x: np.ndarray) -> float:
        gaps = np.diff(np.sort(x))
        return float(np.minimum(np.r_[np.inf, gaps], np.r_[gaps, np.inf]).mean() * len(x))

    rng = np.random.default_rng(4)
    values, paired, jackknife = [], [], []
    for key in range(200):
        x = rng.uniform(size=100)
        halves = np.array([statistic(x[i]) for i in intervals.half_samples(key, 100, 20)])
        values.append(statistic(x))
        paired.append(float(intervals.spread(halves)) ** 2)
        jackknife.append(halves.var())
    # 200 values know a variance to 10 %
    variance = np.var(values)
    assert_allclose(np.mean(paired), variance, rtol=0.3)
    assert np.mean(jackknife) > 1.35 * variance
