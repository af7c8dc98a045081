"""Scores against closed forms, and errors that cover."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import norm

from zerosum.data.toys import TOYS
from zerosum.studio.game import scores
from zerosum.studio.game.choice import Choice
from zerosum.studio.game.judge import Judge, judged
from zerosum.studio.game.match import Match
from zerosum.studio.game.picture import still
from zerosum.studio.game.seen import units

SLICES = 4000
SHARE = np.clip(np.arange(SLICES + 1), 0.25, SLICES - 0.25) / SLICES
MASS = np.full(SLICES, 1 / SLICES)


def gaussian(mean: float, sd: float) -> list[scores.Score]:
    """Scores of the generator x = mean + sd z against the standard normal."""
    return scores.line_exact(TOYS["gaussian"], mean + sd * norm.ppf(SHARE), MASS)


@pytest.mark.parametrize("shift", [0.1, 0.5, 2.0])
def test_w1_of_a_shift_is_the_shift(shift):
    assert gaussian(shift, 1.0)[0].value == pytest.approx(shift, rel=2e-3)


def test_w1_of_a_scale_is_the_mean_size_times_its_change():
    # E |z| |sd - 1|
    assert gaussian(0.0, 1.5)[0].value == pytest.approx(0.5 * np.sqrt(2 / np.pi), rel=4e-3)


def test_jsd_of_two_gaussians_by_quadrature():
    x = np.linspace(-12, 14, 200_001)
    p, q = norm.pdf(x), norm.pdf(x, 1.0)
    m = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.nan_to_num(p * np.log(p / m)) + np.nan_to_num(q * np.log(q / m))
    expected = np.trapezoid(terms, x) / 2
    found = gaussian(1.0, 1.0)[1]
    assert found.value == pytest.approx(expected, abs=1e-4)
    assert abs(found.value - expected) <= 2 * found.error


def test_a_perfect_generator_scores_nothing():
    w1, jsd = gaussian(0.0, 1.0)
    assert w1.value < 1e-3  # the outermost of 4,000 slices of the noise are straight
    assert jsd.value < 1e-4
    assert 0 < max(w1.error, jsd.error) < 1e-3  # bins and slices of half the size change no more


def test_disjoint_laws_have_log_two():
    assert gaussian(60.0, 1.0)[1].value == pytest.approx(np.log(2), abs=1e-9)
    assert scores.divergence(np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.0, 1.0])) == pytest.approx(
        np.log(2)
    )


def test_jsd_of_two_rows_by_hand():
    # p = (1/2, 1/2), q = (1, 0): KL(p, m) = 1/2 log 4/3 and KL(q, m) = log 4/3
    p, q = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    assert scores.divergence(p, q) == pytest.approx(0.75 * np.log(4 / 3), abs=1e-12)


def test_sampled_w1_of_a_shift_in_the_plane():
    law = scores.law(Choice(data="moons"), np.zeros(0))
    box = np.array([-3.0, 4.0, -3.0, 3.0])
    w1, _ = scores.sampled(law, law.real + np.array([1.0, 0.0]), box, 0)
    assert w1.value == pytest.approx(1.0, abs=1e-9)  # the shift itself is the cheapest plan


def test_what_stands_beside_is_of_real_points_alone():
    law = scores.law(Choice(data="moons"), np.zeros(0))
    _, far = scores.sampled(law, law.real + 100.0, np.array([-3.0, 4.0, -3.0, 3.0]), 0)
    _, same = scores.sampled(law, law.other, np.array([-3.0, 4.0, -3.0, 3.0]), 0)
    assert far.value == pytest.approx(np.log(2))
    assert far.real == same.real == same.value < 0.1


@pytest.mark.parametrize("data", ["moons", "gaussian"])
def test_real_points_score_what_stands_beside(data):
    """A generator that draws from the data scores within the errors of both."""
    toy, law = TOYS[data], scores.law(Choice(data=data), np.zeros(0))
    box = np.array([-2.0, 3.0, -1.5, 2.0])[: 2 * toy.dimensions]
    for seed in range(5):
        fake = toy.sample(100 + seed, scores.DRAWS)
        for score in scores.sampled(law, fake, box, seed):
            # the reference has an error as large; an error from 8 blocks is known to 27 %
            assert abs(score.value - score.real) < 4 * np.sqrt(2) * score.error, score


def test_the_error_of_w1_is_that_of_repeated_samples():
    toy, values, errors = TOYS["moons"], [], []
    for seed in range(40):
        real, fake = (toy.sample(1000 * side + seed, 4 * scores.BLOCK) for side in (1, 2))
        value, error, _ = scores.earth(real, fake, 0)
        values.append(value)
        errors.append(error)
    ratio = np.sqrt(np.mean(np.square(errors))) / np.std(values, ddof=1)
    # a standard deviation from 40 values is known to 1/sqrt(78) = 11 %; three of these
    assert 0.67 < ratio < 1.34


def test_the_error_of_w1_from_two_blocks_by_hand():
    # W1 of a shift is the shift, so 1 and 3: mean 2, standard deviation sqrt(2), error sqrt(2)/sqrt(2)
    real = np.random.default_rng(0).normal(size=(2 * scores.BLOCK, 1))
    fake = real + np.repeat([1.0, 3.0], scores.BLOCK)[:, None]
    value, error, how = scores.earth(real, fake, 0)
    assert (value, error) == (pytest.approx(2.0), pytest.approx(1.0))
    assert how == "exact between 256 and 256 points, 2 times"


def test_few_points_get_their_error_from_half_samples():
    rows = np.random.default_rng(0).normal(size=(2, 60, 2))
    value, error, how = scores.earth(rows[0], rows[1], 0)
    assert 0 < error < value
    assert how == "exact between 60 and 60 points"


def test_the_plane_counts_what_lies_outside():
    cells = scores._plane_cells(np.array([0.0, 1.0, 0.0, 1.0]))
    found = cells(np.array([[0.5, 0.5], [2.0, 0.5], [0.5, -9.0], [np.inf, 0.0]]))
    assert found.sum() == 1.0
    assert found[-1] == 0.75
    corners = cells(np.array([[0.0, 0.0], [0.0, 0.99], [0.99, 0.0], [1.0, 0.5], [0.5, 1.0]]))
    n = scores.PLANE_CELLS
    assert {int(i): corners[i] for i in np.flatnonzero(corners)} == {
        0: 0.2, n - 1: 0.2, n * (n - 1): 0.2, n * n: 0.4
    }  # fmt: skip


def test_cells_of_a_wide_box_are_as_many_along_each_side():
    cells = scores._plane_cells(np.array([0.0, 1.0, -50.0, 50.0]))
    assert np.flatnonzero(cells(np.array([[0.01, 49.0]]))).tolist() == [scores.PLANE_CELLS - 1]


def test_the_line_counts_what_lies_outside():
    cells = scores._line_cells(np.array([0.0, 1.0]))
    found = cells(np.array([[0.01], [-5.0], [7.0], [8.0]]))
    assert (found[0], found[1], found[-1], found.sum()) == (0.25, 0.25, 0.5, 1.0)


def test_drawn_points_are_compared_by_halves():
    rows = np.arange(40.0).reshape(20, 2)
    law = scores.law(Choice(data="drawn"), rows)
    assert len(law.real) == len(law.other) == 10
    assert {tuple(r) for r in law.real}.isdisjoint({tuple(r) for r in law.other})
    assert law.floor == scores.earth(law.real, law.other, 0)[0] > 0
    box, fake = np.array([-1.0, 41.0, -1.0, 41.0]), np.tile(law.other, (3, 1))
    w1, jsd = scores.sampled(law, fake, box, 0)
    assert jsd.how.startswith("10 and 10 points")  # as many as there are real ones beside them
    assert (w1.value, jsd.value) == (law.floor, jsd.real)


def test_modes_of_the_mixture_itself():
    found = scores.modes(TOYS["ring"], TOYS["ring"].sample(3, 4000))
    assert found["found"] == found["total"] == 8
    assert found["high_quality"]["low"] < found["perfect"] < found["high_quality"]["high"]
    assert scores.modes(TOYS["moons"], np.zeros((5, 2))) is None


@pytest.mark.parametrize("data", ["ring", "moons", "bimodal", "gaussian"])
@pytest.mark.parametrize("latent", [1, 3])
def test_every_data_set_is_judged(data, latent):
    match = Match([Choice(data=data, latent=latent, width_g=8, width_d=8, depth_g=1, depth_d=1)])
    box = still(match)["box"]
    judge = Judge(lambda kind, header: None)
    try:
        found = judged(judge._snapshot(match.arenas[0], box))
    finally:
        judge.close()
    assert [score["name"] for score in found["scores"]] == ["W1", "JSD"]
    assert all(np.isfinite([s["value"], s["error"], s["real"]]).all() for s in found["scores"])
    assert (found["modes"] is None) == (data == "moons")


@pytest.fixture
def judge():
    """One that is asked for snapshots only."""
    found = Judge(lambda kind, header: None)
    yield found
    found.close()


TINY = {"width_g": 8, "width_d": 8, "depth_g": 1, "depth_d": 1}


def test_both_ways_to_score_the_line_agree(judge):
    match = Match([Choice(data="bimodal", latent=1, **TINY)])
    seen = judge._snapshot(match.arenas[0], still(match)["box"])
    exact = judged(seen)["scores"][0]
    rows = np.random.default_rng(5).normal(size=(scores.DRAWS, 1)).astype(np.float32)
    fake = units(seen.codec, seen.generator(torch.from_numpy(rows), None)).astype(np.float64)
    counted, _ = scores.sampled(seen.law, fake, seen.box, 0)
    assert "both laws known" in exact["how"]
    assert abs(exact["value"] - counted.value) < 4 * (exact["error"] + counted.error)


def test_a_generator_that_is_not_finite_has_no_scores(judge):
    match = Match([Choice(data="moons", **TINY)])
    seen = judge._snapshot(match.arenas[0], still(match)["box"])
    with torch.no_grad():
        next(seen.generator.parameters()).fill_(float("nan"))
    assert judged(seen) == {"scores": [], "modes": None}
    assert np.isfinite(judged(judge._snapshot(match.arenas[0], seen.box))["scores"][0]["value"])


def test_other_drawn_points_are_another_law(judge):
    laws = []
    for shift in (0.0, 5.0):
        points = tuple(float(i % 7) - 0.3 * (i % 3) + shift for i in range(40))
        match = Match([Choice(data="drawn", points=points, **TINY)])
        laws.append(judge._snapshot(match.arenas[0], still(match)["box"]).law)
    assert laws[1].real.mean() - laws[0].real.mean() == pytest.approx(5.0, abs=1e-5)
