"""From data and settings to a trained generator: what the command line and the estimator share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.data.feed import Feed
from zerosum.data.load import load
from zerosum.data.source import Source
from zerosum.data.split import split
from zerosum.errors import InputError
from zerosum.games.protocol import Game
from zerosum.generator import Generator, find_artefact, load_generator
from zerosum.recipes.build import build_game, build_plan, build_state, choose_device, resolve
from zerosum.recipes.config import Config, DataConfig, from_mapping, merge
from zerosum.recipes.presets import DataShape
from zerosum.recipes.tables import Sizes
from zerosum.runs.domains import Domain, second_domain, second_source, with_second
from zerosum.runs.made import made_generator, sizes_of
from zerosum.runs.precision import has_bf16 as has_bf16
from zerosum.runs.precision import warn_of_slow_precision
from zerosum.runs.reading import GIVEN as GIVEN
from zerosum.runs.reading import data_options as data_options
from zerosum.training.allocator import keep_freed_memory
from zerosum.training.draws import Draws
from zerosum.training.loop import Observer, PlayRound, train
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState
from zerosum.training.step import play_round


@dataclass(frozen=True)
class Job:
    """Everything one training needs, built but not begun.

    Attributes:
        config: resolved settings.
        source: the data, its codec fitted to the training rows only.
        trained, held_out: sorted row numbers; the held-out ones are never trained on.
        sizes: what the networks fit.
        game, plan, state, draws: the parts of the loop.
        feed: the encoded training rows, batch by batch.
        made: the generator that several trainings made together, if it is not this one's.
        other: the second domain of a game of two, or None.
    """

    config: Config
    source: Source
    trained: np.ndarray
    held_out: np.ndarray
    sizes: Sizes
    game: Game
    plan: Plan
    state: TrainState
    draws: Draws
    feed: Feed
    made: Generator | None = None
    other: Domain | None = None

    @property
    def device(self) -> torch.device:
        """Where the networks are."""
        return next(self.state.networks["generator"].parameters()).device

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for everything that was assumed of the data."""
        return self.source.notes + (() if self.other is None else self.other.source.notes)

    @property
    def threads(self) -> int:
        """CPU threads a step runs on: small matrix products lose more than they win from a second."""
        if self.config.run.threads:
            return self.config.run.threads
        connected = {"mlp", "goodfellow", "maxout", "maxout-plain", "mlp-autoencoder", "mlp-pair"}
        small = {self.config.generator.name, self.config.discriminator.name} <= connected
        return 1 if small else torch.get_num_threads()

    def generator(self) -> Generator:
        """Return the averaged generator as it stands, with where it comes from."""
        if self.made is not None:
            return self.made
        network = self.state.averages["generator"]
        return made_generator(self.config, self.source, network, self.state.step)

    def run(
        self,
        observers: Sequence[Observer] = (),
        stop: Callable[[], bool] = lambda: False,
    ) -> str:
        """Train to the plan's end or until told to stop; return "done" or "interrupted"."""
        play: PlayRound = play_round
        if self.config.run.compile:
            from zerosum.training.compiled import CompiledRound

            play = CompiledRound(self.game, self.state, self.plan)
        keep_freed_memory()
        with cpu_threads(self.threads):
            return train(
                self.game,
                self.state,
                self.plan,
                self.draws,
                observers=observers,
                stop=stop,
                play=play,
            )


@contextmanager
def cpu_threads(n: int) -> Iterator[None]:
    """Let torch compute on n threads inside the block; the number is part of a run's arithmetic."""
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def prepare(
    data: object,
    *,
    to: object = None,
    labels: Any = None,
    recipe: str | None = None,
    settings: dict[str, Any] | None = None,
) -> Job:
    """Load the data, resolve the settings and build every part of a training; see `configure`.

    Args: to: the second domain of a game of two, where the settings do not name it.
    """
    settings = with_second(settings or {}, to)
    config, source = configure(data, labels=labels, recipe=recipe, settings=settings)
    other = second_source(config, source, to)
    return assemble(config, source, other=other)


