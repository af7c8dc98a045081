"""The players of B games in lock step, as a solver sees them: one loss a member, one gradient a member.

The game's own loss runs under `vmap`, so the step that trains one GAN is the step that trains B;
fully connected networks in it are played by `member_chain`.
Members never meet: losses are summed, not averaged, and every update is element by element. A
member whose loss or gradient is not finite is frozen; its NaN stays in its own row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.func import functional_call, vmap

from zerosum.games.bound import Bound, Parameters
from zerosum.games.carrying import carry_on
from zerosum.games.protocol import Draw, Game
from zerosum.games.two_player import TwoPlayer
from zerosum.penalties import spectral
from zerosum.training import member_chain
from zerosum.training.field import autocast
from zerosum.training.member_chain import Chain
from zerosum.training.member_draws import MemberDraw
from zerosum.training.member_plans import MemberPlans
from zerosum.training.movers import mover
from zerosum.training.stacked import Members, by_name

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
        self._game, self._members, self._plans, self._draws = _apart(game), members, plans, draws
        self._like = members.rows["generator"]
        self._chains = members.chains if plans.common.precision == "fp32" else {}
        self._coefficients = {**plans.coefficients(members.seen, self._like), **members.carried}
        self._shared = not plans.common.fresh_latents
        self._kept: tuple[Tensor, Tensor] | None = None
        self._before: dict[str, Tensor] = {}
        self._gradients: dict[str, Tensor] = {}
        self.record: Record = {}

    @property
    def turns(self) -> tuple[str, ...]:
        """Who moves, in order."""
        return self._game.turns

    def differentiate(self, player: str, turn: int) -> None:
        """Take every member's gradient of the player's loss in this turn."""
        self._iterate_vectors(player)
        draw, own = self._draws[turn], self._members.rows[player].detach().requires_grad_(True)
        rows = {**self._members.rows, player: own}
        fake = None
        if self._shared:
            fake = self._samples(draw, own if player == "generator" else None)
        losses = self._losses(player, draw, rows, fake, self._chains)
        slope = torch.autograd.grad(losses.sum(), own, materialize_grads=True)
        self.accept(player, losses, slope)

    def loss(self, player: str, turn: int) -> Tensor:
        """Return the sum of the members' losses, with its graph on every player's weights."""
        self._iterate_vectors(player)
        rows = {p: self.parameters(p)[0] for p in self._members.rows}
        # a chain's slopes in its weights have no further slopes, which a solver may take
        return self._losses(player, self._draws[turn], rows, None, {}).sum()

    def accept(self, player: str, loss: Tensor, gradients: Sequence[Tensor] | None = None) -> None:
        """Take gradients for the next move; members that have one that is not finite are frozen."""
        (gradient,) = gradients or ()
        total = torch.linalg.vector_norm(gradient.detach(), dim=1)
        if loss.ndim:
            total = total + loss.detach()
        self._freeze(torch.isfinite(total))
        self._gradients[player] = gradient

    def parameters(self, player: str) -> list[Tensor]:
        """Return the one tensor that holds all that the player moves; the same in one round."""
        return [self._members.rows[player].requires_grad_(True)]

    @torch.no_grad()
    def move(self, player: str) -> None:
        """Move every living member; clipping follows if its plan says so."""
        members, rows = self._members, self._members.rows[player]
        count = members.moves.get(player, 0)
        rates = self._plans.rates(player, members.seen, count, self._like)
        members.moves[player] = count + 1
        kept = None if bool(members.alive.all()) else rows.clone()
        mover(members.kinds[player])(
            rows, self._gradients.pop(player), members.slots[player], rates
        )
        if self._plans.clip is not None and player == "discriminator":
            bound = self._plans.clip.to(rows).unsqueeze(1)
            rows.clamp_(-bound, bound)
        if kept is not None:
            rows.copy_(torch.where(members.alive.unsqueeze(1), rows, kept))
        if player == "generator":
            self._kept = None

    def recall(self, player: str) -> list[Tensor]:
        """Return what the solver kept of the last round; nothing of a member that is frozen."""
        alive = self._members.alive.unsqueeze(1)
        return [torch.where(alive, t, 0.0) for t in self._members.memory.get(player, [])]

    def keep(self, player: str, tensors: list[Tensor]) -> None:
        """Keep these tensors until the next round."""
        self._members.memory[player] = tensors

    def carry(self) -> None:
        """Take what every game carries to its next round; a frozen member's stays as it was."""
        members = self._members
        if not members.carried:
            return
        carry = carry_on(self._game, self._coefficients, self.record)
        members.carried = {
            name: torch.where(members.alive, value, members.carried[name])
            for name, value in carry.values.items()
        }
        self.record.update({f"game/{k}": v for k, v in carry.record.items()})

    def _samples(self, draw: MemberDraw, own: Tensor | None) -> Tensor:
        """Return the generator's samples at this draw, with a graph in its weights, made once."""
        if own is None and self._kept is not None and self._kept[0] is draw.latent:
            return self._kept[1].detach()
        rows = self._members.rows["generator"] if own is None else own
        buffers = self._members.buffers["generator"]
        if self._kept is not None and self._kept[0] is draw.latent:
            # the same pass again, for its graph: running statistics have seen this batch already
            for name, value in self._before.items():
                buffers[name].copy_(value)
        self._before = {name: value.clone() for name, value in buffers.items()}
        with torch.set_grad_enabled(own is not None), self._precision():
            fake = _samples(self._members, self._chains, rows, draw)
        if own is None:
            self._kept = (draw.latent, fake)
        return fake

    def _losses(
        self,
        player: str,
        draw: MemberDraw,
        rows: Mapping[str, Tensor],
        fake: Tensor | None,
        chains: Mapping[str, Chain],
    ) -> Float[Tensor, " members"]:
        members = self._members
        inputs: Inputs = {
            "rows": dict(rows),
            "buffers": members.buffers,
            "vectors": members.vectors,
            "coefficients": self._coefficients,
            **_given(draw),
        }
        if fake is not None:
            inputs["fake"] = fake
        one = partial(_one_loss, self._game, player, members, chains)
        with self._precision():
            losses, record = vmap(one)(inputs)
        self.record.update({f"{player}/{k}": v.detach() for k, v in record.items()})
        return losses

    def _precision(self) -> AbstractContextManager:
        return autocast(self._plans.common, self._like.device)

    def _freeze(self, finite: Tensor) -> None:
        members = self._members
        failed = members.alive & ~finite
        members.stopped = torch.where(failed, members.step, members.stopped)
        members.alive = members.alive & finite

    def _iterate_vectors(self, player: str) -> None:
        if self._plans.common.spectral and player == "discriminator":
            weights = {k: w.detach() for k, w in self._members.weights[player].items()}
            self._members.vectors = vmap(spectral.power_iteration)(weights, self._members.vectors)


