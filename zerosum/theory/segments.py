"""Two parallel segments in the plane, on which every f-divergence is blind and W_1 is not.

    P_0: uniform on {0} × [0, 1]        P_θ: uniform on {θ} × [0, 1]

For θ ≠ 0 the supports are disjoint, however close they are: KL = ∞ both ways, JSD = log 2, total
variation 1, whatever θ. The cheapest plan moves each grain straight across: W_1 = |θ|. At θ = 0 all
of them are 0, so only W_1 is continuous there.

Arjovsky, Chintala and Bottou 2017, arXiv:1701.07875, example 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from zerosum.errors import InputError
from zerosum.theory import checks
from zerosum.theory.divergences import (
    JENSEN_SHANNON,
    KL,
    REVERSE_KL,
    TOTAL_VARIATION,
    divergence,
)
from zerosum.theory.transport import transport


@dataclass(frozen=True)
class SegmentDistances:
    """How far P_0 and P_θ are apart, by five measures.

    Attributes:
        kl: KL(P_0‖P_θ), nats.
        reverse_kl: KL(P_θ‖P_0), nats.
        jensen_shannon: nats, at most log 2.
        total_variation: at most 1.
        w1: Wasserstein-1 distance, in the plane's units.
    """

    kl: float
    reverse_kl: float
    jensen_shannon: float
    total_variation: float
    w1: float


def segment_distances(theta: float | int) -> SegmentDistances:
    """Return the distances between P_0 and P_θ in closed form.

    θ ≠ 0:  KL = ∞,  JSD = log 2,  TV = 1,  W_1 = |θ|;        θ = 0:  all are 0

    Args:
        theta: where the second segment stands, in the plane's units.

    Raises:
        InputError: a number that is not finite.

    Source: Arjovsky, Chintala and Bottou 2017, arXiv:1701.07875, example 1.

    >>> near, far = segment_distances(0.001), segment_distances(1)
    >>> near.kl == far.kl, near.jensen_shannon == far.jensen_shannon, near.w1, far.w1
    (True, True, 0.001, 1.0)
    """
    distance = abs(checks.finite("theta", theta))
    if distance == 0:
        return SegmentDistances(0.0, 0.0, 0.0, 0.0, 0.0)
    return SegmentDistances(math.inf, math.inf, math.log(2), 1.0, distance)


def grain_distances(theta: float | int, grains: int = 64) -> SegmentDistances:
    """Return the distances between the two segments made of equal grains, by the exact machinery.

    The grains of both segments are the letters of one finite alphabet, on which the divergences are
    sums; W_1 is exact transport between the two sets of grains. No closed form is used.

    Args:
        theta: where the second segment stands, in the plane's units.
        grains: of each segment, at the same heights (k + ½) / grains.

    Raises:
        InputError: a number that is not finite, or no grains.

    Source: Arjovsky, Chintala and Bottou 2017, arXiv:1701.07875, example 1.

    >>> grains = grain_distances(0.25)
    >>> grains.kl, round(grains.jensen_shannon - math.log(2), 12), grains.w1
    (inf, 0.0, 0.25)
    """
    if grains < 1:
        raise InputError(f"grains is {grains}, which makes no segment: use 1 or more")
    here, there = _grains(0.0, grains), _grains(checks.finite("theta", theta), grains)
    letters = np.unique(np.concatenate((here, there)), axis=0)
    p, q = _frequencies(here, letters), _frequencies(there, letters)
    return SegmentDistances(
        kl=divergence(KL, p, q),
        reverse_kl=divergence(REVERSE_KL, p, q),
        jensen_shannon=divergence(JENSEN_SHANNON, p, q),
        total_variation=divergence(TOTAL_VARIATION, p, q),
        w1=transport(here, there).distance,
    )


def _grains(x: float, n: int) -> Float64[np.ndarray, "n 2"]:
    return np.stack((np.full(n, x), (np.arange(n) + 0.5) / n), axis=1)


def _frequencies(
    rows: Float64[np.ndarray, "n 2"], letters: Float64[np.ndarray, "m 2"]
) -> Float64[np.ndarray, " m"]:
    same = (rows[:, None, :] == letters[None, :, :]).all(axis=2)
    return np.asarray(same.mean(axis=0))
