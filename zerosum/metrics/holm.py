"""Many tests at once: p-values corrected for their number."""

from __future__ import annotations

import numpy as np

from zerosum.errors import InputError


def holm(p: np.ndarray) -> np.ndarray:
    """Return p-values corrected for their number, so that all stay below 5 % by chance in 95 %.

        p̃_(i) = max over j ≤ i of min(1, (m − j + 1) p_(j))

    Holds whatever the dependence of the tests. Source: Holm 1979, Scand. J. Statist. 6, 65.

    Args: p: (m,), each from 0 to 1. Returns: (m,), in the same order.

    >>> holm(np.array([0.04, 0.01, 0.03])).round(3).tolist()
    [0.06, 0.03, 0.06]
    """
    if p.ndim != 1 or not ((p >= 0.0) & (p <= 1.0)).all():
        raise InputError(f"p {p.shape} must be one row of numbers from 0 to 1; leave NaN out")
    order = np.argsort(p, kind="stable")
    scaled = np.minimum(1.0, p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(scaled)
    return adjusted
