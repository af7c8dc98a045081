"""What can be explored: found by number, described, loaded once, refused without a path."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from zerosum.errors import InputError
from zerosum.studio.explore import facts
from zerosum.studio.explore.models import MAX_LOADED, MAX_PARTS, Model, Models
from zerosum.studio.index import Index


@pytest.fixture
def models(settings) -> Models:
    return Models(Index(settings))


def _id(models, name):
    return next(entry.id for entry in models.entries() if entry.name == name)


def test_every_generator_is_listed_with_its_kind(studio, generator):
    listed = {m["name"]: m for m in studio.get("/api/explore").json()["models"]}
    kinds = {name: m["kind"] for name, m in listed.items()}
    pictures = dict.fromkeys(("told", "pets", "mixture"), "picture")
    assert kinds == {"ring": "points", "table": "table", "unfinished": None, **pictures}
    assert listed["unfinished"]["why"] == "no trained generator yet"
    assert listed["told"]["classes"] == 2
    assert listed["told"]["latent"] == generator("told").sizes.latent
    assert (listed["told"]["data"], listed["ring"]["shape"]) == ("pets", [2])


def test_one_generator_is_described(studio, ids, generator):
    told = studio.get(f"/api/explore/{ids['told']}").json()
    assert told["shape"] == [6, 6, 1]
    kinds = {n: studio.get(f"/api/explore/{ids[n]}").json()["kind"] for n in ("ring", "table")}
    assert kinds == {"ring": "points", "table": "table"}
    assert told["classes"] == ["cat", "dog"]
    assert told["latent"] == generator("told").sizes.latent
    table = studio.get(f"/api/explore/{ids['table']}").json()
    codec = generator("table").codec
    for name, values in {"mean": codec.mean, "std": codec.std, "constant": codec.constant}.items():
        assert [c[name] for c in table["columns"]] == list(values)
    mixture = studio.get(f"/api/explore/{ids['mixture']}").json()
    assert (told["run"], told["components"]) == (True, len(generator("told").shares))
    assert (mixture["run"], mixture["components"]) == (False, 2)
    assert told["data"] == "pets" and "data" not in told["trained"]


def test_what_a_generator_says_of_its_data_is_told_without_a_folder(models, generator, tmp_path):
    one = replace(generator("ring"), provenance={"data": "/home/me/rows.npz", "by": "/home/me"})
    one.save(tmp_path / "model")
    entry = replace(models.of(_id(models, "ring")).entry, path=tmp_path / "model")
    for told in (facts.describe(Model(entry, one)), facts._line(entry)):
        assert told["data"] == "rows.npz" and "/home" not in str(told)


def test_a_translator_is_listed_with_the_reason(models, monkeypatch):
    monkeypatch.setattr(facts, "read_json", lambda path, limit: {"config": {"translator": {}}})
    line = next(line for line in facts.listed(models) if line["name"] == "ring")
    assert line["kind"] is None and "a translator" in line["why"]


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


def test_who_is_looked_at_again_stays_in_memory(models, monkeypatch):
    monkeypatch.setattr("zerosum.studio.explore.models.MAX_LOADED", 2)
    ring, table, pets = (_id(models, name) for name in ("ring", "table", "pets"))
    first, second = models.of(ring), models.of(table)
    assert models.of(ring) is first
    models.of(pets)
    assert models.of(ring) is first and models.of(table) is not second


def test_damaged_files_and_translators_are_said_without_a_path(models, root, monkeypatch):
    for sentence, said in (("is a translator: see", "a translator"), ("is damaged", "damaged")):

        def load(folder, sentence=sentence):
            raise InputError(f"{folder} {sentence}")

        monkeypatch.setattr("zerosum.studio.explore.models.load_generator", load)
        with pytest.raises(InputError, match=said) as caught:
            models.of(_id(models, "ring"))
        assert str(root) not in str(caught.value)


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
