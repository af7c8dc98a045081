"""The states of B trainings as one: every tensor of a state gets a first axis of members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Bool, Int
from torch import Tensor, nn
from torch.optim import Optimizer

from zerosum.errors import InputError
from zerosum.training.state import TrainState

Named = dict[str, Tensor]


@dataclass
class Members:
    """B games of one structure at the same step.

    Attributes:
        modules: a module for each player, whose code all members share; its own weights are not used.
        weights, buffers: of each player by name, (members, ...).
        averages, averaged_buffers: of the players people sample from.
        slots: each player's optimiser state, slot name -> parameter name -> (members, ...).
        kinds: each player's optimiser class.
        vectors: spectral normalisation's singular vectors, (members, ...).
        memory: what the solver keeps, by player: one tensor a parameter.
        moves: how often each player has moved, which Adam corrects its moments by.
        alive: which members have met only finite numbers; the others no longer move.
        stopped: the step at which a member was frozen, or -1.
        step, seen: as in `TrainState`, the same for all.
    """

    modules: Mapping[str, nn.Module]
    weights: dict[str, Named]
    buffers: dict[str, Named]
    averages: dict[str, Named]
    averaged_buffers: dict[str, Named]
    slots: dict[str, dict[str, Named]]
    kinds: dict[str, type[Optimizer]]
    vectors: Named
    alive: Bool[Tensor, " members"]
    stopped: Int[Tensor, " members"]
    memory: dict[str, list[Tensor]] = field(default_factory=dict)
    moves: dict[str, int] = field(default_factory=dict)
    step: int = 0
    seen: int = 0

    @property
    def count(self) -> int:
        """How many members there are."""
        return len(self.alive)


def stack(states: Sequence[TrainState]) -> Members:
    """Return fresh states of one structure as one.

    Args: states: before their first step; each is what its member would start from alone.
    Raises: InputError: no states, states of different structure, or one that has begun.
    """
    if not states:
        raise InputError("a population needs at least one member")
    first = states[0]
    if any(s.step for s in states):
        raise InputError("a population is made of trainings that have not begun")
    _require_alike(states)
    members = len(states)
    device = next(first.networks["generator"].parameters()).device
    return Members(
        modules=first.networks,
        weights={p: _weights([s.networks[p] for s in states]) for p in first.networks},
        buffers={p: _buffers([s.networks[p] for s in states]) for p in first.networks},
        averages={p: _weights([s.averages[p] for s in states]) for p in first.averages},
        averaged_buffers={p: _buffers([s.averages[p] for s in states]) for p in first.averages},
        slots={p: {} for p in first.networks},
        kinds={p: type(o) for p, o in first.optimizers.items()},
        vectors={k: torch.stack([s.vectors[k] for s in states]) for k in first.vectors},
        alive=torch.ones(members, dtype=torch.bool, device=device),
        stopped=torch.full((members,), -1, device=device),
    )


def member_average(members: Members, player: str, number: int) -> Named:
    """Return one member's averaged network as its `state_dict` names it."""
    tensors = {**members.averages[player], **members.averaged_buffers[player]}
    return {name: tensor[number].detach().clone() for name, tensor in tensors.items()}


def _weights(modules: Sequence[nn.Module]) -> Named:
    each = [dict(m.named_parameters()) for m in modules]
    return {k: torch.stack([e[k].detach() for e in each]) for k in each[0]}


def _buffers(modules: Sequence[nn.Module]) -> Named:
    each = [dict(m.named_buffers()) for m in modules]
    return {k: torch.stack([e[k].detach() for e in each]) for k in each[0]}


def _require_alike(states: Sequence[TrainState]) -> None:
    def shape(state: TrainState) -> dict[str, tuple[int, ...]]:
        return {
            f"{player}.{name}": tuple(tensor.shape)
            for player, module in state.networks.items()
            for name, tensor in module.state_dict().items()
        }

    expected = shape(states[0])
    for number, state in enumerate(states):
        if shape(state) != expected:
            raise InputError(
                f"member {number} has networks of other sizes than member 0: members of one population "
                "share a structure; put them into populations of their own"
            )
