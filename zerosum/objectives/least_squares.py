"""Least squares: the logit is regressed on codes, f for fake and r for real; G wants the code g.

    min over D of ½E(a(x) − r)² + ½E(a(x̂) − f)²,      min over G of ½E(a(x̂) − g)²

Two codings, both from the paper, both with its factor ½ (other code leaves it out, which doubles
every loss). LEAST_SQUARES: f = 0, r = g = 1. LEAST_SQUARES_PEARSON: f = −1, r = 1, g = 0, for which
r − g = 1 and r − f = 2, so that at the best D twice the generator's value, with the constant
½E(a(x) − g)² added, is the Pearson χ² divergence between p_d + p_g and 2 p_g.

Source: Mao et al. 2017, arXiv:1611.04076, equations 2, 8 and 9 (their a, b, c are f, r, g).
Not to be confused with least squares on σ(a): the paper's output is linear, and a sigmoid would
bring back the saturation that this loss was made to avoid.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from zerosum.objectives.objective import Objective


def discriminator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return ½(a(x) − 1)² + ½a(x̂)².

    Args: real, fake: logits, shape (batch,). Returns: loss for each pair, shape (batch,).
    """
    return 0.5 * (real - 1).square() + 0.5 * fake.square()


def generator(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return ½(a(x̂) − 1)².

    Args: real: not looked at. fake: logits, shape (batch,). Returns: loss, shape (batch,).
    """
    return 0.5 * (fake - 1).square()


def discriminator_pearson(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return ½(a(x) − 1)² + ½(a(x̂) + 1)².

    Args: real, fake: logits, shape (batch,). Returns: loss for each pair, shape (batch,).
    """
    return 0.5 * (real - 1).square() + 0.5 * (fake + 1).square()


def generator_pearson(
    real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    """Return ½a(x̂)².

    Args: real: not looked at. fake: logits, shape (batch,). Returns: loss, shape (batch,).
    """
    return 0.5 * fake.square()


LEAST_SQUARES = Objective(
    name="lsgan",
    discriminator=discriminator,
    generator=generator,
    zero_sum=False,
    source="Mao et al. 2017, arXiv:1611.04076, equation 9",
    undecided=0.5,
)
LEAST_SQUARES_PEARSON = Objective(
    name="lsgan-pearson",
    discriminator=discriminator_pearson,
    generator=generator_pearson,
    zero_sum=False,
    source="Mao et al. 2017, arXiv:1611.04076, equation 8",
)
