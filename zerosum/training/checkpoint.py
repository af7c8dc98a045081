"""A training state as named tensors and JSON, and back, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from zerosum.errors import InputError
from zerosum.training.state import TrainState


def state_to_parts(state: TrainState) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return copies of every tensor of the state, by name, and the rest as JSON values."""
    tensors: dict[str, Tensor] = {}
    for player, module in state.networks.items():
        tensors |= _prefixed(f"networks.{player}", module.state_dict())
    for player, module in state.averages.items():
        tensors |= _prefixed(f"averages.{player}", module.state_dict())
    for player, optimizer in state.optimizers.items():
        tensors |= _prefixed(f"optimizers.{player}", _optimizer_tensors(optimizer))
    tensors |= _prefixed("vectors", state.vectors)
    for player, kept in state.memory.items():
        tensors |= _prefixed(f"memory.{player}", {str(i): t for i, t in enumerate(kept)})
    tensors |= _prefixed("carried", state.carried)
    position = {
        "step": state.step,
        "seen": state.seen,
        "seconds": state.seconds,
        "best": dict(state.best),
    }
    return {k: v.detach().cpu().clone().contiguous() for k, v in tensors.items()}, position


def parts_to_state(
    state: TrainState, tensors: Mapping[str, Tensor], position: Mapping[str, Any]
) -> None:
    """Put copies of a checkpoint's parts into a freshly built state of the same configuration.

    Raises:
        InputError: a tensor is missing, unexpected or of another shape; nothing was changed.
    """
    _refuse_unless_same(expected_shapes(state), tensors)
    for player, module in state.networks.items():
        module.load_state_dict(_taken(f"networks.{player}", tensors))
    for player, module in state.averages.items():
        module.load_state_dict(_taken(f"averages.{player}", tensors))
    for player, optimizer in state.optimizers.items():
        _load_optimizer(optimizer, _taken(f"optimizers.{player}", tensors))
    for name, vector in _taken("vectors", tensors).items():
        state.vectors[name] = vector.to(state.vectors[name], copy=True)
    for name, value in _taken("carried", tensors).items():
        state.carried[name] = value.to(state.carried[name].device, copy=True)
    for player, optimizer in state.optimizers.items():
        kept = _taken(f"memory.{player}", tensors)
        if kept:
            likes = optimizer.param_groups[0]["params"]
            state.memory[player] = [
                torch.empty_like(like, requires_grad=False).copy_(kept[str(i)])
                for i, like in enumerate(likes)
            ]
    state.step, state.seen = int(position["step"]), int(position["seen"])
    state.seconds, state.best = float(position["seconds"]), dict(position["best"])


def expected_shapes(state: TrainState) -> dict[str, tuple[int, ...]]:
    """Return the name and shape of every network tensor, vector and carried number a checkpoint holds."""
    shapes: dict[str, tuple[int, ...]] = {}
    for group, modules in (("networks", state.networks), ("averages", state.averages)):
        for player, module in modules.items():
            named = _prefixed(f"{group}.{player}", module.state_dict())
            shapes |= {name: tuple(t.shape) for name, t in named.items()}
    others = _prefixed("vectors", state.vectors) | _prefixed("carried", state.carried)
    return shapes | {name: tuple(t.shape) for name, t in others.items()}


def _refuse_unless_same(
    shapes: Mapping[str, tuple[int, ...]], tensors: Mapping[str, Tensor]
) -> None:
    later = ("optimizers.", "memory.")  # made by the first round, so a fresh state has none
    given = {k: tuple(v.shape) for k, v in tensors.items() if not k.startswith(later)}
    wrong = sorted(k for k in shapes.keys() | given.keys() if shapes.get(k) != given.get(k))
    if wrong:
        name = wrong[0]
        raise InputError(
            f"the checkpoint does not fit this configuration: {len(wrong)} tensors differ, the first "
            f"is {name} (checkpoint {given.get(name)}, configuration {shapes.get(name)}); "
            "resume with the run's own config.yaml."
        )


def _prefixed(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": t for name, t in tensors.items()}


def _taken(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    start = f"{prefix}."
    return {k[len(start) :]: v for k, v in tensors.items() if k.startswith(start)}


def _optimizer_tensors(optimizer: Optimizer) -> dict[str, Tensor]:
    entries = optimizer.state_dict()["state"]
    return {
        f"{index}.{name}": torch.as_tensor(value)
        for index, entry in entries.items()
        for name, value in entry.items()
        if value is not None
    }


def _load_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    entries: dict[int, dict[str, Tensor]] = {}
    parameters = optimizer.param_groups[0]["params"]
    for name, tensor in tensors.items():
        index, entry = name.split(".", 1)
        like = parameters[int(index)]
        # a copy, since optimisers count their steps in place; and laid out as its parameter is, since
        # fused kernels need that of a moment
        layout = like if tensor.shape == like.shape else tensor
        own = torch.empty_like(layout, requires_grad=False).copy_(tensor)
        entries.setdefault(int(index), {})[entry] = own
    whole = optimizer.state_dict()
    optimizer.load_state_dict({"state": entries, "param_groups": whole["param_groups"]})


def module_tensors(module: nn.Module) -> dict[str, Tensor]:
    """Return copies of a module's tensors on the CPU, as an artefact stores them."""
    return {k: v.detach().cpu().clone().contiguous() for k, v in module.state_dict().items()}
