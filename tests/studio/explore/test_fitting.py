"""A visitor's picture made ready: what a folder of training pictures would have become, and said so."""

from __future__ import annotations

import io
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from tests.studio.explore.near import model, opened
from zerosum.data.codec import ImageCodec
from zerosum.data.image_decode import read_pixels
from zerosum.errors import InputError
from zerosum.runs import session
from zerosum.runs.own_rows import read_picture
from zerosum.studio.explore.fitting import Wanted, fitted, in_units, started
from zerosum.studio.explore.models import Model
from zerosum.studio.shared import Shared

COLOURS = np.arange(40 * 60 * 3, dtype=np.int64).reshape(40, 60, 3) * 37 % 251


def png(pixels: np.ndarray) -> bytes:
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, format="PNG")
    return data.getvalue()


def test_an_upload_becomes_what_a_folder_of_training_pictures_would(studio, ids, tmp_path):
    content = png(COLOURS.astype(np.uint8))
    (tmp_path / "mine.png").write_bytes(content)
    answer = studio.post(
        f"/api/explore/{ids['pets']}/fitted", content=content, headers={"content-type": "image/png"}
    )
    header, arrays = opened(answer)
    np.testing.assert_array_equal(arrays["pixels"], read_pixels(tmp_path / "mine.png", (6, 6), 1))
    assert header["done"] == [
        "colour was turned into grey",
        "60 × 40 pixels were cropped to the centre and resized to 6 × 6",
    ]


def test_a_picture_of_the_very_size_is_taken_as_it_is(shared: Shared, tmp_path):
    pets = model(shared, "pets")
    pixels = np.arange(36, dtype=np.uint8).reshape(6, 6, 1) * 7
    found, done = fitted(pets, pixels)
    np.testing.assert_array_equal(found, pixels)
    assert done == ["6 × 6 pixels: taken as it is"]
    Image.fromarray(pixels[..., 0]).save(tmp_path / "own.png")
    want = read_picture(tmp_path / "own.png", pets.generator.codec)
    np.testing.assert_array_equal(in_units(pets, pixels)[0], want)


def test_to_start_from_a_sample_or_a_held_out_picture(shared: Shared, root, generator):
    pets, told = model(shared, "pets"), model(shared, "told")
    pixels, word = started(pets, Wanted("sample", 3, 9))
    np.testing.assert_array_equal(in_units(pets, pixels)[0], generator("pets").sample(4, 9)[3])
    assert word == "sample 3 of seed 9"
    assert [started(told, Wanted("sample", n))[1][-3:] for n in range(3)] == ["cat", "dog", "cat"]
    held_out = session.rows_of(root / "pets")[1]
    pixels, word = started(pets, Wanted("held-out", 2))
    np.testing.assert_array_equal(pixels[..., 0], held_out.read()[2])
    label = held_out.source.classes[int(held_out.labels()[2])]
    assert word == f"held-out row 2, class {label}"


def test_a_wide_generator_gets_a_wide_picture(tmp_path):
    codec = ImageCodec((3, 4, 8), "nhwc", "|u1", 0.0, 255.0)
    wide = Mock(spec=Model, generator=SimpleNamespace(codec=codec))
    Image.fromarray(COLOURS.astype(np.uint8)).save(tmp_path / "mine.png")
    found, done = fitted(wide, COLOURS.astype(np.uint8))
    np.testing.assert_array_equal(found, read_pixels(tmp_path / "mine.png", (4, 8), 3))
    assert done == ["60 × 40 pixels were cropped to the centre and resized to 8 × 4"]
    assert fitted(wide, COLOURS[:30].astype(np.uint8))[1] == [
        "60 × 30 pixels were resized to 8 × 4"
    ]
    np.testing.assert_array_equal(in_units(wide, found)[0], found)


def test_a_seed_leads_through_the_held_out_rows_in_another_order(shared: Shared, root):
    pets, held_out = model(shared, "pets"), session.rows_of(root / "pets")[1].read()
    orders = []
    for seed in (0, 1):
        pictures = [
            started(pets, Wanted("held-out", i, seed))[0][..., 0] for i in range(len(held_out))
        ]
        orders.append([p.tobytes() for p in pictures])
    assert orders[0] == [row.tobytes() for row in held_out] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])
    with pytest.raises(InputError, match=f"there are {len(held_out)} held-out rows"):
        started(pets, Wanted("held-out", len(held_out)))


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("ring", "", "this generator makes numbers"),
        ("pets", "source=web", "unknown value of source 'web'"),
        ("pets", "source=held-out&number=99999", "held-out rows: give a number below that"),
        ("mixture", "source=held-out", "this is a generator alone"),
        ("pets", "number=-1", "number is -1"),
        ("pets", "number=10001", "number of a sample is 10001: give 0 to 10000"),
    ],
)
def test_what_cannot_be_started_from(studio, ids, name, query, sentence):
    answer = studio.get(f"/api/explore/{ids[name]}/start?{query}")
    assert answer.status_code == 400 and sentence in answer.json()["error"]


@pytest.mark.parametrize(
    ("name", "kind", "content", "status"),
    [
        ("pets", "image/gif", b"GIF89a", 415),
        ("pets", "image/png", b"no picture at all", 400),
        ("pets", "image/png", b"", 400),
        ("ring", "image/png", png(COLOURS.astype(np.uint8)), 400),
    ],
)
def test_uploads_that_are_refused(studio, ids, name, kind, content, status):
    answer = studio.post(
        f"/api/explore/{ids[name]}/fitted", content=content, headers={"content-type": kind}
    )
    assert answer.status_code == status and answer.json()["error"]