def configure(
    data: object,
    *,
    labels: Any = None,
    recipe: str | None = None,
    settings: dict[str, Any] | None = None,
) -> tuple[Config, Source]:
    """Load the data and resolve the settings; no network is built yet.

    The configuration records the data's name or path, or `GIVEN` for rows given in Python.

    Args:
        data: a name, a path, an array, a tensor, a DataFrame or a Source.
        labels: one for each row, for data given in Python.
        recipe: a name of `zerosum list recipes`; None chooses from the data's shape.
        settings: nested settings that win over the recipe's.

    Raises:
        InputError: data, names or settings that cannot work.
    """
    named = str(data) if isinstance(data, str | os.PathLike) else GIVEN
    settings = merge(settings or {}, {"data": {"spec": named}})
    wanted = from_mapping(settings.get("data", {}), DataConfig, "data.")
    source = load(data, options=data_options(wanted), labels=labels)
    shape = data_shape(source)
    return resolve(shape, recipe, settings), source


def assemble(
    config: Config,
    source: Source,
    like: Job | None = None,
    weights: Tensor | None = None,
    other: Source | None = None,
) -> Job:
    """Build the parts of a training from a resolved configuration and its data.

    Args:
        like: a job on the same data, divided alike, on the same device; its rows are shared.
        weights: of the rows trained on, (rows,) float64 summing to 1; None: they count alike.
        other: the data of a second domain, for a game of two.
    """
    device = choose_device(config.run.device)
    warn_of_slow_precision(config, device)
    seed = noise.fold(config.seed, "batches")
    if like is None:
        trained, held_out = split(source.n, config.data.holdout, config.data.seed)
        source = source.fitted(trained)
        feed = Feed(source, trained, config.run.batch, seed, device)
    else:
        trained, held_out, source, feed = (
            like.trained, like.held_out, like.source, like.feed.again(seed)
        )  # fmt: skip
    feed = feed if weights is None else feed.weighted(weights)
    second = None if other is None else second_domain(config, other, device)
    sizes = sizes_of(config, source)
    game, plan = build_game(config), build_plan(config)
    draws = Draws(
        feed if sizes.classes else Unlabelled(feed),
        turns=len(game.turns),
        accumulate=plan.accumulate,
        fresh_last=plan.fresh_latents,
        batch=plan.batch,
        latent=plan.latent,
        seed=plan.seed,
        stratified=plan.stratified,
        device=device,
        other=None if second is None else second.feed,
    )
    state = build_state(config, sizes, device)
    parts = (trained, held_out, sizes, game, plan, state, draws, feed)
    return Job(config, source, *parts, other=second)


class Unlabelled:
    """A feed whose labels are left out, for an unconditional game on labelled data."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def batch(self, draw: int) -> Any:
        """Return batch number `draw` without labels."""
        batch = self._feed.batch(draw)
        return type(batch)(batch.real, None)


def data_shape(source: Source) -> DataShape:
    """Return what presets may know of the data."""
    return DataShape(source.kind, source.event_shape, source.n, source.labels is not None)


def initialise_from(job: Job, folder: Path) -> None:
    """Put a trained generator's weights into a fresh job's generator and its average.

    Raises:
        InputError: not an artefact, or another network than this job's.
    """
    trained = load_generator(find_artefact(folder))
    mine = job.state.networks["generator"]
    wanted = {k: tuple(v.shape) for k, v in mine.state_dict().items()}
    given = {k: tuple(v.shape) for k, v in trained.network.state_dict().items()}
    if wanted != given or trained.config.name != job.config.generator.name:
        raise InputError(
            f"{folder} holds a {trained.config.name} generator of other sizes than this run's "
            f"{job.config.generator.name}: give the same network, widths, latent and data shape"
        )
    for network in (mine, job.state.averages["generator"]):
        network.load_state_dict(trained.network.state_dict())
