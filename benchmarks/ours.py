"""zerosum's own step on the case's networks: the very function that `zerosum train` runs.

The networks are the contestants' common ones; layout, optimiser, shared fakes, the finite check and
the moving average are zerosum's. `build_compiled` compiles the whole round.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from benchmarks.cases import BETAS, LEARNING_RATE, PENALTY_WEIGHT, Case, Step
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.dcgan import DCGANDiscriminator, DCGANGenerator
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.penalties.gradient_penalty import WGAN_GP
from zerosum.training.allocator import keep_freed_memory
from zerosum.training.draws import Draws
from zerosum.training.loop import PlayRound
from zerosum.training.plan import Plan
from zerosum.training.schedule import Schedule
from zerosum.training.state import TrainState
from zerosum.training.step import play_round


def build(case: Case) -> Step:
    """Return zerosum's eager step."""
    return _step(case)


def build_own_networks(case: Case) -> Step:
    """Return zerosum's eager step on zerosum's own DCGAN: the same layers, the ends as linear maps."""
    norm = "batch" if case.loss == "logistic" else "none"
    shape = {"event_shape": case.event_shape, "width": case.width}
    torch.manual_seed(0)
    generator = DCGANGenerator(latent=case.latent, norm="batch", **shape)
    return _step(case, networks=(generator, DCGANDiscriminator(norm=norm, **shape)))


def build_bf16(case: Case) -> Step:
    """Return zerosum's eager step under bf16 autocast."""
    return _step(case, precision="bf16")


def build_compiled(case: Case) -> Step:
    """Return zerosum's step compiled as one graph."""
    return _step(case, compiled=True)


@dataclass(frozen=True)
class CriticOnly:
    """A game in which the discriminator alone moves: the critic's step."""

    game: TwoPlayer
    players = ("discriminator",)
    turns = ("discriminator",)

    def constants(self, player: str) -> tuple[str, ...]:
        """Return the game's own."""
        return self.game.constants(player)

    def loss(self, *arguments: object) -> object:
        """Return the whole game's loss."""
        return self.game.loss(*arguments)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Batch:
    real: Tensor
    label: None = None


class _Preloaded:
    def __init__(self, case: Case) -> None:
        source = case.batches()
        self._batches = [_Batch(next(source).to(memory_format=_layout(case))) for _ in range(8)]

    def batch(self, draw: int) -> _Batch:
        return self._batches[draw % len(self._batches)]


def _step(
    case: Case,
    *,
    compiled: bool = False,
    precision: str = "fp32",
    networks: tuple[nn.Module, nn.Module] | None = None,
) -> Step:
    keep_freed_memory()  # as `zerosum train` does; the peers run with the allocator they have
    state = _state(case, networks or case.networks())
    game, plan = _game(case), _plan(case, precision)
    draws = Draws(
        _Preloaded(case),
        turns=len(game.turns),
        accumulate=1,
        fresh_last=False,
        batch=case.batch,
        latent=case.latent,
        seed=0,
    )
    play: PlayRound = play_round
    if compiled:
        from zerosum.training.compiled import CompiledRound

        play = CompiledRound(game, state, plan)
    return lambda: play(game, state, plan, draws.step(state.step))


def _game(case: Case) -> TwoPlayer | CriticOnly:
    if case.loss == "logistic":
        return TwoPlayer(NONSATURATING, joint_pass=not case.image)
    return CriticOnly(TwoPlayer(WASSERSTEIN, penalties=(WGAN_GP,), joint_pass=True))


def _state(case: Case, pair: tuple[nn.Module, nn.Module]) -> TrainState:
    generator, discriminator = (n.to(memory_format=_layout(case)) for n in pair)
    networks = {"generator": generator, "discriminator": discriminator}
    average = copy.deepcopy(generator).requires_grad_(False).eval()
    optimizers = {
        name: torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, betas=BETAS, fused=True)
        for name, network in networks.items()
    }
    return TrainState(networks=networks, averages={"generator": average}, optimizers=optimizers)


def _plan(case: Case, precision: str) -> Plan:
    players = ("generator", "discriminator")
    return Plan(
        steps=1 << 40,
        batch=case.batch,
        latent=case.latent,
        seed=0,
        coefficients={} if case.loss == "logistic" else {WGAN_GP.name: Schedule(PENALTY_WEIGHT)},
        learning_rates=dict.fromkeys(players, Schedule(LEARNING_RATE)),
        beta2=dict.fromkeys(players, Schedule(BETAS[1])),
        precision=precision,
    )


def _layout(case: Case) -> torch.memory_format:
    return torch.channels_last if case.image else torch.preserve_format
