"""What a population refuses, in one sentence, before any of it is trained."""

from __future__ import annotations

import numpy as np
import pytest

import zerosum as zs
from tests.test_population import DATA, LABELS, gan, refuse_training


def spoilt(value):
    data = DATA.copy()
    data[2, 7, 1] = value
    return data


BAD = {
    "no members": (0, DATA, {}, "members is 0: a population has at least one"),
    "fewer than none": (-2, DATA, {}, "members is -2"),
    "a broken number": (2.5, DATA, {}, "members is 2.5: .* a whole number"),
    "a truth": (True, DATA, {}, "members is True"),
    "no chunk": (4, DATA, {"chunk": 0}, "chunk is 0"),
    "no gan": (4, DATA, {"gan": "ns-r1"}, "gan is a str: give a zs.GAN"),
    "too many": (10**9, DATA[0], {}, r"members is 1000000000, whose generators would take .* TB"),
    "fewer data": (5, DATA, {}, "datasets holds 4 data sets for 5 members"),
    "no data": (4, [], {}, "datasets is empty"),
    "rows": (2, [DATA[0], DATA[1][:50]], {}, "member 1 has 50 rows and member 0 has 60 rows"),
    "columns": (2, [DATA[0], DATA[1][:, :1]], {}, r"member 1 has rows of shape \(1,\) and member 0"),
    "a gap": (4, spoilt(np.nan), {}, "member 2: the array: sample 7"),
    "infinity": (4, spoilt(-np.inf), {}, "member 2: the array: sample 7"),
    "text": (2, [DATA[0], np.full((60, 2), "x")], {}, "member 1: the array has dtype <U1"),
    "nothing": (2, [DATA[0], None], {}, "member 1: data cannot be read from a NoneType"),
    "ragged": (2, [DATA[0], [[1.0], [1.0, 2.0]]], {}, "member 1: its rows are of different length"),
    "vary: count": (4, DATA, {"vary": {"latent": [1, 2]}}, "holds 2 values for 4 members"),
    "vary: one value": (4, DATA, {"vary": {"latent": 3}}, "is 3: give a list of 4 values"),
    "vary: a list": (4, DATA, {"vary": ["latent"]}, "vary is a list: give a mapping"),
    "vary: name": (4, DATA, {"vary": {"latemt": [1] * 4}}, "did you mean latent"),
    "vary: inner name": (
        4, DATA, {"vary": {"generator_optimizer.lrr": [1] * 4}}, "did you mean generator_optimizer.lr",
    ),
    "vary: short name": (
        4, DATA, {"vary": {"lr": [1] * 4}}, "did you mean generator_optimizer.lr or discriminator_opt",
    ),
    "vary: common": (
        4, DATA, {"vary": {"run.device": ["cpu"] * 4}}, "'run.device', which is the same for a whole",
    ),
    "vary: value": (
        4, DATA, {"vary": {"generator_optimizer.lr": [1e-3, 1e-3, -1.0, 1e-3]}}, "member 2: .* is -1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence_before_any_training(case, monkeypatch):
    members, data, over, said = BAD[case]
    refuse_training(monkeypatch)
    with pytest.raises(zs.InputError, match=said) as caught:
        zs.Population().set_params(**{"gan": gan(), "members": members, **over}).fit(data)
    assert "\n" not in str(caught.value) and caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("run", "said"),
    [({"accumulate": 2}, "no micro-batches"), ({"compile": True}, "no run.compile")],
)
def test_options_without_a_population_path(run, said, monkeypatch):
    refuse_training(monkeypatch)
    one = gan()
    one.settings = {**one.settings, "run": run}
    with pytest.raises(zs.InputError, match=said):
        zs.Population(one).fit(DATA[0])


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (LABELS[:50], "labels of shape"),
        ([LABELS] * 3, "y holds labels of 3 data sets for 2 members"),
        ([LABELS, LABELS % 2], "member 1 has classes 0, 1 and member 0 has 0, 1, 2"),
    ],
)
def test_labels_that_do_not_fit(y, said, monkeypatch):
    refuse_training(monkeypatch)
    with pytest.raises(zs.InputError, match=said):
        zs.Population(gan(), members=2).fit(DATA[:2], y)


def test_labels_that_are_missing(monkeypatch):
    refuse_training(monkeypatch)
    with pytest.raises(zs.InputError, match="conditional is true, but the data have no labels"):
        zs.Population(gan(conditional=True), members=2).fit(DATA[:2])


def test_sampling_before_fit():
    with pytest.raises(zs.InputError, match="call fit first"):
        zs.Population(gan()).sample(1)
