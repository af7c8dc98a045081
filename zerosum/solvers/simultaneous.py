"""All players move at once, from the same point.

    w <- w - eta v(w),    v = (grad_1 L_1, ..., grad_n L_n)

On f = xy the eigenvalues of a round are 1 +- i eta, |lambda|^2 = 1 + eta^2 > 1: players spiral out
at any step size, although the game has an equilibrium.

Source: Mescheder et al. 2017, arXiv 1705.10461, section 2. Not to be confused with `alternating`.
"""

from __future__ import annotations

from zerosum.solvers.field import Field, each_once


def simultaneous(field: Field) -> None:
    """Play one round: every gradient is taken before anybody moves.

    Args: field: the players, each with one turn.
    Raises: Diverged: a loss or gradient is not finite; nobody has moved.
    """
    turns = each_once(field, "simultaneous")
    for turn, player in turns:
        field.differentiate(player, turn)
    for _, player in turns:
        field.move(player)
