"""Encoded rows as a page shows them, and a source's rows encoded."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from zerosum.runs.job import Job
from zerosum.runs.saving import display


def shown(job: Job, encoded: Tensor) -> np.ndarray:
    """Return encoded rows as a page shows them: pictures as bytes, numbers in the data's units."""
    if job.source.kind == "image":
        return display(encoded)
    return np.asarray(job.source.codec.decode(encoded), dtype=np.float64)


def encode_rows(job: Job, index: np.ndarray) -> Tensor:
    return job.source.codec.encode(np.asarray(job.source.rows[index]))
