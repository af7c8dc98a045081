"""How far two players are from an equilibrium: what each could still gain while the other stands still.

    M(D, G) = −(the discriminator's loss),   gap = max over D′ of M(D′, G) − min over G′ of M(D, G′)

It is 0 at an equilibrium and positive elsewhere. Both extremes are found by a stated number of Adam
steps from copies of the players, so the number is an estimate from below: a gap near 0 says that
*these* steps found nothing to gain. Below 0 they lost what they began with: the search failed.

M is what the discriminator really plays for, penalties included: without them an unbounded objective
has no maximum. A generator with a loss of its own (non-saturating) is judged in this zero-sum game too.
Where the generator can go on for ever (a Wasserstein critic that rises towards infinity), its side has
no minimum, and the number then grows with the steps: compare gaps of equal steps only.
The classes of an auxiliary classifier are left out: both players want them right, which is no zero-sum game.
Steps look at one part of the held-out data and the payoffs are measured on another.

Source: Grnarova et al. 2019, arXiv 1811.05512. Not to be confused with the difference of the two
training losses, which says nothing about how the players would do if one of them could go on alone.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from jaxtyping import Float64
from torch import Tensor

from zerosum.errors import InputError
from zerosum.games import auxiliary
from zerosum.games.protocol import Coefficients, Draw, Game, Networks, Outcome
from zerosum.training.field import RoundField
from zerosum.training.growing import require_grown
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState

Project = Callable[[list[Tensor]], None]


@dataclass(frozen=True)
class Search:
    """How a player looks for a better answer.

    Attributes:
        steps: of Adam (beta 0.9, 0.999), from the player's present weights.
        learning_rate: of Adam.
        project: for each player that is bound to a set, what brings its tensors back into it, in place.
    """

    steps: int = 200
    learning_rate: float = 1e-3
    project: Mapping[str, Project] = field(default_factory=dict)


@dataclass(frozen=True)
class DualityGap:
    """What both players could still gain, in units of the discriminator's loss.

    Attributes:
        value: best_discriminator − best_generator.
        standard_error: of the value, over the batches it was measured on.
        payoff: M(D, G) where the players stand.
        best_discriminator: M(D′, G), with the discriminator that was found.
        best_generator: M(D, G′), with the generator that was found.
        steps: of each search.
    """

    value: float
    standard_error: float
    payoff: float
    best_discriminator: float
    best_generator: float
    steps: int

    @property
    def failed(self) -> bool:
        """Whether the searches failed: a true gap is never negative."""
        return not self.value >= 0

    @property
    def discriminator_gain(self) -> float:
        """What the discriminator won by its steps; below 0 its search failed."""
        return self.best_discriminator - self.payoff

    @property
    def generator_gain(self) -> float:
        """What the generator won by its steps; below 0 its search failed."""
        return self.payoff - self.best_generator

    def __str__(self) -> str:
        """Return one line for a person."""
        numbers = (
            f"duality gap {self.value:.4g} ± {self.standard_error:.2g} ({self.steps} steps a side"
        )
        if self.failed:
            return f"{numbers}): negative, so the inner optimisation failed; try more steps"
        gains = (
            f"discriminator +{self.discriminator_gain:.4g}, generator +{self.generator_gain:.4g}"
        )
        return f"{numbers}; {gains.replace('+-', '−')})"


@dataclass(frozen=True)
class ZeroSum:
    """A game whose generator wants just what its discriminator does not."""

    game: Game

    @property
    def players(self) -> tuple[str, ...]:
        """The same players."""
        return self.game.players

    @property
    def turns(self) -> tuple[str, ...]:
        """Each player once."""
        return ("discriminator", "generator")

    def constants(self, player: str) -> tuple[str, ...]:
        """The other player stands still."""
        return ("generator",) if player == "discriminator" else ()

    def loss(
        self, player: str, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        """Return the discriminator's loss, or minus it for the generator."""
        outcome = self.game.loss("discriminator", networks, draw, coefficients)
        return outcome if player == "discriminator" else Outcome(-outcome.loss, {})


