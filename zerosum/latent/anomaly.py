"""How badly a generator of normal rows explains a row, with what normal rows get as the reference.

    score(x) = min over z of  mean (x - G(z))²  +  weight · mean (f(x) - f(G(z)))²  +  prior · surprise(z)
    p(x)     = (1 + #{normal rows with a score of at least score(x)}) / (1 + #normal rows)

If x is as normal as the held-out rows, P(p <= a) <= a for every a, whatever the scores are like: no
threshold has to be chosen, and a poor generator costs power and not validity. It needs normal rows
that the generator was not trained on: its own training rows score too low.

Sources: Schlegl et al. 2017, arXiv:1703.05921 (the score); Bates et al. 2023, arXiv:2104.08279 (p).
"""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from zerosum.latent.checks import Generate
from zerosum.latent.inversion import USUAL, Effort, Features, Inversion, invert


@dataclass(frozen=True, eq=False)
class Anomaly:
    """Scores of rows beside those of held-out normal rows.

    Attributes:
        scores: (n,) larger is stranger, in squared units of the rows.
        reference: (m,) scores of the normal rows, sorted.
        p_values: (n,) share of normal rows at least as strange; at least 1 / (m + 1).
        inversion: of the rows; where x and its reconstruction differ is what is strange.
    """

    scores: Float[Tensor, " n"]
    reference: Float[Tensor, " m"]
    p_values: Float[Tensor, " n"]
    inversion: Inversion


def anomaly(
    generate: Generate,
    rows: Tensor,
    normal: Tensor,
    latent: int,
    *,
    prior: float = 0.01,
    features: Features | None = None,
    weight: float = 1.0,
    effort: Effort = USUAL,
    key: int = 0,
) -> Anomaly:
    """Return anomaly scores with their p-values among normal rows.

    Args:
        rows: (n, *event) to judge. normal: (m, *event) held out from the generator's training.
        prior: mean squared error that a nat of surprise counts for.
        generate, latent, features, weight, effort, key: as in `invert`.

    Raises:
        InputError: as `invert`, for either set of rows.
    """

    def inverted(x: Tensor) -> Inversion:
        return invert(
            generate,
            x,
            latent,
            prior=prior,
            features=features,
            weight=weight,
            effort=effort,
            key=key,
        )

    reference = inverted(normal).value.sort().values
    found = inverted(rows)
    return Anomaly(found.value, reference, p_values(found.value, reference), found)


def p_values(scores: Float[Tensor, " n"], reference: Float[Tensor, " m"]) -> Float[Tensor, " n"]:
    """Return (1 + #{r >= s}) / (1 + m) of each score s among the reference's r.

    >>> import torch
    >>> p_values(torch.tensor([0.0, 2.0, 9.0]), torch.tensor([1.0, 2.0, 3.0]))
    tensor([1.0000, 0.7500, 0.2500])
    """
    at_least = (reference[None, :] >= scores[:, None]).sum(dim=1)
    return (1 + at_least) / (1 + len(reference))
