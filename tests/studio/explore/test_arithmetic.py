"""A - B + C of samples and of class means."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.studio.explore.near import model
from zerosum.errors import InputError
from zerosum.explore.adding import class_latents_of_samples
from zerosum.explore.judging import judge_of
from zerosum.studio.explore import axes
from zerosum.studio.explore.points import Point, Term, latents

SIGNS = (1, -1, 1)


@pytest.fixture(autouse=True)
def hasty_classifier(monkeypatch):
    """A judge after a few steps: whether it is right matters nothing here."""
    monkeypatch.setattr("zerosum.metrics.classifier._PASSES", 0)


@pytest.mark.parametrize("keep", [False, True])
def test_it_is_the_row_of_the_sum(made, generator, keep):
    terms = [{"number": n, "weight": w} for n, w in zip((5, 0, 3), SIGNS, strict=True)]
    header, _ = made("ring", "rows", points=[{"terms": terms, "keep": keep}], latents=True)
    one = generator("ring")
    z = one.latents(6)[[5, 0, 3]]
    total = z[0] - z[1] + z[2]
    if keep:
        total = total * (z.norm(dim=1).mean() / total.norm())
    found = torch.tensor(header["latents"][0])
    assert torch.allclose(found, total, atol=1e-5)
    wanted = one.codec.decode(one.encoded(found[None].float()))
    assert np.array_equal(header["values"], wanted)


def test_what_is_added_and_taken_away_again_is_gone(made, generator):
    terms = [{"number": n, "weight": w} for n, w in zip((7, 7, 2), SIGNS, strict=True)]
    header, _ = made("ring", "rows", points=[{"terms": terms}], latents=True)
    assert np.allclose(header["latents"][0], generator("ring").latents(3)[2].numpy(), atol=1e-6)


def test_a_class_mean_is_that_of_the_samples_a_judge_calls_so(shared, generator):
    pets = model(shared, "pets")
    found = axes.means(shared, pets)
    data, one = pets.data(), generator("pets")
    of_each = class_latents_of_samples(one, judge_of(one, data.rows, data.labels))
    assert found.names == ("cat", "dog")
    assert found.counts == tuple(len(z) for z in of_each.values())
    assert sum(found.counts) == 4096
    assert found.accuracy == judge_of(one, data.rows, data.labels).accuracy.value
    often = int(np.argmax(found.counts))
    assert torch.equal(axes.mean(shared, pets, often), of_each[found.names[often]].mean(dim=0))


def test_a_class_that_is_hardly_seen_has_no_mean(shared, monkeypatch):
    pets = model(shared, "pets")
    counts = axes.means(shared, pets).counts
    monkeypatch.setattr(axes, "_FEWEST", max(counts) + 1)
    with pytest.raises(InputError, match=f"is seen in {max(counts)} of 4,096 samples"):
        axes.mean(shared, pets, int(np.argmax(counts)))
    monkeypatch.setattr(axes, "_FEWEST", max(counts))
    axes.mean(shared, pets, int(np.argmax(counts)))


def test_class_means_are_told_with_their_counts(shared, studio, ids):
    told = studio.get(f"/api/explore/{ids['pets']}/means").json()
    found = axes.means(shared, model(shared, "pets"))
    assert told["accuracy"] == found.accuracy
    assert [(c["name"], c["count"]) for c in told["classes"]] == list(
        zip(found.names, found.counts, strict=True)
    )


def test_the_length_of_a_sum_of_means_is_that_of_the_means(shared):
    pets = model(shared, "pets")
    often = int(np.argmax(axes.means(shared, pets).counts))
    mean, z = axes.mean(shared, pets, often), pets.generator.latents(1)[0]
    point = Point((Term("mean", often, 1.0), Term("sample", 0, -0.5)), keep=True)
    length = float(latents(shared, pets, [point]).norm())
    assert length == pytest.approx(float(mean.norm() + 0.5 * z.norm()) / 1.5, rel=1e-5)


def test_class_means_can_be_added(made, studio, ids):
    told = studio.get(f"/api/explore/{ids['pets']}/means").json()
    often = int(np.argmax([c["count"] for c in told["classes"]]))
    point = {"terms": [{"of": "mean", "number": often}]}
    _, arrays = made("pets", "rows", points=[point])
    assert arrays["pixels"].shape == (1, 6, 6, 1)
    status, sentence = made("pets", "rows", points=[{"terms": [{"of": "mean", "number": 2}]}])
    assert (status, "class 2" in sentence) == (400, True)


@pytest.mark.parametrize(
    ("name", "said"),
    [("ring", "pictures only"), ("told", "is told the class"), ("mixture", "are not with it")],
)
def test_without_classes_of_the_data_there_are_no_means(studio, ids, name, said):
    answer = studio.get(f"/api/explore/{ids[name]}/means")
    assert answer.status_code == 400
    assert said in answer.json()["error"]
