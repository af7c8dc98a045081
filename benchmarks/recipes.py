"""Does every recipe train at its default settings? Digits and ring, three seeds each, all numbers kept.

    python -m benchmarks.recipes [--seeds 1 2 3] [--workers 2] [--recipes r3gan ...] [--name NAME]

Each run is one single-threaded process. Results go to benchmarks/results/recipes.json one by one, so
a killed study goes on where it was; `python -m benchmarks.page` turns them into docs/results.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks import machine


def main() -> None:
    """Train every recipe on both data sets from every seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--data", nargs="+", default=["digits", "ring"])
    parser.add_argument("--recipes", nargs="+", default=None)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--name", default="recipes", help="of the result file")
    parsed = parser.parse_args()
    from zerosum.recipes.presets import PRESETS

    wanted = [
        (data, recipe, seed)
        for data in parsed.data
        for recipe in parsed.recipes or PRESETS
        for seed in parsed.seeds
    ]
    done = {tuple(r["run"]): r for r in _read(parsed.name)}
    left = [run for run in wanted if run not in done]
    with ThreadPoolExecutor(parsed.workers) as pool:
        for result in pool.map(in_process, left):
            done[tuple(result["run"])] = result
            print(result["run"], result["outcome"], f"{result['seconds']:.0f} s", file=sys.stderr)
            machine.write(parsed.name, {"runs": [done[k] for k in sorted(done)]}, threads=1)


def one(data: str, recipe: str, seed: int) -> dict[str, Any]:
    """Train once at default settings and return what came of it."""
    import torch

    from zerosum.errors import Diverged
    from zerosum.runs.job import prepare
    from zerosum.runs.judging import judge_generator
    from zerosum.runs.rows import Rows

    torch.set_num_threads(1)
    job = prepare(data, recipe=recipe, settings={"seed": seed, "data": {"seed": seed}})
    start = time.perf_counter()
    try:
        outcome = job.run()
    except Diverged as error:
        return {"outcome": "diverged", "error": str(error), "seconds": time.perf_counter() - start}
    seconds = time.perf_counter() - start
    train, held_out = Rows(job.source, job.trained), Rows(job.source, job.held_out)
    evidence = judge_generator(job.generator(), train, held_out)
    return {
        "outcome": outcome,
        "seconds": round(seconds, 2),
        "steps": job.state.step,
        "networks": [job.config.generator.name, job.config.discriminator.name],
        "evidence": evidence.to_json(),
    }


def in_process(run: tuple[str, str, int]) -> dict[str, Any]:
    """Return `one` of this run, from a single-threaded process of its own."""
    code = (
        "import json, sys; from benchmarks.recipes import one;"
        "print(json.dumps(one(sys.argv[1], sys.argv[2], int(sys.argv[3]))))"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    arguments = [sys.executable, "-c", code, *map(str, run)]
    ended = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        reason = ended.stderr.strip().splitlines()[-1:]
        return {"run": list(run), "outcome": "failed", "error": reason, "seconds": 0.0}
    return {"run": list(run), **json.loads(ended.stdout.splitlines()[-1])}


def _read(name: str) -> list[dict[str, Any]]:
    path = machine.RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))["runs"] if path.is_file() else []


if __name__ == "__main__":
    main()
