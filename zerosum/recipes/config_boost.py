"""The settings of a mixture of GANs, a section of `config`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class BoostConfig:
    """How many GANs are trained one after the other, and what becomes of them."""

    components: Annotated[int, "T, GANs trained, each for run.steps; 1: a single GAN"] = 1
    method: Annotated[
        str, "adagan: each on what the others lack | ensemble: all alike | best: one is kept"
    ] = "adagan"
    beta: Annotated[
        str, "adagan: weight of the t-th; uniform: 1/t | search: what the mixture lacks"
    ] = "uniform"
    rounds: Annotated[int, "adagan: most steps of the classifier between two GANs"] = 500
    width: Annotated[int, "adagan: units in each hidden layer of that classifier"] = 64
