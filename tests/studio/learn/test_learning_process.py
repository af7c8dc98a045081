"""The exact discriminator's slope against that of C(G) itself, and where the way ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from zerosum.studio.learn import learning_process as lesson
from zerosum.studio.learn.learning_process import ROUNDS, Values, path, picture
from zerosum.theory import gaussian, generator_criterion


@pytest.mark.parametrize(("mean", "sd"), [(1.6, 0.6), (-1.0, 1.5)])
def test_a_minimax_step_descends_the_criterion(monkeypatch, mean, sd):
    """With D exact, dL/dθ is the slope of C(G) (proposition 2's first lines)."""
    h = 1e-4

    def slope(by):
        ahead, behind = (generator_criterion(gaussian(), gaussian(*by(s * h))) for s in (1, -1))
        return (ahead - behind) / (2 * h)

    exact = slope(lambda d: (mean + d, sd)), slope(lambda d: (mean, sd * math.exp(d)))
    errors = []
    for count in (400, 4000):
        monkeypatch.setattr(lesson, "LATENTS", lesson.ndtri((np.arange(count) + 0.5) / count))
        way = path(Values(mean=mean, sd=sd, loss="minimax", step=0.02))
        moved = (way[1, 0] - way[0, 0]) / 0.02, math.log(way[1, 1] / way[0, 1]) / 0.02
        errors.append(max(abs(m + e) for m, e in zip(moved, exact, strict=True)))
    assert (
        errors[0] < 5e-3
    )  # the tails that 400 slices leave out: 1/800 of the mass, times a slope of a few
    assert errors[1] < 0.3 * errors[0]  # and it is them: ten times as many slices leave a tenth


@pytest.mark.parametrize("loss", ["non-saturating", "minimax"])
def test_an_exact_discriminator_leads_to_the_data(loss):
    figure = picture(Values(rounds=ROUNDS, loss=loss))
    assert figure.number("C(G)") == pytest.approx(-math.log(4), abs=1e-3)
    assert figure.number("total variation") < 0.02


def test_a_late_one_with_long_steps_does_not():
    figure = picture(Values(rounds=ROUNDS, step=1.0, lag=6))
    assert figure.number("C(G)") > -math.log(4) + 0.05


def test_the_criterion_of_a_round():
    values = Values(rounds=3)
    mean, sd = path(values)[3].tolist()
    figure = picture(values)
    assert (figure.number("mean of p_g"), figure.number("standard deviation of p_g")) == (mean, sd)
    exact = generator_criterion(gaussian(), gaussian(mean, sd))
    assert figure.number("C(G)") == pytest.approx(exact, abs=1e-9)


def test_arrows_carry_equal_shares_of_the_latent():
    values = Values(rounds=0, mean=0.5, sd=0.8)
    arrows = next(mark for mark in picture(values).panels[0].marks if mark.name == "z → x = G(z)")
    starts = (np.asarray(arrows.x) / lesson.WINDOW + 1) / 2  # the latent's distribution function
    assert np.allclose(arrows.to_x, 0.5 + 0.8 * lesson.ndtri(starts), atol=1e-9)


@pytest.mark.parametrize("lag", [0, 1, 3])
def test_a_late_discriminator_is_that_of_so_many_rounds_ago(lag):
    """Minimax with D of N(m, s²): a = log p/q is a parabola, so each push can be written out."""
    values = Values(loss="minimax", lag=lag, step=0.5)
    way = path(values)
    z = lesson.LATENTS
    for t in (0, 1, 2, 5):
        mean, sd = way[t]
        m, s = way[max(0, t - lag)]
        x = mean + sd * z
        a = np.log(s) - x**2 / 2 + (x - m) ** 2 / (2 * s**2)
        push = (-x + (x - m) / s**2) / (1 + np.exp(-a))
        assert way[t + 1, 0] == pytest.approx(mean + 0.5 * push.mean(), abs=1e-6)
        assert np.log(way[t + 1, 1] / sd) == pytest.approx(0.5 * (push * sd * z).mean(), abs=1e-6)


def test_the_discriminator_that_is_shown_is_the_late_one():
    values = Values(rounds=5, lag=3, step=0.5)
    way, figure = path(values), picture(values)
    fake, real, judged = (figure.panels[0].marks[i] for i in (1, 2, 3))
    late = norm.pdf(judged.x, *way[2])
    assert np.allclose(judged.y, norm.pdf(judged.x) / (norm.pdf(judged.x) + late), atol=1e-9)
    assert np.allclose(fake.y, norm.pdf(fake.x, *way[5])) and np.allclose(real.y, norm.pdf(real.x))
    x = np.linspace(-12, 12, 24_001)
    apart = 0.5 * np.abs(norm.pdf(x) - norm.pdf(x, *way[5])).sum() * (x[1] - x[0])
    # two kinks, each off by slope · step² / 2 at steps of 0.02
    assert figure.number("total variation") == pytest.approx(apart, abs=1e-3)
    near = np.linspace(-2.5, 2.5, 101)
    off = np.abs(norm.pdf(near) / (norm.pdf(near) + norm.pdf(near, *way[2])) - 0.5).max()
    assert figure.number("largest |D − 1/2|, |x| ≤ 2.5") == pytest.approx(off, abs=1e-9)
