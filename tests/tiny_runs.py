"""Finished runs of milliseconds, made once by each test module that asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from zerosum.recipes.config import merge
from zerosum.records.lock import Lock
from zerosum.runs import session
from zerosum.runs.job import prepare

SETTINGS: dict[str, Any] = {
    "data": {"n": 200},
    "generator": {"width": 8, "depth": 1},
    "discriminator": {"width": 8, "depth": 1},
    "run": {"steps": 4, "batch": 16, "previews": 1, "checkpoints": 2, "ticks": 2},
    "evaluation": {"times": 1, "rows": 20},
}


def settings(**over: Any) -> dict[str, Any]:
    """Return the small settings with `over` laid on them."""
    return merge(SETTINGS, over)


def small_pictures(n: int = 120, side: int = 6, key: int = 0) -> np.ndarray:
    """Return uint8 pictures (n, side, side): a bright square somewhere on a dark ground."""
    rows = np.arange(n * side * side, dtype=np.int64).reshape(n, side, side)
    pictures = ((rows * 7919 + 31 * key) % 64).astype(np.uint8)
    for i in range(n):
        top, left = i % (side - 2), (i // 3) % (side - 2)
        pictures[i, top : top + 3, left : left + 3] += 150
    return pictures


def finished(root: Path, data: object = "ring", /, *, y: Any = None, **over: Any) -> Path:
    """Train to the end in a new run folder under `root` and return the folder."""
    named = {"data": {"spec": str(data)}} if isinstance(data, str | Path) else {}
    job = prepare(data, labels=y, settings=merge(SETTINGS, merge(named, over)))
    work = session.begin(job, root)
    with Lock(work.run):
        assert work.train() == "done"
        work.conclude()
    return work.run
