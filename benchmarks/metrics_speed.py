"""How many times faster than the usual way are the metrics, on the same rows and in the same run?

    python benchmarks/peers/install.py                                               # once
    OMP_NUM_THREADS=1 benchmarks/peers/.venv/bin/python -m benchmarks.metrics_speed  # about 8 minutes

- Fréchet distance of 2,048 features against SciPy's matrix square root and against torch-fidelity, from
  the same moments; and of fewer rows than features, from the same rows.
- KID from all pairs with its error against torch-fidelity's 100 subsets of 1,000 rows.
- Precision, recall, density and coverage against prdc, with the memory of both; and the memory of ours
  alone on 50,000 rows.
- Sliced Wasserstein distance against POT's on the same projections.

The contestants of a case take turns in one process, with as many threads, each round beginning with
another; before the first round each has run once on a few rows. Ratios are of median CPU seconds over the
rounds; those of the best rounds, and of wall time, stand beside them. What each answers is written too.
Memory is measured in processes of their own. All peers are in one environment with our own packages.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import time
from statistics import median
from typing import Any

import torch
from threadpoolctl import threadpool_limits

from benchmarks import machine
from benchmarks.metrics_speed_cases import OURS, SMALL, Answer, Case, Sizes, cases
from benchmarks.metrics_speed_memory import ask
from benchmarks.peers import stubs


def main() -> None:
    """Race every case and write the result."""
    options = _options()
    torch.set_num_threads(options.threads)
    sizes = SMALL if options.small else Sizes()
    stubs.install()  # torch-fidelity imports more than its formulas need
    results = {}
    with threadpool_limits(options.threads):
        for case in cases(SMALL):
            race(case, rounds=1)
        for case in cases(sizes):
            results[case.name] = race(case, options.rounds)
            print(table(case.name, results[case.name]), flush=True)
    held = memory(sizes)
    print(*held.items(), sep="\n")
    if not options.small:
        machine.write("metrics-speed", {"cases": results, "memory": held}, options.threads)


def race(case: Case, rounds: int) -> dict[str, Any]:
    """Return seconds and answers of each contestant, each round beginning with another."""
    names = list(case.contestants)
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    answers: dict[str, Answer] = {}
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            cpu, wall = time.process_time(), time.perf_counter()
            with contextlib.redirect_stdout(io.StringIO()):  # prdc says how many rows it got
                answers[name] = case.contestants[name]()
            seconds[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    contestants = {name: _summary(seconds[name]) | {"answer": answers[name]} for name in names}
    ours = contestants[OURS]
    ratios = {
        name: {k: contestants[name][k] / ours[k] for k in _TIMES} | {"goal": goal}
        for name, goal in case.goals.items()
    }
    return {"timed": case.timed, "contestants": contestants, "ratios": ratios}


def memory(sizes: Sizes) -> dict[str, Any]:
    """Return what precision, recall, density and coverage take: ours and prdc's, and ours on many rows."""
    n, d = sizes.points, sizes.columns
    found: dict[str, Any] = {
        f"{who}, {n:,} rows of {d}": ask(who, n, d) for who in ("ours", "prdc")
    }
    ours, theirs = (each["MB of the call"] for each in found.values())
    found["share"] = {"ours / prdc": ours / theirs, "goal": 1 / 3}
    found[f"ours, {5 * n:,} rows of {d}"] = ask("ours", 5 * n, d) | {"goal, peak MB": 2048}
    return found


def table(name: str, result: dict[str, Any]) -> str:
    """Return a case's result as text."""
    lines = [name, f"  {result['timed']}", f"{'':24}{'cpu s':>9}{'best':>9}{'wall s':>9}  answer"]
    for who, r in result["contestants"].items():
        answer = ", ".join(f"{k} {v:.9g}" for k, v in r["answer"].items())
        numbers = "".join(f"{r[k]:>9.3f}" for k in _TIMES)
        lines.append(f"{who:24}{numbers}  {answer}")
    for who, r in result["ratios"].items():
        best = f"best rounds {r['best cpu s']:.1f}, wall {r['best wall s']:.1f}"
        lines.append(f"{who} / {OURS}: {r['median cpu s']:.1f} ({best}, goal {r['goal']:g})")
    return "\n".join(lines) + "\n"


_TIMES = ("median cpu s", "best cpu s", "best wall s")


def _summary(seconds: list[tuple[float, float]]) -> dict[str, Any]:
    cpu, wall = zip(*seconds, strict=True)
    return dict(zip(_TIMES, (median(cpu), min(cpu), min(wall)), strict=True))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="a few rows, nothing is written")
    return parser.parse_args()


if __name__ == "__main__":
    main()
