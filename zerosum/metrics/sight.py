"""One look at a training, as the alarms read it: numbers, and their limits at a level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from jaxtyping import Float

RIPE = 0.5  # share of a run after which a generator is expected to have learnt


@dataclass(frozen=True)
class Sight:
    """One look.

    Fields:
        step: when. signals: name -> number. level: probability of a false alarm spent on each test of it.
    """

    step: int
    signals: Mapping[str, float]
    level: float

    def has(self, *names: str) -> bool:
        """Whether all these numbers are there."""
        return all(name in self.signals for name in names)

    def low(self, name: str) -> float:
        """Return the lower limit of a number at this look's level."""
        return self.signals[name] - self.z() * self.signals[f"{name}/error"]

    def high(self, name: str) -> float:
        """Return the upper limit of a number at this look's level."""
        return self.signals[name] + self.z() * self.signals[f"{name}/error"]

    def z(self, tests: float = 1.0) -> float:
        """Return how many standard errors are against chance, for one of so many tests."""
        return -NormalDist().inv_cdf(self.level / tests)

    def text(self, name: str) -> str:
        """Return a number with its standard error, for a person."""
        return f"{self.signals[name]:.3g} ± {self.signals[f'{name}/error']:.2g}"

    @property
    def ripe(self) -> bool:
        """Whether the run is half done."""
        return self.signals.get("progress", 1.0) >= RIPE

    def shares(self, name: str) -> Float[np.ndarray, " K"]:
        """Return the numbers name/0, name/1, ... as they stand."""
        count = sum(key.startswith(f"{name}/") for key in self.signals)
        return np.array([self.signals[f"{name}/{i}"] for i in range(count)])

    def counts(self, name: str) -> Float[np.ndarray, " K"]:
        """Return how many generated rows shares of them are."""
        return np.rint(self.shares(name) * self.signals["rows"])
