"""The data sets of a comparison, their division, and their scores."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.data.options import DataOptions
from zerosum.errors import InputError
from zerosum.gan import GAN
from zerosum.studies.comparison.cases import case

NETWORK = {"name": "mlp", "width": 16, "depth": 1}
NETWORKS = {"latent": 8, "generator": NETWORK, "discriminator": NETWORK}


def rows_of(part):
    return {row.tobytes() for row in np.asarray(part)}


def test_the_rows_to_train_choose_and_report_on_are_different():
    digits = case("digits", DataOptions())
    parts = [digits.train.rows, digits.judges["validation"].held, digits.judges["test"].held]
    assert sum(map(len, parts)) == 1797 and digits.train.labels is None
    ring = case("ring", DataOptions(n=500))
    parts = [
        rows_of(p)
        for p in (ring.train.rows, *(ring.judges[k].held for k in ("validation", "test")))
    ]
    assert [len(p) for p in parts] == [500, 2500, 2500]
    assert not (parts[0] & parts[1] or parts[1] & parts[2] or parts[0] & parts[2])


def test_numbers_are_scaled_by_the_training_rows_alone(tmp_path):
    table = np.arange(300.0).reshape(100, 3) ** 1.5
    np.save(tmp_path / "table.npy", table)
    found = case(str(tmp_path / "table.npy"), DataOptions())
    assert len(found.train.rows) == 60 and found.judges["test"].rows == 20
    encoded = found.train.codec.encode(found.train.rows).double().numpy()
    # float32 rounding of standardised numbers
    assert np.allclose(encoded.mean(axis=0), 0, atol=1e-5)
    assert np.allclose(encoded.std(axis=0), 1, atol=1e-5)


@pytest.mark.parametrize("name", ["ring", "digits"])
def test_real_rows_score_better_than_anything_else(name):
    one = case(name, DataOptions())
    judge, rows = one.judges["test"], one.train.rows
    blurred = rows.mean(axis=0, keepdims=True).repeat(judge.rows, axis=0)
    few = rows[np.arange(judge.rows) % 3]
    assert one.real("test")[judge.score] < min(judge.real(v)[judge.score] for v in (few, blurred))


def test_modes_of_a_known_mixture_are_counted():
    ring = case("ring", DataOptions())
    half = ring.train.rows[ring.train.rows[:, 0] > 0.5]  # three of the eight centres lie there
    assert ring.judge.real(half)["modes found"] == 3.0
    assert ring.real("test")["modes found"] == 8.0


def test_triangles_are_judged_by_their_manifold():
    one = case("triangles", DataOptions(n=200))
    assert one.train.event_shape == (1, 16, 16) and one.judge.better == "higher"
    untrained = GAN("custom", steps=1, batch=8, settings=NETWORKS, holdout=0.0).fit(one.train)
    found = one.scores(untrained.generator_, "test", 0)
    assert one.real("test")["F1"] == 1.0 and set(found) == {"F1", "precision", "recall"}
    assert found["F1"] < 0.05  # grey fog is no triangle


def test_too_few_rows_to_judge_by(tmp_path):
    np.save(tmp_path / "few.npy", np.random.default_rng(0).normal(size=(60, 2)))
    with pytest.raises(InputError, match="at least 100 rows"):
        case(str(tmp_path / "few.npy"), DataOptions())
