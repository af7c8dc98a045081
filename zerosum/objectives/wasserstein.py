"""The Wasserstein game: the critic estimates the earth mover's distance.

    min over G, max over 1-Lipschitz a of  E a(x) − E a(x̂)  =  W₁(p_d, p_g)

The loss is linear in the logits, so by itself it has no best critic: it needs weight clipping,
spectral normalisation or a gradient penalty, and with a K-Lipschitz critic it measures K·W₁.

Source: Arjovsky, Chintala and Bottou 2017, arXiv:1701.07875.
Not to be confused with the hinge loss, whose generator is the same but whose discriminator stops
caring about samples that it judges rightly by a margin. The logit is a score, never a probability.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from zerosum.objectives.objective import Objective


def discriminator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return −a(x) + a(x̂), minus the critic's estimate of the distance.

    Args: real, fake: logits, shape (batch,).
    Returns: loss for each pair, shape (batch,).
    """
    return fake - real


def generator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return −a(x̂).

    Args: real: not looked at. fake: logits, shape (batch,).
    Returns: loss for each generated sample, shape (batch,).
    """
    return -fake


WASSERSTEIN = Objective(
    name="wgan",
    discriminator=discriminator,
    generator=generator,
    zero_sum=True,
    unbounded=True,
    source="Arjovsky, Chintala and Bottou 2017, arXiv:1701.07875",
    undecided=None,
)
