"""The fast path of populations: a fully connected network of all members as a few batched products.

Under `vmap` every linear map and every activation is an operation of its own, forwards, backwards and
backwards again. Here a network is one node of the graph and its slopes are written out:

    forwards    a_l = phi(a_{l-1} W_l^T + b_l),   y = a_{L-1} W_L^T + b_L,   a_0 = x
    backwards   d_L = slope in y,   d_l = phi'(a_l) (d_{l+1} W_{l+1} + slope in a_l)
                slope in W_l = d_l^T a_{l-1},   in b_l = sum of d_l over rows,   in x = d_1 W_1

A penalty takes the slope in x inside the loss. It is a function of weights and activations, whose own
slopes, for a slope t_0 in it, are a sweep forwards: s_l = t_{l-1} W_l^T, t_l = phi'(a_l) s_l,

    slope in W_l = d_l^T t_{l-1},   in a_l = phi''(a_l) s_l (d_{l+1} W_{l+1}),   in d_L = t_{L-1} W_L^T

where phi' and its slope phi'' are functions of a = phi(z). Networks of another form, such as
convolutions and conditional ones, are played under `vmap` as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function

from zerosum.networks.checks import require_event
from zerosum.networks.mlp import ACTIVATIONS, MLPDiscriminator, MLPGenerator

_NARROW = 8  # columns below which a product is made transposed: the library is many times faster so


@dataclass(frozen=True)
class Curve:
    """An activation and its slopes as functions of its own value a, each in the place of its first.

    Attributes:
        value: z -> a. slope: (g, a) -> g phi'(a).
        bend: (g, a) -> g phi''(a), phi'' the slope of phi' in a; None where it is 0.
    """

    value: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor, Tensor], Tensor]
    bend: Callable[[Tensor, Tensor], Tensor] | None = None


def _tanh_slope(g: Tensor, a: Tensor) -> Tensor:
    return torch.ops.aten.tanh_backward.grad_input(g, a, grad_input=g)


def _tanh_bend(g: Tensor, a: Tensor) -> Tensor:
    return g.mul_(a).mul_(-2)


def _relu_slope(g: Tensor, a: Tensor) -> Tensor:
    return torch.ops.aten.threshold_backward.grad_input(g, a, 0, grad_input=g)


def _leaky_slope(g: Tensor, a: Tensor) -> Tensor:
    return torch.ops.aten.leaky_relu_backward.grad_input(g, a, 0.2, True, grad_input=g)


_CURVES = {
    ACTIVATIONS["tanh"]: Curve(torch.tanh_, _tanh_slope, _tanh_bend),
    ACTIVATIONS["relu"]: Curve(torch.relu_, _relu_slope),
    ACTIVATIONS["leaky_relu"]: Curve(
        partial(nn.functional.leaky_relu_, negative_slope=0.2), _leaky_slope
    ),
}


@dataclass(frozen=True)
class Chain:
    """Linear maps with one activation between them.

    Attributes:
        curve: the activation. sizes: (outputs, inputs) of each map, from x to y.
    """

    curve: Curve
    sizes: tuple[tuple[int, int], ...]

    def parts(self, rows: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Return weights (members, out, in) and biases (members, out) as views of (members, all)."""
        counts = [n for out, width in self.sizes for n in (out * width, out)]
        parts = rows.split(counts, dim=1)
        weights = [w.unflatten(1, size) for w, size in zip(parts[::2], self.sizes, strict=True)]
        return weights, list(parts[1::2])


def chain_of(module: nn.Module) -> Chain | None:
    """Return the chain that an unconditional MLP is, or None for any other network."""
    if not isinstance(module, MLPGenerator | MLPDiscriminator) or module.activation not in _CURVES:
        return None
    layers = [
        *module.hidden,
        module.out if isinstance(module, MLPGenerator) else module.head.linear,
    ]
    linear = [m for m in layers if isinstance(m, nn.Linear)]
    # a table of classes has parameters of its own, and a normalised layer is no linear one
    if len(linear) < len(layers) or len(list(module.parameters())) > 2 * len(layers):
        return None
    sizes = tuple((m.out_features, m.in_features) for m in linear)
    return Chain(_CURVES[module.activation], sizes)


def judge(chain: Chain, module: nn.Module, row: Tensor, x: Tensor, *_: Tensor | None) -> Tensor:
    """Return what an MLP discriminator returns, for one member under `vmap`.

    Args:
        chain: of the module. row: its parameters one after the other.
        x: (batch, *event); labels and keys say nothing to such a network.
    """
    require_event(x, module.event_shape)  # type: ignore[arg-type]
    return _Values.apply(chain, x.flatten(1), row)[0].squeeze(1)


def generate(
    chain: Chain, module: nn.Module, rows: Tensor, latent: Tensor, *_: Tensor | None
) -> Tensor:
    """Return what an MLP generator returns, for one member under `vmap` or for all at once.

    Args:
        chain: of the module. rows: its parameters one after the other, (..., parameters).
        latent: (..., batch, latent); labels say nothing to such a network.
    """
    y = _Values.apply(chain, latent, rows)[0]
    return module.output(y).unflatten(-1, module.event_shape)  # type: ignore[operator]


