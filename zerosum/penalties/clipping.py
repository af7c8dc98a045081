"""Weight clipping: after each critic step every weight is put back into [−c, c].

Weights from a compact set make the critic Lipschitz with some unknown K, so that the Wasserstein
loss measures K·W₁. The paper's bound is c = 0.01.

Source: Arjovsky, Chintala and Bottou 2017, arXiv:1701.07875, algorithm 1.
Not to be confused with clipping gradients, which bounds a step and not the function.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from zerosum.errors import InputError


@torch.no_grad()
def clip_weights_(parameters: Iterable[Tensor], bound: float) -> None:
    """Clamp every element of every parameter to [−bound, bound], in place, outside any graph.

    Args: parameters: tensors of any shape (stacked members too). bound: c > 0.
    Raises: InputError for a bound that is not positive.
    """
    if not bound > 0:
        raise InputError(
            f"clipping bound {bound} is not positive, so every weight would be 0; write e.g. 0.01"
        )
    for parameter in parameters:
        parameter.clamp_(-bound, bound)
