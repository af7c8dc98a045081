"""An edited row goes to the weighted least-squares point of a linear generator's range."""

from __future__ import annotations

import numpy as np
import pytest

from tests.explore.small import LATENT, pictures, table
from zerosum.errors import InputError
from zerosum.explore.inverting import Search, invert
from zerosum.explore.painting import paint
from zerosum.latent.inversion import Effort

QUICK = Search(effort=Effort(starts=3, steps=20, polish=60, drawn=64))
WHERE = np.zeros((4, 4))
WHERE[1:3, 1] = 1


def edited(n=5):
    """Samples of 4 x 4 pixels from 0 to 16 with two pixels raised by 2."""
    return pictures().sample(n, 3) + 2 * WHERE


@pytest.mark.parametrize("stress", [1.0, 10.0, 100.0])
def test_the_projection_is_weighted_least_squares(stress):
    rows, generator = edited(), pictures()
    found = paint(generator, rows, where=WHERE, stress=stress, search=QUICK)
    matrix = generator.network.layer.weight.double().numpy()  # rows are W z in [-1, 1]
    root = np.sqrt(np.where(WHERE.ravel() > 0, stress, 1.0))[:, None]
    x = (rows / 8 - 1).reshape(len(rows), -1).T
    exact = np.linalg.lstsq(root * matrix, root * x)[0].T
    # J is known to float32's rounding only, and z to where J grows by that: (1/2) δ' H δ = ε J
    total = (root**2).sum()
    value = ((root * (x - matrix @ exact.T)) ** 2).sum(axis=0).max() / total
    bend = 2 * np.linalg.eigvalsh((root * matrix).T @ (root * matrix))[0] / total
    close = np.sqrt(2 * np.finfo(np.float32).eps * value / bend)
    assert close < 5e-3
    np.testing.assert_allclose(found.found.latents, exact, atol=close)
    left = (x.T - exact @ matrix.T) / 2  # as a share of the range; rows move by less than z does
    on = WHERE.ravel() > 0
    np.testing.assert_allclose(found.painted, np.sqrt((left[:, on] ** 2).mean(1)), atol=close)
    np.testing.assert_allclose(found.elsewhere, np.sqrt((left[:, ~on] ** 2).mean(1)), atol=close)


def test_stress_brings_the_answer_nearer_to_the_paint_and_the_control_holds():
    low, high = (
        paint(pictures(), edited(), where=WHERE, stress=s, search=QUICK) for s in (1.0, 50.0)
    )
    assert (high.painted < low.painted).all() and (high.elsewhere > low.elsewhere).all()
    assert not high.found.control.failed
    # what is in the range already stays: nothing was painted on it
    own = pictures().sample(4, 7)
    kept = paint(pictures(), own, where=WHERE, search=QUICK)
    np.testing.assert_allclose(kept.found.reconstruction, own, atol=16e-4)


def test_without_a_brush_all_numbers_count_alike():
    rows = edited()
    found, plain = paint(pictures(), rows, search=QUICK), invert(pictures(), rows, search=QUICK)
    np.testing.assert_allclose(found.found.latents, plain.latents, atol=1e-5)
    np.testing.assert_allclose(found.painted, plain.error, atol=1e-6)
    assert np.isnan(found.elsewhere).all()


def test_grey_edges_of_a_brush_and_rows_of_numbers():
    soft = np.where(WHERE > 0, 0.9, 0.1)
    hard, same = (paint(pictures(), edited(), where=w, search=QUICK) for w in (WHERE, soft))
    np.testing.assert_array_equal(hard.found.latents, same.found.latents)
    rows = table().sample(3)
    found = paint(table(), rows, where=np.array([1, 0, 0, 0, 0]), search=QUICK)
    assert found.found.latents.shape == (3, LATENT) and (found.painted < 1e-3).all()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"where": np.zeros((4, 4))}, "false everywhere"),
        ({"where": np.ones((3, 4))}, r"mask has shape \(3, 4\)"),
        ({"where": -WHERE}, "below 0"),
        ({"where": WHERE * np.nan}, "NaN"),
        ({"where": WHERE, "stress": 0.5}, "stress is 0.5"),
        ({"search": Search("both")}, "by is 'both'"),
    ],
)
def test_what_cannot_be_painted(settings, said):
    with pytest.raises(InputError, match=said):
        paint(pictures(), edited(), **({"search": QUICK} | settings))
