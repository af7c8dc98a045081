"""Paint, then project: what an artefact makes nearest to an edited row, by `latent/project.py`.

    min over z of  Σ_j m_j (x_j - G(z)_j)² / Σ_j m_j,   m = stress where painted, 1 elsewhere

Source: Zhu et al. 2016, arXiv:1609.03552.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.explore.classes import Class
from zerosum.explore.generating import generating
from zerosum.explore.inverting import SEARCH, Inverted, Search, invert, unit
from zerosum.explore.rows import encoded_mask, encoded_rows
from zerosum.generator import Generator
from zerosum.latent.inversion import Inversion
from zerosum.latent.project import project

STRESS = 10.0
_HALF = 0.5  # a mask drawn by hand has grey edges


@dataclass(frozen=True, eq=False)
class Projected:
    """Edited rows beside what the generator makes that is nearest to them.

    Attributes:
        found: the projection; its errors are under the weights m.
        painted, elsewhere: (n,) root mean square of what is left where painted and elsewhere, in the
            unit of the errors; elsewhere is NaN where all is painted.
    """

    found: Inverted
    painted: Float[np.ndarray, " n"]
    elsewhere: Float[np.ndarray, " n"]


@dataclass(frozen=True)
class _Brush(Search):
    """A search whose mask says where was painted."""

    stress: float = STRESS

    def __call__(
        self, generator: Generator, x: Tensor, mask: Tensor | None, label: Class
    ) -> Inversion:
        """Return the projection of encoded rows as rows of one class."""
        where = torch.ones_like(x) if mask is None else mask
        return project(
            generating(generator, label), x, generator.sizes.latent, where=where, stress=self.stress,
            prior=self.prior, effort=self.effort, key=noise.fold(self.seed, "invert"),
            watch=self.watched(label),
        )  # fmt: skip


def paint(
    generator: Generator,
    edited: np.ndarray,
    *,
    where: np.ndarray | None = None,
    stress: float = STRESS,
    labels: Class | Sequence[Class] = None,
    search: Search = SEARCH,
) -> Projected:
    """Return edited rows projected to what the generator can make.

    Args:
        generator: an artefact. edited: (n, ...) rows after painting, in its data's units.
        where: true (above a half, of a grey mask) where painted, in a mask's shapes; None counts all alike.
        stress: how many times more a painted number counts than another.
        labels: as in `invert`. search: how hard; by "search" only.

    Raises:
        InputError: as `invert`, nothing painted, or a stress below 1.
    """
    if search.by != "search":
        raise InputError(
            f"by is {search.by!r}, but an encoder does not know what was painted: use by 'search'"
        )
    x = encoded_rows(generator.codec, edited)
    brush = encoded_mask(generator.codec, where, len(x))
    if brush is not None and not bool((brush >= 0).all()):
        raise InputError("where holds NaN or a number below 0: give 1 where painted, 0 elsewhere")
    where = None if where is None else np.asarray(where) > _HALF
    hard = _Brush(
        "search", search.effort, search.prior, None, search.seed, search.watch, stress=stress
    )
    found = invert(generator, edited, mask=where, labels=labels, search=hard)
    on = torch.ones_like(x) if brush is None else (brush > _HALF).to(x)
    apart = x - generator.codec.encode(found.reconstruction)
    scale = unit(generator.codec)
    return Projected(found, scale * _size(apart, on), scale * _size(apart, 1 - on))


def _size(apart: Tensor, counts: Tensor) -> Float[np.ndarray, " n"]:
    """Return the root mean square (n,) over the numbers that count, NaN where none does."""
    total = (apart.double().square() * counts).flatten(1).sum(dim=1)
    return (total / counts.double().flatten(1).sum(dim=1)).sqrt().numpy()
