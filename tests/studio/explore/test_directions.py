"""Directions: those of the command line, each of length 1, and what is moved along them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zerosum.explore.directing import directions


@pytest.mark.parametrize("by", ["pca", "weights"])
def test_they_are_those_of_zerosum_directions(studio, ids, generator, by):
    found = studio.get(f"/api/explore/{ids['pets']}/directions", params={"by": by}).json()
    count = len(found["vectors"])
    wanted = directions(generator("pets"), by=by, count=count)
    assert torch.equal(torch.tensor(found["vectors"]), wanted.vectors)
    assert [d["share"] for d in found["directions"]] == wanted.shares.tolist()


def test_a_slider_moves_the_latent_by_so_much(made, studio, ids, generator):
    vector = np.array(studio.get(f"/api/explore/{ids['ring']}/directions").json()["vectors"][1])
    terms = [{"number": 4}, {"of": "pca", "number": 1, "weight": -2.5}]
    header, _ = made("ring", "rows", points=[{"terms": terms}], latents=True)
    z = generator("ring").latents(5)[4].double().numpy()
    assert np.allclose(header["latents"][0], z - 2.5 * vector, atol=1e-6)


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
