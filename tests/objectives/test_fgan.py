"""The f-GAN family: derived objectives against closed forms, and the bound they were derived from."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import softplus

from tests.objectives.slopes import pairs_of_logits, slopes
from zerosum.errors import InputError
from zerosum.objectives.fgan import fgan, fgan_nonsaturating
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.smoothing import one_sided
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.recipes.tables import DIVERGENCES
from zerosum.theory.divergences import GAN, KL, PEARSON, alpha, divergence, variational_bound

P = torch.tensor([0.45, 0.3, 0.2, 0.05], dtype=torch.float64)
Q = torch.tensor([0.1, 0.15, 0.35, 0.4], dtype=torch.float64)
every = pytest.mark.parametrize("name", DIVERGENCES)


def value_of_d(objective, logits):
    """−E l_D on the alphabet: what the discriminator maximises."""
    real, fake = logits, logits
    on_pairs = objective.discriminator(real.repeat_interleave(4), fake.repeat(4))
    return -(P.repeat_interleave(4) * Q.repeat(4) * on_pairs).sum()


def best_logits(which):
    """The logits of T* = f'(p/q), by bisection on the increasing activation."""
    target = which.derivative(P / Q)
    low, high = torch.full((4,), -500.0).double(), torch.full((4,), 500.0).double()
    for _ in range(200):
        middle = (low + high) / 2
        below = which.activation(middle) < target
        low, high = torch.where(below, middle, low), torch.where(below, high, middle)
    return (low + high) / 2


@pytest.mark.parametrize("side", ["discriminator", "generator"])
@pytest.mark.parametrize(("made", "twin"), [(fgan, MINIMAX), (fgan_nonsaturating, NONSATURATING)])
def test_the_gan_form_is_the_first_game_to_the_bit(made, twin, side):
    real, fake = pairs_of_logits()
    for dtype in (torch.float64, torch.float32):
        found = slopes(getattr(made(GAN), side), real.to(dtype), fake.to(dtype))
        wanted = slopes(getattr(twin, side), real.to(dtype), fake.to(dtype))
        assert all(torch.equal(a, b) for a, b in zip(found, wanted, strict=True))
    assert made(GAN).zero_sum is twin.zero_sum and made(GAN).logistic is twin.logistic


