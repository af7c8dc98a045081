"""What a discriminator says, on a scale from 0 (generated) to 1 (real), and what the best would say.

An objective's logit a(x) means what its loss makes of it:

    mm, ns, f-GAN       D = sigmoid(a - u), u the logit at which it takes no side
    lsgan               D = a, which is regressed on 1 and 0;    lsgan-pearson, hinge: D = (a + 1)/2
    rp, wgan            only differences count: D = sigmoid(a - c), c such that D is 1/2 on average
                        over real and generated points, as the best discriminator p/(p + p_g) is

The best (exact for the bare objective, without penalty, against this generator):

    mm, ns, rp, lsgan*, fgan of `gan`:    p/(p + p_g)          (Goodfellow et al. 2014, proposition 1)
    hinge:                                1 where p > p_g, else 0
    wgan:                                 the 1-Lipschitz f with f' = sign(F_g - F), read as above
    other f-GANs:                         not drawn
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from zerosum.objectives.objective import Objective

Numbers = np.ndarray
_CODES = {"lsgan": (0.0, 1.0), "lsgan-pearson": (-1.0, 1.0), "hinge": (-1.0, 1.0)}
_RATIO = ("mm", "ns", "rp", "lsgan", "lsgan-pearson", "fgan-gan", "fgan-ns-gan")
_HALVINGS = 40


def reading(objective: Objective, real: Numbers, fake: Numbers) -> tuple[float, float, str]:
    """Return (offset, scale, meaning): D = sigmoid(a - offset), or (a - offset)/scale where scale > 0.

    Args: real, fake: logits of real and generated points, (n,) and (m,).
    """
    name = objective.name
    if name in _CODES:
        low, high = _CODES[name]
        return low, high - low, "D, the code that is regressed" if "ls" in name else "D, (a + 1)/2"
    if objective.undecided is None:
        return (
            middle(real, fake),
            0.0,
            "D = σ(a − c), centred by c: only differences of logits count",
        )
    return float(objective.undecided), 0.0, "D = σ(a), the probability of being real"


def read(logits: Numbers, offset: float, scale: float) -> Numbers:
    """Return what logits say on the scale from 0 to 1, in any shape."""
    if scale > 0:
        return np.clip((logits - offset) / scale, 0.0, 1.0)
    return np.asarray(expit(logits - offset))


def middle(real: Numbers, fake: Numbers, shares: tuple[Numbers, Numbers] | None = None) -> float:
    """Return c with ½ E_real sigmoid(a - c) + ½ E_fake sigmoid(a - c) = ½.

    Args: shares: weights of the logits in both means; None: they count alike.
    """
    p, q = shares or (np.full(len(real), 1 / len(real)), np.full(len(fake), 1 / len(fake)))
    low, high = min(real.min(), fake.min()), max(real.max(), fake.max())
    for _ in range(_HALVINGS):
        c = (low + high) / 2
        above = p @ expit(real - c) + q @ expit(fake - c) > 1.0
        low, high = (c, high) if above else (low, c)
    return float((low + high) / 2)


def best(
    name: str, p: Numbers, q: Numbers, width: float, unit: float, least: float = 1e-9
) -> Numbers | None:
    """Return what the best discriminator of an objective says in each bin, or None; NaN where nobody is.

    Args:
        name: of the objective. p, q: densities of data and generated in bins, (bins,).
        width: of a bin. unit: length in which the discriminator's slope is measured, in the same units.
        least: p + q below it counts as nobody: a ratio of what a few samples say is noise.
    """
    if name in _RATIO:
        with np.errstate(invalid="ignore"):
            return np.asarray(np.where(p + q > least, p / (p + q), np.nan))
    if name == "hinge":
        return np.where(p + q > least, (p > q).astype(np.float64), np.nan)
    if name == "wgan":
        slope = np.sign(np.cumsum(q - p) * width)
        f = np.cumsum(slope) * width / unit
        return read(f, middle(f, f, (p * width, q * width)), 0.0)
    return None
