"""Strange rows: those that a generator of normal ones explains worse than it explains normal ones.

    score(x) = root mean square of x - G(z) at the latent found for it
    p(x)     = (1 + #{normal rows with a score of at least score(x)}) / (1 + #normal rows)

Normal rows must be such as the generator was not trained on. If x is as normal as they are, P(p <= a) <= a
whatever the generator is worth: a poor one costs power and not validity.

Sources: Schlegl et al. 2017, arXiv:1703.05921; Bates et al. 2023, arXiv:2104.08279 (p).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from zerosum.explore.inverting import SEARCH, Inverted, Search, invert
from zerosum.generator import Generator
from zerosum.latent.anomaly import p_values


@dataclass(frozen=True, eq=False)
class Odd:
    """Rows that were judged: their inversion, (n,) p-values, and (m,) sorted scores of normal rows."""

    found: Inverted
    p_values: Float[np.ndarray, " n"]
    reference: Float[np.ndarray, " m"]


def odd(
    generator: Generator, rows: np.ndarray, normal: np.ndarray, *, search: Search = SEARCH
) -> Odd:
    """Return how strange rows are beside normal ones.

    Args:
        rows: (n, ...) to judge. normal: (m, ...) never trained on; both in the data's units.
        search: how latents are looked for, the same for both.

    Raises:
        InputError: rows that cannot be inverted.
    """
    found = invert(generator, rows, search=search)  # first: it is these that may be wrong
    reference = np.sort(invert(generator, normal, search=search).error)
    p = p_values(torch.from_numpy(found.error), torch.from_numpy(reference))
    return Odd(found, p.double().numpy(), reference)
