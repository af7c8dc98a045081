"""What can be explored: found by number, described, loaded once, refused without a path."""

from __future__ import annotations

import os

import pytest

from zerosum.errors import InputError
from zerosum.studio.explore.models import MAX_LOADED, MAX_PARTS, Models
from zerosum.studio.index import Index


@pytest.fixture
def models(settings) -> Models:
    return Models(Index(settings))


def _id(models, name):
    return next(entry.id for entry in models.entries() if entry.name == name)


def test_every_generator_is_listed_with_its_kind(studio):
    listed = {m["name"]: m for m in studio.get("/api/explore").json()["models"]}
    kinds = {name: m["kind"] for name, m in listed.items()}
    pictures = dict.fromkeys(("told", "pets", "mixture"), "picture")
    assert kinds == {"ring": "points", "table": "table", "unfinished": None, **pictures}
    assert listed["unfinished"]["why"] == "no trained generator yet"
    assert listed["told"]["classes"] == 2


def test_one_generator_is_described(studio, ids, generator):
    told = studio.get(f"/api/explore/{ids['told']}").json()
    assert told["shape"] == [6, 6, 1]
    assert told["classes"] == ["cat", "dog"]
    assert told["latent"] == generator("told").sizes.latent
    table = studio.get(f"/api/explore/{ids['table']}").json()
    assert [c["mean"] for c in table["columns"]] == list(generator("table").codec.mean)


def test_nothing_told_names_the_folder(studio, ids, root):
    answers = [studio.get("/api/explore"), *(studio.get(f"/api/explore/{i}") for i in ids.values())]
    assert all(str(root.parent) not in a.text for a in answers)
    assert [a.status_code for a in answers].count(400) == 1  # the unfinished one


def test_an_unknown_number_is_404(studio):
    assert studio.get("/api/explore/000000000000").status_code == 404
    assert studio.get("/api/explore/..%2F..").status_code == 404


def test_a_generator_is_loaded_once_and_again_when_it_changes(models, root):
    number = _id(models, "ring")
    first = models.of(number)
    assert models.of(number) is first
    config = root / "ring" / "model" / "config.json"
    os.utime(config, ns=(1, config.stat().st_mtime_ns + 10**9))
    assert models.of(number) is not first


def test_the_last_few_generators_stay_in_memory(models, monkeypatch):
    monkeypatch.setattr("zerosum.studio.explore.models.MAX_LOADED", 1)
    assert MAX_LOADED > 1
    ring, table = _id(models, "ring"), _id(models, "table")
    first = models.of(ring)
    models.of(table)
    assert models.of(ring) is not first


def test_parts_are_made_once_and_the_oldest_forgotten(models):
    model, count = models.of(_id(models, "ring")), []
    for key in [*range(MAX_PARTS), 0, MAX_PARTS, 1]:
        model.part(("n", key), lambda key=key: count.append(key))
    assert count == [*range(MAX_PARTS), MAX_PARTS, 1]


def test_a_run_has_its_data_and_an_artefact_has_none(models):
    data = models.of(_id(models, "told")).data()
    assert set(data.labels) == {"cat", "dog"}
    with pytest.raises(InputError, match="a generator alone"):
        models.of(_id(models, "mixture")).data()


def test_data_that_are_gone_are_said_without_a_path(models, root):
    data = root.parent / "table.npy"
    data.rename(data.with_suffix(".away"))
    try:
        with pytest.raises(InputError, match="cannot be read here") as caught:
            models.of(_id(models, "table")).data()
        assert str(root.parent) not in str(caught.value)
    finally:
        data.with_suffix(".away").rename(data)
