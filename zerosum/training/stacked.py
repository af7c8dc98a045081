"""The states of B trainings as one: every tensor of a state gets a first axis of members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.optim import Optimizer

from zerosum.errors import InputError
from zerosum.training.member_chain import Chain, chain_of
from zerosum.training.state import TrainState

Named = dict[str, Tensor]
Shapes = dict[str, torch.Size]
Rows = Float[Tensor, "members parameters"]


@dataclass
class Members:
    """B games of one structure at the same step.

    Attributes:
        modules: a module for each player, whose code all members share; its own weights are not used.
        rows: of each player, all weights of a member in one row, (members, parameters).
        shapes: of each player's parameters by name, in the order in which they stand in a row.
        buffers: of each player by name, (members, ...).
        averaged_rows, averaged_buffers: of the players people sample from.
        slots: each player's optimiser state, slot name -> (members, parameters).
        kinds: each player's optimiser class.
        vectors: spectral normalisation's singular vectors, (members, ...).
        chains: of the players that take the fast path.
        memory: what the solver keeps, by player: one tensor like its rows.
        carried: what the games keep from round to round, by name, (members,).
        moves: how often each player has moved, which Adam corrects its moments by.
        alive: which members have met only finite numbers; the others no longer move.
        stopped: the step at which a member was frozen, or -1.
        step, seen: as in `TrainState`, the same for all.
    """

    modules: Mapping[str, nn.Module]
    rows: dict[str, Rows]
    shapes: dict[str, Shapes]
    buffers: dict[str, Named]
    averaged_rows: dict[str, Rows]
    averaged_buffers: dict[str, Named]
    slots: dict[str, Named]
    kinds: dict[str, type[Optimizer]]
    vectors: Named
    alive: Bool[Tensor, " members"]
    stopped: Int[Tensor, " members"]
    chains: Mapping[str, Chain] = field(default_factory=dict)
    memory: dict[str, list[Tensor]] = field(default_factory=dict)
    carried: Named = field(default_factory=dict)
    moves: dict[str, int] = field(default_factory=dict)
    step: int = 0
    seen: int = 0

    @property
    def count(self) -> int:
        """How many members there are."""
        return len(self.alive)

    @property
    def weights(self) -> dict[str, Named]:
        """Every player's parameters by name, (members, ...): views of its rows."""
        return {p: by_name(rows, self.shapes[p]) for p, rows in self.rows.items()}

    @property
    def averages(self) -> dict[str, Named]:
        """The averaged parameters by name, (members, ...): views of their rows."""
        return {p: by_name(rows, self.shapes[p]) for p, rows in self.averaged_rows.items()}


def by_name(rows: Float[Tensor, "*members parameters"], shapes: Shapes) -> Named:
    """Return the parameters of one member, or of many, as views of the row that holds them."""
    parts = rows.split([shape.numel() for shape in shapes.values()], dim=-1)
    return {
        name: part.view(*rows.shape[:-1], *shape)
        for (name, shape), part in zip(shapes.items(), parts, strict=True)
    }


def stack(states: Sequence[TrainState], *, fast: bool = True) -> Members:
    """Return fresh states of one structure as one.

    Args:
        states: before their first step; each is what its member would start from alone.
        fast: play fully connected networks by `member_chain`; the same numbers up to rounding.

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
    chains = {p: chain_of(m) for p, m in first.networks.items()} if fast else {}
    return Members(
        modules=first.networks,
        rows={p: _rows([s.networks[p] for s in states]) for p in first.networks},
        shapes={p: _shapes(m) for p, m in first.networks.items()},
        buffers={p: _buffers([s.networks[p] for s in states]) for p in first.networks},
        averaged_rows={p: _rows([s.averages[p] for s in states]) for p in first.averages},
        averaged_buffers={p: _buffers([s.averages[p] for s in states]) for p in first.averages},
        slots={p: {} for p in first.networks},
        kinds={p: type(o) for p, o in first.optimizers.items()},
        vectors={k: torch.stack([s.vectors[k] for s in states]) for k in first.vectors},
        alive=torch.ones(members, dtype=torch.bool, device=device),
        stopped=torch.full((members,), -1, device=device),
        chains={p: chain for p, chain in chains.items() if chain is not None},
        carried={k: torch.stack([s.carried[k] for s in states]) for k in first.carried},
    )


def member_average(members: Members, player: str, number: int) -> Named:
    """Return one member's averaged network as its `state_dict` names it."""
    tensors = {**members.averages[player], **members.averaged_buffers[player]}
    own = {name: tensor[number].detach().clone() for name, tensor in tensors.items()}
    # what a module keeps beside tensors (a growing network's level) is common to all members
    common = {k: v for k, v in members.modules[player].state_dict().items() if k not in own}
    return {**own, **common}


def _rows(modules: Sequence[nn.Module]) -> Rows:
    # not torch's parameters_to_vector, which cannot take a convolution laid out channels last
    return torch.stack([torch.cat([p.detach().flatten() for p in m.parameters()]) for m in modules])


def _shapes(module: nn.Module) -> Shapes:
    return {name: p.shape for name, p in module.named_parameters()}


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
