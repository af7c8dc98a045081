"""The players of one round as a solver sees them: networks, their losses at this round's draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import torch
from torch import Tensor, nn

from zerosum.errors import Diverged
from zerosum.games.bound import Bound, Parameters
from zerosum.games.carrying import carry_on
from zerosum.games.protocol import Draw, Game, Networks
from zerosum.penalties import spectral
from zerosum.penalties.clipping import clip_weights_
from zerosum.training.move import move, moved_by
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState

Record = dict[str, Tensor]


class RoundField:
    """One round's players; the face is `solvers.field.Field`.

    Args:
        game: players, turns and losses.
        state: networks, optimisers and the solver's memory; changed in place.
        plan: precision, clipping, spectral normalisation, schedules.
        draws: for each turn, the draws of its micro-batches.

    Attributes:
        record: what to plot of the round, detached, keyed `player/what`.
    """

    def __init__(
        self, game: Game, state: TrainState, plan: Plan, draws: Sequence[Sequence[Draw]]
    ) -> None:
        self._game, self._state, self._plan, self._draws = game, state, plan, draws
        self._coefficients: dict[str, float | Tensor] = {
            **plan.coefficients_at(state.seen),
            **state.carried,
        }
        self._left: dict[str, Tensor] = {}  # what turns of this round leave to those that follow
        self._networks = bound_networks(state, plan)
        # samples are worth keeping only where two turns look at the same latents
        self._shared = not plan.fresh_latents and plan.accumulate == 1
        self._kept: dict[str, Callable[..., Tensor]] = {}
        self.record: Record = {}

    @property
    def turns(self) -> tuple[str, ...]:
        """Who moves, in order."""
        return self._game.turns

    def differentiate(self, player: str, turn: int) -> None:
        """Leave the mean gradient over the turn's micro-batches in `.grad`, if it is finite."""
        self._iterate_vectors(player)
        parameters, draws = self.parameters(player), self._draws[turn]
        networks, share = self._seen_by(player), 1.0 / len(draws)
        for draw in draws:
            loss = self._loss(player, networks, draw)
            (loss if share == 1.0 else loss * share).backward(inputs=parameters)
        self.accept(player, loss)

    def loss(self, player: str, turn: int) -> Tensor:
        """Return the player's loss with its graph on every player's parameters."""
        self._iterate_vectors(player)
        [draw] = self._draws[turn]
        return self._loss(player, self._networks, draw)

    def accept(self, player: str, loss: Tensor, gradients: Sequence[Tensor] | None = None) -> None:
        """Take gradients for the next move, or refuse the whole round's if one is not finite."""
        parameters = self.parameters(player)
        for parameter, gradient in zip(parameters, gradients or (), strict=bool(gradients)):
            parameter.grad = gradient
        _refuse_unless_finite(player, self._state, loss, parameters)

    def parameters(self, player: str) -> list[Tensor]:
        """Return the tensors that the player moves."""
        return moved_by(self._state.optimizers[player])

    def move(self, player: str) -> None:
        """Let the player's optimiser move it; clipping follows if the plan says so."""
        move(self._state.optimizers[player])
        self._kept.pop(player, None)  # what it made before is not what it would make now
        if self._plan.clip is not None and player == "discriminator":
            clip_weights_(self._state.networks[player].parameters(), self._plan.clip)

    def recall(self, player: str) -> list[Tensor]:
        """Return what the solver kept of the last round."""
        return self._state.memory.get(player, [])

    def keep(self, player: str, tensors: list[Tensor]) -> None:
        """Keep these tensors until the next round."""
        self._state.memory[player] = tensors

    def carry(self) -> None:
        """Take what the game carries to the next round, after the last turn."""
        if not self._state.carried:
            return
        carry = carry_on(self._game, self._coefficients, self.record)
        self._state.carried = {**carry.values, **self._left}
        self.record.update({f"game/{k}": v for k, v in carry.record.items()})

    def _loss(self, player: str, networks: Networks, draw: Draw) -> Tensor:
        with autocast(self._plan, draw.real.device):
            outcome = self._game.loss(player, networks, draw, self._coefficients)
        self.record.update({f"{player}/{k}": v for k, v in outcome.record.items()})
        self._left.update(outcome.left)
        self._coefficients.update(outcome.left)
        return outcome.loss

    def _seen_by(self, player: str) -> Networks:
        """Return the networks for a player's own turn: what is constant to it keeps no graph."""
        networks = dict(self._networks)
        if self._shared and "generator" in networks:
            keeper = KeptSamples(networks["generator"])
            networks["generator"] = self._kept.setdefault("generator", keeper)
        for name in self._game.constants(player):
            # samples that are kept are needed with their graph in a later turn, so that one is made
            networks[name] = partial(_values, networks[name], name in self._kept)
        return networks

    def _iterate_vectors(self, player: str) -> None:
        if self._plan.spectral and player == "discriminator":
            parameters = dict(self._state.networks[player].named_parameters())
            self._state.vectors = spectral.power_iteration(parameters, self._state.vectors)


class KeptSamples:
    """A network that answers the same latent with the same samples (and their graph) again.

    The generator does not move between the discriminator's last turn and its own, so the samples it
    was judged on there are the ones it would make again.
    """

    def __init__(self, network: Callable[..., Tensor]) -> None:
        self._network = network
        self._latent: Tensor | None = None
        self._samples = torch.empty(0)

    def __call__(self, latent: Tensor, label: Tensor | None = None) -> Tensor:
        """Return the network's samples at `latent`, shape (batch, *event)."""
        if latent is not self._latent:
            self._samples = self._network(latent, label)
            self._latent = latent
        return self._samples


def bound_networks(state: TrainState, plan: Plan) -> dict[str, Callable[..., Tensor]]:
    """Return every network as players see it: the discriminator under spectral normalisation if asked."""
    return {
        name: _bound(module, state if plan.spectral and name == "discriminator" else None)
        for name, module in state.networks.items()
    }


def _bound(module: nn.Module, normalising: TrainState | None) -> Bound:
    call = partial(_called, module, normalising)

    def named() -> dict[str, Tensor]:
        return dict(module.named_parameters())

    own = module if normalising is None else lambda *arguments: call(named(), *arguments)
    return Bound(own, named, call)


def _values(network: Callable[..., Tensor], with_graph: bool, *arguments: Tensor | None) -> Tensor:
    with torch.set_grad_enabled(with_graph):
        return network(*arguments).detach()


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


def autocast(plan: Plan, device: torch.device) -> AbstractContextManager:
    """Return the context in which losses are computed in the plan's precision."""
    if plan.precision == "fp32":
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


def _called(
    module: nn.Module,
    normalising: TrainState | None,
    parameters: Parameters,
    *arguments: Tensor | None,
) -> Tensor:
    if normalising is not None:
        parameters = spectral.normalise(parameters, normalising.vectors)
    return torch.func.functional_call(module, dict(parameters), arguments)
