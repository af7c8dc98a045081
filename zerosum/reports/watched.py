"""What an evaluator saw during training: curves with errors, the best step, and the alarms."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zerosum.records.events import read_events
from zerosum.reports import svg
from zerosum.reports.curves import Axis, Series
from zerosum.reports.html import Markup, clean, element, grid, join, lead, pairs
from zerosum.reports.numbers import count
from zerosum.reports.read import Run, value
from zerosum.reports.told import panel

FAR = 1.96  # combined errors beyond which two evaluations are told apart
_TRANSLATORS = "FD both"  # what two translators are judged by; their log names no other
_MOST = 8
_CAPTIONS = {
    "FD": "Fréchet distance, debiased; lower is better.",
    "KD": "Squared kernel distance, cubic kernel; lower is better.",
    "MMD": "Squared kernel distance, Gaussian kernel; lower is better.",
    "precision": "Precision: share of generated rows near real ones.",
    "recall": "Recall: share of real rows near generated ones.",
    "density": "Density: crowding where real rows are dense; best where real rows have it.",
    "coverage": "Coverage: share of real rows that generated ones come near.",
    "FD there": "Fréchet distance of translated rows, there.",
    "FD back": "Fréchet distance of translated rows, back.",
    _TRANSLATORS: "Sum of both distances, by which the best checkpoint is kept.",
}
Event = Mapping[str, Any]


def looks(events: Sequence[Event]) -> list[Event]:
    """Return the evaluations in a log, in order."""
    return [
        e for e in events if e.get("kind") == "evidence" and isinstance(e.get("measures"), dict)
    ]


def section(run: Run) -> Markup:
    """Draw every number over the steps, with its error and the band of what real rows get."""
    seen, watch = looks(run.events), _watch(run.events)
    if not seen:
        said = f"{clean(watch.get('reason') or 'this run was not evaluated during training', 300)}."
        raise run.why("events.jsonl", said[:1].upper() + said[1:])
    best = _best(run.events)
    names = dict.fromkeys(name for e in seen for name in e["measures"])
    panels = (_panel(i, name, seen, value(best, "step")) for i, name in enumerate([*names][:_MOST]))
    return join([lead(*_said(seen, watch), *sentences(run.events)), grid(panels)])


def alarms(run: Run) -> Markup:
    """List the alarms, or say that none was raised and what was looked for."""
    found = [e for e in run.events if e.get("kind") == "alarm"]
    if not found:
        return lead(_none_raised(run))
    return join(_alarm(event) for event in found)


def _alarm(event: Event) -> Markup:
    said = (("Evidence", "evidence"), ("Likely cause", "cause"), ("What to change", "change"))
    title = f"Step {_whole(event, 'step')}: {clean(event.get('name', ''), 60)}"
    rows = ((name, clean(event.get(key, ""), 600)) for name, key in said)
    return join([element("h3", title), pairs(rows)])


def conclusion(folder: Path) -> list[str]:
    """Return which step of a run was best, and whether the last is told apart from it; or nothing."""
    return sentences(read_events(folder))


def sentences(events: Sequence[Event]) -> list[str]:
    """Return the same of a log.

    Two numbers are told apart when they differ by more than 1.96 of their combined errors,
    (e₁² + e₂²)^½. Both evaluations look at the same held-out rows and latents, so that their difference is
    known better than that, and a small one that is there may be called none.
    """
    seen, best = looks(events), _best(events)
    name = str(_watch(events).get("best") or _TRANSLATORS)
    if not seen or not math.isfinite(value(best, "value")):
        return []
    last, now = seen[-1], seen[-1]["measures"].get(name)
    first = f"Best by {name}: step {_whole(best, 'step')} with {_with_error(best)}"
    if best.get("step") == last.get("step"):
        return [f"{first}, which is the last one."]
    if not isinstance(now, Mapping):
        return [f"{first}."]
    told = (
        f"The last, step {_whole(last, 'step')}, has {_with_error(now)}: {_told_apart(best, now)}."
    )
    return [f"{first}.", told]


def _told_apart(best: Event, now: Event) -> str:
    errors = value(best, "error"), value(now, "error")
    if not all(math.isfinite(e) for e in errors):
        return "no error is known, so that nothing is said of the difference"
    far = abs(value(best, "value") - value(now, "value")) > FAR * math.hypot(*errors)
    return "worse beyond their errors" if far else "not distinguishable from it"


def _with_error(number: Event) -> str:
    error = value(number, "error")
    return f"{value(number, 'value'):.4g}" + (f" ± {error:.2g}" if math.isfinite(error) else "")


def _said(seen: Sequence[Event], watch: Event) -> Iterator[str]:
    yield f"{count(len(seen))} evaluations of the averaged generator."
    if watch:
        yield (
            f"Each compares {_whole(watch, 'rows')} generated rows with as many held-out ones, in "
            f"{clean(watch.get('space', ''), 80)}. Bars are one standard error. The band is what real rows "
            f"get instead (5 to 95 % of {_whole(watch, 'draws')} training subsets, the line is "
            "their median); far above it the axis is logarithmic. The dotted line is the best step."
        )


def _whole(event: Event, key: str) -> str:
    number = value(event, key)
    return count(int(number)) if math.isfinite(number) else "?"


def _none_raised(run: Run) -> str:
    sought, seen = _watch(run.events).get("sought"), looks(run.events)
    if not seen or not isinstance(sought, Sequence) or not sought:
        raise run.why("events.jsonl", "This run was not watched for trouble during training.")
    what = ", ".join(clean(name, 60) for name in sought)
    return f"No alarm was raised. {count(len(seen))} evaluations were looked through for: {what}."


def _panel(i: int, name: str, seen: Sequence[Event], best: float) -> Markup:
    def column(key: str) -> np.ndarray:
        return np.array([value(e, "measures", name, key) for e in seen], dtype=float)

    steps = np.array([value(e, "step") for e in seen], dtype=float)
    error = column("error")
    band = tuple(float(v[-1]) for v in map(column, ("low", "median", "high")))
    line = Series(steps, column("value"), svg.FAKE, error=error)
    axis = Axis(
        clean(name, 40),
        band=(band[0], band[1], band[2]) if np.isfinite(band).all() else None,
        mark=best if math.isfinite(best) else None,
        x="step",
    )
    return panel(f"watched-{i}", _CAPTIONS.get(name, clean(name, 60)), {name: line}, axis)


def _watch(events: Sequence[Event]) -> Event:
    return next((e for e in events if e.get("kind") == "watch"), {})


def _best(events: Sequence[Event]) -> Event:
    """Return the best checkpoint so far: its step, value and error."""
    bests = (e.get("best") for e in reversed(events) if e.get("kind") == "checkpoint")
    return next((best for best in bests if isinstance(best, dict) and best), {})
