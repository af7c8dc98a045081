"""What D says, and what the best D would say, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from zerosum.recipes import tables
from zerosum.studio.game.reading import best, middle, read, reading

X = np.linspace(-6, 6, 1201)
WIDTH = float(X[1] - X[0])
P, Q = norm.pdf(X, 0.5, 1), norm.pdf(X, -0.5, 1)


def test_the_best_discriminator_of_two_gaussians_is_a_sigmoid():
    # N(½, 1) against N(-½, 1): log p/q = x
    np.testing.assert_allclose(best("ns", P, Q, WIDTH, 1.0), expit(X), atol=1e-12)


def test_where_nobody_is_the_best_says_nothing():
    assert np.isnan(best("mm", np.array([0.0, 1.0]), np.array([0.0, 1.0]), 1.0, 1.0)[0])
    assert best("fgan-kl", P, Q, WIDTH, 1.0) is None


@pytest.mark.parametrize("name", ["rp", "hinge", "fgan-ns-gan"])
def test_where_only_few_are_the_best_says_nothing(name):
    p, q = np.array([0.1, 0.4]), np.array([0.2, 0.3])
    assert np.isnan(best(name, p, q, 1.0, 1.0, least=0.5)).tolist() == [True, False]


def test_the_best_critic_of_a_shift_is_a_line_of_slope_one():
    # the optimal 1-Lipschitz f between shifted laws is f(x) = x; read about its middle, 0
    inner = np.abs(X) < 3
    np.testing.assert_allclose(
        best("wgan", P, Q, WIDTH, 1.0)[inner], expit(X)[inner], atol=2 * WIDTH
    )


def test_the_unit_of_length_scales_the_best_critic():
    inner = np.abs(X) < 3
    found = best("wgan", P, Q, WIDTH, 2.0)[inner]
    np.testing.assert_allclose(found, expit(X / 2)[inner], atol=2 * WIDTH)


def test_hinge_is_sure_where_the_density_is_larger():
    assert set(np.unique(best("hinge", P[X > 0.01], Q[X > 0.01], WIDTH, 1.0))) == {1.0}


def test_the_middle_makes_d_one_half_on_average_and_follows_a_shift():
    real, fake = np.linspace(-1, 4, 50), np.linspace(-3, 2, 70)
    c = middle(real, fake)
    assert (expit(real - c).mean() + expit(fake - c).mean()) / 2 == pytest.approx(0.5, abs=1e-9)
    assert middle(real + 7, fake + 7) == pytest.approx(c + 7)
    assert middle(fake, real) == pytest.approx(c)
    apart = middle(np.array([-9.0]), np.array([5.0]))  # far from every logit of real points
    assert apart == pytest.approx(-2.0)


def test_the_best_discriminator_itself_has_its_middle_at_zero():
    # E_(p+q)/2 p/(p+q) = 1/2: so the scale on which rp is read puts the best D at p/(p+q)
    shares = P / P.sum(), Q / Q.sum()
    assert middle(X, X, shares) == pytest.approx(0.0, abs=1e-6)


def test_codes_are_read_as_they_are():
    a = np.array([-2.0, 0.0, 0.5, 1.0, 3.0])
    real = fake = np.zeros(2)

    def said(name: str) -> list[float]:
        offset, scale, _ = reading(tables.OBJECTIVES[name], real, fake)
        return read(a, offset, scale).tolist()

    assert said("lsgan") == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert said("hinge") == [0.0, 0.5, 0.75, 1.0, 1.0]
    np.testing.assert_allclose(said("ns"), expit(a))
    assert said("lsgan-pearson") == said("hinge")
    assert "regressed" in reading(tables.OBJECTIVES["lsgan"], real, fake)[2]
    assert "(a + 1)/2" in reading(tables.OBJECTIVES["hinge"], real, fake)[2]


def test_a_logit_that_takes_no_side_is_read_as_one_half():
    # of the f-GAN of KL: its D says T = f'(p/q) = 1 + log p/q
    objective = tables.FAMILIES["fgan"](tables.DIVERGENCES["kl"])
    offset, scale, _ = reading(objective, np.zeros(2), np.zeros(2))
    np.testing.assert_allclose(read(np.array([1.0, 1.0 + np.log(3)]), offset, scale), [0.5, 0.75])
