"""Whether a generator can make rows it was not trained on, asked by inverting it.

    reconstruction = median over held-out rows x of the least ‖x - G(z)‖ found, root mean square

Three things stand beside it. What copying would get: the distance of the same rows to their nearest
training row. The same number for training rows: much less is memory. And what the search itself leaves of
the generator's own samples, whose least error is 0: where that is more than 1 % of their spread and more than
half of the number, the number says nothing of the generator, and is blanked.

Sources: Zhu et al. 2016, arXiv:1609.03552; Metz et al. 2017, arXiv:1611.02163 (held-out rows, by search).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.explore.inverting import Inverted, Search, invert, unit
from zerosum.generator import Generator
from zerosum.latent.inversion import Effort
from zerosum.metrics.evidence import Measurement
from zerosum.metrics.neighbours import nearest
from zerosum.runs.rows import Rows

# no Adam: as many evaluations went to finding one own sample in eight instead of all
EFFORT = Effort(starts=4, steps=0, polish=200, drawn=512, again=1)
_ROWS = 16  # of held-out and of training rows, and of the generator's own samples
_BASE = 10_000  # training rows among which the nearest is looked for
_REPEATS = 200  # bootstrap samples of the rows
_CLEAN = 0.5  # part of the number that may be the search's own
_FOUND = 0.01  # of the generator's spread: what is left below it is nothing


@dataclass(frozen=True, eq=False)
class Reconstructed:
    """Held-out and training rows as the generator can make them, and what the nearest row gets.

    Fields:
        held_out, seen: as `explore.inverting` finds them. nearest: (n,) distance of each held-out row to
            the nearest training row, in the units of their errors. base: training rows looked through.
    """

    held_out: Inverted
    seen: Inverted
    nearest: Float[np.ndarray, " n"]
    base: int


def reconstruct(
    generator: Generator, train: Rows, held_out: Rows, seed: int = 0
) -> Reconstructed | None:
    """Return a few held-out and training rows inverted; None of a mixture, whose latents have jumps.

    Args:
        generator: what is judged. train: rows it was trained on. held_out: rows it was not.
        seed: of the rows and of the search.
    """
    if generator.shares or not len(held_out):
        return None
    key = noise.fold(seed, "reconstruction")
    search = Search(effort=EFFORT, seed=noise.fold(key, "search"))
    asked = held_out.some(_ROWS, noise.fold(key, "held-out"))
    known = train.some(_ROWS, noise.fold(key, "train"))
    found, seen = (
        invert(
            generator, rows.read(), labels=_labels(generator, rows), search=search, control=_ROWS
        )
        for rows in (asked, known)
    )
    base = train.some(_BASE, noise.fold(key, "base"))
    flat = [generator.codec.encode(rows.read()).flatten(1) for rows in (asked, base)]
    return Reconstructed(found, seen, unit(generator.codec) * _nearest(*flat), len(base))


def reconstruction_panel(found: Reconstructed, story: str) -> Measurement:
    """Return the median error of held-out rows; the note says what their nearest training rows get.

    Args: found: of `reconstruct`. story: where the rows are from, for the label.
    """
    error, n = found.held_out.error, len(found.held_out.error)
    picks = np.stack(
        [noise.integers(noise.fold(n, "rows", i), (n,), n).numpy() for i in range(_REPEATS)]
    )
    own = float(np.median(found.held_out.control.relative))
    beside = float(np.median(found.held_out.relative))
    measured = Measurement(
        name="reconstruction",
        value=float(np.median(error)),
        error=float(np.median(error[picks], axis=1).std(ddof=1)),
        reference=None,  # nothing inverts real rows
        label=f"inversion[{_words(EFFORT)} | median of {n} rows, bootstrap error | {story}]",
        better="lower",
        note=(
            f"reconstruction: nearest of {found.base} training rows {np.median(found.nearest):.4g}, training"
            f" rows inverted {np.median(found.seen.error):.4g}; of the generator's spread: own samples "
            f"{100 * own:.2g} %, held-out rows {100 * beside:.2g} %"
        ),
    )
    if own > max(_FOUND, _CLEAN * beside):
        return measured.blank(
            f"the search leaves {100 * own:.2g} % of the generator's own samples, and {100 * beside:.2g} % "
            "of held-out rows"
        )
    return measured


def _words(effort: Effort) -> str:
    return (
        f"{effort.starts} starts of {effort.drawn}, Adam {effort.steps}, L-BFGS {effort.polish} steps from "
        f"{1 + effort.again} of them"
    )


def _labels(generator: Generator, rows: Rows) -> list[str | int] | None:
    """Return the rows' own classes where the generator was asked for these."""
    labels = rows.labels()
    if labels is None or not generator.sizes.classes or generator.classes != rows.source.classes:
        return None
    return [generator.classes[i] for i in labels]


def _nearest(rows: Tensor, base: Tensor) -> Float[np.ndarray, " n"]:
    """Return the root mean square distance of each row to the nearest of the base."""
    found = nearest(rows.numpy(), base.numpy(), 1).distances[:, 0]
    return np.asarray(found / np.sqrt(rows.shape[1]))
