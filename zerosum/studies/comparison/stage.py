"""`zerosum study compare`: formulations x draws of hyper-parameters x seeds, as populations.

A stage is one set of trainings: the rounds of the search, then the final trainings of each
formulation's best draw with seeds that chose nothing. Its trainings are numbered
(objective * draws + draw) * seeds + seed; those of one structure (objective, k, batch norm) are
trained side by side, and what a training becomes depends on its own numbers alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from zerosum import noise
from zerosum.data.options import DataOptions
from zerosum.errors import InputError
from zerosum.gan import GAN
from zerosum.generator import Generator
from zerosum.population import Population
from zerosum.recipes.config import merge
from zerosum.runs.crowd import footprint
from zerosum.runs.job import configure
from zerosum.studies.comparison.cases import Case, case
from zerosum.studies.comparison.search import rounds
from zerosum.studies.comparison.spaces import SEVEN, formulations

CHUNK = 100  # trainings side by side
_JUDGING = 100_000_000  # bytes that scoring one generator takes, at most
Values = Mapping[str, float]  # hyper-parameters by name


@dataclass(frozen=True)
class Compare:
    """What one comparison is.

    Attributes:
        data: a name or path. options: how it is read.
        objectives: names of `spaces.FORMULATIONS`.
        draws: of hyper-parameters for each. seeds: trainings of each draw.
        fresh: trainings of each best draw with seeds of their own; the table's numbers.
        search: "random" or "tpe".
        updates: discriminator updates of each training; k of them go with one of the generator.
        batch: rows an update. width, depth: of both networks. latent: dimension.
        seed: of everything.
    """

    data: str = "ring"
    options: DataOptions = field(default_factory=DataOptions)
    objectives: tuple[str, ...] = SEVEN
    draws: int = 100
    seeds: int = 5
    fresh: int = 20
    search: str = "random"
    updates: int = 1500
    batch: int = 64
    width: int = 64
    depth: int = 2
    latent: int = 8
    seed: int = 0

    def check(self) -> None:
        """Raise InputError for numbers of which no comparison can be made."""
        formulations(self.objectives)
        rounds(self.search, self.draws)
        for name, least in (
            ("draws", 2), ("seeds", 1), ("fresh", 2), ("updates", 5), ("batch", 2), ("width", 1),
            ("depth", 0), ("latent", 1),
        ):  # fmt: skip
            if getattr(self, name) < least:
                raise InputError(f"--{name} is {getattr(self, name)}: at least {least} is needed")
        if not 0 <= self.seed < 2**31:
            raise InputError(f"--seed is {self.seed}: a whole number from 0 to 2^31 - 1 is needed")

    def stage(self, name: str, draws: Sequence[Sequence[Values]], fresh: bool) -> dict[str, Any]:
        """Return one stage's description: JSON values on which its results depend, and nothing else.

        Args:
            name: of the stage. draws: each objective's, equally many.
            fresh: seeds and rows that chose nothing, or those of the search.
        """
        what, count = ("fresh", self.fresh) if fresh else ("search", self.seeds)
        given = {k: v for k, v in asdict(self).items() if k not in ("draws", "seeds", "fresh")}
        return {
            "study": "compare",
            "stage": name,
            **given,
            "rows": "test" if fresh else "validation",
            "seeds": [noise.fold(self.seed, what, s) % 2**48 for s in range(count)],
            "draws": [[dict(values) for values in of_one] for of_one in draws],
            "fingerprint": self.case().train.fingerprint,
            "chunk": CHUNK,
        }

    def case(self) -> Case:
        """Return the data and their judge."""
        return case(self.data, self.options)


def chunks(stage: Mapping[str, Any]) -> list[list[int]]:
    """Return which trainings each chunk of a stage does: of one structure, at most CHUNK of them."""
    count, seeds = len(stage["draws"][0]), len(stage["seeds"])
    groups: dict[tuple[int, float, float], list[int]] = {}
    for o, draws in enumerate(stage["draws"]):
        for d, values in enumerate(draws):
            first = (o * count + d) * seeds
            structure = (o, values["k"], values.get("batch_norm", 0.0))
            groups.setdefault(structure, []).extend(range(first, first + seeds))
    size = stage["chunk"]
    return [g[i : i + size] for g in groups.values() for i in range(0, len(g), size)]


def chunk_bytes(stage: Mapping[str, Any], data: Case) -> int:
    """Return the most memory that a chunk takes, from each objective's first draw."""
    step = len(stage["draws"][0]) * len(stage["seeds"])
    found = []
    for first in range(0, step * len(stage["draws"]), step):
        settings = merge(_settings(stage, first), {"data": {"holdout": 0.0}})
        config, source = configure(data.train, recipe="custom", settings=settings)
        each = replace(footprint(config, source), shared=True)
        found.append(each.chunk(min(step, stage["chunk"])))
    return max(found) + _JUDGING


