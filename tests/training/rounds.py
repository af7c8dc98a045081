"""Small float64 games for tests of the step: state, plan and draws from a recipe's own settings."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.testing import assert_close

from zerosum import noise
from zerosum.games.protocol import Draw
from zerosum.games.two_player import TwoPlayer
from zerosum.recipes.build import build_game, build_plan, build_state, resolve
from zerosum.recipes.config import merge
from zerosum.recipes.presets import DataShape
from zerosum.recipes.tables import Sizes
from zerosum.training.draws import Draws
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState
from zerosum.training.step import play_round

SMALL: dict[str, Any] = {
    "latent": 4,
    "generator": {"name": "mlp", "width": 8, "depth": 2},
    "discriminator": {"name": "mlp", "width": 8, "depth": 2},
    "run": {"batch": 8, "steps": 100},
}

CLASSES = 3  # of the points, where a recipe asks for them

EXACT = {"rtol": 1e-11, "atol": 1e-13}  # two ways of writing the same float64 sums


@dataclass(frozen=True)
class Batch:
    """Real rows, and labels where there are classes."""

    real: Tensor
    label: Tensor | None = None


class Feed:
    """Points round (2, -1) in float64, by batch number; or pictures round 0."""

    def __init__(
        self,
        batch: int,
        dtype: torch.dtype = torch.float64,
        classes: int = 0,
        event: tuple[int, ...] = (2,),
    ) -> None:
        self._shape, self._dtype, self._classes = (batch, *event), dtype, classes

    def batch(self, draw: int) -> Batch:
        """Return batch number `draw`."""
        rows = noise.normal(noise.fold("rows", draw), self._shape, dtype=torch.float64)
        if len(self._shape) == 2:
            rows = 0.5 * rows + torch.tensor([2.0, -1.0], dtype=torch.float64)
        if not self._classes:
            return Batch(rows.to(self._dtype))
        label = noise.integers(noise.fold("labels", draw), self._shape[:1], self._classes)
        return Batch(rows.to(self._dtype), label)


@dataclass
class Round:
    """All that `play_round` takes, and the draws of any step."""

    game: TwoPlayer
    state: TrainState
    plan: Plan
    draws: Draws
    dtype: torch.dtype = torch.float64

    def draw(self, step: int) -> list[list[Draw]]:
        """Return the draws of a step, latents in the dtype of the networks; shared ones shared."""
        known: dict[int, Draw] = {}
        return [[known.setdefault(id(d), self._cast(d)) for d in t] for t in self.draws.step(step)]

    def _cast(self, draw: Draw) -> Draw:
        return replace(draw, latent=draw.latent.to(self.dtype))

    def play(self, rounds: int = 1) -> dict[str, Tensor]:
        """Play some rounds and return the last one's record."""
        record: dict[str, Tensor] = {}
        for _ in range(rounds):
            record = play_round(self.game, self.state, self.plan, self.draw(self.state.step))
        return record

    def copies(self) -> tuple[torch.nn.Module, torch.nn.Module]:
        """Return copies of generator and discriminator as they stand."""
        nets = self.state.networks
        return copy.deepcopy(nets["generator"]), copy.deepcopy(nets["discriminator"])


def make(
    recipe: str = "custom",
    dtype: torch.dtype = torch.float64,
    event: tuple[int, ...] = (2,),
    **over: Any,
) -> Round:
    """Return a round of a recipe on points, with the small networks; `over` are sections on top.

    With `event` (channels, height, width) it is of pictures.
    """
    shape = DataShape("image" if len(event) == 3 else "points", event, 1000, labelled=True)
    judge = {"name": "mlp-autoencoder" if recipe == "began" else "mlp"}
    config = resolve(shape, recipe, merge(merge(SMALL, {"discriminator": judge}), over))
    game, plan = build_game(config), build_plan(config)
    classes = CLASSES if config.conditional else 0
    state = build_state(config, Sizes(config.latent, event, classes), torch.device("cpu"))
    for module in (*state.networks.values(), *state.averages.values()):
        module.to(dtype)
    state.vectors = {k: v.to(dtype) for k, v in state.vectors.items()}
    draws = Draws(
        Feed(config.run.batch, dtype, classes, event), turns=len(game.turns), accumulate=plan.accumulate,
        fresh_last=plan.fresh_latents, batch=plan.batch, latent=plan.latent, seed=plan.seed,
    )  # fmt: skip
    return Round(game, state, plan, draws, dtype)


def weights(module: torch.nn.Module) -> dict[str, Tensor]:
    """Return copies of a module's parameters by name."""
    return {k: v.detach().clone() for k, v in module.named_parameters()}


def assert_same_weights(
    some: Round, generator: torch.nn.Module, discriminator: torch.nn.Module
) -> None:
    """Compare both players with networks replayed by hand."""
    for name, module in (("generator", generator), ("discriminator", discriminator)):
        assert_close(weights(some.state.networks[name]), weights(module), **EXACT)


def moved(some: Round, before: torch.nn.Module) -> float:
    """Return the largest change of a generator's weight since `before`."""
    now = some.state.networks["generator"]
    return max(
        float((a - b).abs().max())
        for a, b in zip(weights(now).values(), weights(before).values(), strict=True)
    )


class Spy:
    """A game that notes every turn before it is taken, and otherwise is the game."""

    def __init__(self, game, note):
        self._game, self._note = game, note
        self.players, self.turns, self.constants = game.players, game.turns, game.constants

    def loss(self, player, networks, draw, coefficients):
        self._note(player, draw, coefficients)
        return self._game.loss(player, networks, draw, coefficients)
