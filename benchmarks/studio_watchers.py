"""Training with watchers: is it slowed, and are its weights the same bits?

python -m benchmarks.studio_watchers [--steps 4000] [--watchers 5] [--pairs 5] [--data digits]

Each pair trains the same run twice, alone and watched, in processes of their own; a studio serves the folder
all the while, and each watcher is a WebSocket that answers every frame at once. Goal: at most 10 % slower
(median of the pairs, by the training seconds in the log), and equal weights.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from websockets.sync.client import connect

from tests.studio.running import TOKEN, served
from zerosum.records.events import read_events
from zerosum.studio import frames
from zerosum.studio.doors import cookie_token
from zerosum.studio.index import Index
from zerosum.studio.settings import Settings


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("steps", 4000), ("watchers", 5), ("pairs", 5)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--data", default="digits")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(root=Path(folder), token=TOKEN)
        with served(settings) as studio:
            settings = replace(studio.settings, root=Path(folder))
            pairs = [_pair(settings, asked, i) for i in range(asked.pairs)]
    ratios = [watched["seconds"] / alone["seconds"] for alone, watched in pairs]
    print(json.dumps({
        "steps": asked.steps, "watchers": asked.watchers, "ratios": [round(r, 4) for r in ratios],
        "median ratio": round(statistics.median(ratios), 4), "frames": [w["frames"] for _, w in pairs],
        "same bits": len({each["weights"] for pair in pairs for each in pair}) == 1,
    }))  # fmt: skip


def _pair(settings: Settings, asked: argparse.Namespace, i: int) -> tuple[dict, dict]:
    """Train alone and watched, in turn first."""
    order = [0, asked.watchers] if i % 2 == 0 else [asked.watchers, 0]
    found = {n: _train(settings, asked, f"{i}-{n}", n) for n in order}
    return found[0], found[asked.watchers]


def _train(settings: Settings, asked: argparse.Namespace, name: str, watchers: int) -> dict:
    command = [sys.executable, "-m", "zerosum", "train", asked.data, "--steps", str(asked.steps)]
    command += ["--run.ticks", "200", "--out", str(settings.root), "--name", name]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (settings.root / name / "config.yaml").exists():
        time.sleep(0.05)
    with _watching(settings, name, watchers) as seen:
        assert process.wait() == 0, "the training failed"
    run = settings.root / name
    seconds = [e["seconds"] for e in read_events(run) if e["kind"] == "tick"][-1]
    weights = hashlib.sha256((run / "model" / "model.safetensors").read_bytes()).hexdigest()
    return {"seconds": seconds, "weights": weights, "frames": sum(seen)}


@contextmanager
def _watching(settings: Settings, name: str, watchers: int) -> Iterator[list[int]]:
    number = next(e.id for e in Index(settings).entries() if e.name == name)
    seen, done = [0] * watchers, threading.Event()
    threads = [
        threading.Thread(target=_watch, args=(settings, number, seen, i, done), daemon=True)
        for i in range(watchers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        done.set()
        for thread in threads:
            thread.join(timeout=5)


def _watch(settings: Settings, number: str, seen: list[int], i: int, done: threading.Event) -> None:
    base = f"127.0.0.1:{settings.port}"
    headers = {"Cookie": f"{settings.cookie}={cookie_token(settings.token)}"}
    with connect(
        f"ws://{base}/socket", additional_headers=headers, origin=f"http://{base}"
    ) as socket:
        socket.send(json.dumps({"open": "run", "channel": 1, "id": number}))
        while not done.is_set():
            try:
                frames.unpack(socket.recv(timeout=0.5))
            except TimeoutError:
                continue
            seen[i] += 1
            socket.send(json.dumps({"channel": 1, "drawn": True}))


if __name__ == "__main__":
    main()
