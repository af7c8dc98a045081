"""zerosum: train, measure and explore generative adversarial networks.

Public names load lazily, so that importing the package (and `zerosum --help`) imports no torch.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "GAN": "zerosum.gan",
    "Generator": "zerosum.generator",
    "Population": "zerosum.population",
    "load": "zerosum.gan",
    "resume": "zerosum.gan",
    "InputError": "zerosum.errors",
    "Diverged": "zerosum.errors",
    "ZerosumError": "zerosum.errors",
}
# whole rooms that are a face of their own: zs.theory.divergence(...), zs.latent.spherical(...)
_ROOMS = ("theory", "latent", "explore", "studies")

__all__ = [*_PUBLIC, *_ROOMS, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"zerosum.{name}")
    if name not in _PUBLIC:
        raise AttributeError(f"module 'zerosum' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
