"""Rounds of B games in lock step: each member is the GAN that training it alone would have made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Bool
from torch import Tensor

from zerosum.games.protocol import Game
from zerosum.training.growing import Growth, growth_record, set_level, shown_draw
from zerosum.training.member_draws import MemberDraw, MemberDraws
from zerosum.training.member_field import MemberField, Record
from zerosum.training.member_plans import MemberPlans
from zerosum.training.stacked import Members, Named


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
    growth, rows = plans.common.growth, draws[-1].real.shape[1]
    if growth is not None:
        grow(members, growth, rows)
        draws = [shown_draw(draw, growth, members.seen) for draw in draws]
    field = MemberField(game, members, plans, draws)
    plans.common.solver(field)
    field.carry()
    if growth is not None:
        field.record.update(growth_record(growth, members.seen, draws[-1].real))
    update_averages(members, plans, rows)
    members.step += 1
    members.seen += rows
    return field.record


def grow(members: Members, growth: Growth, rows: int) -> None:
    """Put the shared modules on this round's level; optimisers forget, as those of a single run do."""
    set_level(members.modules.values(), growth.at(members.seen))
    if growth.turns(members.seen, rows):
        members.slots = {player: {} for player in members.slots}
        members.moves = {}


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
    """Move each living member's average towards its network, by the rule of a single run.

    A network that has just become infinite is frozen only when its next loss is seen; its average
    stays where it was, so that what is kept of every member is finite.
    """
    for player, average in members.averaged_rows.items():
        target = members.rows[player].detach()
        healthy = members.alive & finite_members({player: target})
        everybody = bool(healthy.all())
        half_life = plans.half_life(members.seen, target).double()
        half_life = half_life.clamp(max=0.05 * members.seen)
        share = 1.0 - torch.where(half_life > 0, 0.5 ** (rows / half_life), 0.0)
        if not everybody:
            target = torch.where(_wide(healthy, average), target, average)
        average.lerp_(target, _wide(share.to(average), average))
        for name, buffer in members.averaged_buffers[player].items():
            buffer.copy_(torch.where(_wide(healthy, buffer), members.buffers[player][name], buffer))


@torch.no_grad()
def finite_members(weights: Named) -> Bool[Tensor, " members"]:
    """Return which members have only finite weights."""
    # no sum makes a finite number of one that is not
    return torch.isfinite(torch.stack([w.flatten(1).sum(1) for w in weights.values()]).sum(0))


def _wide(values: Tensor, like: Tensor) -> Tensor:
    return values.view(-1, *[1] * (like.ndim - 1))
