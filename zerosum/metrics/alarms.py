"""The seven alarms: when each rings, from what a training's looks have found (`training/vitals.py`).

Each alarm asks of a number whether it is nearer to what an ill training shows than to what a healthy one
does, beyond its error. The bound is the middle between the two, not a number found by trying:

    alarm          number                               healthy   ill        bound
    collapse       kinds of generated over real rows    1         1/K        1/√K, the middle of their logs
                   spread over that of real rows        1         0          1/2
    partial        share of real rows whose kinds are
      collapse     hardly made, the same ones twice   0         1/2        1/4
    vanishing      slope over an undecided judge's      1         0          1/20 (below)
                   with the AUC of held-out over fake   1/2       1          3/4
    overfitting    where held-out logits lie            train     generated  half-way between the two
                   with the AUC of train over held-out  1/2       1          3/4
    memorisation   share nearest to rows trained on     f         1          what chance reaches (`nearness`)
    oscillation    overlap of kinds with the last look  1         0          1/4 (below), in most looks
                   way of their means over its extent   1         many       2, there and back
    droplets       how far one place stands out         as others -          what chance reaches

K is the number of kinds of real rows. A slope halved is not ill, for Adam's steps do not depend on it: the
bound 1/20 means that rows of which the generator hears make less than a twentieth of a batch. The second
sign of vanishing, a gradient below 1/100 of the largest one seen while the judge is sure, is for judges
that are flat rather than objectives that are; here a tenth of a tenth is meant, and nothing finer.
A kind is hardly made when it gets less than a quarter of its due, for the same reason as the next bound:
the shares of a generator that is well wobble, so that an overlap of 1/2 is no parting; two clouds on
random quarters of the same cells have 1/4. Beyond the data there are no cells, and there the means speak:
two normal clouds have an overlap of exp(-δ²/4) at δ deviations (of the widest direction, here). A generator
on its way to somewhere leaves other rows behind too, but it does not come back: its means go no farther than
they get. A swing that takes longer than half a run looks like a way.

"Beyond its error" is at the level that `diagnosis` spends on this look, which for partial collapse is exact
(`deserted`). Memorisation and droplets have no middle: their bound is what chance reaches. For the first it
is exact. A droplet's e counts in widths of its map, so that of M places, were they normal, one would exceed
z(level / 2M); maps of generators that are well have wider tails than that, and e must lie beyond it by its
error too.

A generator that has not learnt yet looks collapsed, swings and has fixed patterns. So collapse rings in the
first half of a run only if it was well before; partial collapse, oscillation and droplets only look at the
second half.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from zerosum.metrics import kinds
from zerosum.metrics.deserted import deserted
from zerosum.metrics.sight import Sight

TOLD = 0.75  # AUC: the middle of chance and certainty
SLOPE, GRADIENT = 1 / 20, 1 / 100
SPREAD = 0.5
LOST = 0.25
AWAY, THERE_AND_BACK = 0.25, 2.0
FAR = 2.0 * math.sqrt(-math.log(AWAY))  # deviations between two normal clouds of that overlap
SWINGING = 5  # looks below which no swing is told from a way
_NEAR = 4.0  # pixels: two places are one


Check = Callable[[Sequence[Sight]], str | None]  # looks so far -> evidence, if the last one is ill


def collapse(sights: Sequence[Sight]) -> str | None:
    """Rows of few kinds, or of little spread, after better ones or in the second half of the run."""
    now = sights[-1]
    ill = _collapsed(now)
    if ill is None:
        return None
    well = [s for s in sights[:-1] if _varied(s)]
    if not (well or now.ripe):
        return None
    return ill + (f"; at step {well[-1].step} it was {_variety(well[-1])}" if well else "")


def partial(sights: Sequence[Sight]) -> str | None:
    """Kinds of rows that are hardly made, the same ones at two looks, while others are."""
    looks = [s for s in sights[-2:] if s.ripe and s.has("rows", "made/0", "due/0")]
    if len(looks) < 2 or _collapsed(looks[-1]):
        return None
    before, now = looks
    found = deserted(now.shares("due"), before.counts("made"), now.counts("made"))
    if found.due <= LOST or found.p >= now.level:
        return None
    return (
        f"{found.kinds} of {found.of} kinds of rows, {found.due:.0%} of real ones, were hardly made at step "
        f"{before.step}, and now {found.made:.1%} of generated rows are of them, below a quarter of what is "
        f"due (p {found.p:.1g})"
    )


def vanishing(sights: Sequence[Sight]) -> str | None:
    """A discriminator that is sure, and a generator that no longer hears of it."""
    now = sights[-1]
    if not now.has("told/fake", "slope", "gradient") or now.low("told/fake") <= TOLD:
        return None
    sure = f"the discriminator ranks {now.text('told/fake')} of pairs held-out over generated right"
    if now.high("slope") < SLOPE:
        return f"{sure}, and the generator's slope is {now.text('slope')} of what an undecided one would give"
    seen = [s for s in sights[:-1] if s.has("gradient")]
    most = max(seen, key=lambda s: s.signals["gradient"], default=now)
    if now.high("gradient") < GRADIENT * most.low("gradient"):
        return (
            f"{sure}, and the generator's gradient has norm {now.text('gradient')}, of "
            f"{most.text('gradient')} at step {most.step}"
        )
    return None


def overfitting(sights: Sequence[Sight]) -> str | None:
    """Held-out rows look generated to the discriminator, while rows it trained on look real."""
    now = sights[-1]
    logits = ("logit/train", "logit/held_out", "logit/fake")
    if not now.has(*logits, "told/train") or now.low("told/train") <= TOLD:
        return None
    train, held, fake = (now.signals[name] for name in logits)
    errors = [now.signals[f"{name}/error"] for name in logits]
    short = (train + fake) / 2 - held
    error = math.hypot(errors[0] / 2, errors[1], errors[2] / 2)
    if train <= fake or short <= now.z() * error:
        return None
    return (
        f"mean logits are {now.text(logits[0])} on training rows, {now.text(logits[1])} on held-out and "
        f"{now.text(logits[2])} on generated ones: held-out rows lie {short:.3g} ± {error:.2g} beyond the "
        f"middle, on the generated side, and a training row ranks over a held-out one in "
        f"{now.text('told/train')} of pairs"
    )


def memorisation(sights: Sequence[Sight]) -> str | None:
    """Generated rows are nearer to rows trained on than any choice of rows can be by chance."""
    now = sights[-1]
    if not now.has("near/share", "near/expected", "near/p", "copied") or not (
        now.signals["near/p"] < now.level
    ):
        return None
    s = now.signals
    return (
        f"{s['near/share']:.1%} of generated rows have a training row as their nearest real one, where "
        f"{s['near/expected']:.1%} are expected (p < {s['near/p']:.1g}): as if {now.text('copied')} of "
        "them were copies"
    )


def oscillation(sights: Sequence[Sight]) -> str | None:
    """Most looks find other kinds of rows than the look before, and that leads nowhere."""
    looks = [s for s in sights if s.ripe and s.has("rows", "cell/0", "cell/1", "place/0")]
    if len(looks) < SWINGING or looks[-1] is not sights[-1]:
        return None
    z = looks[-1].z(float(len(looks)))
    met = [_overlap(*pair) for pair in pairwise(looks)]
    gone = [_moved(*pair, z=z) for pair in pairwise(looks)]
    left = sum(o.value + z * o.error < AWAY or far > FAR for o, far in zip(met, gone, strict=True))
    path = wandering(np.array([look.shares("place") for look in looks]))
    if 2 * left <= len(met) or path <= THERE_AND_BACK:
        return None
    return (
        f"in {left} of {len(met)} looks of the second half the kinds of rows made overlap by less than "
        f"{AWAY} with those of the look before (now {met[-1].value:.2g} ± {met[-1].error:.2g}; 1 if nothing "
        f"moves) or their mean is more than {FAR:.2f} deviations away, and that leads nowhere: the way of "
        f"their mean is {path:.2g} times as long as the places on it lie apart (1: straight on, 2: there "
        "and back)"
    )


def droplets(sights: Sequence[Sight]) -> str | None:
    """One place of the pictures stands out of all others, the same at two looks."""
    now, before = sights[-1], sights[-2] if len(sights) > 1 else None
    names = (
        "droplet",
        "droplet/error",
        "droplet/limit",
        "droplet/places",
        "droplet/row",
        "droplet/column",
    )
    if before is None or not (now.ripe and now.has(*names) and before.has(*names)):
        return None
    limit = max(now.signals["droplet/limit"], now.z(2.0 * now.signals["droplet/places"]))
    rows, columns = ([s.signals[f"droplet/{w}"] for s in (now, before)] for w in ("row", "column"))
    apart = math.hypot(rows[0] - rows[1], columns[0] - columns[1])
    if now.low("droplet") <= limit or apart >= _NEAR:
        return None
    return (
        f"row {rows[0]:.0f}, column {columns[0]:.0f} of generated pictures stands out of the others by "
        f"{now.text('droplet')} widths, where {limit:.2f} is what chance reaches, and it did so at step "
        f"{before.step} too (p {now.signals['droplet/p']:.3f})"
    )


CHECKS: dict[str, Check] = {
    "collapse": collapse,
    "partial collapse": partial,
    "vanishing gradient": vanishing,
    "discriminator overfitting": overfitting,
    "oscillation": oscillation,
    "memorisation": memorisation,
    "droplets": droplets,
}


def _few(sight: Sight) -> float:
    """Return the bound of kinds, 1/√K."""
    return float(1.0 / math.sqrt(sight.signals["kinds/real"]))


def _collapsed(sight: Sight) -> str | None:
    if sight.has("kinds", "kinds/real") and sight.high("kinds") < _few(sight):
        return (
            f"{sight.text('kinds')} kinds of rows are made for each kind of real ones, below "
            f"{_few(sight):.2g}, the middle between all of them and one"
        )
    if sight.has("spread") and sight.high("spread") < SPREAD:
        return f"generated rows spread {sight.text('spread')} as widely as real ones"
    return None


def _varied(sight: Sight) -> bool:
    many = not sight.has("kinds", "kinds/real") or sight.low("kinds") > _few(sight)
    return many and sight.has("spread") and sight.low("spread") > SPREAD


def _variety(sight: Sight) -> str:
    kind = f"{sight.text('kinds')} kinds and " if sight.has("kinds") else ""
    return f"{kind}a spread of {sight.text('spread')}"


def _overlap(first: Sight, second: Sight) -> kinds.Ratio:
    return kinds.overlap(first.counts("cell"), second.counts("cell"))


def wandering(places: Float[np.ndarray, "n p"]) -> float:
    """Return the length of the way through all places over the largest distance between two of them.

    >>> wandering(np.array([[0.0], [1.0], [0.0], [1.0]]))
    3.0
    """
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    way = float(np.diagonal(apart, 1).sum())
    return way / float(apart.max()) if apart.any() else 0.0


def _moved(first: Sight, second: Sight, *, z: float) -> float:
    """Return how far the mean has moved, in widest deviations of real rows, less what chance reaches."""
    places = [first.shares("place"), second.shares("place")]
    chance = sum(
        len(p) * s.signals.get("spread", 1.0) ** 2 / s.signals["rows"]
        for p, s in zip(places, (first, second), strict=True)
    )
    return float(np.linalg.norm(places[1] - places[0])) - z * math.sqrt(chance)
