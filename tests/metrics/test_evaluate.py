"""Whole evaluations: what they hold and notice, that they repeat, and what they refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.datasets import load_digits

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics.evaluate import evaluate, fakes_needed
from zerosum.metrics.evidence import Evidence


@dataclass(frozen=True)
class Law:
    """A stand-in for the toy densities of `zerosum.data`."""

    modes: np.ndarray | None
    scale: float
    cdf: Any = None


def encode(rows: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.asarray(rows, dtype=np.float32) / 8.0 - 1.0)[:, None]


def plain(rows: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.asarray(rows)).float()


def digit_arguments() -> dict[str, Any]:
    data = load_digits()
    order = noise.permutation(5, 1797).numpy()
    unseen, seen = np.sort(order[:360]), np.sort(order[360:])
    labels = (data.target[seen], data.target[unseen])
    return {
        "kind": "image",
        "held_out": data.images[unseen],
        "train": data.images[seen],
        "encode": encode,
        "labels": labels,
        "classes": tuple("0123456789"),
        "key": 3,
    }


@pytest.fixture(scope="module")
def digits_without_nines() -> Evidence:
    arguments = digit_arguments()
    pool = arguments["train"][arguments["labels"][0] != 9]
    rng = np.random.default_rng(0)
    fake = pool[rng.integers(0, len(pool), 2000)] + rng.normal(0, 2.0, (2000, 8, 8))
    return evaluate(fake=np.clip(fake, 0, 16), **arguments)


def test_digits_are_measured_in_three_spaces(digits_without_nines: Evidence) -> None:
    names = [m.name for m in digits_without_nines.measurements]
    assert names[0] == "FD randconv" and "FD pixels" in names and names[-1] == "KL classes"
    four = ("precision", "recall", "density", "coverage")
    assert {f"{n} {s}" for n in four for s in ("randconv", "classifier")} <= set(names)
    assert digits_without_nines.facts["n_fake"] == 360
    assert digits_without_nines.facts["classifier_accuracy"] >= 0.97


def test_noise_missing_classes_and_copying_are_noticed(digits_without_nines: Evidence) -> None:
    e = digits_without_nines
    assert e["FD randconv"].reading == "worse"
    assert e["KL classes"].reading == "worse" and e["KL classes"].value > 0.05
    assert e["closer to train"].reading == "worse"
    share = e.facts["class_share"]
    assert share["fake"][9] < 0.03 and share["fake_high"][9] < share["real"][9]
    assert abs(sum(share["fake"]) - 1) < 1e-12 and share["n_fake"] == 2000


def test_every_number_has_a_label_and_a_reference_and_none_says_fid(
    digits_without_nines: Evidence,
) -> None:
    for m in digits_without_nines.measurements:
        assert m.error is not None and m.reference is not None and m.reference.splits == 20
        assert "held-out 360" in m.label and "reference=20" in m.label
    text = str(digits_without_nines)
    assert "FID" not in text and max(map(len, text.splitlines())) <= 100
    assert Evidence.from_json(digits_without_nines.to_json()) == digits_without_nines


def test_fresh_real_rows_read_as_real() -> None:
    # a law with endless fresh rows: every reading is a 5-95 % event, so most of eight must agree
    rng = np.random.default_rng(4)
    held, train, fake = (rng.normal(size=(n, 3)) for n in (200, 1000, 200))
    e = evaluate(kind="table", held_out=held, train=train, fake=fake, encode=plain, key=1)
    assert [m.name for m in e.measurements] == [
        "FD columns",
        "FD columns plug-in",
        "precision columns",
        "recall columns",
        "density columns",
        "coverage columns",
        "KS worst column",
        "closer to train",
    ]
    assert sum(m.reading == "as real" for m in e.measurements) >= 4
    assert abs(e["FD columns"].value) < 4 * e["FD columns"].error


def test_a_shifted_column_of_a_table_is_named() -> None:
    rng = np.random.default_rng(4)
    held, train, fake = (rng.normal(size=(n, 3)) for n in (150, 400, 150))
    fake[:, 2] += 1.0
    e = evaluate(kind="table", held_out=held, train=train, fake=fake, encode=plain, splits=5)
    assert e["KS worst column"].reading == "worse" and "number 2" in e["KS worst column"].note
    assert abs(e["FD columns"].value - 1.0) < 4 * e["FD columns"].error + 0.1


def test_one_column_points_are_measured_by_transport_and_ks() -> None:
    rng = np.random.default_rng(1)
    held, train = rng.normal(3.0, 2.0, 500), rng.normal(3.0, 2.0, 2000)
    law = Law(None, 2.0, norm(3.0, 2.0).cdf)
    e = evaluate(
        kind="points",
        held_out=held,
        train=train,
        fake=rng.normal(4.0, 2.0, 500),
        encode=plain,
        toy=law,
    )
    assert [m.name for m in e.measurements] == ["W1", "KS held-out", "KS true law"]
    # a shift by 1 is half a standard deviation; KS of it is 2Φ(1/4) - 1
    assert abs(e["W1"].value - 0.5) < 4 * e["W1"].error
    assert abs(e["KS true law"].value - (2 * norm.cdf(0.25) - 1)) < 4 * e["KS true law"].error
    assert all(m.reading == "worse" for m in e.measurements)


def test_ring_points_are_measured_by_modes_and_transport() -> None:
    angle = 2 * np.pi * np.arange(8) / 8
    centres = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    rng = np.random.default_rng(1)

    def ring(n: int, k: int = 8) -> np.ndarray:
        return centres[rng.integers(0, k, n)] + 0.01 * rng.normal(size=(n, 2))

    held, train, fake = ring(300), ring(1200), ring(300, k=5)
    e = evaluate(
        kind="points",
        held_out=held,
        train=train,
        fake=fake,
        encode=plain,
        toy=Law(centres, 0.01),
        splits=6,
    )
    assert e["modes found"].value == 5 and e["modes found"].reference.median == 8
    assert e["modes found"].reading == "worse" and e["KL modes"].reading == "worse"
    assert abs(e["KL modes"].value - np.log(8 / 5)) < 4 * e["KL modes"].error
    assert e["W1 exact"].reading == e["W1 sliced"].reading == "worse"
    assert abs(e["high quality"].value - 0.9889) < 0.03
    assert e["coverage points"].reading == "worse"


def test_the_same_key_gives_the_same_evidence_and_another_key_other_subsets() -> None:
    rng = np.random.default_rng(1)
    rows = {n: rng.normal(size=(k, 2)) for n, k in (("held_out", 80), ("train", 300), ("fake", 80))}
    a, b, c = (evaluate(kind="points", encode=plain, key=k, splits=4, **rows) for k in (1, 1, 2))
    assert a == b
    assert a["W1 sliced"].reference != c["W1 sliced"].reference


def test_sorted_held_out_rows_are_sampled_at_random() -> None:
    # fewer fakes than held-out rows: taking the first held-out ones would take one side only
    rng = np.random.default_rng(1)
    held = np.sort(rng.normal(size=1000))
    e = evaluate(
        kind="points",
        held_out=held,
        train=rng.normal(size=900),
        fake=rng.normal(size=100),
        encode=plain,
    )
    assert e.facts["n_real"] == 100 and e["KS held-out"].value < 0.3


def test_fakes_needed_says_what_will_be_used() -> None:
    assert fakes_needed("image", 360) == 360
    assert fakes_needed("image", 360, labelled=True) == 5000
    assert fakes_needed("points", 100_000) == 4000
    with pytest.raises(InputError, match="did you mean 'image'"):
        fakes_needed("images", 3)


def test_unusable_rows_are_refused() -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    good = {"kind": "table", "held_out": x[:20], "train": x, "fake": x[:20], "encode": plain}
    bad = x[:20].copy()
    bad[7, 0] = np.nan
    for changes, sentence in (
        ({"kind": "sound"}, "unknown kind"),
        ({"fake": x[:20, :1]}, "give one"),
        ({"fake": x[:5]}, "too few"),
        ({"train": x[:15]}, "too few"),
        ({"fake": bad}, "row 7"),
        ({"kind": "image"}, "encode to"),
    ):
        with pytest.raises(InputError, match=sentence):
            evaluate(**{**good, **changes})


def test_constant_rows_give_finite_numbers() -> None:
    held, train, fake = np.ones((40, 2)), np.ones((90, 2)), np.full((40, 2), 3.0)
    e = evaluate(kind="table", held_out=held, train=train, fake=fake, encode=plain, splits=3)
    assert e["FD columns"].value == 8.0 and e["precision columns"].value == 0.0
    assert e["KS worst column"].value == 1.0
