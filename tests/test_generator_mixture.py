"""A mixture is an artefact like any other, and a damaged one is refused in one sentence."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from tests.tiny_runs import settings
from zerosum.errors import InputError
from zerosum.generator import Generator, load_generator, mixed
from zerosum.records.artefact import read_artefact, write_artefact
from zerosum.runs.job import prepare

SHARES = (0.5, 0.3, 0.2)


def component(seed: int) -> Generator:
    return prepare("ring", settings=settings(seed=seed)).generator()


@pytest.fixture(scope="module")
def mixture():
    return mixed([component(seed) for seed in range(3)], SHARES)


@pytest.fixture
def saved(mixture, tmp_path):
    return mixture.save(tmp_path / "model")


def test_it_samples_alike_when_it_is_read_back(mixture, saved):
    again = load_generator(saved)
    assert again.shares == SHARES and again.sizes == mixture.sizes
    assert np.array_equal(again.sample(100, seed=5), mixture.sample(100, seed=5))


def test_a_larger_n_gives_more_of_the_same_rows(mixture):
    many = mixture.sample(300, seed=1)
    for n in (1, 63, 64, 65, 200):
        assert np.array_equal(mixture.sample(n, seed=1), many[:n])
    assert not np.array_equal(mixture.sample(20, seed=2), many[:20])


def test_each_row_is_one_of_its_components(mixture):
    z = mixture.latents(200, 3)
    rows, chosen = mixture.encoded(z), mixture.network.component(z)
    for j in range(3):
        alone = component(j).encoded(z[:, :-1])
        assert torch.equal(rows[chosen == j], alone[chosen == j])


def changed(saved, config=None, tensors=None) -> None:
    """Write the artefact again with another config or other tensors, whole by its own digest."""
    before, held = read_artefact(saved)
    write_artefact(saved, before | (config or {}), held if tensors is None else tensors(held), "")


def test_shares_that_are_no_distribution_are_refused(saved):
    for shares in ([0.5, 0.3, 0.3], [1.5, -0.5, 0.0], [float("1e300"), 0, 0]):
        changed(saved, {"mixture": shares})
        with pytest.raises(InputError, match="no distribution over 3 components"):
            load_generator(saved)


@pytest.mark.parametrize("shares", [[0.5, 0.5], [0.25] * 4, [1e-4] * 10_000])
def test_shares_for_other_components_than_there_are_tensors_of_are_refused(saved, shares):
    changed(saved, {"mixture": shares})
    with pytest.raises(InputError, match=r"do not fit|no distribution"):
        load_generator(saved)


def test_a_missing_component_is_refused(saved):
    changed(saved, tensors=lambda t: {k: v for k, v in t.items() if ".1." not in k})
    with pytest.raises(InputError, match="do not fit the network"):
        load_generator(saved)


@pytest.mark.parametrize("shares", ["half", [["x"]], 3, None])
def test_shares_that_are_no_numbers_are_refused(saved, shares):
    changed(saved, {"mixture": shares})
    with pytest.raises(InputError, match=r"is not a zerosum generator|do not fit"):
        load_generator(saved)


@pytest.mark.parametrize("latent", [0, 1, 8])
def test_a_latent_without_room_for_the_choice_is_refused(saved, latent):
    changed(saved, {"latent": latent})
    with pytest.raises(InputError):
        load_generator(saved)


def test_a_flipped_bit_is_found(saved):
    path = saved / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"model\.safetensors"):
        load_generator(saved)


def test_the_file_of_a_single_generator_says_nothing_of_mixtures(tmp_path):
    folder = component(0).save(tmp_path / "one")
    assert "mixture" not in json.loads((folder / "config.json").read_text())["config"]
    assert load_generator(folder).shares == ()
