"""How the studio feels, in a real headless Chromium.

    python -m benchmarks.studio [game latent open queue] [--seconds 20] [--rounds 5]
    python -m benchmarks.studio queue --seconds 600       # what issue 7 asks for
    python -m benchmarks.studio_watch [--rounds 5]        # is a training slowed by who watches it?

game    frames drawn and rounds trained a second, of the game in the plane at full speed
latent  from a pointer's move to the picture on the screen, for a DCGAN of 32 x 32 pixels
open    from an address to a page that can be used, for every view
queue   what waits for a page that is busy half of its time, and the server's memory
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np

from benchmarks import machine
from benchmarks.studio_browser import clock, page_of, show, wire
from tests.studio.running import Served, browser, own_process, why_no_browser

WARM = 3  # seconds before anything is counted
DRAG = 60  # moves a second of a pointer
VIEWS = ("/", "/game", "/toy", "/runs", "/runs/{run}", "/explore", "/explore/{run}", "/learn")


def main() -> None:
    """Measure what was asked for; keep a result for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART")
    parser.add_argument("--seconds", type=float, default=20, help="of each part's measurement")
    parser.add_argument("--rounds", type=int, default=5, help="openings of each view")
    asked = parser.parse_args()
    missing = why_no_browser()
    if missing or set(asked.parts) - set(PARTS):
        parser.error(missing or f"parts are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "runs"
        if set(asked.parts) & {"latent", "open"}:
            train_dcgan(Path(folder), root)
        with own_process(root) as (served, process), browser() as chrome:
            for part in asked.parts:
                with page_of(chrome, served) as page:
                    found = PARTS[part](page, served, asked, process)
                print(f"{part}: {found}")
                machine.write(f"studio-{part}", {"browser": chrome.version, **found}, threads=1)


def train_dcgan(folder: Path, root: Path) -> None:
    """Leave a run of a DCGAN on pictures of 32 x 32 pixels; what it learnt does not matter here."""
    rows = np.arange(200 * 32 * 32 * 3, dtype=np.int64).reshape(200, 32, 32, 3)
    np.savez(folder / "pictures.npz", x=(rows * 7919 % 251).astype(np.uint8))
    words = ("train", str(folder / "pictures.npz"), "--recipe", "dcgan", "--steps", "4",
             "--out", str(root), "--evaluation.times", "1", "--evaluation.rows", "40")  # fmt: skip
    subprocess.run([sys.executable, "-m", "zerosum", *words], check=True, capture_output=True)


def game(page: Any, served: Served, asked: argparse.Namespace, process: int) -> dict[str, Any]:
    """Play the game in the plane as fast as it goes."""
    show(page, served, "/game?data=ring&speed=10000")
    page.get_by_role("button", name="Play", exact=True).first.click()
    time.sleep(WARM)
    since = clock(page)
    time.sleep(asked.seconds)
    found, seconds = wire(page, since), (clock(page) - since) / 1000
    moving = [frame for frame in found["frames"] if frame["kind"] == "moving"]
    gaps = [b["at"] - a["at"] for a, b in zip(found["drawn"], found["drawn"][1:], strict=False)]
    return {
        "seconds": round(seconds, 1),
        "drawn frames a second": round(len(moving) / seconds, 1),
        "rounds a second": round((moving[-1]["step"] - moving[0]["step"]) / seconds, 1),
        "gap between frames, median ms": round(median(gaps), 1),
        "gap between frames, 95 % ms": round(quantiles(gaps, n=20)[-1], 1),
        "bytes a frame": round(median(frame["bytes"] for frame in moving)),
    }


def latent(page: Any, served: Served, asked: argparse.Namespace, process: int) -> dict[str, Any]:
    """Drag on the plane of latents in circles, as fast as a pointer is read."""
    show(page, served, f"/explore/{newest(page)}")
    canvas = page.locator("#latent-plane")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y, r = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"] / 4
    page.mouse.move(x + r, y)
    page.mouse.down()
    since, begun = clock(page), time.perf_counter()
    while (passed := time.perf_counter() - begun) < asked.seconds:
        page.mouse.move(x + r * math.cos(passed), y + r * math.sin(passed))
        time.sleep(1 / DRAG)
    page.mouse.up()
    found = wire(page, since)
    waits = _waits(found)
    return {
        "moves sent": len([each for each in found["sent"] if each["tag"] is not None]),
        "pictures drawn": len(waits),
        "drag to picture, median ms": round(median(waits), 1),
        "drag to picture, 95 % ms": round(quantiles(waits, n=20)[-1], 1),
    }


def _waits(found: dict[str, list[dict[str, Any]]]) -> list[float]:
    """Return the milliseconds from each move that was answered until its picture was on the screen."""
    sent = {(each["channel"], each["tag"]): each["at"] for each in found["sent"]}
    waits, drawn = [], list(found["drawn"])
    for frame in found["frames"]:
        key = (frame["channel"], frame["tag"])
        acknowledged = [d["at"] for d in drawn if d["channel"] == key[0] and d["at"] >= frame["at"]]
        if key in sent and acknowledged:
            waits.append(
                acknowledged[0] - sent.pop(key)
            )  # the first frame of a tag, not the exact one
    return waits


def opened(page: Any, served: Served, asked: argparse.Namespace, process: int) -> dict[str, Any]:
    """Open every view, in turns; the first round is kept apart, as the server imports then."""
    claims = page.evaluate("fetch('/api/learn').then((a) => a.json())")
    first = next(iter(_ids(claims)), None)
    views = [view.format(run=newest(page)) for view in VIEWS] + (
        [f"/learn/{first}"] if first else []
    )
    rounds = [[show(page, served, view) for view in views] for _ in range(asked.rounds + 1)]
    told = [*VIEWS, *(["/learn/{claim}"] if first else [])]
    return {
        "seconds until usable": {
            view: {
                "first": round(rounds[0][i], 3),
                "median": round(median(each[i] for each in rounds[1:]), 3),
                "worst": round(max(each[i] for each in rounds[1:]), 3),
            }
            for i, view in enumerate(told)
        }
    }


def queue(page: Any, served: Served, asked: argparse.Namespace, process: int) -> dict[str, Any]:
    """Play at full speed for a page that is busy half of its time."""
    show(page, served, "/game?data=ring&speed=10000")
    page.get_by_role("button", name="Play", exact=True).first.click()
    page.evaluate("""() => { window.__busy = setInterval(() => {
      const end = performance.now() + 250; while (performance.now() < end);
    }, 500) }""")
    time.sleep(WARM)
    samples, begun = [], time.perf_counter()
    while time.perf_counter() - begun < asked.seconds:
        time.sleep(max(0.5, asked.seconds / 100))
        memory = _memory(process)
        found = wire(page)
        undrawn = len(found["frames"]) - len(found["drawn"])
        samples.append((time.perf_counter() - begun, memory, undrawn))
    found = wire(page)
    half = len(samples) // 2
    return {
        "seconds": round(asked.seconds),
        "frames that came": len(found["frames"]),
        "most frames that came and were not drawn": max(undrawn for *_, undrawn in samples),
        "bytes that can wait": max(frame["bytes"] for frame in found["frames"]),
        "server MB, first half": round(median(mb for _, mb, _ in samples[:half]), 1),
        "server MB, second half": round(median(mb for _, mb, _ in samples[half:]), 1),
    }


def newest(page: Any) -> str:
    """Return the number of the newest run."""
    script = "fetch('/api/runs').then((a) => a.json()).then((told) => told.runs[0].id)"
    return str(page.evaluate(script))


def _ids(told: Any) -> list[str]:
    """Return the names by which claims are asked for."""
    claims = told.get("claims", []) if isinstance(told, dict) else told
    return [str(each.get("name", each.get("id"))) for each in claims if isinstance(each, dict)]


def _memory(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise KeyError("VmRSS")


PARTS = {"game": game, "latent": latent, "open": opened, "queue": queue}

if __name__ == "__main__":
    main()
