"""Optimisers of B members at once: element by element, each member with its own numbers.

torch's optimisers take one learning rate for a whole tensor; here rates have shape (members, 1, ...).
The arithmetic is theirs, so that a member moves as it would alone.

    Adam     m <- m + (1 - b1)(g - m),  v <- b2 v + (1 - b2) g²,
             w <- w - eta/(1 - b1^t) m / (sqrt(v/(1 - b2^t)) + eps)
    RMSProp  v <- b2 v + (1 - b2) g²,   w <- w - eta g / (sqrt(v) + eps)
    SGD      m <- b1 m + g,             w <- w - eta m

Sources: Kingma and Ba 2014, arXiv 1412.6980; Tieleman and Hinton 2012; Polyak 1964.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.optim import SGD, Adam, Optimizer, RMSprop

from zerosum.errors import InputError

Named = dict[str, Tensor]
Slots = dict[str, Named]


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


def adam(weights: Named, gradients: Named, slots: Slots, rates: Rates) -> Named:
    """Return where Adam leads; the moments in `slots` are changed in place."""
    mean, square = _slot(slots, "mean", weights), _slot(slots, "square", weights)
    count = rates.step + 1
    correct1, correct2 = 1 - rates.beta1**count, (1 - rates.beta2**count).sqrt()
    size = rates.lr / correct1
    moved = {}
    for name, w in weights.items():
        g, wide = gradients[name], _widths(w)
        m, v = mean[name], square[name]
        m.lerp_(g, wide(1 - rates.beta1))
        v.mul_(wide(rates.beta2)).addcmul_(g * wide(1 - rates.beta2), g)
        root = v.sqrt().div_(wide(correct2)).add_(rates.eps)
        moved[name] = w - m.div(root).mul_(wide(size))
    return moved


def rmsprop(weights: Named, gradients: Named, slots: Slots, rates: Rates) -> Named:
    """Return where RMSProp leads; the mean square in `slots` is changed in place."""
    square, moved = _slot(slots, "square", weights), {}
    for name, w in weights.items():
        g, wide = gradients[name], _widths(w)
        v = square[name].mul_(wide(rates.beta2)).addcmul_(g * wide(1 - rates.beta2), g)
        moved[name] = w - wide(rates.lr) * g / v.sqrt().add_(rates.eps)
    return moved


def sgd(weights: Named, gradients: Named, slots: Slots, rates: Rates) -> Named:
    """Return where gradient descent with momentum leads; the momentum in `slots` is changed in place."""
    mean, moved = _slot(slots, "mean", weights), {}
    for name, w in weights.items():
        wide = _widths(w)
        moved[name] = w - wide(rates.lr) * mean[name].mul_(wide(rates.beta1)).add_(gradients[name])
    return moved


Mover = Callable[[Named, Named, Slots, Rates], Named]
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


def _slot(slots: Slots, name: str, weights: Named) -> Named:
    return slots.setdefault(name, {k: torch.zeros_like(w) for k, w in weights.items()})


def _widths(like: Tensor) -> Callable[[Tensor], Tensor]:
    shape = (-1,) + (1,) * (like.ndim - 1)
    return lambda values: values.view(shape)
