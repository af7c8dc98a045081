"""A discriminator's look at real and generated rows: verdicts and slopes, every pass made once.

Penalties that measure at the rows themselves share the pass of the loss; each of the others has a pass
of its own at its points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from zerosum.games.protocol import Coefficients
from zerosum.noise import Key
from zerosum.penalties.penalty import Penalty, logits_and_gradient

Judge = Callable[[Tensor, str], Tensor]  # rows, "real" or "fake" -> verdicts
_KEY = 16  # added to the turn's key: the points of each penalty are drawn apart from all else


@dataclass(frozen=True)
class Looked:
    """What one look found.

    Attributes:
        real, fake: verdicts of both sides.
        slopes: penalty's name -> gradient of the logit in each row, shape of the rows.
    """

    real: Tensor
    fake: Tensor
    slopes: Mapping[str, Tensor]


def look(
    judge: Judge,
    penalties: Sequence[Penalty],
    real: Tensor,
    fake: Tensor,
    key: Key,
    *,
    jointly: bool = False,
) -> Looked:
    """Return both sides' verdicts and each penalty's slopes.

    Args:
        judge: rows and their side -> verdicts, as `penalty.logits_and_gradient` takes them.
        penalties: whose slopes are wanted. real, fake: rows, of one shape. key: of the turn.
        jointly: judge both sides in one pass, called the real one.
    """
    at = {str(penalty.at) for penalty in penalties}
    found, at_rows = (_together if jointly else _apart)(judge, real, fake, at)
    slopes = {}
    for index, penalty in enumerate(penalties):
        if penalty.points is None:
            slopes[penalty.name] = at_rows[penalty.at]
            continue
        points = penalty.points(real, fake, key + _KEY + index)
        slopes[penalty.name] = logits_and_gradient(_one_side(judge, "fake"), points)[1]
    return Looked(found["real"], found["fake"], slopes)


def restrained(
    loss: Tensor, penalties: Sequence[Penalty], looked: Looked, coefficients: Coefficients
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return loss + sum_p w_p E penalty_p, and what to record of each penalty."""
    record = {}
    for penalty in penalties:
        term = penalty.of(looked.slopes[penalty.name], coefficients).mean()
        loss = loss + coefficients[penalty.name] * term
        record[f"penalty/{penalty.name}"] = term.detach()
    return loss, record


def _one_side(judge: Judge, side: str) -> Callable[[Tensor], Tensor]:
    return lambda x: judge(x, side)


def _apart(
    judge: Judge, real: Tensor, fake: Tensor, at: set[str]
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    verdicts, slopes = {}, {}
    for side, x in (("real", real), ("fake", fake)):
        if side in at:
            verdicts[side], slopes[side] = logits_and_gradient(_one_side(judge, side), x)
        else:
            verdicts[side] = judge(x, side)
    return verdicts, slopes


def _together(
    judge: Judge, real: Tensor, fake: Tensor, at: set[str]
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    both, slopes = torch.cat((real, fake)), {}
    if at & {"real", "fake"}:
        verdicts, slope = logits_and_gradient(_one_side(judge, "real"), both)
        slopes = dict(zip(("real", "fake"), slope.split(len(real)), strict=True))
    else:
        verdicts = judge(both, "real")
    return dict(zip(("real", "fake"), verdicts.split(len(real)), strict=True)), slopes
