"""The numbers of a log's ticks as curves: all are kept, and thinned to what a page can show."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any

import numpy as np

BINS = 400  # points of a curve: more than a chart has pixels for
_MOST = 48  # curves of a run
_HUGE = 1e38  # what is sent is float32
_NOT_DRAWN = ("kind", "step", "seen", "seconds", "component")


class Series:
    """Curves by name, such as `loss/generator`: steps and values, in the order they came."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], tuple[array[float], array[float]]] = {}

    def add(self, tick: Mapping[str, Any]) -> None:
        """Take up the numbers of one tick: {"rate": 5.0, "loss": {"generator": 0.5}}."""
        step = tick.get("step", 0)
        for name, value in tick.items():
            if type(value) is dict:
                for leaf, number in value.items():
                    self._put(name, leaf, step, number)
            elif name not in _NOT_DRAWN:
                self._put(name, "", step, value)

    def thinned(self, bins: int = BINS) -> dict[str, np.ndarray]:
        """Return each curve as (4, at most `bins`): mean step, mean, smallest and largest value of a bin."""
        return {
            f"{group}/{leaf}"[:80] if leaf else group[:80]: thin(np.array(x), np.array(y), bins)
            for (group, leaf), (x, y) in self._held.items()
        }

    def _put(self, group: str, leaf: str, step: float, number: Any) -> None:
        if type(number) not in (float, int) or not abs(number) < _HUGE:
            return
        held = self._held.get((group, leaf))
        if held is None:
            if len(self._held) >= _MOST:
                return
            held = self._held[group, leaf] = (array("d"), array("d"))
        held[0].append(step)
        held[1].append(number)


def thin(x: np.ndarray, y: np.ndarray, bins: int) -> np.ndarray:
    """Return (4, m) with m = min(n, bins): means of x and y, least and greatest y of neighbours.

    >>> thin(np.arange(4.0), np.array([1.0, 3.0, 5.0, 5.0]), 2).tolist()
    [[0.5, 2.5], [2.0, 5.0], [1.0, 5.0], [3.0, 5.0]]
    """
    n = len(x)
    if n <= bins:
        return np.stack([x, y, y, y]).astype("float32")
    starts = np.arange(bins) * n // bins
    counts = np.diff(np.append(starts, n))
    means = [np.add.reduceat(v, starts) / counts for v in (x, y)]
    ends = [np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)]
    return np.stack([*means, *ends]).astype("float32")