def duality_gap(
    game: Game,
    state: TrainState,
    plan: Plan,
    seek: Callable[[int], Draw],
    judge: Sequence[Draw],
    *,
    search: Search | None = None,
) -> DualityGap:
    """Return an estimate of the duality gap; the state is not touched.

    gap = max over D′ of M(D′, G) − min over G′ of M(D, G′),    M = −(the discriminator's loss)

    Args:
        game: with the players "discriminator" and "generator".
        state: where they stand.
        plan: precision, clipping, spectral normalisation, and the penalties' weights.
        seek: step -> held-out data and noise that the searches look at.
        judge: other held-out draws, at least two, on which payoffs are measured.
        search: steps and learning rate of both searches.

    Raises:
        InputError: fewer than two draws to judge by, no steps, or a game that carries numbers or grows.
        Diverged: a search met a number that is not finite.

    Source: Grnarova et al. 2019, arXiv 1811.05512.
    """
    how, zero_sum = search or Search(), ZeroSum(game)
    if len(judge) < 2:
        raise InputError(
            f"judge has {len(judge)} draw, and a standard error needs two; give more held-out batches"
        )
    if how.steps < 1:
        raise InputError(f"steps is {how.steps}, and no search is made of none; give 1 or more")
    if state.carried:
        raise InputError(
            f"the duality gap belongs to one fixed game, but this one changes its {', '.join(state.carried)} "
            "from round to round: look at the numbers that its run logs"
        )
    require_grown(state.networks.values())
    own = {name: weight for name, weight in plan.coefficients.items() if name != auxiliary.NAME}
    # each loss stands alone: no samples are shared between turns, no micro-batches
    plan = replace(plan, coefficients=own, fresh_latents=True, accumulate=1)
    payoff = _payoffs(zero_sum, _copied(state), plan, judge)
    found = {
        player: _payoffs(zero_sum, _searched(zero_sum, state, plan, player, seek, how), plan, judge)
        for player in ("discriminator", "generator")
    }
    gaps = found["discriminator"] - found["generator"]
    return DualityGap(
        value=float(gaps.mean()),
        standard_error=float(gaps.std()) / math.sqrt(len(gaps)),
        payoff=float(payoff.mean()),
        best_discriminator=float(found["discriminator"].mean()),
        best_generator=float(found["generator"].mean()),
        steps=how.steps,
    )


def _searched(
    game: Game,
    state: TrainState,
    plan: Plan,
    player: str,
    seek: Callable[[int], Draw],
    how: Search,
) -> TrainState:
    """Return a copy of the state in which one player has moved by its search."""
    own = _copied(state)
    tensors: list[Tensor] = list(own.networks[player].parameters())
    own.optimizers = {player: torch.optim.Adam(tensors, lr=how.learning_rate, fused=True)}
    project = how.project.get(player)
    for step in range(how.steps):
        players = RoundField(game, own, plan, [[seek(step)]])
        players.differentiate(player, 0)
        players.move(player)
        if project is not None:
            with torch.no_grad():
                project(tensors)
    return own


@torch.no_grad()
def _payoffs(
    game: Game, own: TrainState, plan: Plan, judge: Sequence[Draw]
) -> Float64[Tensor, " batches"]:
    """Return M on each draw."""
    losses = [RoundField(game, own, plan, [[draw]]).loss("discriminator", 0) for draw in judge]
    return -torch.stack([loss.double() for loss in losses])


def _copied(state: TrainState) -> TrainState:
    """Return copies of the players, without optimisers; `seen` sets the penalties' weights."""
    return TrainState(
        networks={k: copy.deepcopy(v).requires_grad_(True) for k, v in state.networks.items()},
        averages={},
        optimizers={},
        vectors=dict(state.vectors),
        step=state.step,
        seen=state.seen,
    )