class _Values(Function):
    """(x, weights) -> y and the activations, all stacked."""

    @staticmethod
    def forward(chain: Chain, x: Tensor, rows: Tensor) -> tuple[Tensor, ...]:
        values = [x]
        for w, b in zip(*chain.parts(rows), strict=True):
            h = values[-1] if len(values) == 1 else chain.curve.value(values[-1])
            values.append(_affine(h, w, b))
        return values[-1], *values[1:-1]

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        ctx.chain = inputs[0]
        ctx.save_for_backward(*inputs[1:], *output[1:])
        ctx.set_materialize_grads(False)

    @staticmethod
    def backward(ctx: Any, g: Tensor | None, *more: Tensor | None) -> tuple[Tensor | None, ...]:
        chain, (x, rows, *values) = ctx.chain, ctx.saved_tensors
        if torch.is_grad_enabled():  # inside a loss, which goes on to use the slope in x
            if ctx.needs_input_grad[2] or any(e is not None for e in more):
                raise RuntimeError("a chain's slopes in its weights have no slopes of their own")
            return None, _Slope.apply(chain, g, rows, *values)[0], None
        weights, _ = chain.parts(rows)
        d = _backwards(chain.curve, _or_zeros(g, x, weights[-1]), weights, values, more)
        to_x = _times(d[0], weights[0]) if ctx.needs_input_grad[1] else None
        if not ctx.needs_input_grad[2]:
            return None, to_x, None
        pairs = zip(d, (x, *values), strict=True)
        slopes = [s for e, h in pairs for s in (_times(e.mT, h).flatten(1), e.sum(1))]
        return None, to_x, torch.cat(slopes, dim=1)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *given: Any) -> tuple[tuple[Tensor, ...], Any]:
        return _stacked(_Values, info.batch_size, in_dims, given)


class _Slope(Function):
    """(d_L, weights, activations) -> the slope in x; then what its own slopes need."""

    @staticmethod
    def forward(chain: Chain, g: Tensor, rows: Tensor, *values: Tensor) -> tuple[Tensor, ...]:
        weights, _ = chain.parts(rows)
        bars: list[Tensor] | None = None if chain.curve.bend is None else []
        d = _backwards(chain.curve, g, weights, values, [None] * len(values), bars)
        return _times(d[0], weights[0]), *d[:-1], *(bars or ())

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        ctx.chain = inputs[0]
        ctx.mark_non_differentiable(*output[1:])
        ctx.save_for_backward(*inputs[1:], *output[1:])

    @staticmethod
    def backward(ctx: Any, t: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        curve, (g, rows, *rest) = ctx.chain.curve, ctx.saved_tensors
        weights, biases = ctx.chain.parts(rows)
        hidden = len(weights) - 1
        values, d, bars = rest[:hidden], [*rest[hidden : 2 * hidden], g], rest[2 * hidden :]
        to_rows: list[Tensor] = []
        to_values: list[Tensor | None] = [None] * hidden
        for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
            to_rows += [_times(d[i].mT, t).flatten(1), torch.zeros_like(b)]
            t = _times(t, w.mT)
            if i == hidden:
                break
            if curve.bend is not None:
                to_values[i] = curve.bend(t * bars[i], values[i])
            t = curve.slope(t, values[i])
        return None, t, torch.cat(to_rows, dim=1), *to_values

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *given: Any) -> tuple[tuple[Tensor, ...], Any]:
        return _stacked(_Slope, info.batch_size, in_dims, given)


def _backwards(
    curve: Curve,
    g: Tensor,
    weights: Sequence[Tensor],
    values: Sequence[Tensor],
    more: Sequence[Tensor | None],
    bars: list[Tensor] | None = None,
) -> list[Tensor]:
    """Return d_1 ... d_L; `bars`, if given, receives d_{l+1} W_{l+1} for l = 1 ... L - 1."""
    d = [g]
    for w, a, extra in zip(weights[:0:-1], reversed(values), reversed(more), strict=True):
        bar = _times(d[0], w)
        if extra is not None:
            bar.add_(extra)
        if bars is not None:
            bars.insert(0, bar.clone())
        d.insert(0, curve.slope(bar, a))
    return d


def _affine(h: Tensor, w: Tensor, b: Tensor) -> Tensor:
    if w.shape[1] < _NARROW:
        return _times(h, w.mT).add_(b.unsqueeze(1))
    return torch.baddbmm(b.unsqueeze(1), h, w.mT)


def _times(a: Tensor, b: Tensor) -> Tensor:
    if b.shape[2] >= _NARROW:
        return torch.bmm(a, b)
    # the library is fast only where the narrow one lies row by row
    return torch.bmm(b.mT.clone(memory_format=torch.contiguous_format), a.mT).mT


def _or_zeros(g: Tensor | None, x: Tensor, last: Tensor) -> Tensor:
    return x.new_zeros((*x.shape[:2], last.shape[1])) if g is None else g


def _stacked(
    function: type[Function], members: int, dims: Sequence[int | None], given: Sequence[Any]
) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
    """Apply a function of stacked tensors to what `vmap` has stacked; what all share is repeated."""

    def stack(x: Any, dim: int | None) -> Any:
        if not isinstance(x, Tensor):
            return x
        if dim is None:
            return x.expand(members, *x.shape)
        return x.movedim(dim, 0) if dim else x

    found = function.apply(*map(stack, given, dims))
    return found, (0,) * len(found)
