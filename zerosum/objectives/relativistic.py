"""Relativistic pairing: each real sample is judged against one generated sample.

    min over D of E softplus(−(a(x) − a(x̂))),      min over G of E softplus(−(a(x̂) − a(x)))

Only differences of logits count, so the discriminator cannot put all generated samples beyond one
boundary at once. With R1 and R2 at every step the game converges locally (Huang et al. 2024).

Source: Jolicoeur-Martineau 2019, arXiv:1807.00734; Huang et al. 2024 (R3GAN), arXiv:2501.05441.
Not to be confused with the relativistic *average* loss, which subtracts the other batch's mean
logit, nor with f(t) = −softplus(−t) as the R3GAN paper writes it: there D maximises what it
minimises here.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from zerosum.objectives.objective import Objective


def discriminator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return softplus(−(a(x) − a(x̂))).

    Args: real, fake: logits, shape (batch,); equal shapes, or the difference would broadcast.
    Returns: loss for each pair, shape (batch,).
    """
    return softplus(fake - real)


def generator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return softplus(−(a(x̂) − a(x))).

    Args: real, fake: logits, shape (batch,).
    Returns: loss for each pair, shape (batch,).
    """
    return softplus(real - fake)


RELATIVISTIC_PAIRING = Objective(
    name="rp",
    discriminator=discriminator,
    generator=generator,
    zero_sum=False,
    pairs=True,
    source="Jolicoeur-Martineau 2019, arXiv:1807.00734",
    undecided=None,
)
