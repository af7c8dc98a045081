"""Inversion on an artefact: linear ones against projections, classes, masks, encoders and the control."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.explore.small import pictures, table
from tests.explore.test_interpolating import made
from zerosum import noise
from zerosum.errors import InputError
from zerosum.explore.control import control_of
from zerosum.explore.encoders import own_encoder
from zerosum.explore.inverting import Search, invert
from zerosum.latent.inversion import Effort

QUICK = Search(effort=Effort(starts=4, steps=60, polish=60, drawn=256))


def projection_error(rows, weight):
    """Root mean square distance of encoded rows to the span of a weight's columns."""
    basis = np.linalg.qr(weight)[0]
    flat = rows.reshape(len(rows), -1)
    return np.sqrt(np.square(flat - flat @ basis @ basis.T).mean(axis=1))


def test_pictures_are_found_as_near_as_a_projection_is():
    generator = pictures()
    own = generator.sample(4, 7)
    rows = own + np.asarray(noise.normal(3, own.shape, dtype=torch.float64))
    found = invert(generator, rows, search=QUICK)
    weight = generator.network.layer.weight.double().numpy()
    # of the range from black to white, which is 16 here
    want = projection_error(rows / 8 - 1, weight) / 2
    # single precision: the least of a square is found to sqrt(eps) = 3e-4 of itself, relative
    np.testing.assert_allclose(found.error, want, rtol=1e-3)
    shown = np.sqrt(np.square((found.rows - found.reconstruction) / 16).mean(axis=(1, 2)))
    np.testing.assert_allclose(shown, found.error, rtol=1e-4)
    assert found.labels == () and found.latents.shape == (4, 3) and found.errors.shape == (4, 4)


def test_a_table_is_judged_in_standard_deviations():
    generator = table()
    rows = np.array([[0.0, 0.0, 3.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    found = invert(generator, rows, search=QUICK)
    weight = generator.network.layer.weight.double().numpy()
    scaled = rows / np.arange(1, 6)
    np.testing.assert_allclose(found.error, projection_error(scaled, weight), rtol=1e-3)


def test_own_samples_are_found_with_their_latents():
    generator = pictures()
    found = invert(generator, generator.sample(5, 9), search=QUICK)
    # a linear map of full rank has one latent for each row
    np.testing.assert_allclose(found.latents, generator.latents(5, 9).numpy(), atol=1e-3)
    assert found.relative.max() < 1e-4
    assert not found.control.failed and found.control.found.value == 1
    assert "16 of 16 of the generator's own samples" in str(found.control)


def test_a_mask_leaves_the_rest_to_the_generator():
    generator = pictures()
    own = generator.sample(3, 5)
    mask = np.ones((4, 4))
    mask[2:] = 0
    torn = own.copy()
    torn[:, 2:] = np.nan
    found = invert(generator, torn, mask=mask, search=QUICK)
    # 8 numbers are known of 3: the rest follows
    np.testing.assert_allclose(found.reconstruction, own, atol=1e-2)
    each = invert(generator, torn, mask=np.stack([mask] * 3), search=QUICK)
    np.testing.assert_allclose(each.reconstruction, found.reconstruction, atol=1e-3)
    with pytest.raises(InputError, match="rows hold NaN or infinity, first in row 0"):
        invert(generator, torn, search=QUICK)


def test_the_class_of_a_row_is_found_by_trying_each():
    generator = pictures(classes=3)
    rows = generator.sample(6, 2)  # a, b, c, a, b, c
    found = invert(generator, rows, search=QUICK)
    assert found.labels == tuple("abcabc") and found.relative.max() < 1e-3
    told = invert(generator, rows, labels=list("abcabc"), search=QUICK)
    np.testing.assert_allclose(told.latents, found.latents, atol=1e-3)
    wrong = invert(generator, rows[:1], labels="c", search=QUICK)
    assert wrong.labels == ("c",) and wrong.relative[0] > 0.1
    # the control is asked for the same class, and is found all the same
    assert not wrong.control.failed


def test_an_encoder_guesses_and_a_search_from_it_finds(monkeypatch):
    def taught(generator, seed):
        return own_encoder(generator, steps=150, seed=seed)

    monkeypatch.setattr("zerosum.explore.inverting.own_encoder", taught)
    generator = made()  # a small network, not linear
    rows = generator.sample(4, 9)
    ways = {
        by: invert(generator, rows, search=Search(by, QUICK.effort)) for by in ("encoder", "both")
    }
    assert ways["encoder"].errors.shape == (4, 1)
    # an encoder that says nothing makes the mean row at best, whose error is 1
    assert ways["encoder"].relative.max() < 0.5
    assert (ways["both"].error <= ways["encoder"].error + 1e-7).all()
    assert ways["encoder"].control.failed and "the control fails" in str(ways["encoder"].control)


def test_a_given_encoder_is_used():
    generator = pictures()
    inverse = torch.linalg.pinv(generator.network.layer.weight)
    encoder = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 3, bias=False))
    encoder[1].weight.data = inverse
    found = invert(generator, generator.sample(4, 9), search=Search("encoder", encoder=encoder))
    assert found.relative.max() < 1e-4 and not found.control.failed


def test_a_prior_moves_rows_but_not_the_control():
    generator = pictures()
    rows = generator.sample(4, 9)
    found = invert(generator, rows, search=Search(effort=QUICK.effort, prior=1.0))
    free = invert(generator, rows, search=QUICK)
    assert (found.error > 10 * free.error).all()
    np.testing.assert_array_equal(found.control.relative, free.control.relative)


def test_the_same_seed_finds_the_same():
    generator, rows = pictures(), np.full((2, 4, 4), 9.0)
    once, again = (invert(generator, rows, search=QUICK) for _ in range(2))
    np.testing.assert_array_equal(once.latents, again.latents)


def test_a_control_fails_when_it_is_clear_that_too_few_are_found():
    """95 % of 16 are wanted: Wilson's interval of 14 reaches 0.965, that of 13 0.934."""
    small, large = 1e-3, 0.5
    assert not control_of(np.array([small] * 14 + [large] * 2)).failed
    assert control_of(np.array([small] * 13 + [large] * 3)).failed
    assert not control_of(np.array([0.0099] * 16)).failed
    assert control_of(np.array([0.0101] * 16)).failed


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"search": Search("serach")}, "unknown way to invert 'serach'; did you mean 'search'"),
        ({"labels": "a"}, "unconditional"),
        ({"mask": np.ones((4, 4)), "search": Search("both")}, "an encoder sees whole rows"),
        ({"mask": np.ones((5, 4))}, "mask has shape"),
        ({"mask": np.zeros((4, 4))}, "a row of zeros"),
        ({"control": 0}, "control is 0"),
        ({"search": Search(prior=-1.0)}, "prior is -1"),
    ],
)  # fmt: skip
def test_what_cannot_be_inverted(more, words):
    with pytest.raises(InputError, match=words):
        invert(pictures(), np.zeros((2, 4, 4)), **more)


def test_labels_that_do_not_fit():
    with pytest.raises(InputError, match="2 rows came with 3 labels"):
        invert(pictures(classes=3), np.zeros((2, 4, 4)), labels=["a", "b", "c"])
    with pytest.raises(InputError, match="unknown label 'z'"):
        invert(pictures(classes=3), np.zeros((2, 4, 4)), labels="z")
