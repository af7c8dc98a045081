"""The ratio of two densities at the rows of the first, by a classifier that has not seen those rows.

    log p(x)/q(x) = logit of a classifier of p's rows (1) from q's (0), shown as many of either

A classifier asked about the rows it was trained on says "p" of all of them. So the rows are halved, one
classifier learns from each half and is asked about the other; each is kept as it was when it did best
there. Classifiers of many data sets are trained as one stack, each from its own key.

Source: Goodfellow et al. 2014, arXiv 1406.2661, proposition 1; halving: Chernozhukov et al. 2018,
arXiv 1608.00060.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64, Int64
from torch import Tensor
from torch.nn import functional as F

from zerosum import noise

_BATCH = 256  # rows of either kind a step
_CHECK = 25  # steps between two looks at the other half
_JUDGED = 4096  # rows of either kind that a look takes
_PATIENCE = 8  # looks without progress in any classifier, after which training ends
_RATE = 3e-3
_CHUNK = 8192


@dataclass(frozen=True)
class Effort:
    """What a classifier may cost: at most `rounds` steps, with two hidden layers of `width`."""

    rounds: int = 500
    width: int = 64


def log_density_ratio(
    rows: Float[Tensor, "sets n d"],
    others: Float[Tensor, "sets m d"],
    keys: Int64[Tensor, " sets"],
    effort: Effort = Effort(),
) -> Float64[Tensor, "sets n"]:
    """Return estimates of log p/q at p's rows.

    Args:
        rows: drawn from p, (sets, n, d), n at least 2. others: drawn from q, (sets, m, d), m at least 2.
        keys: noise key of each set's classifiers: weights, halves and batches.
        effort: length and width of the training.
    """
    mean, std = rows.mean(dim=1, keepdim=True), rows.std(dim=1, keepdim=True)
    std = torch.where(std > 0, std, 1.0)
    p, q = (rows - mean).float() / std.float(), (others - mean).float() / std.float()
    order = noise.permutation(_keys(keys, "halves"), p.shape[1])
    half = p.shape[1] // 2
    seen = torch.stack((order[:, :half], order[:, half : 2 * half]), dim=1).flatten(0, 1)
    told = torch.arange(q.shape[1] // 2 * 2).reshape(2, -1).repeat(len(q), 1)
    folds = torch.arange(len(p)).repeat_interleave(2)
    stack = _Halves(
        p, q, folds, seen, told, torch.stack([_keys(keys, f) for f in "01"], 1).flatten()
    )
    weights = _trained(stack, effort)
    with torch.no_grad():
        parts = [_logit(weights, part[folds]) for part in p.split(_CHUNK, dim=1)]
    logit = torch.cat(parts, dim=1).double().unflatten(0, (-1, 2))
    first_saw = torch.zeros(p.shape[:2], dtype=torch.bool).scatter_(1, order[:, :half], True)
    return torch.where(first_saw, logit[:, 1], logit[:, 0])


@dataclass(frozen=True)
class _Halves:
    """Rows of each set, and which of them each classifier learns from; two classifiers a set."""

    p: Tensor
    q: Tensor
    folds: Int64[Tensor, " stack"]
    seen: Int64[Tensor, "stack half"]
    told: Int64[Tensor, "stack half_others"]
    keys: Int64[Tensor, " stack"]

    def batch(self, at: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Return the rows at these places of what each classifier learns from."""
        own = self.folds[:, None]
        return self.p[own, self.seen.gather(1, at)], self.q[own, self.told.gather(1, told)]

    def other(self) -> tuple[Tensor, Tensor]:
        """Return some rows of the half that each classifier is asked about."""
        swap = torch.arange(len(self.folds)) ^ 1
        own = self.folds[:, None]
        return self.p[own, self.seen[swap, :_JUDGED]], self.q[own, self.told[swap, :_JUDGED]]


def _trained(stack: _Halves, effort: Effort) -> list[Tensor]:
    """Return each classifier's weights as they were when it did best on the other half."""
    weights = _initial(stack.keys, stack.p.shape[-1], effort.width)
    optimizer = torch.optim.AdamW(weights, lr=_RATE, betas=(0.9, 0.99), weight_decay=0.01)
    p, q = stack.other()
    best, kept, since = _loss(weights, p, q).detach(), [w.detach().clone() for w in weights], 0
    for start in range(0, effort.rounds, _CHECK):
        _steps(weights, optimizer, stack, start, min(_CHECK, effort.rounds - start))
        with torch.no_grad():
            now = _loss(weights, p, q)
        better = now < best
        best, since = torch.where(better, now, best), 0 if bool(better.any()) else since + 1
        kept = [
            torch.where(better[:, None, None], w.detach(), k)
            for w, k in zip(weights, kept, strict=True)
        ]
        if since == _PATIENCE:
            break
    return kept


def _steps(
    weights: list[Tensor], optimizer: torch.optim.Optimizer, stack: _Halves, start: int, n: int
) -> None:
    sizes = stack.seen.shape[1], stack.told.shape[1]
    where = [
        noise.integers(_keys(stack.keys, f"{kind} {start}"), (n, min(_BATCH, *sizes)), size)
        for kind, size in zip(("p", "q"), sizes, strict=True)
    ]
    for step in range(n):
        # a sum over the stack: each classifier has the gradient of its own mean
        loss = _loss(weights, *stack.batch(where[0][:, step], where[1][:, step])).sum()
        optimizer.zero_grad()
        torch.autograd.backward(loss, inputs=weights)
        optimizer.step()


def _loss(weights: list[Tensor], p: Tensor, q: Tensor) -> Float[Tensor, " stack"]:
    """Return each classifier's cross-entropy."""
    on_p, on_q = _logit(weights, p), _logit(weights, q)
    return F.softplus(-on_p).mean(dim=1) + F.softplus(on_q).mean(dim=1)


def _logit(weights: list[Tensor], x: Float[Tensor, "stack n d"]) -> Float[Tensor, "stack n"]:
    for i in range(0, len(weights) - 2, 2):
        x = F.leaky_relu(torch.baddbmm(weights[i + 1], x, weights[i]), 0.2)
    return torch.baddbmm(weights[-1], x, weights[-2]).squeeze(-1)


def _initial(keys: Int64[Tensor, " stack"], inputs: int, width: int) -> list[Tensor]:
    weights = []
    for i, (a, b) in enumerate(((inputs, width), (width, width), (width, 1))):
        gain = 2.0 if b == width else 1e-2  # undecided at first
        weights += [
            noise.normal(_keys(keys, f"layer {i}"), (a, b)) * math.sqrt(gain / a),
            torch.zeros(len(keys), 1, b),
        ]
    return [w.requires_grad_() for w in weights]


def _keys(keys: Int64[Tensor, " sets"], stream: str) -> Int64[Tensor, " sets"]:
    return torch.tensor([noise.fold(int(k), "density ratio", stream) for k in keys.tolist()])
