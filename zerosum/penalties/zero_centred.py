"""R1 and R2: half the squared slope, at real samples and at generated ones.

    R1 = γ · E ½‖∇a(x)‖²,      R2 = γ · E ½‖∇a(x̂)‖²

The ½ belongs to the measure, so the weight is the papers' γ. Both use the pass that the loss makes
anyway. Relativistic pairing needs R1 and R2 together, at every step: lazy ones fail outright.

Source: Mescheder, Geiger and Nowozin 2018, arXiv:1801.04406; both at once: R3GAN, Huang et al.
2024, arXiv:2501.05441.
Not to be confused with penalties centred on 1 (`gradient_penalty`), which want a slope.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from zerosum.penalties.penalty import Penalty, squared_norm


def half_squared_norm(gradient: Float[Tensor, " batch *event"]) -> Float[Tensor, " batch"]:
    """Return ½‖∇a‖² of each sample.

    Args: gradient: shape (batch, ...). Returns: shape (batch,).
    """
    return 0.5 * squared_norm(gradient)


R1 = Penalty(
    name="r1",
    at="real",
    measure=half_squared_norm,
    points=None,
    source="Mescheder, Geiger and Nowozin 2018, arXiv:1801.04406",
)
R2 = Penalty(
    name="r2",
    at="fake",
    measure=half_squared_norm,
    points=None,
    source="Mescheder, Geiger and Nowozin 2018, arXiv:1801.04406",
)
