"""The hinge game: the discriminator is a maximum-margin classifier.

    min over D of E max(0, 1 − a(x)) + E max(0, 1 + a(x̂)),      min over G of −E a(x̂)

The best logit is +1 where p_d > p_g and −1 where p_g > p_d; the discriminator's loss there is
2 − 2·TV(p_d, p_g), TV half the L1 distance. The margin holds for each sample, not for a mean.

Source: Lim and Ye 2017, arXiv:1705.02894; Tran et al. 2017, arXiv:1702.08896.
Not to be confused with the Wasserstein loss: the generators agree, but this discriminator needs no
Lipschitz constraint to have a minimum, and the game is not zero-sum.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import relu

from zerosum.objectives.objective import Objective


def discriminator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return max(0, 1 − a(x)) + max(0, 1 + a(x̂)).

    Args: real, fake: logits, shape (batch,).
    Returns: loss for each pair, shape (batch,).
    """
    return relu(1 - real) + relu(1 + fake)


def generator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return −a(x̂).

    Args: real: not looked at. fake: logits, shape (batch,).
    Returns: loss for each generated sample, shape (batch,).
    """
    return -fake


HINGE = Objective(
    name="hinge",
    discriminator=discriminator,
    generator=generator,
    zero_sum=False,
    source="Lim and Ye 2017, arXiv:1705.02894",
)
