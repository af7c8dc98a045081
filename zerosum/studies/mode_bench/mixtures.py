"""AdaGAN's Gaussian mixtures in the plane, with the very means that its published code draws.

    p(x) = 1/k Σ_j N(x; m_j, s² I),   s² = 15 / factor(k),   m_j the first k of one list

The code draws the means uniformly from [-15, 15]² by NumPy's generator with the seed 821, row by row, so
fewer modes are a part of more. They are written out here, because this library has no such stream.

Reference: Tolstikhin et al. 2017, arXiv:1701.02386; published configuration `adagan_gmm.py`.
"""

from __future__ import annotations

import math

import numpy as np

from zerosum import noise
from zerosum.data.source import Source, numeric_codec
from zerosum.data.toys import Toy, mixture
from zerosum.errors import InputError

MODES = (1, 2, 3, 5, 7, 10)
DRAWS = 64_000

_MEANS = np.array(
    [
        (0.3653687096938665, -1.8711892513788015),
        (7.052016802427843, 8.844403688275595),
        (-10.850403256721332, -7.089700035798154),
        (-12.620252954855005, -9.502942471337555),
        (7.256090368850568, -5.3821436640368745),
        (-0.9512939589552794, -13.078079269762716),
        (-12.97656162469946, -11.848298523645315),
        (-7.277591982245402, 6.8043608079596964),
        (8.613354498617703, -5.7922388045304825),
        (-6.083382179531384, -13.006188060668421),
    ]
)
_FACTORS = {1: 3.0, 2: 3.0, 3: 8.0, 4: 20.0, 5: 10.0}  # in the plane; from 6 on, 3 k²


def adagan_mixture(modes: int) -> Toy:
    """Return the mixture of `modes` Gaussians, 1 to 10.

    Raises:
        InputError: more modes than the list has, or none.
    """
    if not 1 <= modes <= len(_MEANS):
        raise InputError(
            f"AdaGAN's mixtures have 1 to {len(_MEANS)} modes, and {modes} were asked for"
        )
    scale = math.sqrt(15.0 / _FACTORS.get(modes, 3.0 * modes * modes))
    source = "Tolstikhin et al. 2017, arXiv:1701.02386; their published configuration"
    return mixture(f"adagan-{modes}", _MEANS[:modes], scale, source)


def adagan_source(modes: int, seed: int) -> Source:
    """Return 64,000 draws to train on, the same ones for the same seed."""
    toy = adagan_mixture(modes)
    rows = toy.sample(noise.fold(seed, "toy", toy.name), DRAWS)
    note = f"{toy.name}: {DRAWS:,} draws from a known density ({toy.source})"
    return Source(toy.name, "points", rows, numeric_codec(rows, ("x", "y")), toy=toy, notes=(note,))
