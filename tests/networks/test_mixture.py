"""A mixture makes each component's own rows, as often as its share says."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from zerosum import noise
from zerosum.errors import InputError
from zerosum.networks.mixture import MixtureGenerator
from zerosum.networks.mlp import MLPGenerator

SHARES = (0.5, 0.2, 0.0, 0.3)


def component(seed: int, event: tuple[int, ...] = (2,)) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return MLPGenerator(latent=3, event_shape=event, width=8, depth=1)


def latents(n: int) -> torch.Tensor:
    return noise.normal(noise.bits(noise.fold(1, "z"), n), (4,))


@pytest.mark.parametrize("event", [(2,), (1, 4, 4)])
def test_a_row_is_that_of_the_component_it_chose(event):
    parts = [component(i, event) for i in range(4)]
    mixture, z = MixtureGenerator(parts, SHARES), latents(64)
    chosen, rows = mixture.component(z), mixture(z)
    assert rows.shape == (64, *event) and set(chosen.tolist()) == {0, 1, 3}
    for i, j in enumerate(chosen.tolist()):
        assert torch.equal(rows[i], parts[j](z[:, :-1])[i])


def test_components_come_as_often_as_their_shares():
    n = 40_000
    chosen = MixtureGenerator([component(i) for i in range(4)], SHARES).component(latents(n))
    counts = torch.bincount(chosen, minlength=4) / n
    for share, count in zip(SHARES, counts.tolist(), strict=True):
        assert abs(count - share) <= 5 * math.sqrt(share * (1 - share) / n)


def test_the_choice_is_independent_of_the_components_latent():
    z = latents(20_000)
    first = MixtureGenerator([component(i) for i in range(2)], (0.5, 0.5)).component(z) == 0
    means = z[first, :3].mean(0) - z[~first, :3].mean(0)
    assert float(means.abs().max()) < 5 * 2 / math.sqrt(20_000)  # standard error of a difference


def test_the_ends_of_the_last_coordinate_choose_components_with_a_share():
    mixture = MixtureGenerator([component(i) for i in range(3)], (0.0, 1.0, 0.0))
    z = torch.tensor([[0.0, 0, 0, -40], [0, 0, 0, 0], [0, 0, 0, 40]])
    assert mixture.component(z).tolist() == [1, 1, 1]


@pytest.mark.parametrize("shares", [(0.5, 0.4), (1.0,), (1.5, -0.5), (math.nan, 1.0)])
def test_shares_that_are_no_distribution_are_refused(shares):
    with pytest.raises(InputError, match="no distribution over 2 components"):
        MixtureGenerator([component(0), component(1)], shares)
