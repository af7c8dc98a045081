"""How much of the data lies near a generator's range: the first part of claim 11."""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from zerosum import noise
from zerosum.claims.claim import Data, Finding

_CASES = ((1, 2), (2, 3), (1, 3))  # (k, n)
_UNITS, _REACH = (
    12,
    8.0,
)  # hidden units; latents with a larger entry are so rare that they are left out
_GRID = {1: 10_001, 2: 301}  # latents on a side
_POINTS = {1: 100_000, 2: 40_000}  # a surface has more of them near, and is slower to search
_BLUR, _FURTHEST = 0.5, 0.3
_EPSILON = {1: 0.02, 2: 0.05}  # by n − k: small against the noise, and with enough rows inside
_REFINED = 8  # Gauss-Newton steps from the nearest latent of the grid


def exponents(key: int) -> tuple[tuple[Finding, ...], Data]:
    """Measure by what power of ε the share of data within ε of the range falls.

    The data are the generator's own samples with noise 0.5: nothing with a density lies closer.
    """
    findings, drawn = [], {"epsilon": np.geomspace(0.003, 0.2, 25)}
    for k, n in _CASES:
        distance, epsilon = _distances(k, n, noise.fold(key, k, n)), _EPSILON[n - k]
        inside = distance[distance < epsilon]
        # the maximum of the likelihood of share ∝ ε^m, whose standard error is m / √N
        power = len(inside) / float(np.log(epsilon / inside).sum())
        name = f"{k}→{n}"
        findings.append(
            Finding(
                f"power of ε in the share of data within ε of the range, R^{k} → R^{n}, ε < {epsilon}",
                float(n - k),
                power,
                4 * power / math.sqrt(len(inside)) + epsilon / _BLUR,
                f"4 standard errors ({len(inside)} rows inside) + the next order, ε / noise, where "
                "the range bends or folds",
            )
        )
        drawn[f"share {name}"] = (distance[:, None] < drawn["epsilon"]).mean(axis=0)
        drawn[f"exponent {name}"] = np.asarray(power)
    return tuple(findings), drawn


def _distances(k: int, n: int, key: int) -> np.ndarray:
    """Distances of blurred samples of a random network to its range; infinite where far above ε."""
    network = _Network(k, n, key)
    latent = noise.normal(noise.fold(key, "z"), (_POINTS[k], k), dtype=torch.float64)
    blur = noise.normal(noise.fold(key, "blur"), (_POINTS[k], n), dtype=torch.float64)
    points = network.at(latent) + _BLUR * blur
    side = torch.linspace(-_REACH, _REACH, _GRID[k], dtype=torch.float64)
    grid = torch.cartesian_prod(*([side] * k)).reshape(-1, k)
    tree = cKDTree(network.at(grid).numpy())
    rough, nearest = tree.query(points.numpy(), distance_upper_bound=_FURTHEST)
    near = np.isfinite(rough)
    found = network.refined(points[near], grid[torch.from_numpy(nearest[near])])
    rough[near] = found
    return rough


class _Network:
    """G(z) = A tanh(B z + c), with random weights."""

    def __init__(self, k: int, n: int, key: int) -> None:
        def draw(name: str, *shape: int) -> Tensor:
            return noise.normal(noise.fold(key, name), shape, dtype=torch.float64)

        self._out = draw("out", n, _UNITS) / math.sqrt(_UNITS / 4)
        self._into, self._bias = draw("into", _UNITS, k), draw("bias", _UNITS)

    def at(self, z: Tensor) -> Tensor:
        return torch.tanh(z @ self._into.mT + self._bias) @ self._out.mT

    def refined(self, points: Tensor, z: Tensor) -> np.ndarray:
        """Return the distance to the range by Gauss-Newton steps from latents that are near."""
        best = (points - self.at(z)).norm(dim=1)
        for _ in range(_REFINED):
            hidden = torch.tanh(z @ self._into.mT + self._bias)
            slope = self._out @ ((1 - hidden.square()).unsqueeze(2) * self._into)
            rest = points - hidden @ self._out.mT
            normal = slope.mT @ slope + 1e-9 * torch.eye(z.shape[1], dtype=z.dtype)
            z = z + torch.linalg.solve(normal, slope.mT @ rest.unsqueeze(2)).squeeze(2).clamp(-1, 1)
            best = torch.minimum(best, (points - self.at(z)).norm(dim=1))
        return best.numpy()
