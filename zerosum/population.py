"""B GANs in lock step: `zs.Population(zs.GAN(...), members=B).fit(datasets)`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone

from zerosum.data.source import Source
from zerosum.errors import InputError
from zerosum.gan import GAN
from zerosum.recipes.config import Config, merge
from zerosum.runs.job import Job, assemble, configure, cpu_threads
from zerosum.training.allocator import keep_freed_memory
from zerosum.training.member_draws import MemberDraws, Rhythm
from zerosum.training.member_plans import MemberPlans
from zerosum.training.population import train_members
from zerosum.training.stacked import member_average, stack

CHUNK = 200  # members in lock step: about what a core's cache holds of small networks

# numbers that may differ between members of one group; all else is structure
_NUMBERS = (
    "lr",
    "beta1",
    "beta2",
    "weight",
    "instance_noise",
    "ema_half_life",
    "clip",
    "consensus",
)


class Population(BaseEstimator):
    """Many GANs trained at once, each with its own data, seed and numbers.

    Member i is the GAN that `GAN(seed=gan.seed + i, ...)` becomes when it is fitted alone to data set i;
    it does not depend on the other members, nor on how many are trained together.

    Args:
        gan: what every member is like.
        members: how many there are.
        vary: dotted setting -> one value a member, such as {"generator_optimizer.lr": [...]}.
        chunk: members trained in lock step; memory grows with it, results do not depend on it.

    Attributes:
        generators_: a trained generator for each member, as `GAN.generator_` is.
        configs_: each member's resolved settings.
        alive_: (members,) whether a member met only finite numbers.
        stopped_: (members,) the step at which a member was frozen, or -1.

    >>> x = np.linspace(0, 1, 3 * 40).reshape(3, 40, 1)
    >>> many = Population(GAN(steps=2, batch=8), members=3).fit(x)
    >>> many.sample(5).shape
    (3, 5, 1)
    """

    def __init__(
        self,
        gan: GAN | None = None,
        members: int = 2,
        *,
        vary: Mapping[str, Sequence[Any]] | None = None,
        chunk: int = CHUNK,
    ) -> None:
        self.gan = gan
        self.members = members
        self.vary = vary
        self.chunk = chunk

    def fit(self, datasets: Any) -> Population:
        """Train every member.

        Args:
            datasets: (members, n, ...) rows for each member, or a list of as many data sets; or one data
                set (an array of fewer axes, a name or a path) that all members share.

        Raises:
            InputError: data or numbers that cannot work; the sentence names the member.
        """
        template = self._template()
        configured = self._configured(template, list(self._each(datasets)))
        self.generators_: list[Any] = [None] * self.members
        self.configs_: list[Config] = [None] * self.members  # type: ignore[list-item]
        self.alive_ = np.zeros(self.members, dtype=bool)
        self.stopped_ = np.full(self.members, -1)
        groups: dict[str, list[int]] = {}
        for number in range(self.members):
            settings = self._settings(template, number)
            groups.setdefault(
                json.dumps(_structure(settings), sort_keys=True, default=str), []
            ).append(number)
        for numbers in groups.values():
            for start in range(0, len(numbers), self.chunk):
                self._train(configured, numbers[start : start + self.chunk])
        return self

    def sample(self, n: int = 1, seed: int = 0) -> np.ndarray:
        """Return n samples of every member, shape (members, n, ...), in the units of its data."""
        return np.stack([g.sample(n, seed) for g in self._fitted()])

    def save(self, folder: str | Path) -> Path:
        """Write every member's generator as an artefact, `00000/`, `00001/`, … in a new folder."""
        target = Path(folder)
        if target.exists():
            raise InputError(f"{target} exists already: give the name of a new folder")
        target.mkdir(parents=True)
        for number, generator in enumerate(self._fitted()):
            generator.save(target / f"{number:05d}")
        return target

    def _train(self, configured: Sequence[tuple[Config, Source]], numbers: Sequence[int]) -> None:
        jobs = [assemble(*configured[number]) for number in numbers]
        members = stack([job.state for job in jobs])
        plans = MemberPlans([j.plan for j in jobs], [j.state.optimizers for j in jobs])
        draws = member_draws(jobs)
        keep_freed_memory()
        with cpu_threads(jobs[0].threads):
            train_members(jobs[0].game, members, plans, draws)
        for place, (number, job) in enumerate(zip(numbers, jobs, strict=True)):
            average = job.state.averages["generator"]
            average.load_state_dict(member_average(members, "generator", place))
            stopped = int(members.stopped[place])
            job.state.step = members.step if stopped < 0 else stopped
            self.generators_[number], self.configs_[number] = job.generator(), job.config
            self.alive_[number], self.stopped_[number] = stopped < 0, stopped

    def _configured(self, template: GAN, given: Sequence[Any]) -> list[tuple[Config, Source]]:
        """Refuse bad data before anything is trained: hours may lie between first chunk and last."""
        found = []
        for number, data in enumerate(given):
            settings = self._settings(template, number)
            try:
                found.append(configure(data, recipe=template.recipe, settings=settings))
            except InputError as error:
                raise InputError(f"member {number}: {error}") from None
            (config, source), first = found[-1], found[0][1]
            if source.n != first.n:
                raise InputError(
                    f"member {number} has {source.n} rows and member 0 has {first.n}: data sets of one "
                    "population have the same number of rows"
                )
            if config.run.accumulate > 1 or config.run.compile:
                raise InputError(
                    "a population has no micro-batches and no run.compile: leave them out"
                )
        return found

    def _settings(self, template: GAN, number: int) -> dict[str, Any]:
        member = clone(template).set_params(seed=template.seed + number)
        settings = member._settings(None)
        for path, values in (self.vary or {}).items():
            settings = merge(settings, _nested(path, values[number], settings))
        return settings

    def _template(self) -> GAN:
        if self.members < 1:
            raise InputError(f"members is {self.members}: a population has at least one")
        if self.chunk < 1:
            raise InputError(f"chunk is {self.chunk}: at least one member is trained at a time")
        for path, values in (self.vary or {}).items():
            if len(values) != self.members:
                raise InputError(
                    f"vary[{path!r}] holds {len(values)} values for {self.members} members: give one each"
                )
        return self.gan if self.gan is not None else GAN()

    def _each(self, datasets: Any) -> Iterator[Any]:
        """Yield each member's data."""
        listed = isinstance(datasets, list | tuple) and not np.isscalar(
            datasets[0] if datasets else 0
        )
        array = (
            hasattr(datasets, "ndim") and datasets.ndim >= 3 and not hasattr(datasets, "columns")
        )
        if not listed and not array:
            yield from [datasets] * self.members
            return
        if len(datasets) != self.members:
            raise InputError(
                f"datasets holds {len(datasets)} data sets for {self.members} members: give one each, or a "
                "single one (one axis fewer) for all"
            )
        yield from datasets

    def _fitted(self) -> list[Any]:
        if not hasattr(self, "generators_"):
            raise InputError("this population has no generators yet: call fit first")
        return self.generators_


