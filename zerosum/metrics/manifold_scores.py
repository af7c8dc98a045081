"""Precision, recall and F against a manifold that is known exactly.

    precision = share of generated pictures x with  min over c ‖x - render(c)‖ <= tolerance
    recall    = share of fresh real pictures x with  min over z ‖x - G(z)‖     <= tolerance
    F_b       = (1 + b²) P R / (b² P + R)

"Exact" means that both distances are to the whole of a set, all triangles or all the generator can
make, and not to a sample of it; no feature space and no neighbourhood radius enters. What is left is
numerical: each minimum is looked for with a stated effort, and too small an effort can only lower
both shares. Where no generator can be called, the nearest of its samples stands in for the minimum
over z, and recall is a lower bound that grows with their number.

The tolerance is fixed by the data alone: the median distance between a picture of the law and the
same one moved by half a pixel in a random direction. The curve gives the shares for other shifts.

Not to be confused with precision and recall of k-nearest balls (`prdc`).

References: Lucic et al. 2018, arXiv:1711.10337 (the idea); Sajjadi et al. 2018, arXiv:1806.00035
(F_8 and F_1/8).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.checks import Generate
from zerosum.metrics import manifold
from zerosum.metrics.effort import Effort
from zerosum.metrics.intervals import Share, wilson
from zerosum.metrics.inversion import inversion, nearest_sample
from zerosum.metrics.manifold import Manifold

SHIFT = 0.5  # pixels: what counts as the same picture
SHIFTS = (0.125, 0.25, 0.5, 1.0, 2.0)  # of the curve
_MOVED = 512  # pictures that a tolerance is the median of


@dataclass(frozen=True)
class Care:
    """How hard the two minima are looked for.

    Args:
        projection: on the manifold. inversion: of the generator.
        latents: how many are drawn, for the starts of the inversion.
    """

    projection: Effort
    inversion: Effort
    latents: int


QUICK = Care(manifold.QUICK, Effort(starts=3, early=8, late=24), latents=1024)
THOROUGH = Care(manifold.THOROUGH, Effort(starts=8, early=40, late=150), latents=8192)


@dataclass(frozen=True)
class F:
    """The weighted harmonic mean of precision and recall, and its standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class Point:
    """Precision and recall at the tolerance that belongs to a shift in pixels."""

    shift: float
    tolerance: float
    precision: Share
    recall: Share


@dataclass(frozen=True, eq=False)
class Scores:
    """What is known of a generator.

    Fields:
        to_manifold: (m,) distance of each generated picture to the manifold, root mean square.
        to_generator: (n,) distance of each real picture to what the generator makes.
        tolerances: shift in pixels -> distance.
    """

    to_manifold: Float[np.ndarray, " m"]
    to_generator: Float[np.ndarray, " n"]
    tolerances: Mapping[float, float]

    def at(self, shift: float = SHIFT) -> Point:
        """Return the shares, with Wilson's 95 % intervals, at one of the shifts."""
        tolerance = self.tolerances[shift]
        precision, recall = (within(d, tolerance) for d in (self.to_manifold, self.to_generator))
        return Point(shift, tolerance, precision, recall)

    def curve(self) -> list[Point]:
        """Return the shares at every shift, the smallest first."""
        return [self.at(shift) for shift in self.tolerances]


