"""The inference study's chunks: pure functions of their number, whatever the chunk's size."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.studies.quick import Quick
from zerosum.errors import InputError
from zerosum.studies.monte_carlo import work as inference
from zerosum.studies.monte_carlo.functional_table import COLUMNS
from zerosum.studies.monte_carlo.work import Inference, datasets, gan, work

TINY = Inference(members=5, n=12, m=40, seed=4)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Train for a few steps only."""
    monkeypatch.setattr(inference, "STEPS", 6)


def described(chunk):
    return {**TINY.description(), "chunk": chunk}


def test_the_chunks_size_does_not_matter():
    whole = work(described(5), 0)
    parts = [work(described(2), i) for i in range(3)]
    for name, values in whole.items():
        joined = np.concatenate([part[name] for part in parts])
        if values.dtype == bool:
            assert_array_equal(joined, values)
        else:
            assert_allclose(joined, values, atol=1e-4)  # single precision, six steps
    assert whole["alive"].all()


def test_a_chunk_is_a_function_of_its_number():
    first, again, other = work(described(2), 1), work(described(2), 1), work(described(2), 0)
    assert all(np.array_equal(first[k], again[k]) for k in first)
    assert not np.allclose(first["mean_data"], other["mean_data"])


def test_members_are_trained_on_all_their_draws():
    found = gan(12, 0).fit(np.linspace(-1, 1, 12)[:, None])
    assert len(found._job.trained) == 12 and found.config_.run.batch == 12
    assert found.config_.stratified


def test_the_description_holds_whatever_the_results_depend_on():
    found = TINY.description()
    assert found["members"] == 5 and found["recipe"]["settings"]["game"]["objective"] == "ns"
    assert found != Inference(members=5, n=12, m=40, seed=5).description()
    assert (TINY.chunks, Inference(members=401).chunks) == (1, 3)


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"members": 1}, "--members is 1: at least 2"),
        ({"n": 3}, "--n is 3: at least 4"),
        ({"m": 0}, "--m is 0: at least 2"),
        ({"seed": -1}, "--seed is -1"),
        ({"truth": "norml"}, "unknown truth 'norml'; did you mean 'normal'"),
    ],
)
def test_what_cannot_be_studied(over, said):
    with pytest.raises(InputError, match=said):
        Inference(**over).check()


def test_large_n_makes_small_chunks_and_no_batch_above_1600():
    assert [Inference(n=n).chunk for n in (25, 100, 400, 1600, 10**6)] == [200, 200, 50, 12, 12]
    assert Inference(n=10**6).description()["recipe"] == Inference(n=1600).description()["recipe"]
    assert gan(1600, 0).batch == gan(5000, 0).batch == 1600 and gan(100, 0).batch == 100


def test_a_chunks_memory_grows_with_all_that_is_in_it():
    plain = Inference().chunk_bytes
    assert plain < Inference(m=20_000).chunk_bytes and plain > Inference(members=50).chunk_bytes
    # of 200 members: 60 bytes a sample, 3,000 a draw in lock step, 120 MB in any case
    assert plain == 120_000_000 + 200 * (60 * 10_100 + 3_000 * 100)


def test_a_chosen_statistic_adds_its_columns(monkeypatch):
    monkeypatch.setattr(inference, "Population", Quick)
    study = Inference(members=3, n=12, m=40, statistic="median")
    found = work(study.description(), 0)
    np.testing.assert_array_equal(found["t_data"], np.median(datasets(study, range(3))[:, :, 0], 1))
    assert (found["low_gan"] < found["high_gan"]).all()
    plain = work(Inference(members=3, n=12, m=40).description(), 0)
    assert found.keys() - plain.keys() == set(COLUMNS)
    np.testing.assert_array_equal(found["ks_gan"], plain["ks_gan"])
