"""What there is to see is what the networks say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zerosum.studio.game import line, picture, plane
from zerosum.studio.game.choice import Choice
from zerosum.studio.game.match import Match
from zerosum.studio.game.reading import best

SMALL = {"width_g": 8, "width_d": 8, "depth_g": 1, "depth_d": 1}


@pytest.fixture(scope="module")
def flat() -> Match:
    match = Match([Choice(objective="ns", **SMALL)])
    for _ in range(20):
        match.round()
    return match


def test_the_map_is_what_d_says_in_the_middle_of_each_cell(flat):
    fixed = picture.still(flat)
    _, arrays = picture.moving(flat, fixed)
    left, right, bottom, top = fixed["box"]
    side = len(arrays["0/map"])
    row, column = 5, 40
    at = [
        left + (column + 0.5) / side * (right - left),
        bottom + (row + 0.5) / side * (top - bottom),
    ]
    job = flat.arenas[0].job
    with torch.no_grad():
        logit = job.state.networks["discriminator"](job.source.codec.encode(np.array([at])), None)
    assert arrays["0/map"][row, column] == pytest.approx(
        255 * float(torch.sigmoid(logit)), abs=0.51
    )


def test_arrows_are_minus_the_slope_by_central_differences(flat):
    fixed = picture.still(flat)
    _, arrays = picture.moving(flat, fixed)
    job = flat.arenas[0].job
    codec, judge = job.source.codec, job.state.networks["discriminator"]
    start = codec.encode(arrays["0/fake"][:4]).double()
    judge = torch.nn.Module.double(__import__("copy").deepcopy(judge))

    def loss(x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.softplus(-judge(x, None))  # ns: -log sigmoid(a)

    h = 1e-5
    slopes = np.zeros((4, 2))
    with torch.no_grad():
        for axis in (0, 1):
            step = h * torch.eye(2, dtype=torch.float64)[axis]
            slopes[:, axis] = ((loss(start + step) - loss(start - step)) / (2 * h)).numpy()
    scale = np.ptp(codec.decode(torch.tensor([[0.0, 0.0], [1.0, 1.0]])), axis=0)
    # float32 arrows are differences of float32 rows of size 1: about 1e-7
    np.testing.assert_allclose(arrays["0/arrow"][:4], -slopes * scale, atol=2e-6)


def test_the_grid_is_even_in_probability():
    fixed = picture.still(Match([Choice(**SMALL)]))
    lattice = fixed["0/lattice"].reshape(plane.GRID, plane.GRID, 2)
    steps = np.diff(lattice[:, 0, 0])
    np.testing.assert_allclose(steps, 1 / plane.GRID, atol=1e-6)


@pytest.mark.parametrize("latent", [1, 2, 5])
@pytest.mark.parametrize("data", ["ring", "bimodal"])
def test_pictures_of_every_shape_of_noise(data, latent):
    match = Match([Choice(data=data, latent=latent, **SMALL)])
    fixed = picture.still(match)
    header, arrays = picture.moving(match, fixed)
    key = "0/grid" if data == "ring" else "0/image"
    assert len(arrays[key]) == len(fixed["0/lattice"])
    assert len(arrays["0/fake"]) == len(fixed["0/spread"]) == picture.FAKES
    assert header["games"][0]["meaning"]
    assert all(np.isfinite(a).all() for n, a in arrays.items() if n != "0/best")


@pytest.mark.parametrize("latent", [1, 3])
def test_generated_density_is_that_of_many_samples(latent):
    match = Match([Choice(data="bimodal", latent=latent, **SMALL)])
    for _ in range(30):
        match.round()
    arena, cuts = match.arenas[0], np.linspace(-6, 6, 25)
    generator = arena.job.state.networks["generator"]
    found = line.generated(arena, generator, cuts)
    rows = torch.randn(200_000, latent, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        samples = arena.job.source.codec.decode(generator(rows, None))
    shares = np.histogram(samples, cuts)[0] / len(samples)
    # 4,096 samples: standard error at most sqrt(0.25 / 4096) = 0.008 in a bin; exact for a line
    np.testing.assert_allclose(found, shares, atol=0.004 if latent == 1 else 0.03)


def test_the_data_density_is_exact_for_toys_and_a_histogram_for_drawn_points():
    for values in (
        {"data": "bimodal"},
        {"data": "drawn-line", "points": tuple(np.sin(np.arange(90.0)))},
    ):
        fixed = picture.still(Match([Choice(latent=1, **values, **SMALL)]))
        width = fixed["x"][1] - fixed["x"][0]
        assert (fixed["p"] * width).sum() == pytest.approx(1.0, abs=1e-3)


def test_a_large_discriminator_gets_a_coarser_map():
    assert plane.cells(64, 2) == plane.MAP
    assert plane.cells(256, 5) < plane.MAP


@pytest.mark.parametrize("latent", [1, 3])
@pytest.mark.parametrize(
    "rules", [{"objective": "ns"}, {"objective": "wgan", "penalty": "wgan-gp"}]
)
def test_on_the_line_every_density_stands_in_units_of_the_data(rules, latent):
    match = Match([Choice(data="bimodal", latent=latent, **rules, **SMALL)])
    match.round()
    fixed = picture.still(match)
    header, arrays = picture.moving(match, fixed)
    x, p, pg = fixed["x"], fixed["p"], arrays["0/pg"]
    cuts = np.linspace(*fixed["box"].astype(float), line.BINS + 1)
    np.testing.assert_allclose(x, (cuts[1:] + cuts[:-1]) / 2)
    width = cuts[1] - cuts[0]
    assert (pg * width).sum() == pytest.approx(1.0, abs=2e-3)  # all but what lies outside the box
    unit = np.ptp(match.arenas[0].job.source.codec.decode(torch.tensor([[0.0], [1.0]])))
    # of 4,096 samples a bin is told from 10 on
    least = 1e-9 if latent == 1 else 10 / (4096 * width)
    expected = best(rules["objective"], p, pg, width, unit, least)
    np.testing.assert_allclose(arrays["0/best"], expected, atol=1e-6)
    assert header["games"][0]["exact"] == (latent == 1)


def test_on_the_line_d_is_what_the_discriminator_says_in_the_middle_of_each_bin():
    match = Match([Choice(data="bimodal", objective="ns", **SMALL)])
    match.round()
    fixed = picture.still(match)
    _, arrays = picture.moving(match, fixed)
    job = match.arenas[0].job
    with torch.no_grad():
        at = job.source.codec.encode(fixed["x"][:, None])
        logits = job.state.networks["discriminator"](at, None)
    np.testing.assert_allclose(arrays["0/d"], torch.sigmoid(logits), atol=1e-6)


def test_each_of_two_games_has_its_own_picture():
    match = Match([Choice(objective="ns", **SMALL), Choice(objective="hinge", **SMALL)])
    match.round()
    header, arrays = picture.moving(match, picture.still(match))
    assert (arrays["0/map"] != arrays["1/map"]).any()
    assert "σ(a)" in header["games"][0]["meaning"] and "(a + 1)/2" in header["games"][1]["meaning"]


def test_the_shown_points_come_from_the_same_noise_all_along(flat):
    before = picture.latents(flat.arenas[0]).clone()
    one = Match([Choice(objective="ns", **SMALL)])
    assert one.step != flat.step and torch.equal(before, picture.latents(one.arenas[0]))


def test_noise_beyond_two_numbers_and_below_is_shown_in_the_middle():
    fixed = picture.still(Match([Choice(latent=1, **SMALL)]))
    assert (fixed["0/spread"][:, 1] == 0.5).all() and np.ptp(fixed["0/spread"][:, 0]) > 0.9
    assert (plane.lattice(4)[:, 2:] == 0).all() and (line.lattice(4)[:, 1:] == 0).all()
    at = fixed["0/lattice"][:, 0]  # even in probability, each piece shown by its middle
    np.testing.assert_allclose(at, (np.arange(plane.STRAND) + 0.5) / plane.STRAND, atol=1e-6)
