"""The players of B games in lock step, as a solver sees them: one loss a member, one gradient a member.

The game's own loss runs under `vmap`, so the step that trains one GAN is the step that trains B.
Members never meet: losses are summed, not averaged, and every update is element by element. A
member whose loss or gradient is not finite is frozen; its NaN stays in its own row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call, vmap

from zerosum.games.protocol import Draw, Game
from zerosum.penalties import spectral
from zerosum.training.member_draws import MemberDraw
from zerosum.training.member_plans import MemberPlans
from zerosum.training.movers import mover
from zerosum.training.stacked import Members, Named

Record = dict[str, Tensor]
Inputs = dict[str, Any]


class MemberField:
    """One round of B games; the face is `solvers.field.Field`.

    Args:
        game: players, turns and losses, the same for all.
        members: the states; changed in place.
        plans: their numbers.
        draws: for each turn one draw whose tensors have a first axis of members.

    Attributes:
        record: what to plot of the round, (members,) each, keyed `player/what`.
    """

    def __init__(
        self, game: Game, members: Members, plans: MemberPlans, draws: Sequence[MemberDraw]
    ) -> None:
        self._game, self._members, self._plans, self._draws = game, members, plans, draws
        self._like = next(iter(members.weights["generator"].values()))
        self._coefficients = plans.coefficients(members.seen, self._like)
        self._shared = not plans.common.fresh_latents
        self._kept: tuple[Tensor, Tensor] | None = None
        self._gradients: dict[str, Named] = {}
        self.record: Record = {}

    @property
    def turns(self) -> tuple[str, ...]:
        """Who moves, in order."""
        return self._game.turns

    def differentiate(self, player: str, turn: int) -> None:
        """Take every member's gradient of the player's loss in this turn."""
        self._iterate_vectors(player)
        draw, own = self._draws[turn], self._leaves(player)
        others = {p: w for p, w in self._members.weights.items() if p != player}
        fake = None
        if self._shared:
            fake = self._samples(draw, own if player == "generator" else None)
        losses = self._losses(player, draw, {**others, player: own}, fake)
        slopes = torch.autograd.grad(losses.sum(), list(own.values()), allow_unused=True)
        whole = [
            torch.zeros_like(w) if g is None else g
            for g, w in zip(slopes, own.values(), strict=True)
        ]
        self.accept(player, losses, whole)

    def loss(self, player: str, turn: int) -> Tensor:
        """Return the sum of the members' losses, with its graph on every player's weights."""
        self._iterate_vectors(player)
        leaves = {
            p: dict(zip(w, self.parameters(p), strict=True))
            for p, w in self._members.weights.items()
        }
        return self._losses(player, self._draws[turn], leaves, None).sum()

    def accept(self, player: str, loss: Tensor, gradients: Sequence[Tensor] | None = None) -> None:
        """Take gradients for the next move; members that have one that is not finite are frozen."""
        named = dict(zip(self._members.weights[player], gradients or (), strict=True))
        total = sum(g.detach().flatten(1).square().sum(1) for g in named.values())
        if loss.ndim:
            total = total + loss.detach()
        self._freeze(torch.isfinite(torch.as_tensor(total)))
        self._gradients[player] = named

    def parameters(self, player: str) -> list[Tensor]:
        """Return the stacked tensors that the player moves; the same ones in one round."""
        weights = self._members.weights[player]
        for name, tensor in weights.items():
            weights[name] = tensor.requires_grad_(True)
        return list(weights.values())

    @torch.no_grad()
    def move(self, player: str) -> None:
        """Move every living member; clipping follows if its plan says so."""
        members, weights = self._members, self._members.weights[player]
        count = members.moves.get(player, 0)
        rates = self._plans.rates(player, members.seen, count, self._like)
        members.moves[player] = count + 1
        moved = mover(members.kinds[player])(
            weights, self._gradients.pop(player), members.slots[player], rates
        )
        if self._plans.clip is not None and player == "discriminator":
            moved = {k: _clipped(w, self._plans.clip) for k, w in moved.items()}
        everybody = bool(members.alive.all())
        for name, w in weights.items():
            alive = members.alive.view(-1, *[1] * (w.ndim - 1))
            w.copy_(moved[name] if everybody else torch.where(alive, moved[name], w))
        if player == "generator":
            self._kept = None

    def recall(self, player: str) -> list[Tensor]:
        """Return what the solver kept of the last round."""
        return self._members.memory.get(player, [])

    def keep(self, player: str, tensors: list[Tensor]) -> None:
        """Keep these tensors until the next round."""
        self._members.memory[player] = tensors

    def _leaves(self, player: str) -> Named:
        return {
            k: w.detach().requires_grad_(True) for k, w in self._members.weights[player].items()
        }

    def _samples(self, draw: MemberDraw, own: Named | None) -> Tensor:
        """Return the generator's samples at this draw, with a graph in its weights, made once."""
        if own is None and self._kept is not None and self._kept[0] is draw.latent:
            return self._kept[1].detach()
        weights = own or self._members.weights["generator"]
        inputs = {"weights": weights, "buffers": self._members.buffers["generator"], **_given(draw)}
        generate = partial(_generate, self._members.modules["generator"])
        with torch.set_grad_enabled(own is not None):
            fake = vmap(generate)(inputs)
        if own is None:
            self._kept = (draw.latent, fake)
        return fake

    def _losses(
        self, player: str, draw: MemberDraw, weights: Mapping[str, Named], fake: Tensor | None
    ) -> Float[Tensor, " members"]:
        inputs: Inputs = {
            "weights": dict(weights),
            "buffers": self._members.buffers,
            "vectors": self._members.vectors,
            "coefficients": self._coefficients,
            **_given(draw),
        }
        if fake is not None:
            inputs["fake"] = fake
        one = partial(_one_loss, self._game, player, self._members.modules)
        losses, record = vmap(one)(inputs)
        self.record.update({f"{player}/{k}": v.detach() for k, v in record.items()})
        return losses

    def _freeze(self, finite: Tensor) -> None:
        members = self._members
        failed = members.alive & ~finite
        members.stopped = torch.where(failed, members.step, members.stopped)
        members.alive = members.alive & finite

    def _iterate_vectors(self, player: str) -> None:
        if self._plans.common.spectral and player == "discriminator":
            weights = {k: w.detach() for k, w in self._members.weights[player].items()}
            self._members.vectors = vmap(spectral.power_iteration)(weights, self._members.vectors)


