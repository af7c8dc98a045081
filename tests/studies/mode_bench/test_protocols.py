"""Every protocol: its data, its samples, its scores for real rows, and what it refuses."""

from __future__ import annotations

import gzip
import math
import struct

import numpy as np
import pytest

from zerosum.data.source import Source
from zerosum.errors import InputError
from zerosum.studies.mode_bench.judges import Judge
from zerosum.studies.mode_bench.labeller import digits_labeller
from zerosum.studies.mode_bench.mixtures import MODES
from zerosum.studies.mode_bench.protocols import names, protocol
from zerosum.studies.mode_bench.published import PUBLISHED

NAMES = [name for name in names() if name != "stacked-mnist"]


@pytest.mark.parametrize("name", NAMES)
def test_real_rows_score_what_a_perfect_model_does(name):
    """Modes exactly; shares and divergences within four standard errors at the protocol's n."""
    found = protocol(name)
    real = found.real()
    assert list(real) == [score.name for score in found.scores] and isinstance(found.judge, Judge)
    share = found.scores[1].perfect if "high quality" in real else 0.0
    k = max(2.0, found.scores[0].perfect)
    kl = math.sqrt((k - 1) / 2) / (found.samples * 0.98)  # deviation of chi² of k - 1 over 2n
    mislabelled = 1e-3 if found.labeller else 0.0
    errors = {
        "modes": 0.0,
        "high quality": 100 * math.sqrt(share / 100 * (1 - share / 100) / found.samples),
        "reverse KL": kl + mislabelled,
        "reverse KL, plug-in": kl + mislabelled,
        "near a scan": 100 * math.sqrt(0.97 * 0.03 / 2000),
        "C": math.hypot(math.sqrt(0.05 * 0.95 / 1000), math.sqrt(0.05 * 0.95 / 10_000)),
        "modes, 10 sigma": 0.0,
        "high quality, 10 sigma": 0.0,
    }
    for score in found.scores:
        assert abs(real[score.name] - score.perfect) <= 4 * errors[score.name], score.name


@pytest.mark.parametrize("name", NAMES)
def test_training_data_are_what_the_judge_takes_and_follow_the_seed(name):
    found = protocol(name)
    source = found.train(1)
    assert isinstance(source, Source) and source.n >= 10_000
    assert source.rows.shape[1:] == found.truth(1, 3).shape[1:]
    assert not np.array_equal(source.rows[:9], found.train(2).rows[:9])
    some = source.codec.decode(source.codec.encode(source.rows[: found.samples]))
    if len(some) == found.samples:
        assert list(found.judge(some)) == [score.name for score in found.scores]
    assert found.published is PUBLISHED[name] and found.thresholds and found.title


def test_both_rings_are_one_data_set_and_say_what_is_not_known():
    one, other = protocol("ring-veegan"), protocol("ring-pacgan")
    assert one.data == other.data == "ring"
    assert any("unverified" in note for note in one.notes())
    assert not any("unverified" in note for note in other.notes())


def test_the_exact_numbers_of_the_papers():
    ring, grid = protocol("ring-pacgan"), protocol("grid")
    assert (ring.judge.scale, grid.judge.scale) == (0.01, 0.05)
    assert ring.judge.within == grid.judge.within == 3.0
    assert ring.samples == grid.samples == 2500 and protocol("stacked-digits").samples == 26_000
    assert ring.train(0).n == grid.train(0).n == 100_000
    assert protocol("stacked-digits").train(0).n == 128_000
    assert protocol("adagan-3").train(0).n == 64_000


@pytest.mark.parametrize(
    ("modes", "variance"), [(1, 5), (2, 5), (3, 15 / 8), (5, 1.5), (7, 15 / 147), (10, 0.05)]
)
def test_adagans_mixtures_have_its_code_s_means_and_variances(modes, variance):
    toy = protocol(f"adagan-{modes}").train(0).toy
    assert toy.scale**2 == pytest.approx(variance, rel=1e-12)
    # the published code's own draw: np.random.seed(821), then uniform means, row by row
    published = np.random.RandomState(821).uniform(low=-15.0, high=15.0, size=(modes, 2))
    np.testing.assert_allclose(toy.modes, published, rtol=1e-15)
    assert modes in MODES


