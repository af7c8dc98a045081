"""The numbers taken during training: those of the evaluation, with what real rows get."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.metrics import frechet, kernels, mmd, prdc, watched


def rows(n: int, shift: float = 0.0, seed: int = 0, d: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d)) + shift


HELD, POOL = rows(80, seed=1), rows(320, seed=2)


@pytest.mark.parametrize("pictures", [True, False])
def test_the_numbers_are_those_of_their_functions(pictures):
    ready = watched.watched(HELD, POOL, pictures=pictures, key=5)
    fake = rows(80, 0.3, seed=3)
    seen = ready.seen(fake)
    distance = frechet.frechet_distance(HELD, fake)
    assert (seen["FD"].value, seen["FD"].error) == (distance.value, distance.error)
    name = "KD" if pictures else "MMD"
    kernel = kernels.Polynomial() if pictures else ready.kernel
    expected = mmd.mmd(HELD, fake, kernel=kernel, permutations=0)
    assert (seen[name].value, seen[name].error) == (expected.value, expected.error)
    four = prdc.prdc(HELD, fake, splits=5, key=5)
    for score in prdc.NAMES:
        assert seen[score].value == getattr(four, score).value
        assert seen[score].error == getattr(four, score).error
    assert set(seen) == set(watched.names_of("image" if pictures else "points"))


def test_a_bandwidth_is_half_the_median_distance_of_training_rows():
    kernel = watched.watched(HELD, POOL, pictures=False).kernel
    # of two normal rows in the plane: sqrt(2) times a Rayleigh variable, median sqrt(4 ln 2); 160 rows
    # are 12,720 dependent pairs, whose median moves by about 3 %
    assert 2 * kernel.bandwidth == pytest.approx(math.sqrt(4 * math.log(2)), rel=0.1)


def test_real_rows_lie_in_their_own_band_about_nine_times_in_ten():
    ready = watched.watched(HELD, rows(2000, seed=9), pictures=False)
    inside = dict.fromkeys(ready.references, 0)
    for trial in range(60):
        for name, seen in ready.seen(rows(80, seed=100 + trial)).items():
            inside[name] += seen.low <= seen.value <= seen.high
    # 12 draws know a 90 % range badly: the share inside is 0.75 on average over bands, and one band has
    # a standard deviation of 0.12; with 60 trials another 0.06
    assert all(28 <= count <= 60 for count in inside.values()), inside


def test_a_generator_far_away_is_far_outside():
    seen = watched.watched(HELD, POOL, pictures=False).seen(rows(80, 5.0, seed=4))
    assert seen["FD"].value > 20 * seen["FD"].high and seen["MMD"].value > 20 * seen["MMD"].high
    assert seen["coverage"].value == 0.0 < seen["coverage"].low


def test_a_gaussian_kernel_tells_a_blob_from_a_circle_of_the_same_moments():
    """The reason why numbers are not compared by a cubic kernel: its three moments agree here."""
    turn = np.random.default_rng(0).uniform(0, 2 * np.pi, 1600)
    circle = np.sqrt(2) * np.c_[np.cos(turn), np.sin(turn)]
    ready = watched.watched(circle[:400], circle[400:], pictures=False)
    seen = ready.seen(rows(400, seed=6))
    cubic = watched.watched(circle[:400], circle[400:], pictures=True).seen(rows(400, seed=6))
    assert seen["MMD"].value > seen["MMD"].high + 3 * seen["MMD"].error
    assert cubic["KD"].value < cubic["KD"].high + 3 * cubic["KD"].error


def test_it_is_a_function_of_its_key():
    one, same, other = (watched.watched(HELD, POOL, pictures=True, key=k) for k in (1, 1, 2))
    assert one.references == same.references != other.references


@pytest.mark.parametrize(
    "held, pool, said",
    [
        (rows(11), rows(80), "11 held-out and 80 training rows are too few"),
        (rows(40), rows(79), "40 held-out and 79 training rows are too few"),
        (rows(40), np.full((80, 2), np.nan), "train"),
        (np.zeros((40, 2)), np.zeros((80, 2)), "more than half of all pairs of rows are equal"),
    ],
)
def test_what_cannot_be_measured_is_said(held, pool, said):
    with pytest.raises(InputError, match=said):
        watched.watched(held, pool, pictures=False)


def test_every_kind_has_its_default_and_nobody_goes_by_density():
    assert watched.deciding("image") == ("KD", "FD", "precision", "recall", "coverage")
    assert watched.deciding("points") == ("coverage", "FD", "MMD", "precision", "recall")
    assert watched.deciding("table")[0] == "MMD"


def test_coverage_sees_blurred_modes_that_the_kernel_does_not():
    def modes(n: int, width: float, seed: int) -> np.ndarray:
        rng = np.random.default_rng(seed)
        turn = rng.integers(0, 8, n) * np.pi / 4
        return np.sqrt(2) * np.c_[np.cos(turn), np.sin(turn)] + rng.normal(0, width, (n, 2))

    ready = watched.watched(modes(400, 0.05, 0), modes(1600, 0.05, 1), pictures=False)
    seen = ready.seen(modes(400, 0.1, 2))
    assert seen["coverage"].value < seen["coverage"].low - 3 * seen["coverage"].error
    assert seen["MMD"].value < seen["MMD"].high + seen["MMD"].error
