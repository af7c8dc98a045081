"""Numbers that other GAN code took wrongly; each test fails if the same slip is made here.

The numbers are those of the project's list of known bugs (docs/known-bugs.md).
"""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from zerosum.data.load import load
from zerosum.errors import InputError
from zerosum.metrics.evaluate import evaluate
from zerosum.metrics.evidence import Evidence, compare
from zerosum.metrics.features import Identity, Pixels, RandConv, extract
from zerosum.metrics.frechet import between_gaussians, frechet_distance
from zerosum.metrics.modes import mode_statistics

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (200, 6, 6)).astype(np.uint8)


def encode(rows: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.asarray(rows, dtype=np.float32) / 127.5 - 1.0)[:, None]


def judged(held_out: np.ndarray, fake: np.ndarray) -> Evidence:
    return evaluate(
        kind="image", held_out=held_out, train=PICTURES[:100], fake=fake, encode=encode, splits=2
    )


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return judged(PICTURES[100:140], PICTURES[140:180])


def test_bug_25_fid_is_only_for_inception_and_every_distance_names_its_features(evidence):
    """A Fréchet distance in another network's features is another number, and is called so."""
    assert not re.search(r"\bk?FID\b", str(evidence) + repr(evidence))
    spaces = {m.name: m.label for m in evidence.measurements if m.name.startswith("FD ")}
    assert len(spaces) == 4
    for name, label in spaces.items():
        kind = name.split()[1]
        assert label.startswith(f"FD[{kind}-v1:")


def test_bug_25_the_number_of_rows_stands_in_the_label_and_other_numbers_do_not_compare(evidence):
    """The same model scores differently at 10,000 and at 50,000 rows."""
    for measurement in evidence.measurements:
        assert "real=held-out 40 #" in measurement.label or " 20 " in measurement.label
        assert "fake=40" in measurement.label
    fewer = judged(PICTURES[100:140], PICTURES[140:165])
    with pytest.raises(InputError, match="measured in two ways"):
        compare(evidence, fewer)


def test_bug_25_the_bias_of_a_plug_in_distance_is_said(evidence):
    for space in ("randconv", "pixels"):
        assert "biased upwards" in evidence[f"FD {space} plug-in"].label
        assert "jackknife" in evidence[f"FD {space}"].label
        assert "some bias is left" in evidence[f"FD {space}"].note  # 40 rows of 36 or 64 features
        assert evidence[f"FD {space} plug-in"].value > evidence[f"FD {space}"].value


@pytest.mark.parametrize("rows", [400, 12], ids=["covariance", "gram"])
def test_bug_25_covariances_are_summed_in_float64(rows):
    """At a mean of 1000 and a deviation of 1e-3, products in float32 keep no digit of it."""
    x, y = (
        (1000 + 1e-3 * (k + 1) * RNG.standard_normal((rows, 20))).astype(np.float32)
        for k in range(2)
    )
    found = frechet_distance(x, y).plug_in
    a, b = x.astype(np.float64), y.astype(np.float64)
    covariances = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    wanted = between_gaussians(a.mean(0), covariances[0], b.mean(0), covariances[1])
    # a rounding of 1e-13 beside 1e-3, and of 1e-8 in each root of a singular matrix's zeros
    assert found == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("space", [RandConv((1, 6, 6)), Identity((0.1,) * 36, (0.3,) * 36)])
def test_bug_25_features_are_made_in_float64(space):
    features = extract(space, encode(PICTURES[:20]))
    assert features.dtype == np.float64
    # had they been rounded to float32 on the way, rounding them again would change none
    assert (features != features.astype(np.float32)).any()


def test_bug_25_reals_of_another_resolution_are_refused(evidence):
    larger = np.repeat(np.repeat(PICTURES[140:180], 2, axis=1), 2, axis=2)
    with pytest.raises(InputError, match="generated ones"):
        judged(PICTURES[100:140], larger)
    for space in (Pixels((1, 6, 6)), RandConv((1, 6, 6))):
        with pytest.raises(InputError, match="encode them the same way"):
            extract(space, encode(larger))


@pytest.mark.parametrize("side", [32, 64])
def test_bug_25_large_pictures_are_averaged_down_and_not_sampled(side):
    """A fine chequerboard is mid-grey from afar; taking every n-th pixel would make it black."""
    board = (np.indices((side, side)).sum(0) % 2 * 255).astype(np.uint8)
    features = extract(Pixels((1, side, side)), encode(board[None]))
    np.testing.assert_allclose(features, 0.0, atol=1e-6)  # 127.5 in float32


def test_bug_25_bytes_and_floats_of_the_same_pictures_have_the_same_features():
    """Scaled to [0, 1], to [-1, 1] or kept as bytes: the features differ by float32 rounding."""
    as_float = PICTURES.astype(np.float32)
    given = {"u8": PICTURES, "0..1": as_float / 255, "-1..1": as_float / 127.5 - 1}
    space = RandConv((1, 6, 6))
    features = {}
    for name, rows in given.items():
        source = load(rows)
        features[name] = extract(space, source.codec.encode(source.rows))
    for other in ("0..1", "-1..1"):
        # 2^-23 an input, five layers whose gain is below 2
        np.testing.assert_allclose(features[other], features["u8"], atol=1e-5)


def test_bug_26_modes_are_as_wide_as_a_standard_deviation():
    """At a deviation of 0.25 the variance is 0.0625 and the root 0.5: both would miscount here."""
    modes = np.array([[0.0, 0.0], [10.0, 0.0]])
    inside = mode_statistics(modes + np.array([2.9 * 0.25, 0.0]), modes, 0.25)
    outside = mode_statistics(modes + np.array([3.1 * 0.25, 0.0]), modes, 0.25)
    assert (inside.found, inside.high_quality.value) == (2, 1.0)
    assert (outside.found, outside.high_quality.value) == (0, 0.0)


@pytest.mark.parametrize("name", ["ring", "grid"])
def test_bug_26_a_toys_scale_is_the_deviation_of_its_samples(name):
    source = load(name)
    toy, n = source.toy, 2 * source.n
    nearest = np.linalg.norm(source.rows[:, None] - toy.modes[None], axis=2).argmin(axis=1)
    spread = (source.rows - toy.modes[nearest]).std()
    assert spread == pytest.approx(toy.scale, rel=5 / np.sqrt(2 * n))  # 5 standard errors
