"""What a worker of `study inference` does: a GAN on each of a chunk of data sets, and what their samples say.

Chunk c holds members c * size, c * size + 1, ...; data, GAN and samples of member i are functions of
(seed, i) alone, so neither the chunks' size nor the process they ran in matters.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch

from zerosum import noise
from zerosum.errors import InputError
from zerosum.gan import GAN
from zerosum.population import CHUNK, Population
from zerosum.studies.monte_carlo.functional_table import chosen_functional, functional_columns
from zerosum.studies.monte_carlo.functionals import Functional
from zerosum.studies.monte_carlo.statistics import member_statistics
from zerosum.studies.monte_carlo.truths import truth

# chosen on data sets of seed 1, which no table uses; every step sees all of the data, up to BATCH
STEPS, WIDTH, RATE, LAST_RATE, R1 = 300, 16, 4e-3, 1.3e-3, 6.0
# measured: a GAN on 1,600 draws takes 0.61 s on one core, one on 100 takes 0.07 s; with batches of
# 400 (100) it takes 0.18 s (0.07 s), and F* is closer than F_n in 43 % (17 %) of the sets, not in 73 %
BATCH = 1600
_ROWS = 20_000  # draws in lock step: CHUNK members of 100, fewer where n is larger

# of a chunk's peak, measured: samples, their sorted copy and the distances' tables; a step's tensors
_BYTES_A_SAMPLE, _BYTES_A_ROW, _BYTES_ALWAYS = 60, 3_000, 120_000_000


@dataclass(frozen=True)
class Inference:
    """What one study of this kind is.

    Attributes:
        truth: a name of `truths.TRUTHS`. members: data sets, a GAN on each.
        n: draws in a data set. m: samples of each GAN. seed: of everything.
        statistic: T, a name of `functionals` or the place of a person's own function; None for none.
        statistic_sha256: of the file that holds a person's own function; None for a known name.
    """

    truth: str = "normal"
    members: int = 10_000
    n: int = 100
    m: int = 10_000
    seed: int = 0
    statistic: str | None = None
    statistic_sha256: str | None = None

    @property
    def chunk(self) -> int:
        """Members in lock step."""
        return min(CHUNK, max(1, _ROWS // min(self.n, BATCH)))

    @property
    def chunks(self) -> int:
        """How many chunks the members make."""
        return -(-self.members // self.chunk)

    @property
    def chunk_bytes(self) -> int:
        """What one chunk takes, about."""
        a_member = _BYTES_A_SAMPLE * (self.m + self.n) + _BYTES_A_ROW * min(self.n, BATCH)
        return _BYTES_ALWAYS + a_member * min(self.chunk, self.members)

    @property
    def functional(self) -> Functional | None:
        """T, if one was chosen; a person's own file is run here."""
        if self.statistic is None:
            return None
        return chosen_functional(self.statistic, self.statistic_sha256)

    def description(self) -> dict[str, Any]:
        """Return the study as JSON values, every setting that its results depend on."""
        recipe = {"steps": STEPS, "settings": settings(min(self.n, BATCH))}
        return {"study": "inference", **vars(self), "chunk": self.chunk, "recipe": recipe}

    def check(self) -> None:
        """Raise InputError for numbers of which no study can be made."""
        truth(self.truth)
        for name, least in (("members", 2), ("n", 4), ("m", 2)):
            if getattr(self, name) < least:
                raise InputError(f"--{name} is {getattr(self, name)}: at least {least} is needed")
        if not 0 <= self.seed < 2**31:
            raise InputError(f"--seed is {self.seed}: a whole number from 0 to 2^31 - 1 is needed")


def settings(n: int) -> dict[str, Any]:
    """Return the recipe of the study's GANs at batch n: small tanh networks, non-saturating with R1."""
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
    batch = min(n, BATCH)
    return GAN("custom", seed=seed, steps=STEPS, batch=batch, holdout=0.0, settings=settings(batch))


def work(description: dict[str, Any], chunk: int) -> dict[str, np.ndarray]:
    """Return the statistics of one chunk's members: a pure function of its arguments."""
    study = Inference(**{field.name: description[field.name] for field in fields(Inference)})
    size, chosen = description["chunk"], study.functional
    numbers = range(chunk * size, min((chunk + 1) * size, study.members))
    data = datasets(study, numbers)
    first = (study.seed << 32) + numbers.start
    many = Population(gan(study.n, first), members=len(numbers), chunk=size).fit(data)
    samples = np.stack(
        [
            g.sample(study.m, noise.fold(study.seed, "samples", i))
            for i, g in zip(numbers, many.generators_, strict=True)
        ]
    )
    for dead in np.flatnonzero(~many.alive_):  # left out of every table, yet its columns are made
        samples[dead] = np.resize(data[dead], samples[dead].shape)
    found = member_statistics(data, samples, truth(study.truth))
    if chosen is not None:
        found |= functional_columns(data, samples, chosen, study.seed, numbers.start)
    return {**found, "alive": many.alive_}


def datasets(study: Inference, numbers: range) -> np.ndarray:
    """Return the data sets of these members, shape (members, n, 1)."""
    keys = torch.tensor([noise.fold(study.seed, "data", i) for i in numbers])
    return truth(study.truth).sample(keys, (study.n, 1))
