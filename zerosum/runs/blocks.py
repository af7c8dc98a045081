"""Pictures that belong together side by side: a strip for each row, several strips in a line of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from torch import Tensor

from zerosum.reports.pictures import save_grid
from zerosum.runs.saving import display


def save_strips(path: Path, columns: Sequence[Tensor], *, across: int | None = None) -> Path:
    """Write encoded pictures as strips: number i of every column, one beside the other.

    Args:
        path: the file to write. columns: of n encoded pictures each, in [-1, 1].
        across: strips in a line of the page, a white tile between; as many as make it square when None.
    """
    strips = np.stack([display(column) for column in columns], axis=1)
    n, k = strips.shape[:2]
    across = across or max(1, round(math.sqrt(n / k)))
    n_lines = math.ceil(n / across)
    # one white tile after each strip, and white strips where the last line is not full
    page = np.full((n_lines * across, k + 1, *strips.shape[2:]), 255, dtype=np.uint8)
    page[:n, :k] = strips
    page = page.reshape(n_lines, across * (k + 1), *strips.shape[2:])[:, :-1]
    return save_grid(page.reshape(-1, *strips.shape[2:]), path, columns=page.shape[1])
