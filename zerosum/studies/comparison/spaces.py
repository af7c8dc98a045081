"""The formulations a comparison plays, and the ranges their hyper-parameters are drawn from.

Ranges are the wide ones of Lucic et al. 2018, arXiv 1711.10337, section 5.1 and its code: rate
1e-5 to 1e-2, beta1 0 to 1, 1 to 5 discriminator turns, batch normalisation in D or not, penalty
weight 0.1 to 100, clip 1e-3 to 1, BEGAN's gamma 0 to 1 and lambda 1e-4 to 1e-2. R3GAN is younger: its
gamma spans what its paper uses (Huang et al. 2024, arXiv 2501.05441: 0.05 to 150), widened to powers
of ten.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from zerosum.errors import InputError, unknown


@dataclass(frozen=True)
class Parameter:
    """One hyper-parameter and its range.

    Attributes:
        name: as tables and reports name it.
        low, high: ends of the range.
        scale: "log" or "linear" between them, or "whole": each whole number equally often.
    """

    name: str
    low: float
    high: float
    scale: Literal["log", "linear", "whole"]

    def at(self, u: float) -> float:
        """Return the value at u in [0, 1) of the range.

        >>> Parameter("lr", 1e-5, 1e-1, "log").at(0.5), Parameter("k", 1.0, 5.0, "whole").at(0.99)
        (0.001, 5.0)
        """
        if self.scale == "whole":
            return float(min(self.high, self.low + math.floor(u * (self.high - self.low + 1))))
        if self.scale == "linear":
            return self.low + u * (self.high - self.low)
        # rounded to 12 digits, so that a middle is the number that people would write
        return float(f"{math.exp(math.log(self.low) + u * math.log(self.high / self.low)):.12g}")


RATE = Parameter("lr", 1e-5, 1e-2, "log")
BETA1 = Parameter("beta1", 0.0, 0.999, "linear")  # at 1 Adam would never move
TURNS = Parameter("k", 1.0, 5.0, "whole")
NORM = Parameter("batch_norm", 0.0, 1.0, "whole")
WEIGHT = Parameter("weight", 1e-1, 1e2, "log")
GAMMA = Parameter("gamma", 1e-2, 1e2, "log")
CLIP = Parameter("clip", 1e-3, 1.0, "log")
DIVERSITY = Parameter("diversity", 0.0, 1.0, "linear")  # BEGAN's gamma, which is another than R1's
BALANCE = Parameter("lambda_k", 1e-4, 1e-2, "log")
SHARED = (RATE, BETA1, TURNS)


@dataclass(frozen=True)
class Formulation:
    """A way to play the game, with the hyper-parameters that are its own.

    Attributes:
        objective: a name of `recipes.tables.OBJECTIVES`, or none where the system has losses of its own.
        own: beside the shared ones: rate, beta1, k.
        penalties: on the discriminator, all with the same weight.
        spectral: whether the discriminator is spectrally normalised.
        system: a name of `recipes.systems.SYSTEMS`.
    """

    objective: str
    own: tuple[Parameter, ...]
    penalties: tuple[str, ...] = ()
    spectral: bool = False
    system: str = "two-player"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All of its hyper-parameters."""
        return (*SHARED, *self.own)

    def values(self, unit: Mapping[str, float]) -> dict[str, float]:
        """Return the hyper-parameters at a point of the unit cube, by name."""
        return {p.name: p.at(unit[p.name]) for p in self.parameters}

    def settings(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Return the settings of a GAN that plays it with these hyper-parameters."""
        weight = values.get("weight", values.get("gamma"))
        game: dict[str, Any] = {
            "system": self.system,
            "objective": self.objective,
            "discriminator_steps": int(values["k"]),
            "penalties": [{"name": name, "weight": weight} for name in self.penalties],
            "spectral": self.spectral,
        }
        if "clip" in values:
            game["clip"] = values["clip"]
        discriminator = {"norm": "batch" if values.get("batch_norm") else "none"}
        if self.system == "began":
            game["began"] = {"gamma": values["diversity"], "lambda_k": values["lambda_k"]}
            discriminator["name"] = "mlp-autoencoder"
        adam = {"name": "adam", "lr": values["lr"], "beta1": values["beta1"], "beta2": 0.999}
        return {
            "game": game,
            "discriminator": discriminator,
            "generator_optimizer": adam,
            "discriminator_optimizer": adam,
        }


FORMULATIONS: dict[str, Formulation] = {
    "mm": Formulation("mm", (NORM,)),
    "ns": Formulation("ns", (NORM,)),
    "lsgan": Formulation("lsgan", (NORM,)),
    "wgan": Formulation("wgan", (NORM, CLIP)),
    "wgan-gp": Formulation("wgan", (WEIGHT,), ("wgan-gp",)),
    "dragan": Formulation("ns", (WEIGHT,), ("dragan-paper",)),
    "r3gan": Formulation("rp", (GAMMA,), ("r1", "r2")),
    "ns-r1": Formulation("ns", (GAMMA,), ("r1",)),
    "sngan": Formulation("hinge", (), spectral=True),
    "began": Formulation("none", (DIVERSITY, BALANCE), system="began"),
}
SEVEN = ("mm", "ns", "lsgan", "wgan", "wgan-gp", "dragan", "r3gan")


def formulations(names: Sequence[str]) -> tuple[Formulation, ...]:
    """Return formulations by name.

    Raises:
        InputError: an unknown name, one named twice, or none at all.
    """
    for name in names:
        if name not in FORMULATIONS:
            raise unknown("objective", name, FORMULATIONS)
    if not names or len(set(names)) < len(names):
        raise InputError(
            f"objectives {', '.join(names) or '(none)'}: give at least one, and each once"
        )
    return tuple(FORMULATIONS[name] for name in names)


def axes() -> tuple[str, ...]:
    """Return the names of every formulation's hyper-parameters: the axes of the unit cube.

    A draw is one point of it. Formulations read the coordinates they have, so that in a common
    draw all play with the same rate, beta1 and k.
    """
    found = (p.name for f in FORMULATIONS.values() for p in f.parameters)
    return tuple(dict.fromkeys(found))