def member_draws(jobs: Sequence[Job]) -> MemberDraws:
    """Return the draws of these trainings, stacked."""
    first = jobs[0]
    rhythm = Rhythm(
        turns=len(first.game.turns),
        fresh_last=first.plan.fresh_latents,
        latent=first.plan.latent,
        labelled=first.sizes.classes > 0,
        stratified=first.plan.stratified,
    )
    return MemberDraws([job.feed for job in jobs], [job.plan.seed for job in jobs], rhythm)


def _structure(settings: Any) -> Any:
    """Return the settings without the numbers that members of one group may differ in."""
    if isinstance(settings, Mapping):
        return {k: _structure(v) for k, v in settings.items() if k not in (*_NUMBERS, "seed")}
    if isinstance(settings, list | tuple):
        return [_structure(v) for v in settings]
    return settings


def _nested(path: str, value: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return `value` where the dotted path leads; a whole number in it is a place in a list."""
    head, _, rest = path.partition(".")
    if not rest:
        return {head: value}
    inner = settings.get(head, {}) if isinstance(settings, Mapping) else {}
    place, _, last = rest.partition(".")
    if isinstance(inner, list | tuple) and place.isdigit() and int(place) < len(inner):
        copy = [dict(v) if isinstance(v, Mapping) else v for v in inner]
        copy[int(place)] = merge(copy[int(place)], _nested(last, value, {})) if last else value
        return {head: copy}
    return {head: _nested(rest, value, inner)}
