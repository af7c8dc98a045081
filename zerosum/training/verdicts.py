"""What the two players would say now: logits row by row, the generator's slope and gradient.

Nothing is trained: the networks asked are copies (`copied`), so that no buffer and no `.grad` moves.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.games.protocol import Coefficients, Draw, Game, Networks
from zerosum.games.two_player import TwoPlayer
from zerosum.objectives.objective import Objective
from zerosum.training.field import autocast
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState


def copied(state: TrainState) -> TrainState:
    """Return copies of the networks as they stand, in the mode they train in, without optimisers."""
    return TrainState(
        networks={k: copy.deepcopy(v).requires_grad_(True) for k, v in state.networks.items()},
        averages={},
        optimizers={},
        vectors=dict(state.vectors),
        carried=dict(state.carried),
        step=state.step,
        seen=state.seen,
    )


def coefficients_of(state: TrainState, plan: Plan) -> dict[str, float | Tensor]:
    """Return the numbers that the next round would be played with."""
    return {**plan.coefficients_at(state.seen), **state.carried}


def two_player_of(game: Game) -> TwoPlayer | None:
    """Return the two-player game inside a game (unrolled, adaptive, ...); None where there is none."""
    while not isinstance(game, TwoPlayer):
        inner = getattr(game, "game", None)
        if inner is None:
            return None
        game = inner
    return game


def logits(
    game: TwoPlayer,
    networks: Networks,
    draws: Sequence[Draw],
    coefficients: Coefficients,
    plan: Plan,
) -> tuple[Float[Tensor, " real"], Float[Tensor, " fake"]]:
    """Return the discriminator's logits of the draws' real rows and of rows generated beside them.

    The rows are shown as they are in training: noised, augmented and packed, batch by batch. The game
    itself does that: it is asked with an objective that only keeps what it is given.

    Returns: (packs,) float64 on the CPU, each.
    """
    seen: list[tuple[Tensor, Tensor]] = []

    def keep(real: Tensor, fake: Tensor) -> Tensor:
        seen.append((real, fake))
        return real - fake

    asked = replace(game, objective=replace(game.objective, discriminator=keep), penalties=())
    with torch.no_grad():
        for draw in draws:
            with autocast(plan, draw.real.device):
                asked.loss("discriminator", networks, draw, coefficients)
    real, fake = (torch.cat([pair[i].double().cpu() for pair in seen]) for i in (0, 1))
    return real, fake


def slopes(
    objective: Objective, real: Float[Tensor, " n"], fake: Float[Tensor, " n"]
) -> Float[np.ndarray, " n"]:
    """Return |dl_G/da| at each generated row's logit, over what it is where the discriminator is undecided.

    1: the generator hears as much as of a discriminator that takes no side. 0: the objective has
    saturated, and whatever the discriminator knows, the generator does not hear of it. (Goodfellow et
    al. 2014, arXiv 1406.2661, section 3; Arjovsky and Bottou 2017, arXiv 1701.04862, theorem 2.4.)

    Args: real, fake: logits; of pairs, where the objective pairs.
    Returns: nan where the generator wants the discriminator undecided (least squares with Pearson's targets).
    """
    middle = torch.full_like(fake[:1], objective.undecided or 0.0)
    undecided = float(_slope(objective, middle, middle))
    found = _slope(objective, real[: len(fake)], fake[: len(real)]).numpy()
    return found / undecided if undecided else np.full(len(found), math.nan)


def gradient_norms(
    game: Game,
    networks: Networks,
    draws: Sequence[Draw],
    state: TrainState,
    plan: Plan,
) -> Float[np.ndarray, " draws"]:
    """Return the norm of the generator's gradient at each draw, a batch each.

    Args: networks: `state`'s, bound. state: copies.
    """
    parameters = list(state.networks["generator"].parameters())
    coefficients = coefficients_of(state, plan)
    norms = []
    for draw in draws:
        with torch.enable_grad(), autocast(plan, draw.real.device):
            loss = game.loss("generator", networks, draw, coefficients).loss
        found = torch.autograd.grad(loss, parameters, allow_unused=True)
        parts = [g.double().square().sum().cpu() for g in found if g is not None]
        norms.append(float(torch.stack(parts).sum().sqrt()))
    return np.asarray(norms)


def _slope(objective: Objective, real: Tensor, fake: Tensor) -> Tensor:
    with torch.enable_grad():
        fake = fake.detach().requires_grad_(True)
        loss = objective.generator(real.detach(), fake).sum()
        (slope,) = torch.autograd.grad(loss, fake)
    return slope.abs()
