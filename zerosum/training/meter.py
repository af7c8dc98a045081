"""How much memory a piece of work takes, counted tensor by tensor."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


def peak_memory(work: Callable[[], object]) -> int:
    """Return the most bytes that tensors made by `work` hold at one time.

    Counted tensor by tensor as they come and go, which is exact for torch's own and does not know what
    the allocator leaves unused between them, nor what a library keeps for itself.

    >>> peak_memory(lambda: (torch.zeros(1000) + 1).sum())  # two of 4,000 bytes, then one and a sum
    8000
    """
    with _Meter() as meter:
        work()
    return meter.peak


class _Meter(TorchDispatchMode):
    """Counts the storages that operations make inside the context, until they are freed."""

    def __init__(self) -> None:
        super().__init__()
        self.peak, self._now = 0, 0
        self._sizes: dict[int, int] = {}

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        found = func(*args, **(kwargs or {}))
        # a view lies in what was there before; storages from outside are not counted
        given = {t.untyped_storage().data_ptr() for t in _tensors((args, kwargs))}
        for tensor in _tensors(found):
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in given:
                self._count(storage)
        return found

    def _count(self, storage: torch.UntypedStorage) -> None:
        place = storage.data_ptr()
        if place in self._sizes or not storage.nbytes():
            return
        self._sizes[place] = storage.nbytes()
        self._now += storage.nbytes()
        self.peak = max(self.peak, self._now)
        weakref.finalize(storage, self._forget, place)

    def _forget(self, place: int) -> None:
        self._now -= self._sizes.pop(place)


def _tensors(values: object) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(values) if isinstance(leaf, Tensor)]
