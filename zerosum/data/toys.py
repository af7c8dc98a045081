"""Toy densities: they can be drawn from without end, and what they are is known exactly.

Mixtures of k equal isotropic Gaussians:  p(x) = 1/k sum_j N(x; m_j, sigma^2 I).
Noisy curves c(u), u uniform on (0, 1):   p(x) = integral N(x; c(u), sigma^2 I) du.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from jaxtyping import Float64

from zerosum import noise

Points = Float64[np.ndarray, "n d"]
Curve = Callable[[np.ndarray], np.ndarray]

_NODES = 2048  # of the curve integral; they lie closer than a third of every sigma used here


@dataclass(frozen=True, eq=False)
class Toy:
    """A density on the line or in the plane.

    Args:
        name: as in `names.NAMES`.
        dimensions: 1 or 2.
        modes: (k, d) centres of its Gaussians, or None where there are no separate modes.
        scale: sigma of the Gaussians or of the noise around the curve.
        sample: (key, n) -> (n, d) float64 draws, a pure function of the key.
        log_prob: (n, d) -> (n,) natural log-density.
        cdf: (n,) or (n, 1) -> (n,) distribution function; None in the plane.
        source: where the setting comes from.
    """

    name: str
    dimensions: int
    modes: Float64[np.ndarray, "k d"] | None
    scale: float
    sample: Callable[[int, int], Points]
    log_prob: Callable[[Points], Float64[np.ndarray, " n"]]
    cdf: Callable[[np.ndarray], Float64[np.ndarray, " n"]] | None
    source: str


def mixture(name: str, modes: Float64[np.ndarray, "k d"], scale: float, source: str) -> Toy:
    """Return the mixture of equal Gaussians of standard deviation `scale` around `modes`."""
    return Toy(
        name=name,
        dimensions=modes.shape[1],
        modes=modes,
        scale=scale,
        sample=partial(_sample_mixture, modes, scale),
        log_prob=partial(_log_mixture, modes, scale),
        cdf=partial(_cdf_mixture, modes, scale) if modes.shape[1] == 1 else None,
        source=source,
    )


def curve(name: str, path: Curve, scale: float, source: str) -> Toy:
    """Return the density of c(u) + scale times standard normal noise, u uniform on (0, 1)."""
    nodes = path((np.arange(_NODES) + 0.5) / _NODES)
    return Toy(
        name=name,
        dimensions=2,
        modes=None,
        scale=scale,
        sample=partial(_sample_curve, path, scale),
        log_prob=partial(_log_mixture, nodes, scale),
        cdf=None,
        source=source,
    )


def _sample_mixture(modes: np.ndarray, scale: float, key: int, n: int) -> Points:
    which = noise.integers(noise.fold(key, "mode"), (n,), len(modes)).numpy()
    return modes[which] + scale * _normals(key, n, modes.shape[1])


def _sample_curve(path: Curve, scale: float, key: int, n: int) -> Points:
    u = noise.uniform(noise.fold(key, "place"), (n,), dtype=torch.float64).numpy()
    return path(u) + scale * _normals(key, n, 2)


def _normals(key: int, n: int, d: int) -> Points:
    return noise.normal(noise.fold(key, "normal"), (n, d), dtype=torch.float64).numpy()


def _log_mixture(modes: np.ndarray, scale: float, x: Points) -> Float64[np.ndarray, " n"]:
    points = torch.as_tensor(x, dtype=torch.float64).reshape(-1, modes.shape[1])
    centres = torch.from_numpy(modes)
    constant = math.log(len(modes)) + modes.shape[1] * math.log(scale * math.sqrt(2 * math.pi))
    log_p = [
        torch.logsumexp(-0.5 * ((part[:, None] - centres) / scale).square().sum(-1), dim=1)
        for part in points.split(max(1, 2**20 // len(modes)))
    ]
    return (torch.cat(log_p) - constant).numpy() if log_p else np.zeros(0)


def _cdf_mixture(modes: np.ndarray, scale: float, x: np.ndarray) -> Float64[np.ndarray, " n"]:
    standard = (np.asarray(x, dtype=np.float64).reshape(-1, 1) - modes[:, 0]) / scale
    return torch.special.ndtr(torch.from_numpy(standard)).mean(dim=1).numpy()


def _circle(k: int) -> np.ndarray:
    angle = 2 * math.pi * np.arange(k) / k
    return np.stack((np.cos(angle), np.sin(angle)), axis=1)


def _lattice(places: tuple[float, ...]) -> np.ndarray:
    return np.array([(x, y) for x in places for y in places], dtype=np.float64)


def _spiral(u: np.ndarray) -> np.ndarray:
    t = 1.5 * math.pi * (1 + 2 * u)
    return np.stack((t * np.cos(t), t * np.sin(t)), axis=1) / 7.5


def _half_circles(u: np.ndarray) -> np.ndarray:
    second = u >= 0.5
    t = math.pi * (2 * u - second)
    x = np.where(second, 1 - np.cos(t), np.cos(t))
    y = np.where(second, 0.5 - np.sin(t), np.sin(t))
    return np.stack((x, y), axis=1)


_PACGAN = "Lin et al. 2018, arXiv:1712.04086; their published configuration"

TOYS: dict[str, Toy] = {
    "gaussian": mixture("gaussian", np.zeros((1, 1)), 1.0, "the standard normal"),
    "bimodal": mixture("bimodal", np.array([[-2.0], [2.0]]), 0.5, "this library"),
    "ring": mixture("ring", _circle(8), 0.01, _PACGAN),
    "grid": mixture("grid", _lattice((-4.0, -2.0, 0.0, 2.0, 4.0)), 0.05, _PACGAN),
    "swissroll": curve(
        "swissroll", _spiral, 0.25 / 7.5, "Gulrajani et al. 2017, arXiv:1704.00028, toy data"
    ),
    "moons": curve("moons", _half_circles, 0.1, "this library"),
}
