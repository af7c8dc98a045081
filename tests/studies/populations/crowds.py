"""A population to be studied, and how its members are compared."""

from __future__ import annotations

import numpy as np
import torch

import zerosum as zs

MEMBERS = 4
DATA = 5 + 2 * np.random.default_rng(7).normal(size=(MEMBERS, 60, 2))
SMALL = {"generator": {"width": 8, "depth": 1}, "discriminator": {"width": 8, "depth": 1}}


def many(steps=6, seed=3, chunk=3, members=MEMBERS, vary=None, **over):
    """Small GANs; those of two chunks, the second of which is smaller."""
    gan = zs.GAN("ns-r1", seed=seed, steps=steps, batch=16, settings={"latent": 2, **SMALL, **over})
    return zs.Population(gan, members=members, chunk=chunk, vary=vary)


def same(one, other):
    """Whether two fitted populations are equal to the bit, and all that is said of their members."""
    pairs = list(zip(one.generators_, other.generators_, strict=True))
    return (
        one.configs_ == other.configs_
        and np.array_equal(one.alive_, other.alive_)
        and np.array_equal(one.stopped_, other.stopped_)
        and getattr(one, "n_features_in_", None) == getattr(other, "n_features_in_", None)
        and all(alike(a, b) for a, b in pairs)
    )


def alike(one, other):
    """Whether two generators are equal, tensor by tensor and in all that goes with them."""
    a, b = one.network.state_dict(), other.network.state_dict()
    with_them = ("config", "sizes", "codec", "classes", "provenance")
    return (
        list(a) == list(b)
        and all(torch.equal(a[k], b[k]) and a[k].dtype == b[k].dtype for k in a)
        and all(a[k].stride() == b[k].stride() for k in a)  # by which convolutions round
        and np.array_equal(one.sample(3), other.sample(3))
        and one.network.training == other.network.training
        and all(getattr(one, k) == getattr(other, k) for k in with_them)
    )
