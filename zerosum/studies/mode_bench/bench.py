"""What one run of the bench is: which systems under which protocols, on which terms, as numbered cells.

A cell is one system on one data set, its seeds trained side by side; each protocol that shares the data
judges the same generators. Real rows are a system of their own, which nothing is trained for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from zerosum.data.source import Source
from zerosum.errors import InputError, unknown
from zerosum.studies.mode_bench.entrants import ENTRANTS, entrants
from zerosum.studies.mode_bench.labeller import mnist_scans
from zerosum.studies.mode_bench.protocols import ModeProtocol, names, protocol
from zerosum.studies.mode_bench.terms import Terms, terms

MNIST = "stacked-mnist"
REAL = "real rows"
FIRST = tuple(name for name in names() if name != MNIST)  # those that bring their data
_MOST_SEEDS = 1000


@dataclass(frozen=True)
class Bench:
    """One run of the bench.

    Attributes:
        protocols: names; empty stands for all that there are data for.
        systems: names; empty stands for all.
        scale: "ours" or "paper". budget: "quick" or "full".
        seeds: of every cell instead of the budget's. updates: likewise.
        mnist: MNIST's files, for stacked-mnist.
        seed: of the first training; the others follow it.
    """

    protocols: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    scale: str = "ours"
    budget: str = "quick"
    seeds: int | None = None
    updates: int | None = None
    mnist: str | None = None
    seed: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The protocols."""
        return self.protocols or (*FIRST, *([MNIST] if self.mnist else []))

    @property
    def entered(self) -> tuple[str, ...]:
        """The systems."""
        return self.systems or tuple(ENTRANTS)

    def check(self) -> None:
        """Raise InputError for names, numbers or files of which there is no bench."""
        _check_names(self.names)
        entrants(self.entered)
        terms("ring", self.scale, self.budget)
        if self.seeds is not None and not 2 <= self.seeds <= _MOST_SEEDS:
            raise InputError(
                f"seeds is {self.seeds}: a spread over trainings needs 2 to {_MOST_SEEDS:,} of them"
            )
        if self.updates is not None and self.updates < 5:
            raise InputError(
                f"updates is {self.updates}: some systems move the generator once in 5, so give at least 5"
            )
        if not 0 <= self.seed < 2**31:
            raise InputError(f"seed is {self.seed}: a whole number from 0 to 2^31 - 1 is needed")
        if self.mnist is not None and MNIST not in self.names:
            raise InputError(
                f"mnist is given and {MNIST} is not among the protocols: name it too, or leave mnist out"
            )
        for one in self.judged:
            one.truth(0, 1)  # files that are missing or damaged, before anything is trained

    @cached_property
    def judged(self) -> tuple[ModeProtocol, ...]:
        """The protocols themselves."""
        return tuple(made(name, self.mnist) for name in self.names)

    def sharing(self) -> dict[str, tuple[ModeProtocol, ...]]:
        """Return data -> the protocols that judge what is trained on them."""
        shared: dict[str, tuple[ModeProtocol, ...]] = {}
        for one in self.judged:
            shared[one.data] = (*shared.get(one.data, ()), one)
        return shared

    def terms(self, data: str) -> Terms:
        """Return what every system gets on these data."""
        found = terms(data, self.scale, self.budget)
        return replace(
            found, seeds=self.seeds or found.seeds, updates=self.updates or found.updates
        )

    def description(self) -> dict[str, Any]:
        """Return what the results depend on, as JSON values."""
        return {
            "study": "modes",
            "scale": self.scale,
            "budget": self.budget,
            "seeds": self.seeds,
            "updates": self.updates,
            "seed": self.seed,
            "protocols": list(self.names),
            "systems": list(self.entered),
            "mnist_sha256": scans_sha256(self.mnist) if MNIST in self.names else None,
            "work": self._cells(),
        }

    def _cells(self) -> list[dict[str, Any]]:
        """Return all cells; the longest are begun first, so that no worker ends long after the others."""
        cells = []
        for data, protocols in self.sharing().items():
            on = self.terms(data)
            shared = {"data": data, "protocols": [p.name for p in protocols], "seeds": on.seeds}
            for system in entrants(self.entered):
                weight = system.weight * on.updates * on.seeds
                cell = {**shared, "system": system.name, "settings": system.settings(on)}
                cells.append((weight, cell))
            cells.append((0.0, {**shared, "system": REAL, "settings": {}}))
        return [cell for _, cell in sorted(cells, key=lambda pair: -pair[0])]


def made(name: str, mnist: str | Path | None) -> ModeProtocol:
    """Return a protocol; MNIST's files are looked for where they are said to be."""
    return protocol(name, path=mnist if name == MNIST else None)


def scans_sha256(mnist: str | Path | None) -> str:
    """Return the hash of MNIST's scans and labels, by which a bench knows that they are the same."""
    scans, digest = mnist_scans(Path(mnist or "")), hashlib.sha256()
    for array in (scans.train, scans.train_labels, scans.held, scans.held_labels):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def training_rows(cell: Mapping[str, Any], seed: int, mnist: str | None) -> Source:
    """Return what every training of a cell sees."""
    return made(cell["protocols"][0], mnist).train(seed)


def facts(bench: Bench) -> dict[str, Any]:
    """Return the terms on every data set, for the reader."""
    return {data: asdict(bench.terms(data)) for data in bench.sharing()}


def _check_names(wanted: Sequence[str]) -> None:
    for name in wanted:
        if name not in names():
            raise unknown("protocol", name, names())
    if len(set(wanted)) < len(wanted):
        raise InputError(f"protocols {', '.join(wanted)}: give each once")
