"""The section of docs/results.md about the studio; `benchmarks.page` puts it into the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.page_systems import source, table

RESULTS = Path(__file__).parent / "results"
PARTS = ("game", "latent", "open", "queue", "watch")


def studio_sections() -> Iterator[str]:
    """Yield the section, with a line for every part whose result is kept."""
    found = {part: _read(part) for part in PARTS}
    kept = {part: result for part, result in found.items() if result is not None}
    if not kept:
        return
    yield "## The studio in a real browser"
    yield source(next(iter(kept.values())))
    yield (
        "Headless Chromium, which draws with the processor, and the studio's own process on the same "
        "machine; the queue by `python -m benchmarks.studio queue --seconds 600`, the watchers by `python -m "
        "benchmarks.studio_watch`. The goals were set before anything was measured."
    )
    yield table(["what", "measured", "goal"], [row for p, r in kept.items() for row in ROWS[p](r)])


def _read(part: str) -> dict[str, Any] | None:
    path = RESULTS / f"studio-{part}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _game(result: dict[str, Any]) -> list[list[str]]:
    return [
        ["drawn frames a second, game in the plane", str(result["drawn frames a second"]), "20"],
        ["training rounds a second beside it", str(result["rounds a second"]), "100"],
    ]


def _latent(result: dict[str, Any]) -> list[list[str]]:
    median, tail = (result[f"drag to picture, {x} ms"] for x in ("median", "95 %"))
    what = "latent drag to picture, 32x32 DCGAN, median (95 %)"
    return [[what, f"{median} ms ({tail} ms)", "below 30 ms"]]


def _open(result: dict[str, Any]) -> list[list[str]]:
    times = {view: each["worst"] for view, each in result["seconds until usable"].items()}
    slowest = max(times, key=lambda view: times[view])
    return [[f"until a page can be used, slowest view ({slowest})", f"{times[slowest]} s", "1 s"]]


def _queue(result: dict[str, Any]) -> list[list[str]]:
    most = str(result["most frames that came and were not drawn"])
    first, second = (result[f"server MB, {half} half"] for half in ("first", "second"))
    return [
        [f"frames waiting in {result['seconds']:.0f} s, most", most, "1"],
        ["server's memory, first and second half", f"{first} and {second} MB", "no growth"],
    ]


def _watch(result: dict[str, Any]) -> list[list[str]]:
    ratios = (result[f"{kind} s watched / alone, medians"] for kind in ("wall", "cpu"))
    wall, cpu = ratios
    same = "yes" if result["weights identical"] else "no"
    return [
        [f"training with {result['watchers']} pages watching, wall time", f"{wall} x", "1.10 x"],
        ["the same, processor time of the training", f"{cpu} x", "1.10 x"],
        ["weights the same bits", same, "yes"],
    ]


ROWS = {"game": _game, "latent": _latent, "open": _open, "queue": _queue, "watch": _watch}
