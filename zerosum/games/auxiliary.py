"""The auxiliary classifier: the discriminator also says of which class a row is.

    verdict of a row     (a(x), c_1(x), ..., c_K(x)):  its logit, then a number for each class
    CE(x, y)           = −log softmax(c(x))_y
    discriminator        adds  w (E CE(x, y) + E CE(G(z, y), y))
    generator            adds  w E CE(G(z, y), y)

As in the paper the discriminator learns classes on generated rows too, under the label they were asked
for, and its logit does not see the label. The class terms are no zero-sum game: both players minimise
them. Labels are those of the turn's real rows, so that classes are asked for as often as they occur.

Source: Odena, Olah and Shlens 2017, arXiv 1610.09585.
Not to be confused with projection (`networks/conditional.py`), where the label enters the logit.
"""

from __future__ import annotations

from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import cross_entropy

NAME = "auxiliary"  # of the weight w among a game's coefficients


def parts(
    verdict: Float[Tensor, " batch *classes"],
) -> tuple[Float[Tensor, " batch"], Float[Tensor, "batch k"] | None]:
    """Return a verdict's logits (batch,) and its class numbers (batch, k), None where it has none.

    Args: verdict: shape (batch,), or (batch, 1 + k).
    """
    if verdict.ndim == 1:
        return verdict, None
    return verdict[:, 0], verdict[:, 1:]


def classification(
    classes: Float[Tensor, "batch k"], label: Int[Tensor, " batch"]
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Return the mean cross-entropy −log softmax(c(x))_y, and the share of rows whose largest number is y.

    Args: classes: (batch, k). label: asked or real classes, (batch,), from 0 to k − 1.
    """
    right = (classes.detach().argmax(1) == label).to(classes.dtype).mean()
    return cross_entropy(classes, label), right
