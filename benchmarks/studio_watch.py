"""Is a training slowed, or changed, by pages that watch it?

    python -m benchmarks.studio_watch [--watchers 5] [--rounds 5] [--steps 3000]

Trainings of the digits with and without watchers take turns; each is a process of its own, the studio
another, and the pages are real ones of headless Chromium. The exit code is 1 if any two ended with different
weights. Wall time is the training's own, from its first step to its last; CPU time is of its process, whole.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import machine
from benchmarks.studio_browser import page_of, show, wire
from tests.studio.running import Served, browser, own_process, why_no_browser

_EVENTS = "events.jsonl"


def main() -> None:
    """Train in turns, watched and not; keep the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--watchers", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=3000)
    asked = parser.parse_args()
    missing = why_no_browser()
    if missing:
        parser.error(missing)
    times: dict[str, list[dict[str, Any]]] = {"alone": [], "watched": []}
    with (
        tempfile.TemporaryDirectory() as folder,
        own_process(Path(folder)) as (served, _),
        browser() as chrome,
    ):
        for number in range(asked.rounds):
            for kind in sorted(times, reverse=bool(number % 2)):  # each begins as often
                watchers = asked.watchers if kind == "watched" else 0
                run = Path(folder) / f"{kind}-{number}"
                times[kind].append(trained(run, asked.steps, watchers, chrome, served))
                print(kind, times[kind][-1], flush=True)
    found = summary(times)
    print(json.dumps(found, indent=2))
    machine.write("studio-watch", {**vars(asked), **found, "trainings": times}, threads=1)
    sys.exit(not found["weights identical"])


def trained(run: Path, steps: int, watchers: int, chrome: Any, served: Served) -> dict[str, Any]:
    """Train once, with so many pages open on the run; return times, the weights' hash and frames."""
    words = ("train", "digits", "--steps", str(steps), "--out", str(run.parent), "--name", run.name,
             "--run.threads", "1", "--evaluation.times", "1")  # fmt: skip
    command = [sys.executable, "-m", "zerosum", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    frames = 0
    with ExitStack() as pages:
        opened = []
        if watchers:
            address = f"/runs/{_number(pages.enter_context(page_of(chrome, served)), run.name)}"
            for _ in range(watchers):
                opened.append(pages.enter_context(page_of(chrome, served)))
                show(opened[-1], served, address)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, f"the training ended with {process.returncode}"
        frames = sum(len(wire(page)["frames"]) for page in opened)
    return {
        "wall s": round(_wall(run), 2),
        "cpu s": round(used.ru_utime + used.ru_stime, 2),
        "weights": _digest(run),
        "frames to watchers": frames,
    }


def summary(times: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return the ratios of medians, and whether every training ended with the same weights."""
    told: dict[str, Any] = {}
    for name in ("wall s", "cpu s"):
        alone, watched = ([each[name] for each in times[kind]] for kind in ("alone", "watched"))
        told[f"{name} watched / alone, medians"] = round(median(watched) / median(alone), 3)
        told[f"{name} watched / alone, best"] = round(min(watched) / min(alone), 3)
    weights = {each["weights"] for kind in times.values() for each in kind}
    return {**told, "weights identical": len(weights) == 1}


def _number(page: Any, name: str) -> str:
    """Return the number of a run once its folder is there."""
    script = """async (name) => (await (await fetch("/api/runs")).json()).runs
      .find((run) => run.name === name)?.id ?? null"""
    for _ in range(600):
        found = page.evaluate(script, name)
        if found:
            return str(found)
        time.sleep(0.1)
    raise RuntimeError(f"no run {name} after a minute")


def _wall(run: Path) -> float:
    """Return the seconds from the first tick of a training to its last."""
    lines = (run / _EVENTS).read_text(encoding="utf-8").splitlines()
    ticks = [event for event in map(json.loads, lines) if event["kind"] == "tick"]
    return float(ticks[-1]["seconds"] - ticks[0]["seconds"])


def _digest(run: Path) -> str:
    return hashlib.sha256((run / "model" / "model.safetensors").read_bytes()).hexdigest()[:16]


if __name__ == "__main__":
    main()
