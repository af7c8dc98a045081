"""`gan.invert`: the estimator's thin way to the inversion, from arrays, paths and held-out rows."""

from __future__ import annotations

import numpy as np
import pytest

import zerosum as zs
from zerosum.errors import InputError

QUICK = zs.explore.Search(effort=zs.explore.Effort(2, 5, 5, 64))


@pytest.fixture(scope="module")
def gan():
    rows = np.stack([np.sin(np.arange(120)), np.cos(np.arange(120))], axis=1)
    return zs.GAN(steps=2, batch=8).fit(rows)


def test_arrays_paths_and_held_out_rows(gan, tmp_path):
    rows = np.array([[0.5, 0.5], [0.0, -1.0]])
    np.save(tmp_path / "x.npy", rows)
    given = gan.invert(rows, search=QUICK)
    np.testing.assert_array_equal(gan.invert(tmp_path / "x.npy", search=QUICK).error, given.error)
    np.testing.assert_array_equal(gan.invert(rows.tolist(), search=QUICK).error, given.error)
    want = zs.explore.invert(gan.generator_, rows, search=QUICK)
    np.testing.assert_array_equal(given.latents, want.latents)
    assert gan.invert(search=QUICK, most=5).rows.shape == (5, 2)
    assert gan.invert(search=QUICK).rows.shape == (24, 2)


def test_unknown_numbers_are_painted_in(gan):
    torn = np.array([[0.5, np.nan]])
    found = gan.invert(torn, mask=[1, 0], search=QUICK)
    assert np.isfinite(found.reconstruction).all()


def test_a_loaded_gan_wants_rows(gan, tmp_path):
    loaded = zs.load(gan.save(tmp_path / "g"))
    assert loaded.invert(np.zeros((1, 2)), search=QUICK).rows.shape == (1, 2)
    with pytest.raises(InputError, match="a loaded GAN has no held-out rows: give it rows"):
        loaded.invert()
    with pytest.raises(InputError, match="no generator yet"):
        zs.GAN().invert()


def test_the_rooms_are_faces():
    import torch

    t = torch.tensor([0.5])
    a, b = torch.eye(2)
    assert torch.allclose(zs.latent.spherical(a, b, t), torch.full((1, 2), 0.5**0.5))
    assert set(zs.latent.__all__) <= set(dir(zs.latent))
    assert set(zs.explore.__all__) <= set(dir(zs.explore))
