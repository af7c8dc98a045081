"""Mode statistics of mixtures whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from zerosum.errors import InputError
from zerosum.metrics.modes import mode_statistics, reverse_kl


def ring() -> np.ndarray:
    angle = 2 * np.pi * np.arange(8) / 8
    return np.stack((np.cos(angle), np.sin(angle)), axis=1)


def draw(seed: int, centres: np.ndarray, scale: float, n: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return centres[rng.integers(0, len(centres), n)] + scale * rng.normal(size=(n, 2))


def test_the_true_mixture_scores_98_89_percent_and_no_divergence() -> None:
    result = mode_statistics(draw(0, ring(), 0.01, 100_000), ring(), 0.01)
    assert (result.found, result.total) == (8, 8)
    assert_allclose(result.perfect, 1 - np.exp(-4.5), rtol=1e-12)
    assert_allclose(result.perfect, 0.98889, atol=1e-5)
    # the share of 100,000 is known to 0.033 %: four of these
    assert abs(result.high_quality.value - result.perfect) < 4 * 3.3e-4
    assert result.high_quality.low < result.perfect < result.high_quality.high
    assert abs(result.divergence.value) < 4 * result.divergence.error
    assert result.counts.sum() == 100_000


def test_missing_modes_and_stray_samples_are_counted() -> None:
    centres = ring()
    good = np.repeat(centres[:2], [30, 10], axis=0)
    stray = np.tile(centres[4] * 1.5, (10, 1))  # nearest to mode 4, but far from it
    result = mode_statistics(np.concatenate((good, stray)), centres, 0.01)
    assert result.found == 2
    assert result.high_quality.value == 0.8
    assert result.counts.tolist() == [30, 10, 0, 0, 10, 0, 0, 0]
    p = np.array([0.6, 0.2, 0.2])
    assert_allclose(result.divergence.plug_in, (p * np.log(8 * p)).sum(), rtol=1e-12)
    assert_allclose(result.divergence.floor, 7 / 100)


def test_all_samples_in_one_of_k_modes_diverge_by_log_k() -> None:
    result = reverse_kl(np.array([500, 0, 0, 0]), np.full(4, 0.25))
    assert_allclose(result.plug_in, np.log(4))
    assert_allclose(result.value, np.log(4) - 3 / 1000)


def test_the_floor_of_a_thousand_modes_is_the_published_one() -> None:
    # 26,000 samples of 1000 modes: (K - 1)/2n = 0.0192, measured on 40 perfect models
    rng, uniform = np.random.default_rng(0), np.full(1000, 1e-3)
    runs = [reverse_kl(rng.multinomial(26_000, uniform), uniform) for _ in range(40)]
    assert_allclose(runs[0].floor, 0.01921, atol=1e-5)
    plug_in = np.array([r.plug_in for r in runs])
    assert abs(plug_in.mean() - 0.0192) < 2e-3 / np.sqrt(40) + 3e-4
    values = np.array([r.value for r in runs])
    assert_allclose(np.mean([r.error for r in runs]), values.std(), rtol=0.4)


@pytest.mark.parametrize("tilt", [0.0, 0.5])
def test_the_error_is_the_true_spread(tilt: float) -> None:
    # 600 replicates know the sd to 3 %; the delta method is good to 25 % at n = 2000
    rng, uniform = np.random.default_rng(1), np.full(10, 0.1)
    p = np.linspace(1 - tilt, 1 + tilt, 10) / 10
    runs = [reverse_kl(rng.multinomial(2000, p), uniform) for _ in range(600)]
    values = np.array([r.value for r in runs])
    assert_allclose(np.mean([r.error for r in runs]), values.std(), rtol=0.25)
    truth = (p * np.log(10 * p)).sum()
    assert abs(values.mean() - truth) < 4 * values.std() / np.sqrt(600)


def test_unusable_input_is_refused() -> None:
    with pytest.raises(InputError, match="3-sigma"):
        mode_statistics(np.zeros((5, 2)), ring(), 0.0)
    with pytest.raises(InputError, match="columns"):
        mode_statistics(np.zeros((5, 3)), ring(), 0.1)
    with pytest.raises(InputError, match="sum to 1"):
        reverse_kl(np.array([1, 2]), np.array([0.5, 0.4]))
    with pytest.raises(InputError, match="above 0"):
        reverse_kl(np.array([1, 2]), np.array([1.0, 0.0]))
    with pytest.raises(InputError, match="no sample"):
        reverse_kl(np.array([0, 0]), np.array([0.5, 0.5]))


def test_another_distance_and_modes_on_a_few_axes_have_their_own_perfect_share() -> None:
    centres, n = np.stack((np.zeros(6), np.full(6, 9.0))), 20_000
    rng = np.random.default_rng(2)
    x = centres[rng.integers(0, 2, n)]
    x[:, :4] += 0.1 * rng.normal(size=(n, 4))
    found = mode_statistics(x, centres, 0.1, within=2.0, spread=4)
    assert_allclose(found.perfect, 1 - 3 * np.exp(-2), rtol=1e-12)  # P(chi² of 4 < 4)
    assert abs(found.high_quality.value - found.perfect) < 4 * found.high_quality.error
    assert found.good.sum() == round(found.high_quality.value * n) < found.counts.sum() == n
