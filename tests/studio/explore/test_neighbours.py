"""Neighbours in the page: those of `zerosum neighbours`, with sentences that mean what they say."""

from __future__ import annotations

import numpy as np
import pytest

from tests.studio.explore.near import model, opened
from zerosum.explore.nearing import Near, neighbours
from zerosum.runs import session
from zerosum.studio.explore import real
from zerosum.studio.explore.neighbours import meaning


@pytest.mark.parametrize("name", ["pets", "ring", "table"])
def test_they_are_those_of_the_verb(studio, ids, root, generator, name):
    header, arrays = opened(studio.get(f"/api/explore/{ids[name]}/neighbours?n=7&k=3&seed=4"))
    train, held_out = (rows.read() for rows in session.rows_of(root / name))
    want = neighbours(generator(name), train, held_out, n=7, k=3, seed=4)
    assert header["index"] == want.index.tolist()
    assert header["distances"] == want.distances.tolist()
    np.testing.assert_allclose(arrays["reference"], want.reference, rtol=1e-6)
    assert header["looked_at"] == [len(train), len(held_out)]
    assert len(arrays["rows"]) == 21 and len(arrays["samples"]) == 7


def test_a_picture_of_the_training_set_comes_back_as_its_pixels(studio, ids, root):
    header, arrays = opened(studio.get(f"/api/explore/{ids['pets']}/neighbours?n=4&k=2"))
    train = session.rows_of(root / "pets")[0].read()
    assert arrays["rows"].dtype == np.uint8
    np.testing.assert_array_equal(arrays["rows"][3, ..., 0], train[header["index"][1][1]])
    assert set(header["classes"][0]) <= {"cat", "dog"}


def test_a_classifier_measures_in_another_space(studio, ids):
    address = f"/api/explore/{ids['pets']}/neighbours?n=3&k=1"
    rows, _ = opened(studio.get(address))
    features, _ = opened(studio.get(address + "&by=classifier"))
    assert rows["distances"] != features["distances"] and "features" in features["unit"]


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
