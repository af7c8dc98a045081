"""Players descend their own loss and, together, the length of the field: they agree to come to rest.

    w <- w - eta (v(w) + weight * grad ½ ‖v(w)‖²)

The second term turns the rotation of a zero-sum game inwards. On f = xy, ½‖v‖² = ½(x² + y²), so the
eigenvalues of a round are 1 - eta weight +- i eta: it converges for eta (1 + weight²) < 2 weight.
It needs second derivatives of every loss in every player's parameters, and is also drawn to resting
points that are no equilibrium.

Source: Mescheder et al. 2017, arXiv 1705.10461. Not to be confused with a gradient penalty, which is
about the discriminator's slope in its input.
"""

from __future__ import annotations

import torch
from torch import Tensor

from zerosum.solvers.field import Field, each_once


def consensus(field: Field, weight: float) -> None:
    """Play one round, all players at once.

    Args:
        field: the players, each with one turn.
        weight: of ½‖v‖², 0 or more; 0 is `simultaneous`.

    Raises:
        Diverged: a loss or gradient is not finite; nobody has moved.
    """
    turns = each_once(field, "consensus")
    losses = {player: field.loss(player, turn) for turn, player in turns}
    own = {player: field.parameters(player) for player in losses}
    slopes = {player: _slopes(loss, own[player], True) for player, loss in losses.items()}
    half_length = 0.5 * torch.stack([s.square().sum() for v in slopes.values() for s in v]).sum()
    for player, loss in losses.items():
        # a field that does not depend on a weight (a bias at the end, a linear game) pulls it nowhere
        pull = _slopes(half_length, own[player], False)
        total = [s.detach() + weight * p for s, p in zip(slopes[player], pull, strict=True)]
        field.accept(player, loss, total)
    for player in losses:
        field.move(player)


def _slopes(value: Tensor, parameters: list[Tensor], keep_graph: bool) -> tuple[Tensor, ...]:
    if not value.requires_grad:
        return tuple(torch.zeros_like(p) for p in parameters)
    return torch.autograd.grad(
        value, parameters, create_graph=keep_graph, retain_graph=True, materialize_grads=True
    )
