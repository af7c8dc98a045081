"""One round of a game: every player's turn, then the averages; same state and draws, same bits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import torch
from torch import Tensor, nn

from zerosum.errors import Diverged
from zerosum.games.protocol import Draw, Game, Networks
from zerosum.penalties import spectral
from zerosum.penalties.clipping import clip_weights_
from zerosum.solvers.alternating import alternating
from zerosum.training.move import move, moved_by
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState

Record = dict[str, Tensor]


def play_round(
    game: Game, state: TrainState, plan: Plan, draws: Sequence[Sequence[Draw]]
) -> Record:
    """Play one round and return what to plot of it, as detached tensors keyed `player/what`.

    Args:
        game: players, turns and losses.
        state: changed in place.
        plan: lengths and schedules.
        draws: for each turn, the draws of its micro-batches.

    Raises:
        Diverged: a loss or gradient is not finite; that player's weights were not moved by it.
    """
    set_schedules(state, plan)
    coefficients = plan.coefficients_at(state.seen)
    networks = _callables(state, plan)
    record: Record = {}

    def differentiate(player: str, turn: int) -> None:
        if plan.spectral and player == "discriminator":
            _iterate_vectors(state)
        parameters = moved_by(state.optimizers[player])
        share = 1.0 / len(draws[turn])
        for draw in draws[turn]:
            with _autocast(plan, draw):
                outcome = game.loss(player, networks, draw, coefficients)
            loss = outcome.loss if share == 1.0 else outcome.loss * share
            loss.backward(inputs=parameters)
        record.update({f"{player}/{k}": v for k, v in outcome.record.items()})
        _refuse_unless_finite(player, state, outcome.loss, parameters)

    alternating(game.turns, differentiate, partial(_move, state, plan))
    rows = len(draws[-1][0].real) * len(draws[-1])
    update_averages(state, plan.ema_half_life.at(state.seen), rows)
    state.step += 1
    state.seen += rows
    return record


def set_schedules(state: TrainState, plan: Plan) -> None:
    """Set learning rates and Adam's second beta to their values at this point of the run."""
    for player, optimizer in state.optimizers.items():
        group = optimizer.param_groups[0]
        group["lr"] = plan.learning_rates[player].at(state.seen)
        if player in plan.beta2:
            group["betas"] = (group["betas"][0], plan.beta2[player].at(state.seen))


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


def discriminator_callable(state: TrainState, plan: Plan) -> Callable[..., Tensor]:
    """Return the discriminator as players see it: under spectral normalisation if the plan says so."""
    module = state.networks["discriminator"]
    if not plan.spectral:
        return module
    return partial(_normalised, module, state)


class SharedFakes:
    """A generator that answers the same latent with the same samples (and their graph) in one round.

    The generator does not move between the discriminator's last turn and its own, so the samples it
    was judged on there are the ones it would make again.
    """

    def __init__(self, generator: Callable[..., Tensor]) -> None:
        self._generator = generator
        self._latent: Tensor | None = None
        self._fake = torch.empty(0)

    def __call__(self, latent: Tensor, label: Tensor | None = None) -> Tensor:
        """Return the generator's samples at `latent`, shape (batch, *event)."""
        if latent is not self._latent:
            with torch.enable_grad():
                self._fake = self._generator(latent, label)
            self._latent = latent
        return self._fake


def _callables(state: TrainState, plan: Plan) -> Networks:
    networks: dict[str, Callable[..., Tensor]] = dict(state.networks)
    networks["discriminator"] = discriminator_callable(state, plan)
    if not plan.fresh_latents and plan.accumulate == 1:
        networks["generator"] = SharedFakes(networks["generator"])
    return networks


def _move(state: TrainState, plan: Plan, player: str) -> None:
    move(state.optimizers[player])
    if plan.clip is not None and player == "discriminator":
        clip_weights_(state.networks[player].parameters(), plan.clip)


def _refuse_unless_finite(
    player: str, state: TrainState, loss: Tensor, parameters: list[Tensor]
) -> None:
    gradients = [p.grad for p in parameters if p.grad is not None]
    # norms cannot cancel, so the sum is finite only if the loss and every gradient is
    total = torch.stack((*torch._foreach_norm(gradients), loss.detach())).sum()
    if math.isfinite(total.item()):
        return
    what = "loss" if not math.isfinite(float(loss.detach())) else "gradient"
    for optimizer in state.optimizers.values():
        optimizer.zero_grad(set_to_none=True)
    raise Diverged(
        f"the {player}'s {what} is not finite at step {state.step}: its weights were left as they "
        "were. Lower the learning rate, add or strengthen a penalty, or use precision fp32."
    )


def _autocast(plan: Plan, draw: Draw) -> AbstractContextManager:
    if plan.precision == "fp32":
        return nullcontext()
    return torch.autocast(draw.real.device.type, dtype=torch.bfloat16)


def _iterate_vectors(state: TrainState) -> None:
    parameters = dict(state.networks["discriminator"].named_parameters())
    state.vectors = spectral.power_iteration(parameters, state.vectors)


def _normalised(module: nn.Module, state: TrainState, *arguments: Tensor | None) -> Tensor:
    parameters = spectral.normalise(dict(module.named_parameters()), state.vectors)
    return torch.func.functional_call(module, dict(parameters), arguments)
