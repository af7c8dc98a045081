"""Players look one step ahead, and move from where they are by the gradient they would find there.

    w' = w - eta v(w),    w <- w - eta v(w')

On f = xy, |lambda|^2 = 1 - eta^2 + eta^4 < 1 for eta < 1: it converges where descent does not.
Both evaluations look at the same data and noise, without which the gain is lost on noisy games
(Mishchenko et al. 2020, arXiv 1905.11373). With Adam both gradients enter the moments, and the
move starts at w: ExtraAdam, algorithm 4 of Gidel et al. 2019.

Source: Korpelevich 1976; Gidel et al. 2019, arXiv 1802.10551. Not to be confused with `optimistic`,
which reuses the last round's gradient instead of taking a second one.
"""

from __future__ import annotations

import torch
from torch import Tensor

from zerosum.solvers.field import Field, each_once


def extragradient(field: Field) -> None:
    """Play one round, at twice the cost of `simultaneous`.

    Args: field: the players, each with one turn.
    Raises: Diverged: a loss or gradient is not finite; everybody is back at the round's first point.
    """
    turns = each_once(field, "extragradient")
    start = {player: [p.detach().clone() for p in field.parameters(player)] for _, player in turns}
    for turn, player in turns:
        field.differentiate(player, turn)
    for _, player in turns:
        field.move(player)
    try:
        for turn, player in turns:
            field.differentiate(player, turn)
    finally:
        # also when the gradient ahead is not finite: nobody stays at a point only looked at
        for _, player in turns:
            _put_back(field.parameters(player), start[player])
    for _, player in turns:
        field.move(player)


@torch.no_grad()
def _put_back(parameters: list[Tensor], values: list[Tensor]) -> None:
    torch._foreach_copy_(parameters, values)
