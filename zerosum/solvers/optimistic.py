"""Players move by their last step extrapolated: twice this one, less the one before.

    w <- w + 2 d_t - d_{t-1},    d_t = the displacement by the optimiser, -eta v(w_t) for descent

On f = xy it converges for eta < 1/sqrt(3), at one gradient a round. With Adam, d_t is Adam's step
and this is Optimistic Adam. The first round has no step before it and takes a plain one.

Source: Popov 1980; Daskalakis et al. 2018, arXiv 1711.00141. Not to be confused with `extragradient`,
which looks ahead by a second gradient.
"""

from __future__ import annotations

import torch

from zerosum.solvers.field import Field, each_once


def optimistic(field: Field) -> None:
    """Play one round and keep each player's displacement for the next.

    Args: field: the players, each with one turn.
    Raises: Diverged: a loss or gradient is not finite; nobody has moved.
    """
    turns = each_once(field, "optimistic")
    for turn, player in turns:
        field.differentiate(player, turn)
    for _, player in turns:
        _move(field, player)


@torch.no_grad()
def _move(field: Field, player: str) -> None:
    parameters = field.parameters(player)
    start = [p.detach().clone() for p in parameters]
    field.move(player)
    step = torch._foreach_sub(parameters, start)
    before = field.recall(player) or step
    torch._foreach_add_(parameters, step)
    torch._foreach_sub_(parameters, before)
    field.keep(player, list(step))
