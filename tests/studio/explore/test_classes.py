"""Classes: alone they are the sampled ones, mixed they are the network with the mixed vector."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zerosum.errors import InputError
from zerosum.studio.explore import classes
from zerosum.studio.explore.shown import made as rows_made


@pytest.mark.parametrize(("weights", "name"), [([1, 0], "cat"), ([0, 1], "dog"), ([], "cat")])
def test_a_class_alone_is_the_sampled_one(made, generator, weights, name):
    point = {"terms": [{"number": 0}], "classes": weights}
    _, arrays = made("told", "rows", points=[point])
    assert np.array_equal(arrays["pixels"][0, ..., 0], generator("told").sample(1, label=name)[0])


@pytest.mark.parametrize("weights", [(0.25, 0.75), (0.2, 0.1), (2.0, -1.0), (3.0, 0.0)])
def test_a_mixture_takes_the_weighted_sum_of_the_vectors(generator, weights):
    one = generator("told")
    z = one.latents(1)
    mixed = rows_made(one, z, [weights])
    vectors = one.network.get_submodule("input").embedding.weight
    with torch.no_grad():
        vectors[0] = torch.tensor(weights) @ vectors
    assert np.array_equal(mixed, one.codec.decode(one.encoded(z, torch.tensor([0]))))


def test_mixing_leaves_the_network_as_it_was(generator):
    one = generator("told")
    before = one.sample(4)
    rows_made(one, one.latents(2), [(0.5, 0.5), (1.0, 0.0)])
    assert np.array_equal(one.sample(4), before)


def test_rows_of_several_mixtures_at_once(generator):
    one = generator("told")
    z, weights = one.latents(5), [(0.5, 0.5), (), (0.5, 0.5), (0.0, 1.0), (0.2, 0.1)]
    together = rows_made(one, z, weights)
    alone = [rows_made(one, z[i : i + 1], [weights[i]])[0] for i in range(5)]
    assert np.array_equal(together, np.stack(alone))


def test_an_unconditional_generator_says_why_not(studio, ids):
    told = studio.get(f"/api/explore/{ids['pets']}").json()
    assert told["classes"] == []
    assert "unconditional" in told["unmixed"]
    told = studio.get(f"/api/explore/{ids['told']}").json()
    assert told["unmixed"] is None and "is told the class" in told["unlabelled"]


def test_a_network_without_learned_vectors_of_classes_is_refused(generator, monkeypatch):
    monkeypatch.setattr(classes, "_embeddings", lambda network: {})
    one = generator("told")
    assert "choose one class" in classes.why_not(one)
    with pytest.raises(InputError, match="choose one class"):
        rows_made(one, one.latents(1), [(0.5, 0.5)])


def test_numbers_that_are_not_finite_are_refused(generator):
    one = generator("told")
    with pytest.raises(InputError, match="not finite"):
        rows_made(one, torch.full((1, one.sizes.latent), torch.inf), [(1.0, 0.0)])
