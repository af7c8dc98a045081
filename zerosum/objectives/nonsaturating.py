"""The non-saturating game: the minimax discriminator, and a generator that maximises log D.

    max over D of  E log D(x) + E log(1 − D(x̂)),      max over G of  E log D(x̂),      D = σ(a)

Same fixed point as minimax, but the generator's slope in the logit is −(1 − σ(a)), which tends to
−1 and not to 0 where D is sure that a sample is fake. The game is no longer zero-sum: at the best
D the generator follows the slope of KL(p_g‖p_d) − 2·JSD (Arjovsky and Bottou 2017,
arXiv:1701.04862).

Source: Goodfellow et al. 2014, arXiv:1406.2661, section 3.
Not to be confused with `minimax`: this is the loss that most code calling itself minimax runs.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from zerosum.objectives.minimax import discriminator
from zerosum.objectives.objective import Objective


def generator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return softplus(−a(x̂)) = −log D(x̂); its slope in the logit is −(1 − σ(a(x̂))).

    Args: real: not looked at. fake: logits, shape (batch,).
    Returns: loss for each generated sample, shape (batch,).
    """
    return softplus(-fake)


NONSATURATING = Objective(
    name="ns",
    discriminator=discriminator,
    generator=generator,
    zero_sum=False,
    logistic=True,
    source="Goodfellow et al. 2014, arXiv:1406.2661, section 3",
)
