"""Directions: those of the command line, each of length 1, and what is moved along them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.studio.explore.near import model
from zerosum.errors import InputError
from zerosum.explore.directing import directions, label_directions
from zerosum.explore.judging import judge_of
from zerosum.studio.explore import axes


def test_they_are_those_of_zerosum_directions(studio, ids, generator):
    for by in ("pca", "weights", "pca"):
        found = studio.get(f"/api/explore/{ids['pets']}/directions", params={"by": by}).json()
        count = len(found["vectors"])
        wanted = directions(generator("pets"), by=by, count=count)
        assert torch.equal(torch.tensor(found["vectors"]), wanted.vectors)
        assert [d["share"] for d in found["directions"]] == wanted.shares.tolist()
        assert [d["linear"] for d in found["directions"]] == wanted.linear.tolist()


def test_those_of_labels_are_the_probes_of_a_judge(shared, studio, ids, monkeypatch):
    monkeypatch.setattr("zerosum.metrics.classifier._PASSES", 0)
    pets = model(shared, "pets")
    data = pets.data()
    wanted = label_directions(
        pets.generator, judge_of(pets.generator, data.rows, data.labels)
    )
    found = studio.get(f"/api/explore/{ids['pets']}/directions", params={"by": "labels"}).json()
    for told, vector, (name, probe) in zip(
        found["directions"], found["vectors"], wanted.items(), strict=True
    ):
        facts = {n: getattr(probe, n) for n in ("accuracy", "low", "high", "base")}
        assert told == {"name": name, **facts}
        assert vector == probe.vector.double().tolist()


def test_data_without_labels_give_no_directions_of_them(shared, monkeypatch):
    pets = model(shared, "pets")
    bare = replace(pets.data(), labels=())
    monkeypatch.setattr(type(pets), "data", lambda self: bare)
    with pytest.raises(InputError, match="have no labels"):
        axes.found(shared, pets, "labels")


def test_a_slider_moves_the_latent_by_so_much(made, studio, ids, generator):
    vector = np.array(studio.get(f"/api/explore/{ids['ring']}/directions").json()["vectors"][1])
    terms = [{"number": 4}, {"of": "pca", "number": 1, "weight": -2.5}]
    header, _ = made("ring", "rows", points=[{"terms": terms}], latents=True)
    z = generator("ring").latents(5)[4].double().numpy()
    assert np.allclose(header["latents"][0], z - 2.5 * vector, atol=1e-6)


def test_there_is_no_direction_beyond_the_last(made):
    point = {"terms": [{"number": 0}, {"of": "pca", "number": 2}]}
    status, sentence = made("ring", "rows", points=[point])
    assert (status, sentence) == (400, "direction 2 was asked for: there are 0 to 1")


def test_a_direction_adds_nothing_to_the_length_that_is_kept(made, generator):
    terms = [{"number": 4}, {"of": "pca", "number": 1, "weight": 3.0}]
    header, _ = made("ring", "rows", points=[{"terms": terms, "keep": True}], latents=True)
    wanted = float(generator("ring").latents(5)[4].norm())
    assert np.linalg.norm(header["latents"][0]) == pytest.approx(wanted, rel=1e-5)


def test_all_sliders_at_zero_give_the_sample(made, generator):
    terms = [{"number": 4}, *({"of": "pca", "number": i, "weight": 0.0} for i in range(2))]
    header, _ = made("ring", "rows", points=[{"terms": terms}])
    assert header["values"][0] == generator("ring").sample(5)[4].tolist()


def test_points_have_no_more_directions_than_columns(studio, ids):
    found = studio.get(f"/api/explore/{ids['ring']}/directions").json()
    assert len(found["directions"]) == 2


@pytest.mark.parametrize(
    ("name", "by", "said"),
    [
        ("mixture", "weights", "mixture"),
        ("ring", "labels", "pictures only"),
        ("told", "labels", "is told the class"),
        ("mixture", "labels", "are not with it"),
        ("ring", "magic", "magic"),
    ],
)
def test_what_cannot_be_found_says_why(studio, ids, name, by, said):
    answer = studio.get(f"/api/explore/{ids[name]}/directions", params={"by": by})
    assert answer.status_code == 400
    assert said in answer.json()["error"]
