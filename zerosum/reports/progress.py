"""Sections drawn from the events: losses, the discriminator's outputs, penalties and speed."""

from __future__ import annotations

import numpy as np

from zerosum.reports import curves, svg
from zerosum.reports.curves import Axis, Series
from zerosum.reports.html import Markup, clean, grid, join, lead
from zerosum.reports.numbers import count, duration, significant
from zerosum.reports.read import Absent, Run, value
from zerosum.reports.told import names, panel, series

_CYCLE = (svg.INK, svg.THIRD, svg.FOURTH, svg.REAL, svg.FAKE)
_TIMES = ((3600, "hours"), (60, "minutes"), (1, "seconds"))
_MOST = 8  # panels in one section: more are a wall, and the events keep them all


def losses(run: Run) -> Markup:
    """Draw each player's loss in its own panel, since players measure in different units."""
    players = names(run, "loss")
    if not players:
        raise _none(run, "the losses")
    panels = (
        panel(
            f"loss-{i}",
            f"Loss of the {player}",
            {player: Series(*series(run, "loss", player))},
            Axis("loss"),
        )
        for i, player in enumerate(players[:_MOST])
    )
    said = lead(
        "What each player minimises. In a game a falling loss is no sign of progress by itself:",
        "the other player moves too.",
        _thinned(run),
    )
    return join([said, grid(panels)])


def outputs(run: Run) -> Markup:
    """Draw the discriminator's mean logit and accuracies on real and generated batches."""
    logit = Axis("mean logit", guide=0.0)
    right = Axis("share called right", limits=(-0.02, 1.02), guide=0.5)
    named = Axis("share named right", limits=(-0.02, 1.02))
    panels = (
        _pair(run, "logit", logit, "Mean logit of D: higher says real."),
        _pair(
            run,
            "accuracy",
            right,
            "Share on the right side of the logit at which D is undecided; 0.5 on both is chance.",
        ),
        _pair(run, "class_accuracy", named, "Share whose class D names right."),
        _pair(run, "error", Axis("mean error"), "How badly D, an autoencoder, gives rows back."),
        _balance(run),
    )
    found = [panel for panel in panels if panel]
    if not found:
        raise _none(run, "the discriminator's outputs")
    if panels[0] is None:
        return grid(found)
    said = lead(
        "A logit above 0 says real (above ½ under least squares). Under a relativistic or Wasserstein",
        "objective only the gap between real and generated has a meaning, and 0 has none.",
    )
    return join([said, grid(found)])


def penalties(run: Run) -> Markup:
    """Draw each penalty's value."""
    found = names(run, "penalty")
    if not found:
        if not run.ticks:
            raise _none(run, "penalties")
        raise Absent("The events hold no penalty: this run used none, or did not record it.")
    panels = (
        panel(
            f"penalty-{i}",
            f"Penalty {clean(name, 40)}",
            {name: Series(*series(run, "penalty", name), svg.FOURTH)},
            # a penalty falls over decades: a linear axis shows its first tick and a flat line
            Axis("penalty", decades=True),
        )
        for i, name in enumerate(found[:_MOST])
    )
    return grid(panels)


def throughput(run: Run) -> Markup:
    """Draw the speed of training and say how long it took."""
    seen, rate = series(run, "rate")
    known = rate[np.isfinite(rate)]
    seconds = value(run.ticks[-1], "seconds") if run.ticks else np.nan
    if not len(known) and not np.isfinite(seconds):
        raise _none(run, "the time")
    resumed = sum(event.get("kind") == "resume" for event in run.events)
    said = [f"{duration(float(seconds))} in all" if np.isfinite(seconds) else ""]
    if len(known):
        said.append(f"{significant(float(np.median(known)))} samples a second (median)")
    if resumed:
        said.append(f"resumed {resumed} time{'s' if resumed > 1 else ''}")
    top = (0.0, 1.1 * float(known.max())) if len(known) and known.max() > 0 else None
    panels = []
    if len(known):
        lines = {"rate": Series(seen, rate)}
        axis = Axis("samples/s", limits=top)
        panels.append(panel("rate", "Real samples trained on in a second", lines, axis))
    if np.isfinite(seconds):
        size, unit = next((s, u) for s, u in _TIMES if seconds >= 3 * s or s == 1)
        lines = {unit: Series(seen, series(run, "seconds")[1] / size)}
        panels.append(panel("seconds", "Time since the start", lines, Axis(unit)))
    return join([lead(", ".join(filter(None, said)) + "."), grid(panels)])


def _pair(run: Run, group: str, axis: Axis, caption: str) -> Markup | None:
    real, fake = series(run, group, "real"), series(run, group, "fake")
    both = {
        "real": Series(*real, svg.REAL),
        "generated": Series(*fake, svg.FAKE, dashed=True),
    }
    found = {name: line for name, line in both.items() if np.isfinite(line.y).any()}
    return panel(f"d-{group}", caption, found, axis) if found else None


def _balance(run: Run) -> Markup | None:
    """Draw BEGAN's weight of generated rows and its measure of convergence."""
    colours = {"k": svg.THIRD, "M": svg.INK}
    lines = {name: Series(*series(run, "balance", name), colours[name]) for name in colours}
    caption = "Balance: k, the weight of generated rows in D's loss, and M, which falls as a run converges."
    known = all(np.isfinite(line.y).any() for line in lines.values())
    return panel("d-balance", caption, lines, Axis("k and M")) if known else None


def _thinned(run: Run) -> str:
    if len(run.ticks) <= curves.BINS:
        return ""
    return (
        f"The {count(len(run.ticks))} recorded values are drawn as the mean of {curves.BINS} "
        "stretches inside their smallest and largest value."
    )


def _none(run: Run, what: str) -> Absent:
    if "events.jsonl" in run.trouble:
        return Absent(run.trouble["events.jsonl"])
    if not run.ticks:
        return Absent("events.jsonl holds no tick yet: nothing was measured during training.")
    return Absent(f"The ticks in events.jsonl do not hold {what}.")