def work(stage: dict[str, Any], chunk: int) -> dict[str, np.ndarray]:
    """Return the scores of one chunk's trainings: a pure function of its arguments."""
    numbers = chunks(stage)[chunk]
    data = case(stage["data"], DataOptions(**_tuples(stage["options"])))
    if data.train.fingerprint != stage["fingerprint"]:
        raise InputError(f"{stage['data']} has changed since this comparison began")
    many = population(stage, numbers).fit(data.train)
    key = noise.fold(stage["seed"], "samples")
    found = [
        _scores(data, generator, stage["rows"], key) if alive else {}
        for generator, alive in zip(many.generators_, many.alive_, strict=True)
    ]
    alive = np.array([bool(scores) for scores in found])
    # names of stored arrays hold no spaces
    scores = {
        name.replace(" ", "_"): np.array([one.get(name, np.nan) for one in found])
        for name in data.judge.names
    }
    return {"training": np.array(numbers), "alive": alive, **scores}


def _scores(data: Case, generator: Generator, rows: str, key: int) -> dict[str, float]:
    """Return a generator's scores; none where its samples are too large to be judged."""
    try:
        found = data.scores(generator, rows, key)
    except InputError:
        return {}
    return found if np.isfinite(list(found.values())).all() else {}


def population(stage: Mapping[str, Any], numbers: Sequence[int]) -> Population:
    """Return the trainings of these numbers, which are of one structure."""
    each = [_settings(stage, number) for number in numbers]
    template = GAN("custom", steps=each[0]["run"]["steps"], holdout=0.0, settings=each[0])
    vary = {path: [_at(one, path) for one in each] for path in _numbers(each[0])}
    seeds = stage["seeds"]
    vary["seed"] = [seeds[number % len(seeds)] for number in numbers]
    return Population(template, members=len(numbers), vary=vary, chunk=len(numbers))


def _settings(stage: Mapping[str, Any], number: int) -> dict[str, Any]:
    count, seeds = len(stage["draws"][0]), len(stage["seeds"])
    o, d = divmod(number // seeds, count)
    values = stage["draws"][o][d]
    one = formulations([stage["objectives"][o]])[0]
    network = {"name": "mlp", "width": stage["width"], "depth": stage["depth"]}
    steps = max(1, stage["updates"] // int(values["k"]))
    return merge(
        {
            "latent": stage["latent"],
            "generator": network,
            "discriminator": network,
            "run": {"steps": steps, "batch": stage["batch"]},
        },
        one.settings(values),
    )


def _numbers(settings: Any, path: str = "") -> list[str]:
    """Return the dotted paths of the floats in nested settings: what members may differ in."""
    if not isinstance(settings, Mapping | list):
        return [path] if isinstance(settings, float) else []
    inner = settings.items() if isinstance(settings, Mapping) else enumerate(settings)
    return [p for key, value in inner for p in _numbers(value, f"{path}.{key}".lstrip("."))]


def _at(settings: Any, path: str) -> Any:
    for key in path.split("."):
        settings = settings[int(key) if isinstance(settings, list) else key]
    return settings


def _tuples(options: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
