"""What an inversion is asked: rows, weights and guesses that it can use, or why it cannot."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.latent.checks import Generate


def seen(rows: Tensor, mask: Tensor) -> Tensor:
    """Return the rows with 0 where nothing is known."""
    return torch.where(mask > 0, rows, 0)


def dtype(rows: Tensor) -> torch.dtype:
    """Return the rows' dtype; raise InputError for what are no rows."""
    if rows.ndim < 2 or not len(rows) or not rows.is_floating_point():
        raise InputError(
            f"rows of shape {tuple(rows.shape)} and {rows.dtype} cannot be inverted: give one or "
            "more real-valued rows (n, ...) in the generator's units"
        )
    return rows.dtype


def finite(pool: Tensor, made: Tensor, starts: int) -> tuple[Tensor, Tensor]:
    """Return the drawn latents with finite rows, and those rows."""
    good = made.flatten(1).isfinite().all(dim=1)
    if int(good.sum()) < starts:
        raise InputError(
            f"generate makes finite rows of {int(good.sum())} in {len(pool)} drawn latents, and "
            f"{starts} starts need as many: this generator has diverged"
        )
    return pool[good], made[good]


def require_alike(generate: Generate, pool: Tensor, made: Tensor, rows: Tensor) -> None:
    """Raise InputError unless generate makes rows like these, one by one, with a slope."""
    if made.shape[1:] != rows.shape[1:]:
        raise InputError(
            f"rows of shape {tuple(rows.shape)} cannot come from this generator, which makes rows "
            f"of shape {tuple(made.shape[1:])}: give (n, {', '.join(map(str, made.shape[1:]))})"
        )
    with torch.enable_grad():
        again = generate(pool[:2].clone().requires_grad_())
    if not again.requires_grad:
        raise InputError(
            "generate gives rows without a slope in the latents: pass the network itself, and no "
            "function under torch.no_grad"
        )
    alone = again.detach() - made[:2]
    if not bool(alone.abs().max() <= 1e-2 * made[:2].abs().max()):
        raise InputError(
            "generate makes another row of a latent when other latents stand beside it: put the "
            "network in eval mode, and leave its noise out"
        )


def weights(mask: Tensor | None, rows: Tensor) -> Float[Tensor, " n *event"]:
    """Return weights of the rows' shape that sum to 1 in each row."""
    try:
        full = torch.ones_like(rows) if mask is None else mask.to(rows).expand(rows.shape)
    except RuntimeError:
        raise InputError(
            f"mask of shape {tuple(mask.shape)} does not broadcast to the rows' {tuple(rows.shape)}: "  # type: ignore[union-attr]
            "give one weight for each number of a row, or for each of all rows"
        ) from None
    total = full.flatten(1).sum(dim=1)
    if not bool((full >= 0).all() & (total > 0).all() & total.isfinite().all()):
        raise InputError(
            "mask holds a negative or infinite number, or a row of zeros: give weights of 0 or "
            "more, some above 0 in every row"
        )
    return full / total.reshape(-1, *[1] * (rows.ndim - 1))


def known(rows: Tensor, mask: Tensor) -> Tensor:
    """Return the rows with 0 where they do not count; raise InputError for NaN where they do."""
    known = seen(rows, mask)
    finite = known.flatten(1).isfinite().all(dim=1)
    if not bool(finite.all()):
        raise InputError(
            f"rows hold NaN or infinity, first in row {int(finite.int().argmin())}: repair them, or "
            "give such numbers a mask of 0"
        )
    return known


def require_weights(**given: float) -> None:
    """Raise InputError for a term's weight that is negative or not finite."""
    for name, value in given.items():
        if not 0 <= value < float("inf"):
            raise InputError(f"{name} is {value}: give a finite number of 0 or more")


def guess(first: Tensor | None, n: int, latent: int) -> Tensor | None:
    """Return the first guesses if they are (n, latent)."""
    if first is None:
        return None
    if first.shape != (n, latent):
        raise InputError(
            f"first has shape {tuple(first.shape)}, but {n} rows of a generator of {latent} numbers "
            f"start from ({n}, {latent})"
        )
    return first
