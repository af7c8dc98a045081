"""What is wrong with a training: alarms with their evidence, likely cause and what to change.

An alarm rings at the second of two looks running that are both ill by `alarms`: a bad moment is no illness.
(Oscillation and droplets compare looks by themselves.) Looks are numbered t = 1, 2, ... and the level of
each of the A = 7 alarms at look t is

    level_t = 0.05 / (A t (t + 1)),    Σ_t 1/(t (t + 1)) = 1

so that a run of any length whose numbers sit on the bounds is called ill with probability 0.05 at most,
whatever their dependence (Bonferroni), and a healthy one, whose numbers lie on the other side of them,
far less often. What a look says never changes by later ones: an alarm that rang has rung.

What is *not* said: no alarm is no evidence of a good generator. A generator that never learns to make
sharp pictures, or lacks one mode of five, is not collapsed, not even partially; see `zerosum evaluate`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zerosum.metrics.alarms import CHECKS, Check
from zerosum.metrics.sight import Sight

LEVEL = 0.05  # of a false alarm in a run
ALONE = ("oscillation", "droplets")  # these compare looks by themselves


@dataclass(frozen=True)
class Alarm:
    """Something that is wrong.

    Fields:
        name: collapse | partial collapse | vanishing gradient | discriminator overfitting | oscillation |
            memorisation | droplets.
        step: of the look at which it rang first.
        evidence: one sentence with the numbers and their errors.
        cause: what is likely behind it. change: what to change, in flags and recipes.
    """

    name: str
    step: int
    evidence: str
    cause: str
    change: str


ADVICE: dict[str, tuple[str, str]] = {
    "collapse": (
        "the generator follows the discriminator's present favourite faster than the discriminator can "
        "say that there is too much of it: too large steps, or no penalty that keeps its slope small",
        "lower --generator_optimizer.lr to a third, use --recipe r3gan or add penalties r1 and r2, show the "
        "discriminator several rows at once (--game.pack 4, --recipe pacgan), or unroll it "
        "(--game.unrolled.steps 5)",
    ),
    "partial collapse": (
        "the generator settled on some kinds of rows early, and where it makes none it hears nothing: a "
        "discriminator that is flat there, too large steps at the start, or a generator too small for all",
        "use --recipe r3gan or add penalties r1 and r2, show the discriminator several rows at once "
        "(--game.pack 4, --recipe pacgan), add --game.instance_noise 0.1 so that all kinds touch, begin with "
        "another --seed, widen the generator (--generator.width), or train a mixture (--recipe adagan)",
    ),
    "vanishing gradient": (
        "the discriminator has run ahead, and where it is sure the objective is flat: minimax (mm) and "
        "saturating f-divergences do that",
        "use --game.objective ns (or rp with penalties r1 and r2: --recipe r3gan), or wgan with its penalty "
        "(--recipe wgan-gp); lower --game.discriminator_steps or --discriminator_optimizer.lr; blur both "
        "sides by --game.instance_noise 0.1",
    ),
    "discriminator overfitting": (
        "the discriminator knows its training rows by heart: few rows, too large a discriminator, or too "
        "long a run",
        "pictures: --recipe ada or --game.augment.target 0.6; others: more rows (a smaller --holdout), a "
        "larger weight of the penalties r1 and r2, a smaller --discriminator.width, or --game.instance_noise "
        "0.1; take the best checkpoint, or fewer --steps",
    ),
    "oscillation": (
        "the players circle round their equilibrium: momentum, simultaneous moves or steps that are too "
        "large turn the game's rotation into a swing",
        "set --generator_optimizer.beta1 0 and --discriminator_optimizer.beta1 0, add penalties r1 and r2 "
        "(--recipe r3gan), lower both learning rates or let them fall (--generator_optimizer.decay true "
        "--discriminator_optimizer.decay true), or use --solver extragradient, optimistic or consensus; a "
        "longer --run.ema_half_life hides the swing from samples",
    ),
    "memorisation": (
        "the generator repeats rows it was trained on: few rows for its size, usually taught by a "
        "discriminator that has overfitted",
        "do not publish its samples as new; pictures: --recipe ada; others: more rows, a smaller "
        "--generator.width and --discriminator.width, a larger weight of the penalties, or fewer --steps",
    ),
    "droplets": (
        "the generator stamps every picture at one place: normalisation that a strong spot escapes, "
        "upsampling, or a discriminator that does not look there",
        "set --generator.norm none, use --recipe r3gan (residual networks without normalisation), lower "
        "--generator_optimizer.lr, or let augmentation move pictures (--game.augment.target 0.6)",
    ),
}


def diagnose(history: Sequence[Mapping[str, Any]]) -> list[Alarm]:
    """Return the alarms that a training's looks raise, each where it rang first, in order.

    Args:
        history: events in order, {"step": int, "signals": {name: number}}; other keys, and numbers that
            are missing or not finite, are passed over. An event without signals is no look.
    """
    events = [(int(e["step"]), _numbers(e.get("signals") or {})) for e in history]
    looks = [(step, numbers) for step, numbers in events if numbers]
    sights = [Sight(s, n, level(t)) for t, (s, n) in enumerate(looks, start=1)]
    found = [_first(name, check, sights) for name, check in CHECKS.items()]
    return sorted((a for a in found if a is not None), key=lambda alarm: alarm.step)


def level(look: int) -> float:
    """Return the level of each alarm at look number `look`, from 1.

    >>> round(7 * sum(level(t) for t in range(1, 1000)), 3)
    0.05
    """
    return LEVEL / (len(CHECKS) * look * (look + 1))


def _first(name: str, check: Check, sights: Sequence[Sight]) -> Alarm | None:
    ill_before = name in ALONE
    for t, sight in enumerate(sights, start=1):
        evidence = check(sights[:t])
        if evidence is not None and ill_before:
            return Alarm(name, sight.step, evidence, *ADVICE[name])
        ill_before = evidence is not None or name in ALONE
    return None


def _numbers(signals: Mapping[str, Any]) -> dict[str, float]:
    real = {k: float(v) for k, v in signals.items() if isinstance(v, int | float)}
    return {k: v for k, v in real.items() if math.isfinite(v)}
