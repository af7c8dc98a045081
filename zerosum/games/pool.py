"""A pool of former samples: the discriminator also judges what the generator made some rounds ago.

For each new sample, in the order of the batch: while the pool is not full the sample is kept there and
shown; afterwards it is shown as it is with probability 1/2, and else it takes the place of a random one of
the pool, which is shown instead. A discriminator that forgets old mistakes lets a generator come back to
them; the pool keeps both from going round in circles.

Choices are hashed from a key, so that a resumed run makes them again, and nothing waits for the device.

Source: Shrivastava et al. 2017, arXiv 1612.07828, section 2.3; in CycleGAN with 50 places (Zhu et al.
2017, arXiv 1703.10593, section 4), whose code draws sample by sample as this does.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from zerosum import noise


@dataclass(frozen=True)
class Shown:
    """What the discriminator is shown, (pools, batch, ...), and the pools afterwards."""

    samples: Tensor
    rows: Tensor
    filled: Tensor


def query(
    rows: Float[Tensor, "pools size *event"],
    filled: Float[Tensor, ""],
    new: Float[Tensor, "pools batch *event"],
    key: Int[Tensor, ""],
) -> Shown:
    """Return what is shown of new samples, and what the pools hold then; each pool chooses by itself.

    Args:
        rows: the pools, shape (pools, size, *event); places from `filled` on are not looked at.
        filled: how many places hold something; the same for each pool.
        new: samples, shape (pools, batch, *event).
        key: of the choices.
    """
    (pools, size), batch = rows.shape[:2], new.shape[1]
    if size == 0:
        return Shown(new, rows, filled)
    coins = noise.uniform(key, (pools, batch)).to(rows.device) > 0.5
    places = noise.integers(key + 1, (pools, batch), size).to(rows.device)
    each, shown, held = torch.arange(pools, device=rows.device), [], rows.clone()
    for i in range(batch):
        full = filled >= size
        place = torch.where(full, places[:, i], filled.long())
        old, swap = held[each, place], _beside(coins[:, i] & full, new[:, i])
        shown.append(torch.where(swap, old, new[:, i]))
        held[each, place] = torch.where(swap | ~full, new[:, i].detach(), old)
        filled = (filled + 1).clamp_max(size)
    return Shown(torch.stack(shown, dim=1), held, filled)


def _beside(flags: Tensor, rows: Tensor) -> Tensor:
    """Return flags (pools,) in a shape that goes with rows (pools, *event)."""
    return flags.reshape(-1, *(1,) * (rows.ndim - 1))
