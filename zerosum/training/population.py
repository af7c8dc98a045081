"""Rounds of B games in lock step: each member is the GAN that training it alone would have made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from zerosum.games.protocol import Game
from zerosum.training.member_draws import MemberDraw, MemberDraws
from zerosum.training.member_field import MemberField, Record
from zerosum.training.member_plans import MemberPlans
from zerosum.training.stacked import Members


def play_members(
    game: Game, members: Members, plans: MemberPlans, draws: Sequence[MemberDraw]
) -> Record:
    """Play one round of every member and return what to plot of it, (members,) each.

    Args:
        game: players, turns and losses.
        members: changed in place; one that meets a number that is not finite is frozen.
        plans: the members' numbers.
        draws: for each turn one draw whose tensors have a first axis of members.
    """
    field = MemberField(game, members, plans, draws)
    plans.common.solver(field)
    rows = draws[-1].real.shape[1]
    update_averages(members, plans, rows)
    members.step += 1
    members.seen += rows
    return field.record


def train_members(
    game: Game,
    members: Members,
    plans: MemberPlans,
    draws: MemberDraws,
    *,
    after: Callable[[Members, Record], None] = lambda members, record: None,
) -> None:
    """Play rounds to the plans' end, or until no member is alive."""
    while members.step < plans.common.steps and bool(members.alive.any()):
        record = play_members(game, members, plans, draws.step(members.step))
        after(members, record)


@torch.no_grad()
def update_averages(members: Members, plans: MemberPlans, rows: int) -> None:
    """Move each living member's average towards its network, by the rule of a single run."""
    for player, averages in members.averages.items():
        weights = members.weights[player]
        half_life = plans.half_life(members.seen, next(iter(weights.values()))).double()
        half_life = half_life.clamp(max=0.05 * members.seen)
        decay = torch.where(half_life > 0, 0.5 ** (rows / half_life), 0.0)
        share = torch.where(members.alive, 1.0 - decay, 0.0)
        for name, average in averages.items():
            wide = share.to(average).view(-1, *[1] * (average.ndim - 1))
            average.lerp_(weights[name].detach(), wide)
        for name, buffer in members.averaged_buffers[player].items():
            buffer.copy_(members.buffers[player][name])
