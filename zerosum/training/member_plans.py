"""The numbers of B members at one step: schedules that differ between members, as tensors (members,)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.optim import Optimizer

from zerosum.errors import InputError
from zerosum.training.movers import Rates
from zerosum.training.plan import Plan
from zerosum.training.schedule import Schedule

# what has to be the same for the step of one to be the step of all
STRUCTURE = (
    "steps",
    "batch",
    "latent",
    "accumulate",
    "fresh_latents",
    "stratified",
    "spectral",
    "precision",
    "solver",
    "growth",
)


@dataclass(frozen=True)
class Column:
    """One schedule a member, each different one evaluated once."""

    schedules: tuple[Schedule, ...]
    which: Int[Tensor, " members"]

    def at(self, seen: int, like: Tensor) -> Float[Tensor, " members"]:
        """Return every member's value after `seen` samples, in the dtype and on the device of `like`."""
        # made in double precision first: 1e-3 rounded to float32 is another number than 1e-3
        values = torch.tensor([s.at(seen) for s in self.schedules], dtype=torch.float64)
        return values[self.which].to(like)


class MemberPlans:
    """The plans of B members.

    Args:
        plans: a plan a member, equal in all that `STRUCTURE` names.
        optimizers: each member's, by player: their betas and eps.

    Raises:
        InputError: plans of different structure.
    """

    def __init__(
        self, plans: Sequence[Plan], optimizers: Sequence[Mapping[str, Optimizer]]
    ) -> None:
        self.common = plans[0]
        for number, plan in enumerate(plans):
            _require_alike(number, plan, self.common)
        self._coefficients = {
            name: column([p.coefficients[name] for p in plans]) for name in self.common.coefficients
        }
        self._half_life = column([p.ema_half_life for p in plans])
        clips = [torch.inf if p.clip is None else p.clip for p in plans]
        self.clip = (
            None if all(p.clip is None for p in plans) else torch.tensor(clips, dtype=torch.float64)
        )
        self._rates = {player: _columns(player, plans, optimizers) for player in optimizers[0]}
        self._eps = {p: o.param_groups[0].get("eps", 0.0) for p, o in optimizers[0].items()}

    def coefficients(self, seen: int, like: Tensor) -> dict[str, Float[Tensor, " members"]]:
        """Return each coefficient's value for every member."""
        return {name: c.at(seen, like) for name, c in self._coefficients.items()}

    def rates(self, player: str, seen: int, step: int, like: Tensor) -> Rates:
        """Return a player's learning rates and betas for every member."""
        lr, beta1, beta2 = (c.at(seen, like) for c in self._rates[player])
        return Rates(lr, beta1, beta2, self._eps[player], step)

    def half_life(self, seen: int, like: Tensor) -> Float[Tensor, " members"]:
        """Return the averages' half-lives, in samples."""
        return self._half_life.at(seen, like)


def column(schedules: Sequence[Schedule]) -> Column:
    """Return schedules by member, equal ones kept once."""
    unique = list(dict.fromkeys(schedules))
    place = {schedule: i for i, schedule in enumerate(unique)}
    return Column(tuple(unique), torch.tensor([place[s] for s in schedules]))


def _columns(
    player: str, plans: Sequence[Plan], optimizers: Sequence[Mapping[str, Optimizer]]
) -> tuple[Column, Column, Column]:
    groups = [o[player].param_groups[0] for o in optimizers]
    beta1 = [
        Schedule(float(g["betas"][0] if "betas" in g else g.get("momentum", 0.0))) for g in groups
    ]
    beta2 = [
        plan.beta2.get(player, Schedule(float(g.get("alpha", 0.0))))
        for plan, g in zip(plans, groups, strict=True)
    ]
    return column([p.learning_rates[player] for p in plans]), column(beta1), column(beta2)


def _require_alike(number: int, plan: Plan, first: Plan) -> None:
    wrong = [n for n in STRUCTURE if _identity(getattr(plan, n)) != _identity(getattr(first, n))]
    if plan.coefficients.keys() != first.coefficients.keys():
        wrong.append("penalties")
    if wrong:
        raise InputError(
            f"member {number} differs from member 0 in {', '.join(wrong)}: members of one population may "
            "differ in numbers such as rates and weights, not in structure"
        )


def _identity(value: Any) -> Any:
    # two partials of one function with one argument are the same solver, but not equal to Python
    return (value.func, value.keywords) if isinstance(value, partial) else value
