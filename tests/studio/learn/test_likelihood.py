"""Likelihoods against scipy's normal law, windows against a sum written out."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from zerosum import noise
from zerosum.studio.learn.likelihood import ROWS, WIDTHS, Values, picture, windows


@pytest.mark.parametrize(
    "values", [Values(), Values(x=-1, y=1.5, tilt=-2, noise=0.1), Values(x=2, y=1, noise=0.01)]
)
def test_the_likelihood_of_the_point(values):
    weight = np.array([[1.0], [values.tilt]])
    law = multivariate_normal(np.zeros(2), weight @ weight.T + values.noise**2 * np.eye(2))
    figure = picture(values)
    assert figure.number("log p_s(x)") == pytest.approx(law.logpdf([values.x, values.y]), rel=1e-9)
    normal = np.array([-values.tilt, 1]) / np.hypot(1, values.tilt)
    away = abs(normal @ [values.x, values.y])
    assert figure.number("distance of x from the range") == pytest.approx(away, abs=1e-12)
    density = law.pdf([values.x, values.y])
    assert figure.number("p_s(x)") == pytest.approx(density, rel=1e-9, abs=1e-300)
    near = -(away**2) / (2 * values.noise**2)
    assert figure.number("−d²/2s²") == pytest.approx(near, rel=1e-9)


def test_little_noise_leaves_the_distance_alone():
    """s² log p_s(x) → −d²/2; what is left is s² (log terms), below s² · 10 here."""
    figure = picture(Values(noise=0.01))
    main = figure.number("−d²/2s²")
    assert abs(figure.number("log p_s(x)") - main) < 10
    assert figure.number("p_s(x)") == 0


@pytest.mark.parametrize(("dimensions", "samples"), [(1, 10), (3, 100), (50, 40)])
def test_windows(dimensions, samples):
    key = noise.fold("learn", "parzen", dimensions)
    rows = noise.normal(noise.fold(key, "rows"), (ROWS, dimensions), dtype=torch.float64).numpy()
    made = noise.normal(
        noise.fold(key, "samples"), (samples, dimensions), dtype=torch.float64
    ).numpy()
    exact, scores = windows(dimensions, samples)
    assert exact == pytest.approx(
        multivariate_normal(np.zeros(dimensions)).logpdf(rows).mean(), rel=1e-9
    )
    for width, score in list(zip(WIDTHS, scores, strict=True))[::6]:
        away = ((rows[:, None] - made[None]) ** 2).sum(axis=2)
        logs = logsumexp(-away / (2 * width**2), axis=1) - np.log(samples)
        assert score == pytest.approx(
            (logs - dimensions / 2 * np.log(2 * np.pi * width**2)).mean(), rel=1e-9
        )


def test_windows_fall_short_by_more_in_more_dimensions():
    short = [windows(d, 400)[1].max() - windows(d, 400)[0] for d in (1, 10, 40)]
    assert short[0] > short[1] > short[2] and short[2] < -5


def test_the_map_is_the_likelihood_at_its_places():
    values = Values()
    heat = picture(values).panels[0].marks[0]
    weight = np.array([[1.0], [values.tilt]])
    law = multivariate_normal(np.zeros(2), weight @ weight.T + values.noise**2 * np.eye(2))
    assert heat.values[30, 20] == pytest.approx(max(law.logpdf([0.0, 1.0]), -20.0), rel=1e-9)


def test_curves_over_the_noise():
    values = Values(x=1.0, y=1.2, tilt=0.5, noise=0.32)
    plane, over_noise, _ = picture(values).panels
    here, foot, _ = over_noise.marks
    nearest = np.array([1.0, 0.5]) * (1.0 + 0.5 * 1.2) / 1.25
    for curve, point in ((here, [1.0, 1.2]), (foot, nearest)):
        for at in (30, 60):
            law = multivariate_normal(
                np.zeros(2), [[1 + curve.x[at] ** 2, 0.5], [0.5, 0.25 + curve.x[at] ** 2]]
            )
            assert curve.y[at] == pytest.approx(law.logpdf(point), rel=1e-9)
    assert np.array_equal(plane.marks[1].y, 0.5 * plane.marks[1].x)


def test_numbers_of_the_windows():
    exact, scores = windows(10, 400)
    figure = picture(Values(dimensions=10, samples=400))
    assert figure.number("exact log-likelihood of N(0, I)") == exact
    assert figure.number("best score of windows") == scores.max()
    assert figure.number("windows minus exact") == scores.max() - exact < 0
    assert figure.panels[2].marks[2].y == [exact, exact]
