"""B GANs in lock step: `zs.Population(zs.GAN(...), members=B).fit(datasets)`."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from zerosum.data.text import counted
from zerosum.errors import InputError
from zerosum.gan import GAN
from zerosum.generator import Generator
from zerosum.recipes.config import Config
from zerosum.records import atomic, leftovers
from zerosum.records.reading import size_text
from zerosum.runs.chunking import Crowd, Way, crowd_of
from zerosum.runs.countdown import Countdown
from zerosum.runs.crowd import Trained, footprint, member_draws, train_chunk
from zerosum.runs.member_settings import Common, given_each, member_configs
from zerosum.runs.vary import check_vary
from zerosum.training.memory import free_memory

__all__ = ["CHUNK", "Population", "member_draws"]

CHUNK = 200  # members in lock step: about what a core's cache holds of small networks


class Population(BaseEstimator):
    """Many GANs trained at once, each with its own data, seed and numbers.

    Member i is the GAN that `GAN(seed=gan.seed + i, ...)` becomes when it is fitted alone to data set i;
    it does not depend on the other members, nor on how many are trained together. A member that meets a
    number that is not finite is frozen; its generator is its last finite average.

    Args:
        gan: what every member is like.
        members: how many there are.
        vary: dotted setting -> one value a member, such as {"generator_optimizer.lr": [...]}.
        chunk: members trained in lock step; fewer where the memory is short. Memory grows with it,
            results do not depend on it.
        verbose: say on stderr how much memory it takes, how far it is and how long it will take.

    Attributes:
        generators_: a trained generator for each member, as `GAN.generator_` is.
        configs_: each member's resolved settings.
        alive_: (members,) whether a member met only finite numbers.
        stopped_: (members,) the step at which a member was frozen, or -1.
        n_features_in_: columns, for points and tables.

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
        verbose: bool = False,
    ) -> None:
        self.gan = gan
        self.members = members
        self.vary = vary
        self.chunk = chunk
        self.verbose = verbose

    def fit(self, datasets: Any, y: Any = None) -> Population:
        """Train every member.

        Args:
            datasets: (members, n, ...) rows for each member, or a list of as many data sets; or one data
                set (an array of fewer axes, a name or a path) that all members share.
            y: labels in the same way: (members, n), a list of as many (n,), or one (n,) for all.

        Raises:
            InputError: data or numbers that cannot work, the sentence naming the member, or more
                members than the memory holds; nothing has been trained then.
        """
        return self.fit_by(self._here, datasets, y)

    def fit_by(self, way: Way, datasets: Any, y: Any = None) -> Population:
        """Train every member as `fit` does, but where and how `way` does it.

        Args:
            way: given the members that can be trained; `zerosum.studies.fit_population` has one.
            datasets, y: as in `fit`.

        Raises: InputError: as `fit` does, and what `way` refuses.
        """
        crowd = self._crowd(datasets, y)
        trained = way(crowd)
        self._forget()
        done = 0
        try:
            for numbers, found in trained:
                self._take(numbers, found)
                done += len(numbers)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"stopped after {done:,} of {self.members:,} members; generators_ holds those, and None "
                "for the others"
            ) from None
        self._say(
            f"{counted(self.members, 'member')} trained, {int((~self.alive_).sum()):,} diverged"
        )
        return self

    def sample(self, n: int = 1, seed: int = 0, *, label: int | str | None = None) -> np.ndarray:
        """Return n samples of every member, shape (members, n, ...), in the units of its data.

        Args:
            n: how many of each. seed: the same one gives the same samples. label: class, if conditional.
        """
        return np.stack([g.sample(n, seed, label) for g in self._fitted()])

    def save(self, folder: str | Path) -> Path:
        """Write every member's generator as an artefact, `00000/`, `00001/`, … in a new folder.

        The folder is there with all members or not at all.
        """
        generators, target = self._fitted(), Path(folder)
        if target.exists():
            raise InputError(f"{target} exists already: give the name of a new folder")
        with atomic.opening(target):
            atomic.make_folders(target.absolute().parent)
            leftovers.settle(target.parent, target.name)
            being_written = leftovers.marked(target, "tmp")
            try:
                for number, generator in enumerate(generators):
                    generator.save(being_written / f"{number:05d}")
                atomic.rename(being_written, target)
                atomic.fsync_folder(target.absolute().parent)
            finally:
                atomic.discard(being_written)
        return target

    def _checked(self) -> dict[str, list[Any]]:
        """Return what members vary by, if there can be such a population."""
        for name, meaning in (
            ("members", "a population has at least one"),
            ("chunk", "at least one member is trained at a time"),
        ):
            value = getattr(self, name)
            if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
                raise InputError(f"{name} is {value!r}: {meaning}, and a whole number of them")
        if not isinstance(self.gan, GAN | None):
            raise InputError(f"gan is a {type(self.gan).__name__}: give a zs.GAN(...), or None")
        return check_vary(self.vary, self.members)

    def _crowd(self, datasets: Any, y: Any) -> Crowd:
        """Refuse bad data and too many members before anything is trained: hours may lie between."""
        vary, gan = self._checked(), self.gan or GAN()
        # settings that name a seed give it to all members
        settings = gan._settings(y)
        if "seed" not in (gan.settings or {}):
            del settings["seed"]
        given = given_each(datasets, y, self.members)
        configs = member_configs(Common(gan.recipe, settings, gan.seed), given, vary)
        first = next(configs)
        each, free = footprint(*first), free_memory()
        kept = self.members * each.kept
        if free is not None and kept > free:
            raise InputError(
                f"members is {self.members}, whose generators would take {size_text(kept)} where "
                f"{size_text(free)} of memory are free: train fewer at a time, and save them"
            )
        return crowd_of([first, *configs], self.chunk, each, alike=not vary)

    def _here(self, crowd: Crowd) -> Iterator[tuple[list[int], list[Trained]]]:
        """Train in this process, chunk after chunk; say what they take."""

        def room(device: str) -> int | None:
            free = free_memory(device)
            return None if free is None else free - crowd.kept

        sizes = crowd.sizes(room)
        if shrunk := crowd.shrunk(sizes, room):
            warnings.warn(shrunk, stacklevel=4)
        chunks, free = crowd.chunks(sizes), free_memory()
        of = "" if free is None else f" of {size_text(free)} free"
        self._say(
            f"{counted(self.members, 'member')}, {counted(len(chunks), 'chunk')}, "
            f"at most {size_text(crowd.chunk_bytes(sizes) + crowd.kept)}{of} memory"
        )
        steps = [(len(c), crowd.members[c[0]][0].run.steps) for c in chunks]
        return _each(crowd, chunks, Countdown(steps, self._say))

    def _forget(self) -> None:
        self.generators_: list[Generator] = [None] * self.members  # type: ignore[list-item]
        self.configs_: list[Config] = [None] * self.members  # type: ignore[list-item]
        self.alive_ = np.zeros(self.members, dtype=bool)
        self.stopped_ = np.full(self.members, -1)

    def _take(self, numbers: Sequence[int], found: Sequence[Trained]) -> None:
        for number, one in zip(numbers, found, strict=True):
            self.generators_[number], self.configs_[number] = one.generator, one.config
            self.alive_[number], self.stopped_[number] = one.stopped < 0, one.stopped
        if len(event := found[0].generator.sizes.event) == 1:
            self.n_features_in_ = event[0]

    def _say(self, what: object) -> None:
        if self.verbose:
            print(what, file=sys.stderr, flush=True)

    def _fitted(self) -> list[Generator]:
        if not hasattr(self, "generators_"):
            raise InputError("this population has no generators yet: call fit first")
        missing = sum(g is None for g in self.generators_)
        if missing:
            raise InputError(
                f"{missing:,} of {len(self.generators_):,} members have not been trained, since fit was "
                "interrupted: call fit again, or take those of generators_ that are there"
            )
        return self.generators_


def _each(
    crowd: Crowd, chunks: list[list[int]], countdown: Countdown
) -> Iterator[tuple[list[int], list[Trained]]]:
    for place, numbers in enumerate(chunks):
        yield (
            numbers,
            train_chunk(
                [crowd.members[number] for number in numbers],
                lambda members, record, place=place: countdown(place, members.step),  # type: ignore[misc]
            ),
        )
