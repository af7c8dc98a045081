"""Sections in words: what was trained, its settings and environment, and how to do it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from zerosum.reports import evidence
from zerosum.reports.html import Markup, clean, element, join, lead, pairs
from zerosum.reports.numbers import count, duration
from zerosum.reports.read import Run, text, value


def title(run: Run) -> str:
    """Return "recipe on data" as far as the run says it, else the folder's name."""
    data, recipe = _stated(run, "data"), _stated(run, "recipe")
    if data and recipe:
        return f"{recipe} on {data}"
    return data or recipe or run.name


def head(run: Run) -> Markup:
    """Return the page's head: what was trained, on what, how long, and what was found."""
    return join(
        [
            element("p", run.name, class_="run"),
            element("h1", clean(title(run), 120)),
            element("p", _trained(run), class_="trained"),
            element("p", evidence.finding(run), class_="finding"),
        ],
        "\n",
    )


def settings(run: Run) -> Markup:
    """Return the resolved settings, folded away."""
    if not run.config.strip():
        raise run.why("config.yaml", "config.yaml is empty.")
    lines = run.config.strip().count("\n") + 1
    return element(
        "details",
        element("summary", f"config.yaml, {count(lines)} lines, every default written out"),
        element("pre", element("code", run.config.rstrip())),
    )


def environment(run: Run) -> Markup:
    """Return the machine and the versions it ran with."""
    rows = list(_flat(run.environment))
    if not rows:
        raise run.why("environment.json", "environment.json is empty.")
    return pairs((name, clean(entry, 400)) for name, entry in rows[:200])


def reproduce(run: Run) -> Markup:
    """Return the commands that train, sample, measure and report again."""
    if not run.config.strip():
        raise run.why("config.yaml", "config.yaml is empty, so there is nothing to repeat.")
    path = shlex.quote(f"{run.folder.parent.name}/{run.name}")
    lines = [
        *_origin(run),
        f"zerosum train --config {path}/config.yaml",
        f"zerosum sample {path} -n 64 --seed 0 --out grid.png",
        f"zerosum evaluate {path}",
        f"zerosum report {path}",
    ]
    said = lead(
        f"From the folder that holds {run.folder.parent.name}/. Training again makes a new run",
        "folder, and the same numbers on the same machine and versions.",
    )
    return join([said, element("pre", element("code", "\n".join(lines)))])


def _origin(run: Run) -> Iterator[str]:
    """Yield comment lines: the version, and the command that the run was started by."""
    version = text(run.environment, "zerosum") or text(run.environment, "packages", "zerosum")
    commit = text(run.environment, "commit")
    if version:
        yield _comment(f"zerosum {version}{f', commit {commit}' if commit else ''}")
    command = run.environment.get("command")
    words = [str(word) for word in command] if isinstance(command, list) else []
    started = shlex.join(words) if words else text(run.environment, "command")
    if started:
        yield _comment(f"this run was started by: {started}")


def _comment(said: str) -> str:
    # one line whatever the text holds: nothing in it can become a command of its own
    return f"# {' '.join(clean(said, 300).split())}"


def _trained(run: Run) -> str:
    last: Mapping[str, Any] = run.ticks[-1] if run.ticks else {}
    seen, step, seconds = (value(last, key) for key in ("seen", "step", "seconds"))
    if not np.isfinite([seen, step]).any():
        return "The events do not say how long it was trained."
    parts = [
        f"for {count(seen)} samples" if np.isfinite(seen) else "",
        f"({count(step)} steps)" if np.isfinite(step) else "",
        f"in {duration(seconds)}" if np.isfinite(seconds) else "",
        f"on {clean(device, 80)}" if (device := _stated(run, "device")) else "",
    ]
    return f"Trained {' '.join(filter(None, parts))}{_ending(run)}."


def _ending(run: Run) -> str:
    ends = [event for event in run.events if event.get("kind") in ("end", "start", "resume")]
    if not ends or ends[-1].get("kind") != "end":
        return "; the events do not say that it ended"
    reason = next(filter(None, (text(ends[-1], key) for key in ("reason", "status"))), None)
    if reason is None or reason.lower() in ("completed", "done", "finished"):
        return ""
    return f"; it ended: {clean(reason, 200)}"


def _stated(run: Run, name: str) -> str | None:
    """Look for a fact in the start event, then the settings, then the environment."""
    start = next((event for event in run.events if event.get("kind") == "start"), {})
    places = (start, run.settings, run.environment)
    return next(filter(None, (text(place, name) for place in places)), None)


def _flat(entries: object, prefix: str = "") -> Iterator[tuple[str, object]]:
    if not isinstance(entries, Mapping):
        joined = " ".join(map(str, entries)) if isinstance(entries, list) else entries
        yield prefix, "–" if joined is None else joined
        return
    for key, entry in entries.items():
        yield from _flat(entry, f"{prefix}.{key}" if prefix else str(key))
