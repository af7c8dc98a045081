"""The real rows beside which a job's training is looked at."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.data.feed import encode_all
from zerosum.runs.job import Job
from zerosum.runs.quick import seen_through
from zerosum.training.vitals import Look

FEWEST = 20  # rows on a side, below which nothing can be said
_MOST = 5000
_MOST_NUMBERS = 1 << 23  # encoded: 32 MB a side


def look_of(job: Job) -> Look | None:
    """Return the look of a job; None where signals have no meaning: two domains, a mixture, too few rows.

    At most 5,000 rows of either side are kept, drawn by the data's own seed, so that runs which differ
    in `seed` only are looked at beside the same rows.
    """
    few = min(len(job.trained), len(job.held_out)) < FEWEST
    if few or job.other is not None or job.config.boost.components > 1:
        return None
    event = job.source.event_shape
    most = min(_MOST, max(FEWEST, _MOST_NUMBERS // math.prod(event)))
    sides = [
        _some(rows, most, noise.fold(job.config.data.seed, "look", name))
        for name, rows in (("train", job.trained), ("held-out", job.held_out))
    ]
    train, held_out = (encode_all(job.source.codec, job.source.rows, rows) for rows in sides)
    labels = None
    if job.sizes.classes and job.source.labels is not None:
        first, second = (_classes(job.source.labels, rows) for rows in sides)
        labels = (first, second)
    return Look.of(train, held_out, seen_through(event), labels=labels)


def _some(rows: np.ndarray, most: int, key: int) -> np.ndarray:
    order = noise.permutation(key, len(rows)).numpy()
    return np.sort(rows[order[:most]])


def _classes(labels: np.ndarray, rows: np.ndarray) -> Tensor:
    return torch.from_numpy(np.asarray(labels[rows], dtype=np.int64))
