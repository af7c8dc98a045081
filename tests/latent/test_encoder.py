"""An encoder of a linear generator is its pseudo-inverse; its guess helps an inversion."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from tests.latent.small_generators import mlp
from zerosum import noise
from zerosum.errors import Diverged, InputError
from zerosum.latent.encoder import encode, fit_encoder
from zerosum.latent.inversion import Effort, invert


def keyed(network, key=1):
    for i, p in enumerate(network.parameters()):
        fan = p.shape[-1]
        p.data = noise.normal(noise.fold(key, i), tuple(p.shape)) / fan**0.5 * (p.ndim > 1)
    return network


def hidden(features=64, latent=8, width=128):
    layers = (nn.Linear(features, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
    return keyed(nn.Sequential(*layers, nn.Linear(width, latent)))


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_a_linear_encoder_learns_to_undo_a_linear_generator(weight):
    matrix = torch.linalg.qr(noise.normal(3, (10, 4))).Q.T  # well conditioned: Adam gets there
    encoder = keyed(nn.Linear(10, 4))
    fit = fit_encoder(encoder, lambda z: z @ matrix + 0.2, 4, weight=weight, steps=300, rate=0.03)
    assert fit.latent_error < 0.01 and fit.row_error < 0.01
    fresh = noise.normal(4, (50, 4))
    # the worst of 200 numbers of root mean square 0.01 at most is within 5 of them
    assert_close(encode(encoder, fresh @ matrix + 0.2), fresh, rtol=0, atol=0.05)
    assert fit.losses[-50:].mean() < 1e-3 * fit.losses[0]


def test_an_encoder_that_knows_nothing_scores_one():
    encoder = nn.Linear(10, 4)
    for p in encoder.parameters():
        p.data.zero_()
    matrix = noise.normal(3, (4, 10))
    fit = fit_encoder(encoder, lambda z: z @ matrix, 4, steps=1, rate=1e-9)
    # root mean square of 4096 standard normal numbers: 1 with standard error 1/sqrt(2 · 4096) = 0.011
    assert fit.latent_error == pytest.approx(1, abs=0.04)
    assert fit.row_error == pytest.approx(1, abs=0.01)  # G(0) is the mean row
    assert float(fit.losses[0]) == pytest.approx(2, abs=0.4)  # both terms 1, on 128 rows


def test_the_hybrid_beats_the_encoder_and_as_short_a_search_without_it():
    generate = mlp()
    encoder = hidden()
    fit = fit_encoder(encoder, generate, 8, steps=400)
    assert fit.latent_error < 0.7
    rows = generate(noise.normal(noise.fold(7, "own"), (64, 8)))
    guess = encode(encoder, rows)
    alone = (generate(guess) - rows).square().mean(dim=1).sqrt()
    short = Effort(starts=1, steps=0, polish=10)
    hybrid = invert(generate, rows, 8, first=guess, effort=short)
    without = invert(generate, rows, 8, effort=short)
    assert hybrid.error.median() < 0.1 * alone.median()
    assert hybrid.error.median() < 0.1 * without.error.median()


def test_the_generator_is_left_alone_and_a_key_is_a_fit():
    generate = mlp(3, 5).requires_grad_(True)
    before = [p.clone() for p in generate.parameters()]
    encoders = [hidden(5, 3, 8) for _ in range(3)]
    pairs = zip(encoders, (0, 0, 1), strict=True)
    fits = [fit_encoder(e, generate, 3, steps=5, key=k) for e, k in pairs]
    assert all(torch.equal(p, q) for p, q in zip(before, generate.parameters(), strict=True))
    assert all(p.grad is None for p in generate.parameters())
    assert torch.equal(fits[0].losses, fits[1].losses)
    assert not torch.equal(fits[0].losses, fits[2].losses)
    assert not encoders[0].training


@pytest.mark.parametrize(
    ("encoder", "settings", "said"),
    [
        (nn.Linear(5, 4), {}, r"makes \(128, 4\) of 128 rows, but their latents are \(128, 3\)"),
        (nn.Linear(5, 3), {"steps": 0}, "teach nothing"),
        (nn.Linear(5, 3), {"batch": 1}, "teach nothing"),
        (nn.Linear(5, 3), {"weight": -1.0}, "weight is -1.0"),
    ],
)
def test_bad_input(encoder, settings, said):
    with pytest.raises(InputError, match=said):
        fit_encoder(encoder, mlp(3, 5), 3, **settings)


def test_divergence_is_told():
    with pytest.raises(Diverged, match="lower the rate"):
        fit_encoder(nn.Linear(5, 3), mlp(3, 5), 3, rate=math.inf, steps=3)
