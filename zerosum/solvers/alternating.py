"""Players move one after the other, each from where the others already are.

    for each turn:  w_player <- w_player - eta * grad_player L_player(w)

Goodfellow et al. 2014, arXiv 1406.2661, Algorithm 1. Not to be confused with simultaneous descent,
where every gradient is taken at the round's first point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence


def alternating(
    turns: Sequence[str],
    differentiate: Callable[[str, int], None],
    move: Callable[[str], None],
) -> None:
    """Play one round.

    Args:
        turns: the players in the order they move; a name may stand there several times.
        differentiate: leaves player's gradient of turn i where `move` finds it.
        move: applies that gradient to the player's parameters.
    """
    for i, player in enumerate(turns):
        differentiate(player, i)
        move(player)
