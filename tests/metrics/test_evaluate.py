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
from zerosum.metrics.evaluate import Classes, evaluate, fakes_needed, headline
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
        "classes": Classes(*labels, tuple("0123456789")),
        "key": 3,
    }


@pytest.fixture(scope="module")
def digits_without_nines() -> Evidence:
    arguments = digit_arguments()
    pool = arguments["train"][arguments["classes"].train != 9]
    rng = np.random.default_rng(0)
    fake = pool[rng.integers(0, len(pool), 2000)] + rng.normal(0, 2.0, (2000, 8, 8))
    return evaluate(fake=np.clip(fake, 0, 16), **arguments)


def test_digits_are_measured_in_three_spaces(digits_without_nines: Evidence) -> None:
    names = [m.name for m in digits_without_nines.measurements]
    assert names[0] == "FD randconv" and "FD pixels" in names and "KL classes" in names
    four = ("precision", "recall", "density", "coverage")
    assert {f"{n} {s}" for n in four for s in ("randconv", "classifier")} <= set(names)
    assert {"KD randconv", "KD classifier", "C2ST randconv", "NDB pixels", "C_T"} <= set(names)
    assert {"copies", "authenticity", "class score", "alpha-precision randconv"} <= set(names)
    assert "TSTR-TRTR" not in names  # nobody asked for classes
    assert digits_without_nines.facts["n_fake"] == 360
    assert digits_without_nines.facts["classifier_accuracy"] >= 0.97


def test_noise_missing_classes_and_copying_are_noticed(digits_without_nines: Evidence) -> None:
    e = digits_without_nines
    assert e["FD randconv"].reading == "worse"
    assert e["KL classes"].reading == "worse" and e["KL classes"].value > 0.05
    assert e["closer to train"].reading == "worse"
    assert e["C2ST randconv"].reading == "worse" and e["KD randconv"].reading == "worse"
    assert e["C_T"].value > e["C_T"].reference.low  # it does not see copies with so much noise
    share = e.facts["class_share"]
    assert share["fake"][9] < 0.03 and share["fake_high"][9] < share["real"][9]
    assert abs(sum(share["fake"]) - 1) < 1e-12 and share["n_fake"] == 2000


def test_every_number_has_a_label_and_a_reference_and_none_says_fid(
    digits_without_nines: Evidence,
) -> None:
    for m in digits_without_nines.measurements:
        assert (m.error is not None) == (m.name != "class score")
        assert m.reference is not None and m.reference.splits == (10 if "C2ST" in m.name else 20)
        assert "held-out 360" in m.label and f"reference={m.reference.splits}" in m.label
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
        "W1 worst column",
        "KD columns",
        "C2ST columns",
        "NDB columns",
        "alpha-precision columns",
        "beta-recall columns",
        "closer to train",
        "copies",
        "C_T",
        "authenticity",
    ]
    assert sum(m.reading == "as real" for m in e.measurements) >= 9
    assert abs(e["FD columns"].value) < 4 * e["FD columns"].error


def test_a_shifted_column_of_a_table_is_named() -> None:
    rng = np.random.default_rng(4)
    held, train, fake = (rng.normal(size=(n, 3)) for n in (150, 400, 150))
    fake[:, 2] += 1.0
    e = evaluate(kind="table", held_out=held, train=train, fake=fake, encode=plain, splits=5)
    assert e["KS worst column"].reading == "worse" and "number 2" in e["KS worst column"].note
    columns = e.facts["columns"]
    assert e["KS worst column"].value == columns["KS"][2] > columns["KS_bound"] > columns["KS"][0]
    assert abs(columns["W1"][2] - 1.0) < 4 * e["W1 worst column"].error
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
    assert [m.name for m in e.measurements[:3]] == ["W1", "KS held-out", "KS true law"]
    # a shift by 1 is half a standard deviation; KS of it is 2Φ(1/4) - 1
    assert abs(e["W1"].value - 0.5) < 4 * e["W1"].error
    assert abs(e["KS true law"].value - (2 * norm.cdf(0.25) - 1)) < 4 * e["KS true law"].error
    names = ("W1", "KS held-out", "KS true law", "MMD points", "C2ST points")
    assert all(e[name].reading == "worse" for name in names)


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
    assert len(e.facts["left_out"]) == 2 and "NDB" in str(e)  # no bins, no levels of one point


def test_classes_that_were_asked_for_teach_a_forest() -> None:
    rng = np.random.default_rng(7)
    centres = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])

    def labelled(n: int) -> tuple[np.ndarray, np.ndarray]:
        y = np.arange(n) % 3
        return centres[y] + rng.normal(size=(n, 2)), y

    (held, unseen), (train, truth), (fake, asked) = (labelled(n) for n in (150, 600, 150))
    wrong = (asked + 1) % 3
    good, bad = (
        evaluate(
            kind="table",
            held_out=held,
            train=train,
            fake=fake,
            encode=plain,
            classes=Classes(truth, unseen, ("a", "b", "c"), names),
            splits=3,
        )["TSTR-TRTR"]
        for names in (asked, wrong)
    )
    assert abs(good.value) < 4 * good.error + 0.02  # forests differ by a row or two of 150
    assert bad.value < -0.8 and bad.reading == "worse" and bad.reference.splits == 5


@pytest.mark.parametrize(
    ("kind", "shape"), [("points", (1,)), ("points", (2,)), ("table", (3,)), ("image", (8, 8))]
)
def test_the_headline_is_the_first_measurement(kind: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    rows = {
        n: rng.normal(size=(k, *shape)) for n, k in (("held_out", 30), ("train", 90), ("fake", 30))
    }
    given: dict[str, Any] = {"kind": kind, "key": 5, "splits": 3, **rows}
    given["encode"] = encode if kind == "image" else plain
    assert headline(**given) == evaluate(**given).measurements[0]
