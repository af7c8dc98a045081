"""Neighbours in the page: those of `zerosum neighbours`, with sentences that mean what they say."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from tests.studio.explore.near import model, opened
from zerosum.explore.judging import judge_of
from zerosum.explore.nearing import Near, neighbours
from zerosum.runs import session
from zerosum.runs.job import GIVEN
from zerosum.runs.rows import Rows
from zerosum.studio.explore import real
from zerosum.studio.explore.neighbours import _features, meaning


@pytest.mark.parametrize("name", ["pets", "ring", "table"])
def test_they_are_those_of_the_verb(studio, ids, root, generator, name):
    header, arrays = opened(studio.get(f"/api/explore/{ids[name]}/neighbours?n=7&k=3&seed=4"))
    train, held_out = (rows.read() for rows in session.rows_of(root / name))
    want = neighbours(generator(name), train, held_out, n=7, k=3, seed=4)
    assert header["index"] == want.index.tolist()
    assert header["distances"] == want.distances.tolist()
    np.testing.assert_allclose(arrays["reference"], want.reference, rtol=1e-6)
    assert header["looked_at"] == [len(train), len(held_out)]
    assert (header["trained"], header["held_out"]) == (len(train), len(held_out))
    assert header["nearer"] == want.nearer.tolist()
    assert len(arrays["rows"]) == 21 and len(arrays["samples"]) == 7


def test_a_picture_of_the_training_set_comes_back_as_its_pixels(studio, ids, root):
    header, arrays = opened(studio.get(f"/api/explore/{ids['pets']}/neighbours?n=4&k=2"))
    train = session.rows_of(root / "pets")[0].read()
    assert arrays["rows"].dtype == np.uint8
    np.testing.assert_array_equal(arrays["rows"][3, ..., 0], train[header["index"][1][1]])
    names = real.class_names(session.rows_of(root / "pets")[0])
    assert header["classes"] == [[names[j] for j in row] for row in header["index"]]
    assert header["unit"].endswith("from black to white")


def test_a_classifier_measures_in_another_space(studio, ids):
    address = f"/api/explore/{ids['pets']}/neighbours?n=3&k=1"
    rows, _ = opened(studio.get(address))
    features, _ = opened(studio.get(address + "&by=classifier"))
    assert rows["distances"] != features["distances"] and "features" in features["unit"]
    assert "in the classifier's features" in features["meaning"][0]
    assert "features" not in rows["meaning"][0]


def test_each_seed_has_its_own_classifier(shared, monkeypatch):
    monkeypatch.setattr("zerosum.metrics.classifier._PASSES", 0)
    pets = model(shared, "pets")
    train = real.split_of(pets)[0]
    names, x = real.class_names(train), pets.generator.codec.encode(train.read())
    for seed in (0, 1):
        want = judge_of(pets.generator, train.read(), names, seed=seed).classifier
        assert torch.equal(_features(pets, train, seed)(x), want(x))


def test_classes_and_numbers_of_rows_are_told_only_when_all_were_looked_at(
    shared, studio, ids, monkeypatch
):
    monkeypatch.setattr(real, "MOST_NUMBERS", 36 * 40)
    header, arrays = opened(studio.get(f"/api/explore/{ids['pets']}/neighbours?n=3&k=2"))
    assert header["looked_at"][0] == 40 < header["trained"]
    assert header["index"] is None and header["classes"] is None
    assert len(arrays["rows"]) == 6
    train = real.split_of(model(shared, "pets"))[0]
    drawn = [set(real.some_of(train, seed).index.tolist()) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_neighbours_of_one_class(studio, ids, generator):
    _, arrays = opened(
        studio.get(f"/api/explore/{ids['told']}/neighbours?n=3&k=1&label=dog&seed=2")
    )
    assert np.array_equal(arrays["samples"][..., 0], generator("told").sample(3, 2, "dog"))


def test_what_real_rows_there_are(shared, root, monkeypatch):
    for name, taught in (("pets", True), ("ring", False)):
        train, held_out = session.rows_of(root / name)
        told = {"why": "", "trained": len(train), "held_out": len(held_out), "taught": taught}
        assert real.told(model(shared, name)) == told
    monkeypatch.setattr(Rows, "labels", lambda rows: np.arange(len(rows)) % 2)
    assert not real.told(model(shared, "ring"))["taught"]  # classes of points teach no classifier
    monkeypatch.setattr(real, "LEAST_LABELLED", 3)
    assert not real.told(model(shared, "pets"))["taught"]


def test_data_given_in_python_are_not_looked_for(shared, monkeypatch):
    given = SimpleNamespace(data=SimpleNamespace(spec=GIVEN))
    monkeypatch.setattr(session, "read_config", lambda run: given)
    assert "were given in Python" in real.told(model(shared, "ring"))["why"]


def _near(distances: list[float], m: int = 200) -> Near:
    reference = np.arange(1, m + 1) / m
    at = np.asarray(distances)[:, None]
    return Near(at, at, at.astype(int), at, reference)


def test_what_a_distance_means():
    copy, usual, far = meaning(_near([0.0, 0.5, 2.0]), "rows")
    assert copy.startswith("0 of 200 held-out rows") and "Look whether it is a copy" in copy
    assert usual.startswith("100 of 200") and "nothing here says that it was copied" in usual
    assert far.startswith("200 of 200") and "farther from the training rows than real ones" in far
    assert "too few rows" in meaning(_near([0.0], 99), "rows")[0]
    assert "unusually near" in meaning(_near([0.0], 100), "rows")[0]


def test_every_share_is_told_as_its_count():
    for m, first, last in ((100, 1, 99), (150, 2, 148)):
        told = meaning(_near([(i + 0.5) / m for i in range(m)], m), "rows")
        assert [sentence.split()[0] for sentence in told] == [str(i) for i in range(m)]
        as_usual = [i for i, s in enumerate(told) if "as real rows do" in s]
        assert (as_usual[0], as_usual[-1]) == (first, last)


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("mixture", "", "this is a generator alone: no real rows came with it"),
        ("ring", "by=classifier", "classes are judged of pictures only"),
        ("pets", "n=65", "n is 65: give 1 to 64"),
        ("pets", "k=0", "k is 0: give 1 to 12"),
        ("pets", "by=pixel", "unknown value of by 'pixel'"),
        ("pets", "label=cat", "this generator is unconditional"),
    ],
)
def test_what_cannot_be_is_one_sentence(studio, ids, name, query, sentence):
    answer = studio.get(f"/api/explore/{ids[name]}/neighbours?{query}")
    assert answer.status_code == 400 and sentence in answer.json()["error"]


def test_data_that_are_gone_are_said_to_be_without_a_path(studio, ids, root, shared):
    kept = root.parent / "table.npy"
    away = kept.with_suffix(".away")
    kept.rename(away)
    try:
        told = real.told(model(shared, "table"))
    finally:
        away.rename(kept)
    assert "not where they were, or have changed" in told["why"] and str(root) not in told["why"]
    assert real.told(model(shared, "table"))["trained"] > 0


def test_so_many_rows_are_read_and_no_more(shared, monkeypatch):
    train, _ = real.split_of(model(shared, "ring"))
    monkeypatch.setattr(real, "MOST_NUMBERS", 100)
    assert len(real.some_of(train, 0)) == 50
    assert len(real.some_of(train, 0, 7)) == 7
    assert len(real.some_of(train, 0, 70)) == 50
    monkeypatch.setattr(real, "MOST_NUMBERS", 1)
    assert len(real.some_of(train, 0)) == 1
