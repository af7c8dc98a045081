"""Paint, then project: the generator's row nearest to an edited one.

    min over z of  Σ_j m_j (x_j - G(z)_j)² / Σ_j m_j,   m = stress where painted, 1 elsewhere

A hand-made edit is not like data; its projection is again something that the generator makes. The
painted numbers are few, so they count more than the rest, which is there to keep the row itself.

Source: Zhu et al. 2016, arXiv:1609.03552.
"""

from __future__ import annotations

import torch
from jaxtyping import Bool
from torch import Tensor

from zerosum.errors import InputError
from zerosum.latent.checks import Generate
from zerosum.latent.inversion import USUAL, Effort, Inversion, Watch, invert


def painted(original: Tensor, edited: Tensor) -> Bool[Tensor, " n *event"]:
    """Return where two sets of rows (n, *event) differ.

    Raises:
        InputError: rows of different shapes.
    """
    if original.shape != edited.shape:
        raise InputError(
            f"original has shape {tuple(original.shape)} and edited {tuple(edited.shape)}: "
            "give the same rows before and after painting"
        )
    return original != edited


def project(
    generate: Generate,
    edited: Tensor,
    latent: int,
    *,
    where: Tensor,
    stress: float = 10.0,
    prior: float = 0.0,
    first: Tensor | None = None,
    effort: Effort = USUAL,
    key: int = 0,
    watch: Watch | None = None,
) -> Inversion:
    """Return the inversion of edited rows with a stress on what was painted.

    Args:
        edited: (n, *event) rows after painting.
        where: true where painted, of any shape that broadcasts to the rows; see `painted`.
        stress: how many times more a painted number counts than another.
        first: (n, latent) latents of the rows before painting, a good start.
        generate, latent, prior, effort, key, watch: as in `invert`.

    Raises:
        InputError: a stress below 1, nothing painted, or as `invert`.
    """
    if not 1 <= stress < float("inf"):
        raise InputError(f"stress is {stress}: give a finite number of 1 or more")
    if not bool((where != 0).any()):
        raise InputError("where is false everywhere: paint something, or use invert")
    mask = torch.where(where != 0, stress, 1.0)
    return invert(
        generate, edited, latent, mask=mask, prior=prior, first=first, effort=effort, key=key,
        watch=watch,
    )  # fmt: skip
