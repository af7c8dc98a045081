"""A whole round as one compiled graph: losses, gradients, penalties and Adam of both players.

For small networks an eager round spends most of its time between kernels. Compiling the networks
one by one makes that worse (throughput study: 0.6 times as fast); compiling the round, optimisers
included, doubles the speed. Compilation takes half a minute, hence opt-in.

The graph's inputs are the very tensors of the networks and of their optimisers' states, updated in
place: whoever reads, saves or resumes the state cannot tell which round played it.

    m <- m + (1 - b1)(g - m),   v <- v + (1 - b2)(g^2 - v)
    w <- w - eta m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)

Kingma and Ba 2014, arXiv 1412.6980. Learning rates, second betas and coefficients enter as tensors,
for a Python number that changes with the schedule would compile a new graph at each of its values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vjp

from zerosum.errors import Diverged, InputError
from zerosum.games.protocol import Draw, Game
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState
from zerosum.training.step import Record, set_schedules, update_averages

Named = dict[str, Tensor]
Pull = Callable[[Tensor], tuple[Named]]


@dataclass(frozen=True)
class Mover:
    """One player's tensors, by parameter name, each changed in place by the graph.

    Attributes:
        weights: the network's parameters.
        mean, square: Adam's moments.
        count: Adam's step counter of each parameter, float32 ().
        rates: learning rate and second beta, float32 (2,), filled before each round.
    """

    weights: Named
    mean: Named
    square: Named
    count: Named
    rates: Tensor


class CompiledRound:
    """A round with the face of `play_round`, compiled at its first call.

    Args:
        game: a generator and a discriminator; turns end with the generator's.
        state: its tensors become the graph's inputs.
        plan: refused where the graph cannot follow it.

    Raises:
        InputError: an optimiser other than Adam, a network with buffers, or a plan with weight
            clipping, spectral normalisation, micro-batches or bf16.
    """

    def __init__(self, game: Game, state: TrainState, plan: Plan) -> None:
        _refuse(state, plan)
        self._constants = {name: _constants(opt) for name, opt in state.optimizers.items()}
        self._coefficients = {name: torch.zeros(()) for name in plan.coefficients_at(state.seen)}
        self._shared = not plan.fresh_latents
        self._state = state
        self._movers: dict[str, Mover] = {}
        self._numbers: dict[str, float | tuple[float, float]] = {}
        # One graph or an error: a break would silently give the speed back. Of the checks that
        # torch makes at every call only the tensors' are kept: modules and game are this object's
        # own, and checking them again takes as long as a tenth of a small round.
        self._graph = torch.compile(
            self._round(game),
            fullgraph=True,
            dynamic=False,
            options={"guard_filter_fn": torch.compiler.keep_tensor_guards_unsafe},
        )

    def __call__(
        self, game: Game, state: TrainState, plan: Plan, draws: Sequence[Sequence[Draw]]
    ) -> Record:
        """Play one round and return what to plot of it; see `play_round`.

        Raises:
            Diverged: a loss or gradient is not finite; from that turn on no weight was moved.
        """
        set_schedules(state, plan)
        self._fill(state, plan)
        finite, record = self._graph(self._movers, self._coefficients, [d[0] for d in draws])
        verdicts = finite.tolist()
        if not all(verdicts):
            raise _diverged(game.turns[verdicts.index(False)], state)
        rows = len(draws[-1][0].real)
        update_averages(state, plan.ema_half_life.at(state.seen), rows)
        state.step += 1
        state.seen += rows
        return record

    def _fill(self, state: TrainState, plan: Plan) -> None:
        if not self._movers:
            self._movers = {name: _mover(state, name) for name in state.optimizers}
        numbers: dict[str, float | tuple[float, float]] = dict(plan.coefficients_at(state.seen))
        for name, optimizer in state.optimizers.items():
            group = optimizer.param_groups[0]
            numbers[name] = (group["lr"], group["betas"][1])
        if numbers == self._numbers:
            return
        self._numbers = numbers
        for name, value in numbers.items():
            target = self._movers[name].rates if name in self._movers else self._coefficients[name]
            target.copy_(torch.tensor(value))

    def _round(self, game: Game) -> Callable[..., tuple[Tensor, Record]]:
        modules, constants = self._state.networks, self._constants
        turns, shared = game.turns, self._shared

        def play(
            movers: Mapping[str, Mover], coefficients: Named, draws: list[Draw]
        ) -> tuple[Tensor, Record]:
            alive = torch.ones((), dtype=torch.bool)
            verdicts, record = [], {}
            fake, pull = _generate(modules, movers, draws[0])
            for i, (player, draw) in enumerate(zip(turns, draws, strict=True)):
                # the last discriminator turn's samples are the generator's, if it shares its draw
                if i > 0 and not (shared and player == "generator"):
                    fake, pull = _generate(modules, movers, draw)
                turn = _generator_turn if player == "generator" else _discriminator_turn
                gradient, loss, plot = turn(game, modules, movers, coefficients, draw, fake, pull)
                alive = alive & torch.isfinite(_total(loss, gradient))
                _adam_(movers[player], gradient, alive, *constants[player])
                verdicts.append(alive)
                record.update({f"{player}/{k}": v for k, v in plot.items()})
            return torch.stack(verdicts), record

        return play


def _generate(
    modules: Mapping[str, nn.Module], movers: Mapping[str, Mover], draw: Draw
) -> tuple[Tensor, Pull]:
    def sample(weights: Named) -> Tensor:
        return functional_call(modules["generator"], weights, (draw.latent, draw.label))

    samples, pull = vjp(sample, movers["generator"].weights)  # type: ignore[misc]
    return samples, pull


def _discriminator_turn(
    game: Game,
    modules: Mapping[str, nn.Module],
    movers: Mapping[str, Mover],
    coefficients: Named,
    draw: Draw,
    fake: Tensor,
    pull: Pull,
) -> tuple[Named, Tensor, Named]:
    def loss(weights: Named) -> tuple[Tensor, tuple[Tensor, Named]]:
        judge = _bound(modules["discriminator"], weights)
        networks = {"generator": lambda *_: fake, "discriminator": judge}
        outcome = game.loss("discriminator", networks, draw, coefficients)
        return outcome.loss, (outcome.loss, outcome.record)

    gradient, (value, record) = grad(loss, has_aux=True)(movers["discriminator"].weights)
    return gradient, value, record


def _generator_turn(
    game: Game,
    modules: Mapping[str, nn.Module],
    movers: Mapping[str, Mover],
    coefficients: Named,
    draw: Draw,
    fake: Tensor,
    pull: Pull,
) -> tuple[Named, Tensor, Named]:
    judge = _bound(modules["discriminator"], movers["discriminator"].weights)

    def loss(x: Tensor) -> tuple[Tensor, tuple[Tensor, Named]]:
        networks = {"generator": lambda *_: x, "discriminator": judge}
        outcome = game.loss("generator", networks, draw, coefficients)
        return outcome.loss, (outcome.loss, outcome.record)

    # first to the samples, then through the generator: its forward pass is made only once
    slope, (value, record) = grad(loss, has_aux=True)(fake)
    return pull(slope)[0], value, record


def _bound(module: nn.Module, weights: Named) -> Callable[..., Tensor]:
    return lambda *arguments: functional_call(module, weights, arguments)


def _total(loss: Tensor, gradient: Named) -> Tensor:
    # a sum of squares is finite only if every term is
    return loss + sum(g.square().sum() for g in gradient.values())


def _adam_(mover: Mover, gradient: Named, alive: Tensor, beta1: float, eps: float) -> None:
    rate, beta2 = mover.rates.unbind()
    for name, g in gradient.items():
        count = mover.count[name] + alive
        mean = torch.lerp(mover.mean[name], g, 1 - beta1)
        square = torch.lerp(mover.square[name], g * g, 1 - beta2)
        scale = (1 - beta2**count).sqrt()
        move = rate / (1 - beta1**count) * mean / (square.sqrt() / scale + eps)
        for old, new in (
            (mover.weights[name], mover.weights[name] - move),
            (mover.mean[name], mean),
            (mover.square[name], square),
        ):
            old.copy_(torch.where(alive, new, old))
        mover.count[name].copy_(count)


def _mover(state: TrainState, player: str) -> Mover:
    optimizer = state.optimizers[player]
    weights = dict(state.networks[player].named_parameters())
    for p in weights.values():
        if not optimizer.state[p]:
            # what Adam itself makes at its first step
            optimizer.state[p] = {
                "step": torch.zeros((), dtype=torch.float32),
                "exp_avg": torch.zeros_like(p),
                "exp_avg_sq": torch.zeros_like(p),
            }
    slots = {name: optimizer.state[p] for name, p in weights.items()}
    return Mover(
        weights={name: p.detach() for name, p in weights.items()},
        mean={name: slot["exp_avg"] for name, slot in slots.items()},
        square={name: slot["exp_avg_sq"] for name, slot in slots.items()},
        count={name: slot["step"] for name, slot in slots.items()},
        rates=torch.zeros(2),
    )


def _constants(optimizer: torch.optim.Optimizer) -> tuple[float, float]:
    group = optimizer.param_groups[0]
    return group["betas"][0], group["eps"]


def _refuse(state: TrainState, plan: Plan) -> None:
    if state.carried:
        raise InputError("run.compile has no place for what a game carries: leave compile out")
    if not all(isinstance(o, torch.optim.Adam) for o in state.optimizers.values()):
        raise InputError("run.compile has Adam inside its graph: use optimizer adam, or no compile")
    if any(True for n in state.networks.values() for _ in n.buffers()):
        raise InputError("run.compile traces a pure step, but a network keeps buffers: norm none")
    plain = plan.clip is None and not plan.spectral and plan.precision == "fp32"
    if not plain or plan.accumulate != 1:
        raise InputError(
            "run.compile does not cover clip, spectral, accumulate or bf16: leave one of them out"
        )


def _diverged(player: str, state: TrainState) -> Diverged:
    return Diverged(
        f"the {player}'s loss or gradient is not finite at step {state.step}: its weights were "
        "left as they were. Lower the learning rate, add or strengthen a penalty, or use precision fp32."
    )
