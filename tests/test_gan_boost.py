"""The estimator makes mixtures as it makes one GAN."""

from __future__ import annotations

import numpy as np
import pytest

import zerosum as zs
from tests.tiny_runs import SETTINGS
from zerosum.errors import InputError

BOOST = {"components": 3, "rounds": 10, "width": 4}


def fitted(**over) -> zs.GAN:
    small = {k: SETTINGS[k] for k in ("generator", "discriminator")}
    given = {"steps": 3, "batch": 8, "boost": BOOST, "settings": small} | over
    return zs.GAN("ns-r1", **given).fit(np.random.default_rng(0).normal(size=(80, 2)))


def test_the_estimator_makes_a_mixture_without_a_folder(tmp_path):
    gan = fitted()
    assert gan.generator_.shares == pytest.approx((1 / 3,) * 3) and gan.run_ is None
    assert gan.sample(10).shape == (10, 2)
    again = zs.load(gan.save(tmp_path / "model"))
    assert np.array_equal(again.sample(10, seed=4), gan.sample(10, seed=4))
    with pytest.raises(InputError, match="a discriminator for each component"):
        gan.duality_gap(2)


@pytest.mark.slow
def test_in_a_folder_it_makes_the_same_mixture_and_can_be_taken_up_again(tmp_path):
    apart, kept = fitted(), fitted(out=tmp_path)
    assert np.array_equal(apart.sample(20), kept.sample(20))
    rows = np.random.default_rng(0).normal(size=(80, 2))
    assert np.array_equal(zs.resume(kept.run_, rows).sample(20), kept.sample(20))
