"""Directions: those of the command line, each of length 1, and what is moved along them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.studio.explore.near import model
from zerosum.errors import InputError
from zerosum.explore.directing import directions, label_directions
from zerosum.explore.judging import Judge
from zerosum.studio.explore import axes


def test_they_are_those_of_zerosum_directions(studio, ids, generator):
    for by in ("pca", "weights", "pca"):
        found = studio.get(f"/api/explore/{ids['pets']}/directions", params={"by": by}).json()
        count = len(found["vectors"])
        wanted = directions(generator("pets"), by=by, count=count)
        assert torch.equal(torch.tensor(found["vectors"]), wanted.vectors)
        assert [d["share"] for d in found["directions"]] == wanted.shares.tolist()
        assert [d["linear"] for d in found["directions"]] == wanted.linear.tolist()


class ByBrightness(Judge):
    """Calls half of the pictures light."""

    classes = ("dark", "light")

    def __init__(self) -> None:
        pass

    def __call__(self, encoded):
        bright = encoded.mean(dim=(1, 2, 3))
        return np.where(bright > bright.median(), "light", "dark")


def test_those_of_labels_are_the_probes_of_a_judge(shared):
    pets = model(shared, "pets")
    pets.parts["judge"] = ByBrightness()
    found = axes.found(shared, pets, "labels")
    wanted = label_directions(pets.generator, ByBrightness())
    assert found.names == tuple(wanted) == ("dark", "light")
    for told, vector, probe in zip(found.told, found.vectors, wanted.values(), strict=True):
        assert told == {n: getattr(probe, n) for n in ("accuracy", "low", "high", "base")}
        assert told["low"] < told["accuracy"] < told["high"]
        assert torch.equal(vector, probe.vector)


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


def test_directions_alone_have_no_length_to_keep(made, studio, ids):
    vector = studio.get(f"/api/explore/{ids['ring']}/directions").json()["vectors"][0]
    terms = [{"of": "pca", "number": 0, "weight": 2.0}]
    header, _ = made("ring", "rows", points=[{"terms": terms, "keep": True}], latents=True)
    assert np.allclose(header["latents"][0], 2 * np.array(vector), atol=1e-6)


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
