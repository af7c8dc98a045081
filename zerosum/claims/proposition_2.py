"""Claim 3: with an exact discriminator in each round, small steps of p_g itself lead to the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from zerosum import noise
from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.reports.svg import FAKE, FOURTH, INK, MUTED, REAL, THIRD
from zerosum.theory.discriminator import Descent, mirror_descent

SYMBOLS = 8
STEPS = (1.0, 0.5, 0.2)  # the last is the small one that the claim is about
ROUNDS = 300
ARRIVED = 1e-6  # total variation
SHOWN = (0, 5, 20)  # rounds of the small step in the picture, beside the data
_COLOURS = dict(zip(STEPS, (THIRD, FOURTH, FAKE), strict=True))


def measure(seed: int) -> Measurement:
    """Descend C(G) on an alphabet of eight, from a start drawn like the data, with three steps."""
    p, start = (_probabilities(seed, name) for name in ("data", "start"))
    p = np.sort(p)[::-1]  # an alphabet has no order; this one reads well in a picture
    paths = {step: mirror_descent(p, start, step, ROUNDS) for step in STEPS}
    small = paths[STEPS[-1]]
    data = {"p": p, "q": small.q}
    for step, path in paths.items():
        data |= {f"excess_{step:g}": path.excess, f"tv_{step:g}": path.total_variation}
    falls = [_fall(step, path) for step, path in paths.items()]
    ends = [_end(step, path) for step, path in paths.items()]
    return Measurement((*falls, *ends, _pace(small), _bound(p, start, small)), data)


def largest_rise(excess: Float[np.ndarray, " times"]) -> float:
    """Return the largest change of C from one round to the next: below 0 when C always falls."""
    # below 1e-20 nats |p - q| is less than 1e-10, and its own rounding in float64 is all that is left
    falling = excess[: int(np.argmax(excess < 1e-20)) or len(excess)]
    return float(np.diff(falling).max())


def _fall(step: float, path: Descent) -> Finding:
    return Finding(
        f"largest change of C(G) in a round, nats, step {step:g}, while C + log 4 > 1e-20",
        0.0, largest_rise(path.excess), 0.0,
        "none: C + log 4 is summed from terms that are never negative, so it has no cancellation",
        relation="<=",
    )  # fmt: skip


def _end(step: float, path: Descent) -> Finding:
    return Finding(
        f"total variation of p_g and p_d after {ROUNDS} rounds, step {step:g}",
        0.0, float(path.total_variation[-1]), ARRIVED,
        f"rounds: the distance shrinks by {1 - step / 2:g} in each, "
        f"which leaves about {(1 - step / 2) ** ROUNDS:.0e} of the first",
    )  # fmt: skip


def _pace(path: Descent) -> Finding:
    """Return the finding of the last factor by which the distance shrinks."""
    near = int(np.argmax(path.total_variation < 1e-5))
    return Finding(
        f"factor by which the total variation shrinks in a round near the end, step {STEPS[-1]:g}",
        1 - STEPS[-1] / 2, float(path.total_variation[near + 1] / path.total_variation[near]), 1e-3,
        "second order: the factor is right up to |p_g/p_d − 1|, below 1e-3 where it is taken",
    )  # fmt: skip


def _bound(p: Float[np.ndarray, " m"], start: Float[np.ndarray, " m"], path: Descent) -> Finding:
    """Return the finding of the convergence bound: (C_n + log 4) n step / KL(p_d || start) <= 1."""
    distance = float(np.sum(p * np.log(p / start)))
    rounds = np.arange(1, len(path.excess))
    return Finding(
        f"largest (C + log 4)·n·step / KL(p_d‖p_start) over rounds n, step {STEPS[-1]:g}",
        1.0, float((path.excess[1:] * rounds * STEPS[-1] / distance).max()), 1e-12,
        "a bound for relatively smooth convex functions; rounding of float64",
        relation="<=",
    )  # fmt: skip


def _probabilities(seed: int, name: str) -> Float[np.ndarray, " symbols"]:
    """Return shares in proportion to exp(0.6 normal): uneven, and none too small to be seen."""
    key = noise.fold(seed, "proposition-2", name)
    weights = np.exp(0.6 * noise.normal(key, (SYMBOLS,), dtype=torch.float64).numpy())
    return weights / weights.sum()


def paint(axes: Any, data: Data) -> None:
    """Draw p_g on its way to p_d, and the fall of C for each step."""
    left, right = axes
    _paint_bars(left, data)
    for step in STEPS:
        excess = data[f"excess_{step:g}"]
        shown = excess > 1e-20
        right.semilogy(np.flatnonzero(shown), excess[shown], color=_COLOURS[step])
        end = np.flatnonzero(shown)[-1]
        place = (0, -4) if end < 250 else (-4, 8)
        right.annotate(
            f"step {step:g}", (end, excess[end]), xytext=(place[0] + 4, place[1]),
            textcoords="offset points", color=_COLOURS[step],
        )  # fmt: skip
    right.set(xlabel="round", ylabel="C(G) + log 4  (nats)", xlim=(0, ROUNDS))
    right.set_yticks([1.0, 1e-5, 1e-10, 1e-15, 1e-20], ["1", "1e-5", "1e-10", "1e-15", "1e-20"])
    right.minorticks_off()


def _paint_bars(axes: Any, data: Data) -> None:
    places = np.arange(SYMBOLS)
    axes.bar(places, data["p"], width=0.86, color=REAL, alpha=0.22, lw=0)
    for shade, moment in zip((0.35, 0.6, 1.0), SHOWN, strict=True):
        q = data["q"][moment]
        axes.plot(places, q, "_", color=FAKE, alpha=shade, ms=17, mew=2.4, label=f"round {moment}")
    top = int(np.argmax(data["p"]))
    axes.annotate(
        "p_d",
        (top, data["p"][top]),
        xytext=(0, 3),
        textcoords="offset points",
        color=REAL,
        ha="center",
    )
    axes.legend(
        title="p_g after", loc="upper right", handlelength=1.2, fontsize=9, title_fontsize=9
    )
    axes.set(xlabel="symbol", ylabel="probability", xticks=places)
    axes.set_ylim(0, 1.28 * max(data["p"].max(), data["q"][0].max()))
    axes.grid(False, axis="x")
    axes.tick_params(colors=MUTED, labelcolor=INK)


CLAIM = Claim(
    number=3,
    name="proposition-2",
    statement="With an exact discriminator in each round, small steps of p_g lead to p_g = p_d.",
    derivation=(
        "C(q) = max over D of V(D, q) is convex in q, and its slope is V's own at D*: log(1 − D*).",
        "Its Hessian diag(1/q − 1/(p+q)) is below diag(1/q), so a mirror step of size ≤ 1 lowers C,",
        "and C + log 4 after n rounds is at most KL(p_d‖p_start) / (n·step): q must go to p_d.",
    ),
    source="Goodfellow et al. 2014, arXiv:1406.2661, proposition 2",
    measure=measure,
    paint=paint,
    caption=f"Left: p_g on an alphabet of {SYMBOLS} moves to p_d (step {STEPS[-1]:g}). "
    "Right: C(G) falls in every round, for every step up to 1.",
    grid=(1, 2),
    size=(8.4, 3.2),
)
