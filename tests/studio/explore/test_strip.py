"""Strips: the rows of `zerosum interpolate`, with their latents, and as films whose frames they are."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

from tests.studio.explore.conftest import JSON
from zerosum.explore.interpolating import interpolate, latents_between
from zerosum.reports.pictures import assemble
from zerosum.studio.explore.film import encoded


@pytest.mark.parametrize("path", ["spherical", "linear", "geodesic"])
def test_rows_are_those_of_zerosum_interpolate(made, generator, path):
    header, _ = made("ring", "strip", samples=[3, 0, 2], steps=4, path=path, seed=1)
    wanted = interpolate(generator("ring"), (3, 0, 2), steps=4, path=path, seed=1)
    assert header["values"] == wanted.tolist()
    assert np.array(header["latents"]).shape == (9, generator("ring").sizes.latent)


def test_the_longest_strip_there_may_be(made):
    header, _ = made("ring", "strip", samples=[0, 1], steps=32, closed=True)
    assert len(header["values"]) == 64


def test_a_closed_strip_comes_back(made, generator):
    header, _ = made("ring", "strip", samples=[0, 1], steps=3, closed=True)
    assert header["values"] == interpolate(generator("ring"), (0, 1), steps=3, closed=True).tolist()


@pytest.mark.parametrize("path", ["spherical", "geodesic"])  # whose way depends on the class
def test_a_strip_of_one_class(made, generator, path):
    header, arrays = made("told", "strip", samples=[0, 1], steps=4, label=1, path=path)
    one = generator("told")
    way = latents_between(one, (0, 1), steps=4, path=path, label="dog")
    assert np.array_equal(header["latents"], way)
    wanted = interpolate(one, (0, 1), steps=4, label="dog", path=path)
    assert np.array_equal(arrays["pixels"][..., 0], wanted)


@pytest.mark.parametrize("format", ["gif", "webp", "png"])
def test_a_film_shows_the_rows_one_after_the_other(studio, ids, made, format):
    strip = {"samples": [0, 5], "steps": 4}
    _, arrays = made("pets", "strip", **strip)
    body = {"strip": strip, "format": format, "milliseconds": 120}
    answer = studio.post(f"/api/explore/{ids['pets']}/film", content=json.dumps(body), headers=JSON)
    film = Image.open(io.BytesIO(answer.content))
    assert film.format == format.upper()
    seen = []
    for i in range(film.n_frames):
        film.seek(i)
        seen.append((np.asarray(film.convert("L")), film.info.get("duration", 120)))
    # rows that are alike may be shown as one frame that lasts longer
    assert sum(duration for _, duration in seen) == 5 * 120
    wanted = assemble(arrays["pixels"][:1], columns=1)[..., 0]
    assert np.array_equal(seen[0][0], wanted)


@pytest.mark.parametrize("format", ["gif", "webp", "png"])
def test_frames_are_in_order_and_go_round_for_ever(format):
    greys = (0, 90, 180, 250)
    images = np.stack([np.full((8, 8, 1), grey, dtype=np.uint8) for grey in greys])
    film = Image.open(io.BytesIO(encoded(images, format, 150)))
    seen = []
    for i in range(film.n_frames):
        film.seek(i)
        seen.append((int(np.asarray(film.convert("L"))[4, 4]), film.info["duration"]))
    assert seen == [(grey, 150) for grey in greys] and film.info["loop"] == 0


def test_each_way_through_the_same_samples_is_its_own(made, generator):
    for over in (
        {"steps": 2},
        {"steps": 3},
        {"steps": 3, "path": "linear"},
        {"steps": 3, "seed": 1},
    ):
        header, _ = made("ring", "strip", samples=[0, 1], **over)
        assert header["values"] == interpolate(generator("ring"), (0, 1), **over).tolist()


def test_the_latents_are_those_of_its_rows(made, generator):
    header, _ = made("ring", "strip", samples=[3, 0], steps=2, seed=1)
    one = generator("ring")
    z = torch.tensor(header["latents"])
    assert torch.allclose(z[[0, -1]], one.latents(4, 1)[[3, 0]], atol=1e-6)
    assert one.codec.decode(one.encoded(z)).tolist() == header["values"]


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("told", {"samples": [0, 1], "label": 2}, "label is 2"),
        ("ring", {"samples": [0, 1, 2], "steps": 22, "closed": True}, "steps in all is 66"),
        ("ring", {"samples": [0]}, "samples holds 1: give 2 to 16"),
        ("ring", {"samples": list(range(17))}, "samples holds 17"),
        ("ring", {"samples": [0, -1]}, "samples[1] is -1"),
        ("ring", {"samples": [0, 1, 2], "steps": 33}, "steps in all is 66"),
        ("ring", {"samples": [0, 1], "steps": 33, "path": "geodesic"}, "steps in all is 33"),
        ("ring", {"samples": [0, 1], "steps": 0}, "steps is 0"),
        ("ring", {"samples": [0, 1], "path": "scenic"}, "scenic"),
        ("ring", {"samples": [0, 1], "label": 1}, "label is 1"),
        ("mixture", {"samples": [0, 1]}, "no way leads between"),
    ],
)
def test_what_is_no_way_is_refused(made, name, body, said):
    status, sentence = made(name, "strip", **body)
    assert status == 400
    assert said in sentence


@pytest.mark.parametrize(
    ("name", "over", "said"),
    [
        ("ring", {}, "no film"),
        ("pets", {"format": "mp4"}, "mp4"),
        ("pets", {"milliseconds": 1}, "is 1:"),
    ],
)
def test_what_is_no_film_is_refused(studio, ids, name, over, said):
    body = {"strip": {"samples": [0, 1]}, **over}
    answer = studio.post(f"/api/explore/{ids[name]}/film", content=json.dumps(body), headers=JSON)
    assert answer.status_code == 400
    assert said in answer.json()["error"] or "not make a film" in answer.json()["error"]
