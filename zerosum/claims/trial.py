"""Small trainings for the claims, by the project's own rounds: one player alone, or the whole game."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from zerosum import noise
from zerosum.games.protocol import Coefficients, Draw, Game, Networks, Outcome
from zerosum.penalties import spectral
from zerosum.training.plan import Plan
from zerosum.training.schedule import Schedule
from zerosum.training.state import TrainState
from zerosum.training.step import play_round

Rows = Callable[[int, int], Tensor]  # (key, n) -> (n, ...)


@dataclass(frozen=True)
class Alone:
    """A game in which only one player ever moves; the others stay as they are.

    Attributes:
        game: whose losses are played.
        player: who moves, once a round.
    """

    game: Game
    player: str

    @property
    def players(self) -> tuple[str, ...]:
        """All players of the game: the ones that stand still are needed for the loss."""
        return self.game.players

    @property
    def turns(self) -> tuple[str, ...]:
        """The one player's turn."""
        return (self.player,)

    def constants(self, player: str) -> tuple[str, ...]:
        """What the game itself says."""
        return self.game.constants(player)

    def loss(
        self, player: str, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        """Return what `player` minimises at this draw."""
        return self.game.loss(player, networks, draw, coefficients)


@dataclass(frozen=True)
class Trial:
    """A training small enough for a claim.

    Attributes:
        game: players, turns and losses.
        networks: a module for each player.
        real: (key, n) -> n rows of data.
        latent: (key, n) -> n latents.
        rate: Adam's step size, for every player that moves.
        betas: Adam's.
        batch: rows a turn.
        coefficients: penalty weights and `instance_noise`.
        seed: of every draw.
        clip: bound on the discriminator's weights, or None.
        spectral: divide the discriminator's weights by their largest singular values.
    """

    game: Game
    networks: Mapping[str, nn.Module]
    real: Rows
    latent: Rows
    rate: float | Schedule
    betas: tuple[float, float]
    batch: int
    coefficients: Mapping[str, float]
    seed: int
    clip: float | None = None
    spectral: bool = False

    def run(
        self,
        steps: int,
        look: Callable[[TrainState], None] = lambda state: None,
        at: Sequence[int] = (),
        averages: Mapping[str, nn.Module] | None = None,
        half_life: float = 0.0,
    ) -> TrainState:
        """Play rounds and return the state after them.

        Args:
            steps: rounds to play.
            look: called with the state before the rounds whose numbers stand in `at`; and after the
                last round if `steps` stands there.
            at: when to look.
            averages: networks that follow the moving ones, by player.
            half_life: of those averages, in samples.
        """
        plan, state = self.plan(steps, half_life), self._state(averages or {})
        wanted = set(at)
        for step in range(steps):
            if step in wanted:
                look(state)
            play_round(self.game, state, plan, self._draws(step))
        if steps in wanted:
            look(state)
        return state

    def plan(self, steps: int, half_life: float = 0.0) -> Plan:
        """Return the numbers of a run of so many rounds."""
        rate = self.rate if isinstance(self.rate, Schedule) else Schedule(self.rate)
        return Plan(
            steps=steps,
            batch=self.batch,
            latent=1,
            seed=self.seed,
            fresh_latents=True,
            coefficients={k: Schedule(v) for k, v in self.coefficients.items()},
            learning_rates=dict.fromkeys(self.game.turns, rate),
            ema_half_life=Schedule(half_life),
            clip=self.clip,
            spectral=self.spectral,
        )

    def _state(self, averages: Mapping[str, nn.Module]) -> TrainState:
        optimizers = {
            player: torch.optim.Adam(
                self.networks[player].parameters(), betas=self.betas, fused=True
            )
            for player in dict.fromkeys(self.game.turns)
        }
        vectors = {}
        if self.spectral:
            key = noise.fold(self.seed, "spectral")
            vectors = spectral.initial_vectors(self.networks["discriminator"], key)
        return TrainState(self.networks, averages, optimizers, vectors)

    def _draws(self, step: int) -> list[list[Draw]]:
        return [[self.draw(step, turn)] for turn in range(len(self.game.turns))]

    def draw(self, step: int, turn: int = 0) -> Draw:
        """Return the fresh data and noise of one turn."""
        key = noise.fold(self.seed, "trial", step, turn)
        real = self.real(noise.fold(key, "real"), self.batch)
        latent = self.latent(noise.fold(key, "latent"), self.batch)
        return Draw(real, latent, None, torch.tensor(key))


def seeded(build: Callable[[], nn.Module], seed: int, player: str) -> nn.Module:
    """Return a network whose initial weights are a function of the seed and the player's name."""
    # torch's initialisers draw from its global stream: it is set for the construction, then put back
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(noise.fold(seed, "init", player))
        return build()


def normal_latents(dimensions: int) -> Rows:
    """Return the function (key, n) -> standard normal latents (n, dimensions), float32."""
    return lambda key, n: noise.normal(key, (n, dimensions))