def _one_loss(
    game: Game, player: str, modules: Mapping[str, nn.Module], inputs: Inputs
) -> tuple[Tensor, Record]:
    """Return one member's loss and record: the game's own, on networks with this member's weights."""
    networks: dict[str, Callable[..., Tensor]] = {
        name: partial(_call, module, inputs["weights"][name], inputs["buffers"][name])
        for name, module in modules.items()
    }
    if inputs["vectors"]:
        weights = spectral.normalise(inputs["weights"]["discriminator"], inputs["vectors"])
        networks["discriminator"] = partial(
            _call, modules["discriminator"], weights, inputs["buffers"]["discriminator"]
        )
    if "fake" in inputs:
        networks["generator"] = lambda *_: inputs["fake"]
    draw = Draw(inputs["real"], inputs["latent"], inputs.get("label"), inputs["key"])
    outcome = game.loss(player, networks, draw, inputs["coefficients"])
    return outcome.loss, outcome.record


def _generate(module: nn.Module, inputs: Inputs) -> Tensor:
    arguments = (inputs["latent"], inputs.get("label"))
    return functional_call(module, {**inputs["weights"], **inputs["buffers"]}, arguments)


def _call(module: nn.Module, weights: Named, buffers: Named, *arguments: Tensor | None) -> Tensor:
    return functional_call(module, {**weights, **buffers}, arguments)


def _given(draw: MemberDraw) -> Inputs:
    given = {"real": draw.real, "latent": draw.latent, "key": draw.key}
    return given if draw.label is None else {**given, "label": draw.label}


def _clipped(w: Tensor, clip: Tensor) -> Tensor:
    bound = clip.to(w).view(-1, *[1] * (w.ndim - 1))
    return torch.minimum(torch.maximum(w, -bound), bound)
