"""The f-divergences that tests run over: every named one, and orders of the alpha family."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from zerosum.recipes.tables import DIVERGENCES
from zerosum.theory.divergences import alpha

NAMED = tuple(which for name, which in DIVERGENCES.items() if name != "alpha")
ALL = (*NAMED, *(alpha(order) for order in (-1.0, 0.3, 0.5, 1.5, 2.0, 3.0)))
every = pytest.mark.parametrize("which", ALL, ids=lambda d: d.formula)
INF = math.inf
LOG2 = math.log(2)
P = np.array([0.45, 0.3, 0.2, 0.05])
Q = np.array([0.1, 0.15, 0.35, 0.4])


def ratios(low: float = -3, high: float = 3) -> torch.Tensor:
    return torch.logspace(low, high, 41, dtype=torch.float64)
