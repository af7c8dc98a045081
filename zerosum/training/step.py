"""One round of a game: the solver moves the players, then what is carried and the averages follow."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from zerosum.games.protocol import Draw, Game
from zerosum.training.field import Record, RoundField
from zerosum.training.growing import Growth, growth_record, set_level, shown_draw
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState


def play_round(
    game: Game, state: TrainState, plan: Plan, draws: Sequence[Sequence[Draw]]
) -> Record:
    """Play one round and return what to plot of it, as detached tensors keyed `player/what`.

    Args:
        game: players, turns and losses.
        state: changed in place.
        plan: lengths, schedules and the solver.
        draws: for each turn, the draws of its micro-batches.

    Raises:
        Diverged: a loss or gradient is not finite; that player's weights were not moved by it.
    """
    set_schedules(state, plan)
    rows = len(draws[-1][0].real) * len(draws[-1])
    if plan.growth is not None:
        grow(state, plan.growth, rows)
        draws = [[shown_draw(d, plan.growth, state.seen) for d in turn] for turn in draws]
    field = RoundField(game, state, plan, draws)
    plan.solver(field)
    field.carry()
    if plan.growth is not None:
        field.record.update(growth_record(plan.growth, state.seen, draws[-1][0].real))
    update_averages(state, plan.ema_half_life.at(state.seen), rows)
    state.step += 1
    state.seen += rows
    return field.record


def set_schedules(state: TrainState, plan: Plan) -> None:
    """Set learning rates and Adam's second beta to their values at this point of the run."""
    for player, optimizer in state.optimizers.items():
        group = optimizer.param_groups[0]
        group["lr"] = plan.learning_rates[player].at(state.seen)
        if player in plan.beta2:
            group["betas"] = (group["betas"][0], plan.beta2[player].at(state.seen))


def grow(state: TrainState, growth: Growth, rows: int) -> None:
    """Put networks and averages on this round's level; optimisers forget what another phase taught them.

    Args: state: changed in place. growth: when levels come. rows: samples of a round.
    """
    set_level((*state.networks.values(), *state.averages.values()), growth.at(state.seen))
    if growth.turns(state.seen, rows):
        for optimizer in state.optimizers.values():
            optimizer.state.clear()


@torch.no_grad()
def update_averages(state: TrainState, half_life: float, rows: int) -> None:
    """Move each average towards its network: decay = 2^(-rows / half-life); buffers are copied.

    The half-life grows with the run, up to `half_life`: never more than 5 % of the samples seen, so
    that early averages forget the initial weights (Karras et al. 2020, arXiv 2006.06676, code).
    """
    half_life = min(half_life, 0.05 * state.seen)
    decay = 0.5 ** (rows / half_life) if half_life > 0 else 0.0
    for averaged, moved, copied in state.averaged():
        torch._foreach_lerp_(averaged, moved, 1.0 - decay)
        for mine, theirs in copied:
            mine.copy_(theirs)
