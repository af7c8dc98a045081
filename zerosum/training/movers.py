"""Optimisers of B members at once: element by element, each member with its own numbers.

torch's optimisers take one learning rate for a whole tensor; here each member's weights are a row with
rates of its own. The arithmetic is theirs up to rounding, so that a member moves as it would alone.

    Adam     m <- m + (1 - b1)(g - m),  v <- b2 v + (1 - b2) g²,
             w <- w - eta/(1 - b1^t) m / (sqrt(v/(1 - b2^t)) + eps)
    RMSProp  v <- b2 v + (1 - b2) g²,   w <- w - eta g / (sqrt(v) + eps)
    SGD      m <- b1 m + g,             w <- w - eta m

Sources: Kingma and Ba 2014, arXiv 1412.6980; Tieleman and Hinton 2012; Polyak 1964.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.optim import SGD, Adam, Optimizer, RMSprop

from zerosum.errors import InputError

Rows = Float[Tensor, "members parameters"]
Slots = dict[str, Tensor]

_BLOCK = 1 << 16  # numbers; four such tensors of float32 fill half of a core's cache of 2 MB


@dataclass(frozen=True)
class Rates:
    """One player's numbers at this step, a value a member.

    Attributes:
        lr: learning rates. beta1: Adam's first beta, SGD's momentum.
        beta2: Adam's second beta, RMSProp's smoothing.
        eps: what is added to the root.
        step: moves made before this one.
    """

    lr: Float[Tensor, " members"]
    beta1: Float[Tensor, " members"]
    beta2: Float[Tensor, " members"]
    eps: float
    step: int


def adam(weights: Rows, gradient: Rows, slots: Slots, rates: Rates) -> None:
    """Move the weights as Adam does; the moments in `slots` are changed too."""
    mean, square = _slot(slots, "mean", weights), _slot(slots, "square", weights)
    count = rates.step + 1
    correct = (1 - rates.beta2**count).sqrt()
    # both sides of the quotient times the correction, which spares a pass over all weights
    size, eps = rates.lr / (1 - rates.beta1**count) * correct, rates.eps * correct
    columns = (size, eps, 1 - rates.beta1, 1 - rates.beta2)
    for w, g, m, v, *own in _blocks(weights, gradient, mean, square, *columns):
        size, eps, rate1, rate2 = own
        m.lerp_(g, rate1)
        v.lerp_(g.square(), rate2)
        w.addcdiv_(m * size, v.sqrt().add_(eps), value=-1)


def rmsprop(weights: Rows, gradient: Rows, slots: Slots, rates: Rates) -> None:
    """Move the weights as RMSProp does; the mean square in `slots` is changed too."""
    square = _slot(slots, "square", weights)
    for w, g, v, lr, rate in _blocks(weights, gradient, square, rates.lr, 1 - rates.beta2):
        v.lerp_(g.square(), rate)
        w.addcdiv_(g * lr, v.sqrt().add_(rates.eps), value=-1)


def sgd(weights: Rows, gradient: Rows, slots: Slots, rates: Rates) -> None:
    """Move the weights as descent with momentum does; the momentum in `slots` is changed too."""
    mean = _slot(slots, "mean", weights)
    for w, g, m, lr, beta in _blocks(weights, gradient, mean, rates.lr, rates.beta1):
        w.addcmul_(m.mul_(beta).add_(g), lr, value=-1)


Mover = Callable[[Tensor, Tensor, Slots, Rates], None]
_MOVERS: dict[type[Optimizer], Mover] = {Adam: adam, RMSprop: rmsprop, SGD: sgd}


def mover(kind: type[Optimizer]) -> Mover:
    """Return the function that moves B members as an optimiser of this class moves one.

    Raises: InputError: the class couples a tensor's elements, or is not known here.
    """
    if kind not in _MOVERS:
        raise InputError(
            f"a population cannot be moved by {kind.__name__}: use adam, rmsprop or sgd, which move each "
            "element by itself"
        )
    return _MOVERS[kind]


def _slot(slots: Slots, name: str, like: Tensor) -> Tensor:
    if name not in slots:
        slots[name] = torch.zeros_like(like)
    return slots[name]


def _blocks(rows: Tensor, *others: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """Yield all of them a few members at a time, so that all passes but the first find them in the cache."""
    wide = [rows, *(x if x.ndim > 1 else x.unsqueeze(1) for x in others)]
    return zip(*(x.split(max(1, _BLOCK // rows.shape[1])) for x in wide), strict=True)
