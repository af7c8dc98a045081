"""What the edits and inversions of `latent_glyphs` look like: grids without choice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.latent_glyphs_data import ATTRIBUTES
from benchmarks.latent_glyphs_edits import Drawn, directions, moved, terms
from benchmarks.latent_glyphs_inversion import HeldOut
from zerosum.generator import Generator
from zerosum.latent.arithmetic import analogy
from zerosum.latent.directions import along
from zerosum.latent.norms import to_shell
from zerosum.reports.pictures import save_grid

SHOWN = 12  # rows of a sheet
STRIPS, STRIP = 6, 13  # of an attribute; glyphs of one
PAIRS = 13  # reconstructions of a row


def strips(
    generator: Generator, known: Drawn, real: Drawn, rows: Drawn, found: dict[str, Any], path: Path, key: int
) -> None:  # fmt: skip
    """Write latents moved along the probe of each attribute from -s to s, themselves in the middle.

    Args: found: the figures of `edits`, for the chosen step s.
    """
    parts = []
    for i, name in enumerate(ATTRIBUTES):
        v, s = directions(known, real, i, key)["probe"].shifts[0], found[name]["probe"]["step"]
        index = torch.arange(i * STRIPS, (i + 1) * STRIPS)
        way = along(rows.z[index], v, torch.linspace(-s, s, STRIP))
        way = to_shell(way, rows.z[index].norm(dim=1).expand(STRIP, -1)).transpose(0, 1)
        asked = None if rows.asked is None else rows.asked[index].repeat_interleave(STRIP)
        parts.append(_made(generator, way.flatten(0, 1), asked))
    save_grid(np.concatenate(parts), path, columns=STRIP)


def sheet(
    generator: Generator, known: Drawn, rows: Drawn, found: dict[str, Any], path: Path
) -> None:
    """Write "bold A - A + B = bold B" for each attribute and the first Bs that lack it.

    Five columns an attribute: the mean of the As that have it, of those that lack it, a B, the sum, and
    the sum with the step that was chosen.
    """
    white = np.full((SHOWN, 32, 32), 255, dtype=np.uint8)
    columns: list[np.ndarray] = []
    for i, name in enumerate(ATTRIBUTES):
        step = found[name]["arithmetic"]["step"]
        columns += [*_terms(generator, known, rows, i, step), white]
    pictures = np.stack(columns[:-1], axis=1).reshape(-1, 32, 32)
    save_grid(pictures, path, columns=len(columns) - 1)


def reconstructions(found: HeldOut, path: Path) -> None:
    """Write the worst and the middle held-out glyphs: glyph, reconstruction, nearest training picture."""
    order = found.errors.argsort()[::-1]
    middle = max(0, (len(order) - PAIRS) // 2)
    chosen = (order[:PAIRS], order[middle : middle + PAIRS])
    kinds = (found.glyphs, found.made, found.nearest)
    save_grid(
        np.concatenate([kind[index] for index in chosen for kind in kinds]), path, columns=PAIRS
    )


def _terms(
    generator: Generator, known: Drawn, rows: Drawn, attribute: int, step: float
) -> list[np.ndarray]:
    index = np.flatnonzero(~rows.seen.attributes[:, attribute])[:SHOWN]
    t, z = terms(known, rows, attribute, 0), rows.z[index]
    own = None if rows.asked is None else rows.asked[index]
    other = None if rows.asked is None else torch.from_numpy(t.letters[index])
    shifts = analogy(t.having, t.lacking, torch.zeros_like(t.having))
    sums = [moved(rows, shifts, attribute, s)[index] for s in (1.0, step)]
    shown = [
        (t.having[index], other),
        (t.lacking[index], other),
        (z, own),
        *((x, own) for x in sums),
    ]
    return [_made(generator, x, labels) for x, labels in shown]


def _made(generator: Generator, z: Tensor, labels: Tensor | None) -> np.ndarray:
    return generator.codec.decode(generator.encoded(z, labels))
