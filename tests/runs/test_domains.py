"""The second domain: read, divided, and refused in one sentence."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.test_resume_translation import TINY, pictures
from zerosum.errors import InputError
from zerosum.gan import GAN
from zerosum.population import Population
from zerosum.recipes.config import merge
from zerosum.runs.job import GIVEN, prepare


def refused(match, data=None, to=None, recipe="cyclegan", **over):
    with pytest.raises(InputError, match=match) as error:
        prepare(
            pictures(12, 0) if data is None else data, to=to, recipe=recipe,
            settings=merge(TINY if recipe == "cyclegan" else {}, over),
        )  # fmt: skip
    assert "\n" not in str(error.value) and error.value.exit_code == 2


def test_each_domain_has_its_own_rows_held_out_and_its_own_codec():
    floats = np.random.default_rng(0).random((30, 8, 8, 1), dtype=np.float32)
    job = prepare(pictures(20, 0), to=floats, recipe="cyclegan", settings=TINY)
    assert job.config.data.spec == job.config.data.to == GIVEN
    assert (len(job.held_out), len(job.other.held_out)) == (4, 6)
    assert (job.source.codec.high, job.other.source.codec.high) == (255.0, 1.0)
    same = prepare(pictures(20, 0), to=pictures(20, 0), recipe="cyclegan", settings=TINY)
    assert same.held_out.tolist() != same.other.held_out.tolist()


def test_one_file_may_hold_both(tmp_path):
    path = tmp_path / "both.npz"
    np.savez(path, a=pictures(12, 0), b=pictures(14, 1))
    job = prepare(
        str(path), recipe="cyclegan", settings=merge(TINY, {"data": {"key": "a", "to_key": "b"}})
    )
    assert (job.source.n, job.other.source.n) == (12, 14)


def test_one_domain_is_refused():
    refused("translates between two domains and has one: give the other with --to")


def test_a_second_domain_that_nobody_looks_at_is_refused():
    refused(
        "names a second domain, but system 'two-player' learns one",
        to=pictures(9, 1),
        recipe="ns-r1",
    )


def test_different_channels_are_refused():
    refused("have 1 channels and those of the array 3: give", to=pictures(9, 1, channels=3))


def test_different_sizes_are_refused():
    refused(
        "are 8 x 8 pixels and those of the array 12 x 12: give data.size",
        to=pictures(9, 1, side=12),
    )


def test_rows_of_another_kind_are_refused():
    refused("give two domains of one shape", to=np.random.default_rng(0).random((20, 2)))


def test_an_empty_domain_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    refused("no picture found in", to=str(tmp_path / "empty"))
    refused("at least 2", to=np.zeros((0, 8, 8, 1), dtype=np.uint8))
    refused("no picture found in", data=str(tmp_path / "empty"), to=pictures(9, 1))


def test_a_population_is_refused():
    with pytest.raises(
        InputError, match="a population learns one data set each, and system 'cyclegan'"
    ):
        Population(GAN("cyclegan", settings=TINY), 2).fit("digits")


def test_the_estimator_translates_both_ways():
    gan = GAN("cyclegan", steps=2, settings=TINY).fit(pictures(12, 0), to=pictures(14, 1))
    assert gan.translate(pictures(3, 2)).shape == (3, 8, 8, 1)
    assert gan.translate(pictures(3, 2), back=True).dtype == np.uint8
    with pytest.raises(InputError, match="makes none from nothing: use translate"):
        gan.sample(3)
    with pytest.raises(InputError, match="fit it with recipe cyclegan"):
        GAN().translate(pictures(3, 2))
