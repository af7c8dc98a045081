"""Any module or function as an extractor. A module's id is the hash of its weights; a function needs one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum.errors import InputError
from zerosum.metrics.features import Extractor

_HASH = 8


@dataclass(frozen=True, eq=False)
class Wrapped:
    """What was given, with what an extractor has to say of itself."""

    function: Callable[[Tensor], Tensor]
    id: str
    dim: int
    input_range: str = "[-1, 1]"

    def __call__(self, batch: Float[Tensor, "n ..."]) -> Float[Tensor, "n d"]:
        """Return the features as rows; a module is asked as in evaluation and left as it was."""
        if not isinstance(self.function, nn.Module):
            return _rows(self.function(batch), len(batch), self.id)
        training = self.function.training
        self.function.eval()
        try:
            return _rows(self.function(batch), len(batch), self.id)
        finally:
            self.function.train(training)


def as_extractor(
    given: Any, example: Float[Tensor, "n ..."], *, id: str | None = None
) -> Extractor:
    """Return `given` if it is an extractor, or else a module or function made into one.

    Args:
        given: an extractor; a module; or a function of a batch, which returns (n, ...) features.
        example: encoded rows, a few of which are passed through to learn the number of features.
        id: of a function, which names it and everything its numbers depend on; of a module, instead of its
            class's name. The hash of a module's weights is always added.

    Raises:
        InputError: something else, a function without an id, or one that returns no rows of numbers.
    """
    if isinstance(given, Extractor):
        return given
    if not callable(given):
        raise InputError(
            f"a {type(given).__name__} is no feature extractor: give a module, a function of a batch, or an "
            "object with id, dim and input_range"
        )
    if isinstance(given, nn.Module):
        name = f"{id or type(given).__name__}:{weights_digest(given)}"
    elif id is None:
        raise InputError(
            "a function's numbers cannot be told from its text: give id too, a name that changes when they do"
        )
    else:
        name = id
    with torch.no_grad():
        dim = Wrapped(given, name, 0)(example[:2]).shape[1]
    return Wrapped(given, f"{name}:{dim}d", dim)


def weights_digest(module: nn.Module) -> str:
    """Return 8 hex digits of a hash over the names, dtypes, shapes and values of a module's state."""
    found = hashlib.sha256()
    for key, value in sorted(module.state_dict().items()):
        plain = value.detach().cpu().contiguous()
        found.update(f"{key}{plain.dtype}{tuple(plain.shape)}".encode())
        found.update(plain.reshape(-1).view(torch.uint8).numpy().tobytes())
    return found.hexdigest()[:_HASH]


def _rows(made: Any, n: int, name: str) -> Tensor:
    if not isinstance(made, Tensor) or made.ndim < 1 or len(made) != n:
        shape = tuple(made.shape) if isinstance(made, Tensor) else type(made).__name__
        raise InputError(
            f"extractor {name} returned {shape} for {n} rows: it must return a tensor of {n} rows"
        )
    return made.reshape(n, -1)