@pytest.mark.parametrize(
    ("name", "real_part", "fake_part"),
    [
        ("kl", lambda a: -a, lambda a: torch.exp(a - 1)),
        ("reverse-kl", lambda a: torch.exp(-a), lambda a: a - 1),
        ("pearson", lambda a: -a, lambda a: a + a**2 / 4),
        ("neyman", lambda a: softplus(-a) - 1, lambda a: 2 - 2 * torch.sqrt(softplus(-a))),
        ("hellinger", lambda a: torch.exp(-a) - 1, lambda a: torch.exp(a) - 1),
        ("total-variation", lambda a: -torch.tanh(a) / 2, lambda a: torch.tanh(a) / 2),
        ("alpha", lambda a: -a, lambda a: (torch.relu(1 + a / 2) ** 3 - 1) / 1.5),
    ],
)
def test_the_losses_in_the_logit(name, real_part, fake_part):
    real, fake = pairs_of_logits(20.0)
    for made in (fgan, fgan_nonsaturating):
        objective = made(DIVERGENCES[name])
        found = objective.discriminator(real, fake)
        torch.testing.assert_close(found, real_part(real) + fake_part(fake), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(fgan(DIVERGENCES[name]).generator(real, fake), -fake_part(fake))
    torch.testing.assert_close(
        fgan_nonsaturating(DIVERGENCES[name]).generator(real, fake), real_part(fake)
    )


@every
def test_the_discriminator_maximises_the_variational_bound(name):
    which = DIVERGENCES[name]
    logits = torch.tensor([0.3, -1.0, 2.0, 0.1], dtype=torch.float64)
    bound = variational_bound(which, P, Q, which.activation(logits))
    assert float(value_of_d(fgan(which), logits)) == pytest.approx(bound, abs=1e-12)


@every
def test_its_best_value_is_the_divergence(name):
    which = DIVERGENCES[name]
    objective, exact = fgan(which), divergence(which, P, Q)
    if name == "total-variation":  # T* = ±½ is reached only as the logit grows without end
        best = 30 * torch.sign(P - Q)
    else:
        best = best_logits(which)
        slope = torch.func.grad(lambda a: value_of_d(objective, a))(best)
        torch.testing.assert_close(slope, torch.zeros(4).double(), rtol=0, atol=1e-12)
    assert float(value_of_d(objective, best)) == pytest.approx(exact, abs=1e-12)
    rng = torch.Generator().manual_seed(1)
    for scale in (1e-2, 0.3, 2.0):
        moved = best + scale * torch.randn(4, dtype=torch.float64, generator=rng)
        assert float(value_of_d(objective, moved)) <= exact + 1e-12


@every
def test_the_zero_sum_generator_follows_the_divergence(name):
    """At the best logits the slope of −E_Q f*(T) in the generator's probabilities is that of D_f."""
    which = DIVERGENCES[name]
    best = 30 * torch.sign(P - Q) if name == "total-variation" else best_logits(which)
    towards = torch.tensor([0.02, 0.01, -0.01, -0.02], dtype=torch.float64)  # keeps the sum 1
    step = 1e-4
    numeric = (
        divergence(which, P, Q + step * towards) - divergence(which, P, Q - step * towards)
    ) / (2 * step)
    envelope = (towards * fgan(which).generator(best, best)).sum()
    # a central difference of step 1e-4 · 0.02 leaves its third-order term, some 1e-9
    assert float(envelope) == pytest.approx(numeric, abs=1e-8)


@every
@pytest.mark.parametrize("made", [fgan, fgan_nonsaturating])
def test_overlapping_distributions_leave_the_loss_a_minimum(name, made):
    """Pushing the logits apart without end makes D's loss worse, where a critic's only falls."""

    def far(objective, size):
        return -float(value_of_d(objective, size * torch.sign(P - Q)))

    assert far(WASSERSTEIN, 60.0) < far(WASSERSTEIN, 6.0) - 10
    objective = made(DIVERGENCES[name])
    assert far(objective, 60.0) >= far(objective, 20.0) - 1e-12


@every
def test_the_undecided_logit_says_that_both_are_alike(name):
    """With p = q the best logit is `undecided`: D's expected loss there has slope 0."""
    which = DIVERGENCES[name]
    at = torch.tensor([which.undecided], dtype=torch.float64)
    _, d_real, d_fake = slopes(fgan(which).discriminator, at, at)
    assert float(d_real + d_fake) == pytest.approx(0, abs=1e-14)
    assert fgan(which).undecided == which.undecided


@every
@pytest.mark.parametrize("made", [fgan, fgan_nonsaturating])
def test_values_and_slopes_are_finite_at_logits_of_eighty(name, made):
    objective = made(DIVERGENCES[name])
    for dtype, size in ((torch.float32, 80.0), (torch.float64, 100.0)):
        real, fake = pairs_of_logits(size)
        for loss in (objective.discriminator, objective.generator):
            found = slopes(loss, real.to(dtype), fake.to(dtype))
            assert all(part.isfinite().all() for part in found)


def test_names_say_form_and_member():
    assert fgan(KL).name == "fgan-kl" and fgan_nonsaturating(PEARSON).name == "fgan-ns-pearson"
    made = [form(d).name for form in (fgan, fgan_nonsaturating) for d in DIVERGENCES.values()]
    assert len(set(made)) == 20


def test_labels_can_be_smoothed_where_the_loss_is_a_cross_entropy():
    assert one_sided(fgan(GAN), 0.9).name == "fgan-gan-smooth-0.9"
    with pytest.raises(InputError, match="fgan-kl"):
        one_sided(fgan(KL), 0.9)


def test_alpha_meets_hellinger_in_value():
    wanted = 2 * divergence(DIVERGENCES["hellinger"], P, Q)
    half = alpha(0.5)
    assert float(value_of_d(fgan(half), best_logits(half))) == pytest.approx(wanted, abs=1e-12)
    assert math.isfinite(half.undecided) and np.isfinite(wanted)
