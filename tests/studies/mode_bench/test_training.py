"""Seeds side by side: a member is the GAN of its seed alone; networks are counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.gan import GAN
from zerosum.studies.mode_bench.entrants import ENTRANTS
from zerosum.studies.mode_bench.terms import Terms
from zerosum.studies.mode_bench.training import as_mixtures, as_population

NET = {"name": "mlp", "width": 6, "depth": 2}
ON = Terms(updates=12, seeds=2, batch=12, latent=3, generator=NET, discriminator=NET, components=2)


@pytest.fixture(scope="module")
def ring():
    return load("ring", options=DataOptions(n=300))


def test_a_member_is_the_gan_of_its_seed(ring):
    settings = ENTRANTS["gan"].settings(ON)
    made = as_population(settings, ring, first=4, seeds=2)
    assert made.alive == [True, True] and made.rounds == 12
    alone = GAN("custom", seed=5, holdout=0.0, settings=settings).fit(ring)
    # the population's products are batched, so sums differ in their last float32 bits
    np.testing.assert_allclose(made.samplers[1].sample(50), alone.sample(50), atol=1e-4)
    # (3 -> 6 -> 6 -> 2) and (2 -> 6 -> 6 -> 1), weights and biases
    assert made.parameters == {"generator": 24 + 42 + 14, "discriminator": 18 + 42 + 7}


def test_mixtures_share_the_updates_of_one(ring):
    made = as_mixtures(ENTRANTS["ensemble"].settings(ON), ring, first=0, seeds=2)
    assert made.rounds == 12 and made.parameters["generator"] == 2 * 80
    assert made.alive == [True, True]
    first, second = (sampler.sample(40) for sampler in made.samplers)
    assert first.shape == (40, 2) and not np.allclose(first, second)


@pytest.mark.slow
@pytest.mark.parametrize("name", ENTRANTS)
def test_every_system_trains(name, ring):
    made = ENTRANTS[name].trainer(ENTRANTS[name].settings(ON), ring, first=0, seeds=2)
    assert all(np.isfinite(sampler.sample(20)).all() for sampler in made.samplers)
