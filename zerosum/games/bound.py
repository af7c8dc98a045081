"""A network as a game sees it, which can be asked what it would say with other parameters.

Calling it calls the network as it stands, by the fastest way there is. `at` gives the same network with
its weights as an argument: a pure function, which a loss may differentiate in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from torch import Tensor

Parameters = Mapping[str, Tensor]


@dataclass(frozen=True)
class Bound:
    """A network with its parameters.

    Attributes:
        own: the network as it stands.
        named: gives its parameters, by whatever names `call` knows them.
        call: (parameters, *arguments) -> what the network says with those parameters.
    """

    own: Callable[..., Tensor]
    named: Callable[[], Parameters]
    call: Callable[..., Tensor]

    def __call__(self, *arguments: Tensor | None) -> Tensor:
        """Return what the network says."""
        return self.own(*arguments)

    @property
    def parameters(self) -> dict[str, Tensor]:
        """Its parameters as they stand."""
        return dict(self.named())

    def at(self, parameters: Parameters) -> Callable[..., Tensor]:
        """Return the same network with other parameters."""
        return partial(self.call, parameters)