def test_a_stacked_model_that_misses_a_digit_is_seen():
    found = protocol("stacked-digits")
    x = found.truth(3, 30_000)
    labels = found.labeller().triples(x)
    kept = found.judge(x[labels // 10 % 10 != 4][:26_000])
    assert kept["modes"] == 900  # judged by the labels that it was thinned by
    assert abs(kept["reverse KL"] - math.log(10 / 9)) < 4 * math.sqrt(500) / 26_000 + 1e-3
    single = np.repeat(x[:1], 26_000, axis=0)
    collapsed = found.judge(single)
    assert collapsed["modes"] == 1
    assert collapsed["reverse KL, plug-in"] == pytest.approx(math.log(1000))
    grey = found.judge(np.full_like(x[:26_000], 8))
    assert grey["modes"] == 1


def test_the_labeller_is_good_made_once_and_says_how_good():
    found = protocol("stacked-digits")
    assert found.labeller() is digits_labeller()
    assert digits_labeller().accuracy.low > 0.97 and digits_labeller().seconds < 60
    (sentence,) = (note for note in found.notes() if "classifier" in note)
    assert "of 359 held-out scans right" in sentence and "classifier-v1:64d:" in sentence


def test_stacks_of_another_shape_are_refused():
    judge = protocol("stacked-digits").judge
    for shape in ((5, 8, 8), (5, 3, 8, 8), (0, 8, 8, 3)):
        with pytest.raises(InputError, match=r"have the shape \(n, 8, 8, 3\)"):
            judge(np.zeros(shape, dtype=np.uint8))


def test_stacked_mnist_reads_the_user_s_files(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    labels = np.arange(600) % 10
    bars = np.zeros((600, 28, 28), dtype=np.uint8)  # a bar whose row says the digit: easy to learn
    for i, digit in enumerate(labels):
        bars[i, 2 * digit + 3 : 2 * digit + 5, 4:24] = 200 + rng.integers(0, 55)
    parts = {"train": slice(0, 500), "t10k": slice(500, 600)}
    for part, rows in parts.items():
        x, y = bars[rows], labels[rows].astype(np.uint8)
        head = struct.pack(">HBB3i", 0, 8, 3, *x.shape)
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(head + x.tobytes()))
        head = struct.pack(">HBBi", 0, 8, 1, len(y))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(head + y.tobytes())
    monkeypatch.setattr("zerosum.metrics.classifier._PASSES", 6000)
    monkeypatch.setattr("zerosum.studies.mode_bench.protocols.STACKED", 400)
    found = protocol("stacked-mnist", path=tmp_path)
    assert found.truth(0, 4).shape == (4, 28, 28, 3)
    labelled = found.labeller()
    assert labelled.accuracy.n == 100 and labelled.accuracy.value == 1
    x = found.truth(1, 2000)
    digits = (x.max(axis=2).argmax(axis=1) - 3) // 2  # the bar's first row among the pixel rows
    np.testing.assert_array_equal(labelled.triples(x) // 100, digits[:, 0])
    assert found.judge(x)["modes"] == len(np.unique(digits @ np.array([100, 10, 1])))
    assert found.train(0).rows.shape == (400, 28, 28, 3)


def test_what_there_is_not_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="ring-pacgan"):
        protocol("ring-pacgn")
    with pytest.raises(InputError, match="needs MNIST's files"):
        protocol("stacked-mnist")
    with pytest.raises(InputError, match="leave path out"):
        protocol("grid", path=tmp_path)
    with pytest.raises(InputError, match="no file or folder"):
        protocol("stacked-mnist", path=tmp_path / "none").train(0)
