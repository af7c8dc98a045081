"""Samples -> scores by name. Each judge is a callable of samples in the data's own units.

modes           modes with at least one sample of high quality nearest to them
high quality    per cent of samples within the protocol's distance of some mode
reverse KL      KL(p̂ ‖ equal shares) over the samples of high quality, in nats, less its chance floor
                (K - 1)/2n; "plug-in" is without that, as papers print it. NaN where no sample is good
near a scan     per cent of stacks that look like digits, see `nearness.py`
C               AdaGAN's coverage, see `metrics/quantile_coverage.py`
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int

from zerosum.errors import InputError
from zerosum.metrics import modes
from zerosum.metrics.quantile_coverage import quantile_coverage
from zerosum.studies.mode_bench.labeller import MODES, Labeller
from zerosum.studies.mode_bench.nearness import Nearness

Scores = dict[str, float]

KERNELS, TUNING, THRESHOLD = 1000, 500, 1000  # samples of the model in AdaGAN's protocol, and ours
KL, PLUG_IN = "reverse KL", "reverse KL, plug-in"
NEAR = "near a scan"


@runtime_checkable
class Judge(Protocol):
    """Scores samples; the same samples always get the same scores."""

    def __call__(self, samples: np.ndarray) -> Scores: ...


@dataclass(frozen=True, eq=False)
class MixtureJudge:
    """Equal round Gaussians around known centres.

    Args:
        centres: (k, d). scale: standard deviation of each.
        within: largest distance of a good sample, in standard deviations.
        spread: along how many axes each mode spreads; None: all.
    """

    centres: Float[np.ndarray, "k d"]
    scale: float
    within: float = modes.WITHIN
    spread: int | None = None

    def __call__(self, samples: np.ndarray) -> Scores:
        """Return modes, high quality, and both divergences."""
        found = modes.mode_statistics(
            samples, self.centres, self.scale, within=self.within, spread=self.spread
        )
        return {
            "modes": float(found.found),
            "high quality": 100.0 * found.high_quality.value,
            **divergences(found.good),
        }


@dataclass(frozen=True, eq=False)
class ManifoldJudge:
    """Two distances at once: the one that a perfect model keeps to, and the paper's 10 sigma."""

    kept: MixtureJudge
    printed: MixtureJudge

    def __call__(self, samples: np.ndarray) -> Scores:
        """Return the scores of a mixture, and modes and high quality within 10 sigma."""
        far = self.printed(samples)
        renamed = {f"{name}, 10 sigma": far[name] for name in ("modes", "high quality")}
        return self.kept(samples) | renamed


@dataclass(frozen=True, eq=False)
class StackedJudge:
    """Stacks of three digits, labelled by a classifier that is trained when first needed."""

    labeller: Callable[[], Labeller]
    nearness: Callable[[], Nearness]

    def __call__(self, samples: np.ndarray) -> Scores:
        """Return modes, both divergences (every sample has a label, so all count), and the share near."""
        scores = triple_scores(self.labeller().triples(samples))
        return {**scores, NEAR: 100.0 * self.nearness().share(samples)}


@dataclass(frozen=True, eq=False)
class CoverageJudge:
    """AdaGAN's C against rows of the true mixture."""

    truth: Float[np.ndarray, "n d"]

    def __call__(self, samples: np.ndarray) -> Scores:
        """Return C of the first 2,500 samples: kernels, bandwidth and threshold from rows of their own."""
        needed = KERNELS + TUNING + THRESHOLD
        if len(samples) < needed:
            raise InputError(
                f"C takes {needed:,} samples, and {len(samples):,} were given: draw more"
            )
        kernels, tuning, model = np.split(samples[:needed], [KERNELS, KERNELS + TUNING])
        return {"C": quantile_coverage(kernels, tuning, model, self.truth).share.value}


def triple_scores(labels: Int[np.ndarray, " n"]) -> Scores:
    """Return modes and divergences of labels 0 to 999.

    >>> triple_scores(np.zeros(500, dtype=int))["modes"]
    1.0
    """
    counts = np.bincount(labels, minlength=MODES)
    return {"modes": float(np.count_nonzero(counts)), **divergences(counts)}


def divergences(counts: Int[np.ndarray, " k"]) -> Scores:
    """Return the reverse KL of counts from equal shares, without and with its chance floor."""
    if not counts.sum():
        return {KL: math.nan, PLUG_IN: math.nan}
    found = modes.reverse_kl(counts, np.full(len(counts), 1.0 / len(counts)))
    return {KL: found.value, PLUG_IN: found.plug_in}
