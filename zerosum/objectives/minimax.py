"""The minimax game of the first GAN.

    min over G, max over D of  E log D(x) + E log(1 − D(x̂)),   D = σ(a)

In logits, log D = −softplus(−a) and log(1 − D) = −softplus(a): no sigmoid is ever taken, so the
loss is finite at any logit and its slope right to 2e-9 (torch ends softplus at 20). At the best D its
value is 2·JSD(p_d‖p_g) − log 4.

Source: Goodfellow et al. 2014, arXiv:1406.2661, equation 1.
Not to be confused with the non-saturating loss (`nonsaturating`), which many code bases call
minimax: here the generator's slope −σ(a) vanishes where D is sure that a sample is fake.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from zerosum.objectives.objective import Objective


def discriminator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return softplus(−a(x)) + softplus(a(x̂)), the cross-entropy with labels real and fake.

    Args: real, fake: logits, shape (batch,).
    Returns: loss for each pair, shape (batch,).
    """
    return softplus(-real) + softplus(fake)


def generator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return −softplus(a(x̂)) = log(1 − D(x̂)); its slope in the logit is −σ(a(x̂)).

    Args: real: not looked at. fake: logits, shape (batch,).
    Returns: loss for each generated sample, shape (batch,).
    """
    return -softplus(fake)


MINIMAX = Objective(
    name="mm",
    discriminator=discriminator,
    generator=generator,
    zero_sum=True,
    logistic=True,
    source="Goodfellow et al. 2014, arXiv:1406.2661",
)
