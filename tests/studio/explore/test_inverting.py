"""A search in the page finds what `zerosum invert` finds, can be watched without harm, and can be ended."""

from __future__ import annotations

import time
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest
import torch

import zerosum as zs
from tests.studio.explore.near import model
from tests.studio.explore.searching import EFFORT, PIXELS, asked, pets_picture, same, text
from zerosum.data.codec import ImageCodec
from zerosum.errors import InputError
from zerosum.explore.inverting import Search, invert, unit
from zerosum.explore.painting import paint
from zerosum.latent.inversion import Moment
from zerosum.studio.explore import inverting
from zerosum.studio.explore.fitting import in_units
from zerosum.studio.explore.models import Model


def test_the_page_finds_what_a_loaded_gan_finds(shared, root):
    found, _ = inverting.search(model(shared, "pets"), asked(control=16))
    gan = zs.load(root / "pets" / "model")
    pets = model(shared, "pets")
    same(found, gan.invert(in_units(pets, PIXELS), search=Search(effort=EFFORT, seed=5)))


@pytest.mark.parametrize("label", ["", "dog"])
def test_of_classes_each_is_tried_or_the_one_that_is_named(shared, label):
    told = model(shared, "told")
    found, _ = inverting.search(told, asked(label=label))
    want = invert(
        told.generator, in_units(told, PIXELS), labels=label or None, control=2,
        search=Search(effort=EFFORT, seed=5),
    )  # fmt: skip
    same(found, want)
    assert found.labels[0] == (label or found.labels[0])


def test_free_pixels_do_not_count(shared):
    pets, known = model(shared, "pets"), np.full((6, 6), 255)
    known[2:4] = 0
    found, _ = inverting.search(pets, asked(known=text(known)))
    rows = in_units(pets, PIXELS)
    want = invert(
        pets.generator, rows, mask=known / 255, control=2, search=Search(effort=EFFORT, seed=5)
    )
    same(found, want)
    other = PIXELS.copy()
    other[2:4] = 255 - other[2:4]
    again, _ = inverting.search(pets, asked(known=text(known), pixels=text(other)))
    np.testing.assert_array_equal(found.latents, again.latents)


def test_what_was_painted_is_projected(shared):
    pets, painted = model(shared, "pets"), np.zeros((6, 6))
    painted[0] = 255
    found, left = inverting.search(pets, asked(painted=text(painted), stress=7))
    want = paint(
        pets.generator, in_units(pets, PIXELS), where=painted / 255, stress=7,
        search=Search(effort=EFFORT, seed=5),
    )  # fmt: skip
    same(found, want.found)
    assert left == {"painted": want.painted[0], "elsewhere": want.elsewhere[0]}


def test_who_watches_changes_nothing_and_sees_the_error_fall(shared):
    pets, heard = model(shared, "pets"), []
    watched = inverting.Watched(
        pets, lambda h, p: heard.append((h, p)), lambda: True, lambda: False
    )
    found, _ = inverting.search(pets, asked(), watched)
    same(found, inverting.search(pets, asked())[0])
    rows = [h for h, _ in heard if h["of"] == "rows"]
    assert [h["step"] for h in rows if h["stage"] == "adam"] == list(range(13))
    assert len(rows[0]["errors"]) == 3
    best = [h["best"] for h in rows]
    assert best == sorted(best, reverse=True) and best[-1] < best[0]
    # squared and rooted again in single precision on the way
    assert best[-1] == pytest.approx(float(found.error[0]), rel=1e-5)
    own = [h for h, _ in heard if h["of"] == "control"]
    assert own and len(own[-1]["errors"]) == 2
    np.testing.assert_array_equal(heard[-1][1], pets_picture(pets, found))


def test_a_search_ends_when_it_is_told_to_or_takes_too_long(shared, monkeypatch):
    pets, seen = model(shared, "pets"), []
    tell = lambda header, picture: seen.append(header)  # noqa: E731
    watched = inverting.Watched(pets, tell, lambda: True, lambda: len(seen) >= 4)
    with pytest.raises(inverting.Stopped):
        inverting.search(pets, asked(), watched)
    assert len(seen) == 4
    monkeypatch.setattr(inverting, "SECONDS", 0.0)
    late = inverting.Watched(pets, tell, lambda: True, lambda: False, begun=time.monotonic() - 1)
    with pytest.raises(InputError, match="was ended after 0 s"):
        inverting.search(pets, asked(), late)


def test_what_was_found_is_told_number_by_number(shared):
    found, more = inverting.search(model(shared, "pets"), asked(control=3, prior=0.5))
    want = invert(
        model(shared, "pets").generator, in_units(model(shared, "pets"), PIXELS), control=3,
        search=Search("search", EFFORT, 0.5, None, 5),
    )  # fmt: skip
    same(found, want)
    told, share = inverting.told(found, more), want.control.found
    assert (told["rms"], told["relative"], told["spread"]) == (
        want.error[0], want.relative[0], want.spread[0],
    )  # fmt: skip
    assert len({told["rms"], told["relative"], told["spread"]}) == 3
    assert (told["errors"], told["label"]) == (want.errors[0].tolist(), None)
    control = told["control"]
    assert [control[k] for k in ("found", "low", "high")] == [share.value, share.low, share.high]
    assert control["low"] < control["high"] and control["n"] == 3


def test_who_does_not_want_to_be_told_is_told_of_the_ends_of_stages(shared):
    pets, heard = model(shared, "pets"), []
    watched = inverting.Watched(pets, lambda h, p: heard.append(h), lambda: False, lambda: False)
    inverting.search(pets, asked(), watched)
    assert heard and all(h["step"] == h["steps"] for h in heard)
    assert {h["of"] for h in heard} == {"rows", "control"}


def test_what_is_told_of_a_moment(shared):
    """Errors are roots in units of the range (2 encoded); of own samples each is told at its best start."""
    pets, heard = model(shared, "pets"), []
    watched = inverting.Watched(
        pets, lambda h, p: heard.append((h, p)), lambda: True, lambda: False
    )
    z, scale = pets.generator.latents(3), unit(pets.generator.codec)
    for of, value in (
        ("rows", [[torch.nan, 4.0, 1.0]]), ("control", [[0.25, 0.01, 9.0], [0.5, 16.0, 0.36]]),
        ("rows", [[4.0, 2.25, 9.0]]),
    ):  # fmt: skip
        rows = torch.tensor(value)
        watched(of, None, Moment("adam", 1, 9, z.expand(len(rows), 3, -1), rows))
    errors = [h["errors"] for h, _ in heard]
    assert errors[0][1:] == pytest.approx([2 * scale, scale])
    assert errors[1] == pytest.approx([0.1 * scale, 0.6 * scale])
    assert [h["best"] for h, _ in heard] == pytest.approx([scale] * 3)
    for _, picture in heard:
        np.testing.assert_array_equal(picture, inverting.made(pets, z[2], None))


def test_a_wide_picture_has_its_width_last():
    codec = ImageCodec((3, 4, 8), "nhwc", "|u1", 0.0, 255.0)
    wide = Mock(spec=Model, generator=SimpleNamespace(codec=codec))
    assert inverting._size(wide) == (4, 8, 3)
