"""Players move one after the other, each from where the others already are.

    for each turn:  w_player <- w_player - eta * grad_player L_player(w)

On f = xy the modulus of every eigenvalue of a round is 1 for eta < 2: players circle for ever.

Goodfellow et al. 2014, arXiv 1406.2661, Algorithm 1. Not to be confused with simultaneous descent,
where every gradient is taken at the round's first point.
"""

from __future__ import annotations

from zerosum.solvers.field import Field


def alternating(field: Field) -> None:
    """Play one round: each turn in order, as many for each player as the field has.

    Args: field: the players.
    Raises: Diverged: a loss or gradient is not finite; that player has not moved.
    """
    for turn, player in enumerate(field.turns):
        field.differentiate(player, turn)
        field.move(player)