@dataclass(frozen=True, eq=False)
class Judge:
    """Measures any number of generators against one manifold, on the same real pictures.

    Args:
        truth: the manifold.
        real: (n, pixels) fresh pictures of the law.
        tolerances: shift in pixels -> distance.
        care: how hard both distances are looked for.
    """

    truth: Manifold
    real: Float[Tensor, "n pixels"]
    tolerances: Mapping[float, float]
    care: Care

    def scores(
        self,
        samples: np.ndarray,
        generate: Generate | None = None,
        key: int = 0,
        *,
        latent: int = 1,
    ) -> Scores:
        """Return the distances of one generator's samples and of the real pictures to it.

        Args:
            samples: (m, ...) generated pictures in [0, 1]; the first n give the precision.
            generate: latents (batch, latent) to pictures in [0, 1], differentiable; None bounds
                recall by the nearest of all samples.
            key: noise key of the latents. latent: numbers of a latent, standard normal.

        Raises:
            InputError: no samples, samples of another size, or not finite.
        """
        made = _checked(samples, self.real.shape[1])
        near = manifold.project(self.truth, made[: len(self.real)], self.care.projection).distances
        if generate is None:
            far, _ = nearest_sample(self.real, made)
        else:
            z = noise.normal(noise.fold(key, "inversion"), (self.care.latents, latent))
            far = inversion(generate, z, self.real, self.care.inversion)
        return Scores(near.double().numpy(), far.double().numpy(), self.tolerances)

    def __call__(
        self,
        samples: np.ndarray,
        generate: Generate | None = None,
        key: int = 0,
        *,
        latent: int = 1,
    ) -> dict[str, float]:
        """Return the numbers of `scores` by name, for a table of many generators."""
        found = self.scores(samples, generate, key, latent=latent)
        point = found.at()
        means = {"F1": 1.0, "F8": 8.0, "F1/8": 0.125}
        table = {"precision": point.precision.value, "recall": point.recall.value}
        for name, beta in means.items():
            table[name] = f_score(point.precision, point.recall, beta).value
        for name, share in (("precision", point.precision), ("recall", point.recall)):
            table |= {f"{name} low": share.low, f"{name} high": share.high}
        table["F1 error"] = f_score(point.precision, point.recall).error
        table["distance"] = float(np.median(found.to_manifold))
        table["inversion distance"] = float(np.median(found.to_generator))
        return table


def prepare(
    truth: Manifold,
    *,
    rows: int = 256,
    key: int = 0,
    care: Care = QUICK,
) -> Judge:
    """Return the judge with `rows` fresh pictures of the law, a function of the key.

    Args:
        truth: the manifold. rows: real pictures, and most generated ones looked at.
        key: of the real pictures. care: `QUICK` in a study of many, `THOROUGH` for a few.
    """
    points = truth.draw(noise.fold(key, "judged"), rows).float()
    return Judge(truth, truth.render(points), tolerances(truth), care)


def tolerances(truth: Manifold, shifts: tuple[float, ...] = SHIFTS) -> dict[float, float]:
    """Return, for shifts in pixels, the median distance between pictures of the law and shifted ones."""
    points = truth.draw(noise.fold(0, "moved"), _MOVED)
    angle = 2 * math.pi * noise.uniform(noise.fold(0, "angle"), (_MOVED,), dtype=torch.float64)
    way = torch.stack((angle.cos(), angle.sin()), dim=1)
    there = truth.render(points)
    moved = {shift: truth.render(truth.shifted(points, shift * way)) for shift in shifts}
    return {
        shift: float((picture - there).square().mean(dim=1).sqrt().median())
        for shift, picture in moved.items()
    }


def within(distances: Float[np.ndarray, " n"], tolerance: float) -> Share:
    """Return the share of the distances that are at most the tolerance."""
    return wilson(int((distances <= tolerance).sum()), len(distances))


def f_score(precision: Share, recall: Share, beta: float = 1.0) -> F:
    """Return F = (1 + b²) P R / (b² P + R), 0 where both are 0, and its error.

    The error is that of the two independent shares, carried through the slopes
    dF/dP = (1 + b²) R² / (b² P + R)² and dF/dR = (1 + b²) b² P² / (b² P + R)².

    Args:
        precision, recall: the shares. beta: how many times more recall counts than precision.
    """
    p, r, b = precision.value, recall.value, beta * beta
    below = b * p + r
    if below == 0:
        return F(0.0, 0.0)
    by_p, by_r = (1 + b) * (r / below) ** 2, (1 + b) * b * (p / below) ** 2
    return F((1 + b) * p * r / below, math.hypot(by_p * precision.error, by_r * recall.error))


def _checked(samples: np.ndarray, pixels: int) -> Float[Tensor, "m pixels"]:
    found = np.asarray(samples, dtype=np.float32)
    if found.ndim < 2 or not len(found) or math.prod(found.shape[1:]) != pixels:
        raise InputError(
            f"samples of shape {found.shape} cannot be judged: give one or more pictures of "
            f"{pixels} pixels"
        )
    if not np.isfinite(found).all():
        raise InputError("samples hold numbers that are not finite: this generator has diverged")
    return torch.from_numpy(found.reshape(len(found), pixels))
