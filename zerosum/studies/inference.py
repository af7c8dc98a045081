"""`zerosum study inference`: a GAN on each of many data sets, and what their samples say of the truth.

Chunk c holds members c * size, c * size + 1, ...; data, GAN and samples of member i are functions of
(seed, i) alone, so neither the chunks' size nor the process they ran in matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from zerosum import noise
from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.errors import Diverged, InputError
from zerosum.gan import GAN
from zerosum.population import CHUNK, Population
from zerosum.studies.cells import Table
from zerosum.studies.functionals import functional
from zerosum.studies.inference_statistics import member_statistics
from zerosum.studies.own_data import interval_table
from zerosum.studies.truths import truth

# chosen on data sets of seed 1, which no table uses; batch = n, so every step sees all of the data
STEPS, WIDTH, RATE, LAST_RATE, R1 = 300, 16, 4e-3, 1.3e-3, 6.0
_BYTES_A_SAMPLE = 60  # of the chunk's peak: samples, their sorted copy, the distances' tables


@dataclass(frozen=True)
class Inference:
    """What one study of this kind is.

    Attributes:
        truth: a name of `truths.TRUTHS`. members: data sets, a GAN on each.
        n: draws in a data set. m: samples of each GAN. seed: of everything.
    """

    truth: str = "normal"
    members: int = 10_000
    n: int = 100
    m: int = 10_000
    seed: int = 0

    @property
    def chunks(self) -> int:
        """How many chunks the members make."""
        return -(-self.members // CHUNK)

    @property
    def chunk_bytes(self) -> int:
        """What one chunk takes, about."""
        return _BYTES_A_SAMPLE * min(CHUNK, self.members) * (self.m + self.n)

    def description(self) -> dict[str, Any]:
        """Return the study as JSON values, every setting that its results depend on."""
        recipe = {"steps": STEPS, "settings": settings(self.n)}
        return {"study": "inference", **vars(self), "chunk": CHUNK, "recipe": recipe}

    def check(self) -> None:
        """Raise InputError for numbers of which no study can be made."""
        truth(self.truth)
        for name, least in (("members", 2), ("n", 4), ("m", 2)):
            if getattr(self, name) < least:
                raise InputError(f"--{name} is {getattr(self, name)}: at least {least} is needed")
        if not 0 <= self.seed < 2**31:
            raise InputError(f"--seed is {self.seed}: a whole number from 0 to 2^31 - 1 is needed")


def settings(n: int) -> dict[str, Any]:
    """Return the recipe of the study's GANs: small tanh networks, non-saturating with R1."""
    network = {"name": "mlp", "width": WIDTH, "depth": 2, "activation": "tanh"}
    falling = {"start": RATE, "end": LAST_RATE, "over": STEPS * n, "shape": "linear"}
    adam = {"name": "adam", "lr": falling, "beta1": 0.5, "beta2": 0.9}
    return {
        "latent": 1,
        "stratified": True,
        "generator": network,
        "discriminator": network,
        "generator_optimizer": adam,
        "discriminator_optimizer": adam,
        "game": {"objective": "ns", "penalties": [{"name": "r1", "weight": R1}]},
        "run": {"ema_half_life": 34.0 * n},
    }


def gan(n: int, seed: int) -> GAN:
    """Return the GAN that the study trains on n draws: all of them, since it is judged by the truth."""
    return GAN("custom", seed=seed, steps=STEPS, batch=n, holdout=0.0, settings=settings(n))


def work(description: dict[str, Any], chunk: int) -> dict[str, np.ndarray]:
    """Return the statistics of one chunk's members: a pure function of its arguments."""
    study, size = description, description["chunk"]
    numbers = range(chunk * size, min((chunk + 1) * size, study["members"]))
    known, n, m = truth(study["truth"]), study["n"], study["m"]
    keys = torch.tensor([noise.fold(study["seed"], "data", i) for i in numbers])
    data = known.sample(keys, (n, 1))
    first = (study["seed"] << 32) + numbers.start
    many = Population(gan(n, first), members=len(numbers), chunk=size).fit(data)
    samples = np.stack(
        [
            g.sample(m, noise.fold(study["seed"], "samples", i))
            for i, g in zip(numbers, many.generators_, strict=True)
        ]
    )
    samples = np.where(many.alive_[:, None, None], samples, data.mean(axis=1, keepdims=True))
    found = member_statistics(data, samples, known)
    return {**found, "alive": many.alive_}


def intervals_of(data: Any, statistic: str, gans: int, m: int, seed: int = 0) -> Table:
    """Return bootstrap and GAN intervals for a statistic of somebody's own numbers.

    Args:
        data: one column: an array, a name or a path. statistic: a name of `functionals`.
        gans: trainings on all of the data, from different seeds. m: samples of each. seed: of all.

    Raises:
        InputError: not one column of numbers, an unknown statistic, or numbers of which there can be none.
    """
    chosen = functional(statistic)
    if gans < 1 or m < 2:
        raise InputError(f"--gans {gans} and --m {m} make no samples: give at least 1 and 2")
    source = load(data, options=DataOptions())
    if source.event_shape != (1,):
        raise InputError(
            f"{source.name} has rows of shape {source.event_shape}: inference is about one column of numbers"
        )
    many = Population(gan(source.n, seed << 32), members=gans).fit(source)
    alive = [g for g, lives in zip(many.generators_, many.alive_, strict=True) if lives]
    if not alive:
        raise Diverged("every GAN diverged on these data: standardise them, or remove outliers")
    samples = np.stack(
        [g.sample(m, noise.fold(seed, "samples", i)).reshape(m) for i, g in enumerate(alive)]
    )
    values = np.asarray(source.rows, dtype=np.float64).reshape(source.n)
    return interval_table(values, samples, chosen, noise.fold(seed, "resamples"))
