"""Comparisons made of given numbers."""

from __future__ import annotations

import numpy as np
import torch

from zerosum import noise
from zerosum.studies.comparison.trials import Trials


def normal(key, *shape):
    """Standard normal numbers of a key, float64."""
    return noise.normal(noise.fold(key), shape, dtype=torch.float64).numpy()


def uniform(key, *shape):
    """Uniform numbers of a key, float64."""
    return noise.uniform(noise.fold(key), shape, dtype=torch.float64).numpy()


def trials(search, final, /, better="lower", parameters=None, **others):
    """A comparison of objectives a, b, …; NaN is a failed training. The best draw is that of numpy."""
    search, final = np.asarray(search, dtype=float), np.asarray(final, dtype=float)
    failed = np.isnan(search)
    sign = 1.0 if better == "lower" else -1.0
    worst = np.nanmax(sign * search) if not failed.all() else 0.0
    filled = np.where(failed, worst, sign * search)
    given = {
        "data": "ring",
        "score": "distance",
        "better": better,
        "objectives": tuple("abcdefghij"[: len(search)]),
        "parameters": parameters or {},
        "scores": {"distance": search},
        "failed": failed,
        "best": filled.mean(axis=2).argmin(axis=1),
        "final": {"distance": final},
        "final_failed": np.isnan(final),
        "real": {"distance": 0.5},
        "facts": {"search": "random"},
    }
    return Trials(**{**given, **others})


def mirrored(study):
    """The same comparison with scores whose higher end is good."""
    return trials(-study.scores["distance"], -study.final["distance"], "higher", study.parameters)