def _apart(game: Game) -> Game:
    """Return the game with real and generated rows judged apart, where only one side has a penalty.

    A joint pass saves calls, which are few beside the work of many members, but takes the penalty's slope
    on both sides.
    """
    if not isinstance(game, TwoPlayer):
        return game
    sides = {penalty.at for penalty in game.penalties} & {"real", "fake"}
    return replace(game, joint_pass=False) if len(sides) == 1 else game


def _one_loss(
    game: Game, player: str, members: Members, chains: Mapping[str, Chain], inputs: Inputs
) -> tuple[Tensor, Record]:
    """Return one member's loss and record: the game's own, on networks with this member's weights."""
    networks: dict[str, Callable[..., Tensor]] = {
        name: _bound(name, members, chains, inputs) for name in members.modules
    }
    if "fake" in inputs:
        networks["generator"] = lambda *_: inputs["fake"]
    draw = Draw(inputs["real"], inputs["latent"], inputs.get("label"), inputs["key"])
    outcome = game.loss(player, networks, draw, inputs["coefficients"])
    return outcome.loss, outcome.record


def _samples(
    members: Members, chains: Mapping[str, Chain], rows: Tensor, draw: MemberDraw
) -> Tensor:
    """Return every member's generated samples."""
    if "generator" in chains:
        module = members.modules["generator"]
        return member_chain.generate(chains["generator"], module, rows, draw.latent)

    def one(inputs: Inputs) -> Tensor:
        network = _network("generator", members, {}, inputs["buffers"], inputs["row"])
        return network(inputs["latent"], inputs.get("label"))

    return vmap(one)({"row": rows, "buffers": members.buffers, **_given(draw)})


def _bound(name: str, members: Members, chains: Mapping[str, Chain], inputs: Inputs) -> Bound:
    """Return one member's network, which has one parameter: the row of all its weights."""
    row = inputs["rows"][name]

    def network(given: Tensor, chains: Mapping[str, Chain]) -> Callable[..., Tensor]:
        seen = _row(name, members, inputs, given)
        return _network(name, members, chains, inputs["buffers"], seen)

    def call(parameters: Parameters, *arguments: Tensor | None) -> Tensor:
        # a chain's slopes in its weights have no further slopes, which who gives weights may want
        return network(parameters["row"], {})(*arguments)

    return Bound(network(row, chains), lambda: {"row": row}, call)


def _row(name: str, members: Members, inputs: Inputs, row: Tensor) -> Tensor:
    """Return one member's weights as the game sees them: normalised, where it has vectors for that."""
    if name != "discriminator" or not inputs["vectors"]:
        return row
    weights = spectral.normalise(by_name(row, members.shapes[name]), inputs["vectors"])
    return torch.cat([w.flatten() for w in weights.values()])


def _network(
    name: str, members: Members, chains: Mapping[str, Chain], buffers: Inputs, row: Tensor
) -> Callable[..., Tensor]:
    module = members.modules[name]
    if name in chains:
        play = member_chain.generate if name == "generator" else member_chain.judge
        return partial(play, chains[name], module, row)
    tensors = {**by_name(row, members.shapes[name]), **buffers[name]}
    return lambda *arguments: functional_call(module, tensors, arguments)


def _given(draw: MemberDraw) -> Inputs:
    given = {"real": draw.real, "latent": draw.latent, "key": draw.key}
    return given if draw.label is None else {**given, "label": draw.label}
