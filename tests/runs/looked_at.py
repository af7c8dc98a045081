"""Short trainings that are looked at twenty times: healthy ones, and ones that are made ill on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn

from zerosum import noise
from zerosum.recipes.config import merge
from zerosum.runs.job import Job, assemble, prepare
from zerosum.runs.vitals import look_of
from zerosum.training.state import TrainState
from zerosum.training.step import Record
from zerosum.training.vitals import signals

LOOKS = 20


class Watch:
    """An observer that keeps what it sees as the evaluator's events do."""

    def __init__(self, job: Job, looks: int = LOOKS) -> None:
        self.job, self.every, self.look = job, max(1, job.plan.steps // looks), look_of(job)
        self.history: list[dict[str, Any]] = []

    def after_step(self, state: TrainState, record: Record) -> None:
        """Look, if it is time to."""
        if state.step % self.every == 0:
            self.history.append({"step": state.step, "measures": {}, "signals": self.now(state)})

    def now(self, state: TrainState) -> dict[str, float]:
        """Return the signals of a state."""
        key = noise.fold(self.job.config.seed, "signals", state.step)
        return signals(self.job.game, state, self.job.plan, self.look, key=key)

    def at_end(self, state: TrainState, reason: str) -> None:
        """Nothing is left to do."""


def history(
    what: object, recipe: str, seed: int, looks: int = LOOKS, **settings: Any
) -> list[dict[str, Any]]:
    """Train, and return what was seen."""
    return watched(what, recipe, seed, looks, **settings).history


def watched(what: object, recipe: str, seed: int, looks: int = LOOKS, **settings: Any) -> Watch:
    """Train, and return who watched."""
    job = prepare(what, recipe=recipe, settings=merge({"seed": seed}, settings))
    watch = Watch(job, looks)
    job.run([watch])
    return watch


def table(rows: int = 600) -> np.ndarray:
    """Return a small table: two groups, a skewed column and two that go together."""
    rng = np.random.default_rng(7)
    group = rng.random(rows) < 0.4
    first = rng.normal(size=rows) + 3.0 * group
    second = 0.8 * first + 0.6 * rng.normal(size=rows)
    third = np.exp(0.5 * rng.normal(size=rows))
    return np.stack((first, second, third, rng.random(rows)), axis=1)


def pictures(rows: int) -> np.ndarray:
    """Return the first digits as 8-bit pictures."""
    return (load_digits().images[:rows] / 16 * 255).astype("uint8")


def run(steps: int, batch: int = 64) -> dict[str, Any]:
    """Return the settings of a short run."""
    return {"steps": steps, "batch": batch, "previews": 0}


# what, recipe, settings; number i is trained with seed i
HEALTHY: tuple[tuple[object, str, dict[str, Any]], ...] = (
    ("ring", "r3gan", {"run": run(1200, 128)}),
    ("bimodal", "r3gan", {"run": run(1000, 128)}),
    (table(), "r3gan", {"run": run(1200, 128)}),
    ("digits", "dcgan", {"run": run(1500)}),
    ("ring", "ns-r1", {"run": run(1200, 128)}),
    ("bimodal", "ns-r1", {"run": run(1000, 128)}),
    (table(), "ns-r1", {"run": run(1200, 128)}),
    ("digits", "r3gan", {"run": run(1500)}),
    ("grid", "r3gan", {"run": run(1500, 128)}),
    ("gaussian", "r3gan", {"run": run(1000, 128)}),
    (table(), "wgan-gp", {"run": run(1000)}),
    ("digits", "ns-r1", {"run": run(2500)}),
    ("ring", "r3gan", {"run": run(1200, 128), "generator": {"width": 64}}),
    ("gaussian", "ns-r1", {"run": run(1000, 128)}),
    (table(), "fgan", {"run": run(1200, 128)}),
    ("digits", "dcgan", {"run": run(1500), "game": {"label_smoothing": 0.1}}),
    ("moons", "r3gan", {"run": run(1200, 128)}),
    ("bimodal", "fgan", {"run": run(1000, 128)}),
    (table(), "r3gan", {"run": run(1200, 128), "game": {"pack": 2}}),
    ("digits", "r3gan", {"run": run(1500), "conditional": True}),
)


# Trainings made ill on purpose: which alarm, and what is wrong.
SMALL = {"name": "mlp", "width": 64, "depth": 2}


def adam(rate: float, momentum: float = 0.0) -> dict[str, Any]:
    """Return the settings of an optimiser."""
    return {"name": "adam", "lr": rate, "beta1": momentum, "beta2": 0.99}


def players(generator: dict[str, Any], discriminator: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of two small networks and their optimisers."""
    return {
        "generator": SMALL,
        "discriminator": SMALL,
        "generator_optimizer": generator,
        "discriminator_optimizer": discriminator,
        "latent": 8,
    }


def large_steps(seed: int) -> list[dict[str, Any]]:
    """The generator's steps are twenty times the discriminator's; minimax, no penalty."""
    game = {"objective": "mm"}
    moves = players(adam(2e-2, 0.5), adam(1e-3, 0.5))
    return history("grid", "custom", seed, run=run(1000), game=game, **moves)


def far_ahead(seed: int, steps: int = 200, looks: int = LOOKS) -> list[dict[str, Any]]:
    """Twenty-five discriminator turns of large steps for one of small steps; minimax."""
    game = {"objective": "mm", "discriminator_steps": 25, "fresh_latents": True}
    moves = players(adam(1e-4), adam(1e-2))
    return history("ring", "custom", seed, looks, run=run(steps), game=game, **moves)


def forty_digits(seed: int) -> list[dict[str, Any]]:
    """A strong pair on 40 training digits, penalties a tenth of the recipe's; 360 are held out."""
    weak = [{"name": "r1", "weight": 0.01}, {"name": "r2", "weight": 0.01}]
    few = {"data": {"holdout": 0.9}, "game": {"penalties": weak}}
    return history(pictures(400), "r3gan", seed, run=run(1500, 40), **few)


def momentum(seed: int) -> list[dict[str, Any]]:
    """Both players move at once, with momentum 0.9, on a bilinear-like game: a clipped Wasserstein critic."""
    game = {"objective": "wgan", "clip": 0.1, "solver": "simultaneous"}
    heavy = {"name": "sgd", "lr": 0.05, "beta1": 0.9}
    return history("ring", "custom", seed, run=run(3000), game=game, **players(heavy, heavy))


def half_of_the_ring(seed: int) -> list[dict[str, Any]]:
    """Every other mode is shown with weight 0, from the first step on, so that it is never made."""
    job = prepare("ring", recipe="r3gan", settings={"seed": seed, "run": run(1200, 128)})
    return never_shown(job, odd_modes(np.asarray(job.source.rows[job.trained])))


def half_of_the_digits(seed: int) -> list[dict[str, Any]]:
    """Digits 5 to 9 are shown with weight 0."""
    job = prepare("digits", recipe="dcgan", settings={"seed": seed, "run": run(1500)})
    return never_shown(job, np.asarray(job.source.labels)[job.trained] > 4)


def odd_modes(rows: np.ndarray) -> np.ndarray:
    """Return which rows of the ring are of its odd modes."""
    angle = np.arctan2(rows[:, 1], rows[:, 0])
    return np.rint(angle / (np.pi / 4)).astype(int) % 2 == 1


def never_shown(job: Job, hidden: np.ndarray) -> list[dict[str, Any]]:
    """Train on the other rows only, and look beside all of them."""
    weights = torch.from_numpy(~hidden / (~hidden).sum())
    watch = Watch(assemble(job.config, job.source, job, weights))
    watch.job.run([watch])
    return watch.history


def scripted(
    what: object, network: Callable[[Watch], nn.Module], seed: int
) -> list[dict[str, Any]]:
    """Return looks at a generator that never learns: from a fifth of the run on, five of them."""
    watch = Watch(prepare(what, settings={"seed": seed, "run": run(100)}))
    state = watch.job.state
    ill = replace(state, networks={**state.networks, "generator": network(watch)})
    seen = []
    for step in range(20, 101, 20):
        ill.step = step
        seen.append({"step": step, "signals": watch.now(ill)})
    return seen


class Copying(nn.Module):
    """A generator that gives rows of a set back, chosen by the latent; some with noise on them."""

    def __init__(self, rows: Tensor, share: float = 1.0) -> None:
        super().__init__()
        self.own = nn.Parameter(torch.zeros(()))  # so that there is something to take a gradient in
        self.register_buffer("rows", rows)
        self.share = share

    def forward(self, latent: Tensor, label: Tensor | None = None) -> Tensor:
        """Return a row of the set, or the mean of two, which is a copy of none."""
        number = torch.special.ndtr(latent[:, :3]) * len(self.rows)
        first, second, third = self.rows[number.long().clamp(max=len(self.rows) - 1)].unbind(1)
        copied = torch.special.ndtr(latent[:, 3]) < self.share
        flags = copied.reshape(-1, *[1] * (first.ndim - 1))
        return torch.where(flags, first, (second + third) / 2) + self.own


class Stamped(nn.Module):
    """A generator that puts a spot of 1.2 pixels on each of its pictures."""

    def __init__(self, network: nn.Module, row: int, column: int, height: float) -> None:
        super().__init__()
        self.network, self.row, self.column, self.height = network, row, column, height

    def forward(self, latent: Tensor, label: Tensor | None = None) -> Tensor:
        """Return the network's pictures with the spot."""
        x = self.network(latent, label)
        rows, columns = (torch.arange(x.shape[i]).float() for i in (2, 3))
        apart = (rows - self.row).square()[:, None] + (columns - self.column).square()
        return x + self.height * torch.exp(-apart / (2 * 1.2**2))
