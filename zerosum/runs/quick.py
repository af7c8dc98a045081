"""A quick distance to training rows, by which one of several trained components is chosen.

Held-out rows are never looked at: the component that is chosen is the generator that the evidence is about.
(A best checkpoint is another thing: the evidence of a run is about its last one. See `watching`.)
"""

from __future__ import annotations

import math

from zerosum import noise
from zerosum.data.feed import encode_all
from zerosum.metrics.features import Extractor, Identity, RandConv, extract
from zerosum.metrics.frechet import between_gaussians, moments
from zerosum.runs.job import Job

_ROWS = 1000


def quick_distance(job: Job) -> float:
    """Return the plug-in Fréchet distance of the averaged generator's rows to training rows.

    Latents are a stream of their own; inf when a generated number is not finite.
    """
    see = seen_through(job.source.event_shape)
    rows = job.trained[:: max(1, math.ceil(len(job.trained) / _ROWS))]
    real = moments(extract(see, encode_all(job.source.codec, job.source.rows, rows)))
    generator = job.generator()
    latents = generator.latents(real.n, noise.fold(job.config.seed, "judge"))
    fake = generator.encoded(latents, generator.labels(real.n))
    if not bool(fake.isfinite().all()):
        return math.inf
    other = moments(extract(see, fake))
    return between_gaussians(real.mean, real.covariance, other.mean, other.covariance)


def seen_through(event: tuple[int, ...]) -> Extractor:
    """Return what encoded rows of this shape are seen through: randconv-v1, or numbers as they are."""
    if len(event) == 3:
        return RandConv((event[0], event[1], event[2]))
    # encoded numbers are standardised already
    return Identity((0.0,) * event[0], (1.0,) * event[0])
