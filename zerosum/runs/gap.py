"""The duality gap of a training, on its held-out rows: one half to search on, the other to judge by."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from zerosum import noise
from zerosum.data.feed import Feed
from zerosum.data.split import split
from zerosum.errors import InputError
from zerosum.recipes.config import Config
from zerosum.runs import session
from zerosum.runs.job import Job, Unlabelled, cpu_threads
from zerosum.training.draws import Draws
from zerosum.training.duality import DualityGap, Search, duality_gap

STEPS = 200
_FEWEST_ROWS = 8  # and two packs for either half
_FEWEST_BATCHES, _MOST_BATCHES = 8, 64  # to judge by


def gap_of_job(job: Job, steps: int = STEPS, seed: int = 0) -> DualityGap:
    """Return the duality gap of the networks that play (not of the generator's average).

    Args:
        job: a training, at any step; it is not touched.
        steps: of each search.
        seed: of the halves, batches and latents.

    Raises:
        InputError: fewer than 8 held-out rows, or fewer than four packs of them.
    """
    _require_one(job.config)
    fewest = max(_FEWEST_ROWS, 4 * job.config.game.pack)
    if len(job.held_out) < fewest:
        raise InputError(
            f"the duality gap needs {fewest} held-out rows and there are {len(job.held_out)}: "
            "train with a larger data.holdout"
        )
    key = noise.fold(seed, "duality")
    first, second = split(len(job.held_out), 0.5, key)
    batch = _whole(job, min(job.plan.batch, len(first)))
    seek = _draws(job, job.held_out[first], batch, noise.fold(key, "seek"))
    # small enough that their scatter says something
    batch = _whole(job, min(job.plan.batch, len(second) // _FEWEST_BATCHES))
    judge = _draws(job, job.held_out[second], batch, noise.fold(key, "judge"))
    batches = min(_MOST_BATCHES, len(second) // batch)
    with cpu_threads(job.threads):
        return duality_gap(
            job.game,
            job.state,
            job.plan,
            lambda step: seek.step(step)[0][0],
            [judge.step(i)[0][0] for i in range(batches)],
            search=Search(steps=steps),
        )


def gap_of_run(run: Path, steps: int = STEPS, seed: int = 0) -> DualityGap:
    """Return the duality gap of a run folder's newest checkpoint.

    Raises:
        InputError: not a run folder, no checkpoint, its data have changed, or too few held-out rows.
    """
    _require_one(session.read_config(run))
    return gap_of_job(session.job_of(run), steps, seed)


def _require_one(config: Config) -> None:
    if config.boost.components > 1:
        raise InputError(
            f"boost.components is {config.boost.components}, so that there is a discriminator for each "
            "component and no one gap: measure a run of one GAN"
        )


def _whole(job: Job, rows: int) -> int:
    """Return so many rows or fewer, in whole packs; at least 2 rows and one pack."""
    pack = job.config.game.pack
    return max(2, pack, rows - rows % pack)


def _draws(job: Job, rows: np.ndarray, batch: int, key: int) -> Draws:
    feed = Feed(job.source, rows, batch, key, job.device)
    return Draws(
        feed if job.sizes.classes else Unlabelled(feed),
        turns=1,
        accumulate=1,
        fresh_last=True,
        batch=batch,
        latent=job.plan.latent,
        seed=key,
        device=job.device,
    )
