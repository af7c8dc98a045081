"""Ten Gaussians of 700 dimensions in a space of 1200: a stand-in for pictures, whose modes are known.

    mode k:  x = m_k + 0.2 a_k * eps,   eps ~ N(0, I),   a_k a mask of 700 of the 1200 axes

The means are standard normal and the masks are random, both fixed. VEEGAN's paper says "ten 700
dimensional Gaussian distributions embedded in a 1200 dimensional space" and no more; that some variances
are zero and the others equal is known from PacGAN's judge, which has a special case for just that. Means,
masks and deviation are therefore this library's.

References: Srivastava et al. 2017, arXiv:1705.07761; Lin et al. 2018, arXiv:1712.04086 (code).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float32, Float64

from zerosum import noise
from zerosum.data.options import DataOptions
from zerosum.data.source import Source, numeric_codec

MODES, AXES, SPACE, SCALE = 10, 700, 1200, 0.2
DRAWS = 10_000
_KEY = noise.fold(0, "manifolds-1200")


@dataclass(frozen=True, eq=False)
class Manifolds:
    """The law: `means` (k, d), which axes each mode spreads along (k, d), and how far."""

    means: Float64[np.ndarray, "k d"]
    axes: Bool[np.ndarray, "k d"]
    scale: float

    def sample(self, key: int, n: int) -> Float32[np.ndarray, "n d"]:
        """Return n draws, a pure function of the key."""
        which = noise.integers(noise.fold(key, "mode"), (n,), len(self.means)).numpy()
        spread = noise.normal(noise.fold(key, "normal"), (n, self.means.shape[1])).numpy()
        moved = self.means[which] + self.scale * self.axes[which] * spread
        return moved.astype(np.float32)


@cache
def ten_manifolds() -> Manifolds:
    """Return the one law of this name."""
    means = noise.normal(noise.fold(_KEY, "means"), (MODES, SPACE)).numpy().astype(np.float64)
    orders = [noise.permutation(noise.fold(_KEY, "axes", k), SPACE).numpy() for k in range(MODES)]
    return Manifolds(means, np.stack(orders) < AXES, SCALE)


def manifolds_source(options: DataOptions) -> Source:
    """Return n draws, the same ones for the same seed."""
    n = DRAWS if options.n is None else options.n
    rows = ten_manifolds().sample(noise.fold(options.seed, "manifolds"), n)
    codec = numeric_codec(rows, tuple(f"x{i}" for i in range(SPACE)))
    note = f"manifolds-1200: {n:,} draws from ten Gaussians on {AXES} of {SPACE} axes"
    return Source("manifolds-1200", "table", rows, codec, notes=(note,))
