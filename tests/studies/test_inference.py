"""The inference study's chunks: pure functions of their number, whatever the chunk's size."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from zerosum.errors import InputError
from zerosum.studies import inference
from zerosum.studies.inference import Inference, gan, work

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


def test_intervals_of_somebodys_own_numbers(tmp_path):
    numbers = np.random.default_rng(3).exponential(2.0, size=40)
    path = tmp_path / "mine.csv"
    np.savetxt(path, numbers, header="t", comments="")
    table = inference.intervals_of(str(path), "median", gans=2, m=50)
    group = "T = median"
    assert table.cell(group, "bootstrap, F_n", "estimate").value == pytest.approx(
        np.median(numbers)
    )
    interval = table.cell(group, "bootstrap, F_n", "95 % percentile interval")
    assert interval.low < np.median(numbers) < interval.high
    assert table.cell(group, "GAN, F*", "estimate").error >= 0
    assert any("Not justified" in note for note in table.notes)


@pytest.mark.parametrize(
    ("data", "statistic", "gans", "said"),
    [
        (
            np.zeros((9, 2)) + np.arange(9)[:, None],
            "mean",
            2,
            "rows of shape .2,.: inference is about",
        ),
        (np.arange(9.0), "medin", 2, "unknown statistic 'medin'; did you mean 'median'"),
        (np.arange(9.0), "mean", 0, "--gans 0 and --m 50 make no samples"),
    ],
)
def test_what_has_no_interval(data, statistic, gans, said):
    with pytest.raises(InputError, match=said):
        inference.intervals_of(data, statistic, gans=gans, m=50)
