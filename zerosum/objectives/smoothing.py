"""One-sided label smoothing: real samples get the label t < 1, generated samples keep the label 0.

    logistic:       min over D of −E[t log D(x) + (1 − t) log(1 − D(x))] − E log(1 − D(x̂))
    least squares:  min over D of ½E(a(x) − t)² + ½E a(x̂)²

The best logistic D becomes t p_d / (p_d + p_g). Smoothing the generated side too would put p_g in
the numerator and reward the generator for staying where it wrongly is, so it is not offered. In
logits the smoothed cross-entropy is the plain one plus (1 − t) a(x), since
softplus(a) = a + softplus(−a).

Source: Salimans et al. 2016, arXiv:1606.03498, section 3.4.
Not to be confused with flipping labels at random, or with adding instance noise to the samples.
"""

from __future__ import annotations

from dataclasses import replace

from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.objectives.least_squares import LEAST_SQUARES
from zerosum.objectives.objective import Loss, Objective


def one_sided(objective: Objective, target: float) -> Objective:
    """Return the objective with the real label `target`; the generator's loss stays as it is.

    Args: objective: logistic (mm, ns) or 0/1 least squares. target: real label, 0.5 < t <= 1.
    Returns: a new Objective named after the old one and the target.
    Raises: InputError where the discriminator's loss has no label to smooth, or for a bad target.
    """
    if not 0.5 < target <= 1:
        raise InputError(
            f"label smoothing target {target} is not above 0.5 and at most 1, so real samples "
            "would count as fake; write a number such as 0.9"
        )
    if not objective.logistic and objective != LEAST_SQUARES:
        raise InputError(
            f"label smoothing cannot be used with objective {objective.name!r}: its discriminator "
            "has no 0/1 label to smooth; use mm, ns or lsgan, or leave smoothing out"
        )
    smoothed = _logistic(objective.discriminator, target) if objective.logistic else _square(target)
    return replace(objective, name=f"{objective.name}-smooth-{target:g}", discriminator=smoothed)


def _logistic(plain: Loss, target: float) -> Loss:
    def discriminator(
        real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """Return the plain cross-entropy + (1 − t) a(x), shape (batch,)."""
        return plain(real, fake) + (1 - target) * real

    return discriminator


def _square(target: float) -> Loss:
    def discriminator(
        real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """Return ½(a(x) − t)² + ½a(x̂)², shape (batch,)."""
        return 0.5 * (real - target).square() + 0.5 * fake.square()

    return discriminator
