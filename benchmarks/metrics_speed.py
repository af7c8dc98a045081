"""How many times faster than the usual way are the metrics, on the same rows and in the same run?

    python -m benchmarks.metrics_speed [--rounds 5] [--threads 1] [--rows 5000 --features 2048] ...

- KID with its error from all pairs, and with a p-value too, against 100 subsets of 1,000 rows as
  torch-fidelity and others take them (written here in NumPy: three float32 Gram matrices a subset).
- Sliced Wasserstein distance, against POT's on the same projections, if POT is installed: run this with
  the Python of `benchmarks/peers/.venv`, or `pip install zerosum[ot]`.

The contestants of a case take turns in one process. Ratios are of median CPU seconds over the rounds;
those of the best rounds stand beside them. What each answers is written too.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from benchmarks import machine
from zerosum import noise
from zerosum.metrics.mmd import mmd
from zerosum.metrics.transport import directions, sliced_wasserstein

Answer = dict[str, float]
Contestant = Callable[[], Answer]
OURS = "zerosum"


@dataclass(frozen=True)
class Case:
    """One metric on given rows: who computes it, and by what factor ours is to be faster."""

    name: str
    contestants: dict[str, Contestant]
    goal: float


def main() -> None:
    """Race every case and write the result."""
    options = _options()
    torch.set_num_threads(options.threads)
    with threadpool_limits(options.threads):
        made = [kid(options), *(sliced(options, number) for number in options.projections)]
        results = {case.name: race(case, options.rounds) for case in made}
    for name, result in results.items():
        print(table(name, result))
    written = {"sizes": vars(options), "cases": results}
    machine.write("metrics-speed", written, options.threads)


def kid(options: argparse.Namespace) -> Case:
    """Return all pairs with an error against subsets, on features that are like Inception's in form."""
    x, y = (rectified(key, options.rows, options.features) for key in (1, 2))
    y = y * np.float32(1.02)
    size = min(options.subset, options.rows)

    def ours() -> Answer:
        found = mmd(x, y, permutations=0)
        return {"value": found.value, "error": found.error}

    def with_p() -> Answer:
        return {"p": mmd(x, y).p}

    def subsets() -> Answer:
        return kid_of_subsets(x, y, options.subsets, size)

    name = f"KID, {options.rows:,} rows of {options.features:,}"
    theirs = f"{options.subsets} subsets of {size:,}"
    return Case(name, {OURS: ours, f"{OURS} with p-value": with_p, theirs: subsets}, goal=8.0)


def sliced(options: argparse.Namespace, number: int) -> Case:
    """Return the sliced distance of order 2 against POT's on the same projections."""
    x = normal(3, options.points, options.columns)
    y = 1.1 * normal(4, options.points, options.columns) + 0.1
    contestants: dict[str, Contestant] = {
        OURS: lambda: {"value": sliced_wasserstein(x, y, p=2, projections=number)}
    }
    try:
        import ot
    except ImportError:
        print("left out, install POT first: POT", file=sys.stderr)
    else:
        axes = directions(options.columns, number).T
        contestants["POT"] = lambda: {
            "value": float(ot.sliced_wasserstein_distance(x, y, p=2, projections=axes))
        }
    name = f"sliced W2, {options.points:,} rows of {options.columns}, {number} projections"
    return Case(name, contestants, goal=8.0)


def kid_of_subsets(x: np.ndarray, y: np.ndarray, subsets: int, size: int) -> Answer:
    """Return mean and standard deviation of the unbiased estimates of random subsets."""
    draw = np.random.RandomState(2020)
    values = []
    for _ in range(subsets):
        a = x[draw.choice(len(x), size, replace=False)]
        b = y[draw.choice(len(y), size, replace=False)]
        aa, bb, ab = (cube(u, v) for u, v in ((a, a), (b, b), (a, b)))
        same = aa.sum() - np.trace(aa) + bb.sum() - np.trace(bb)
        values.append(same / (size * (size - 1)) - 2.0 * ab.mean())
    return {"value": float(np.mean(values)), "spread of subsets": float(np.std(values))}


def cube(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the polynomial kernel of all pairs."""
    return np.asarray((a @ b.T / a.shape[1] + 1.0) ** 3)


def race(case: Case, rounds: int) -> dict[str, Any]:
    """Return seconds and answers of each contestant, each round beginning with another."""
    names = list(case.contestants)
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    answers: dict[str, Answer] = {}
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            cpu, wall = time.process_time(), time.perf_counter()
            answers[name] = case.contestants[name]()
            seconds[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    contestants = {name: _summary(seconds[name]) | {"answer": answers[name]} for name in names}
    ours = contestants[OURS]
    ratios = {
        name: {k: theirs[k] / ours[k] for k in ("median cpu s", "best cpu s", "best wall s")}
        for name, theirs in contestants.items()
        if OURS not in name
    }
    return {"contestants": contestants, "ratios": ratios, "goal": case.goal}


def table(name: str, result: dict[str, Any]) -> str:
    """Return a case's result as text."""
    lines = [name, f"{'':24}{'cpu s':>9}{'best':>9}{'wall s':>9}  answer"]
    for who, r in result["contestants"].items():
        answer = ", ".join(f"{k} {v:.6g}" for k, v in r["answer"].items())
        numbers = "".join(f"{r[k]:>9.3f}" for k in ("median cpu s", "best cpu s", "best wall s"))
        lines.append(f"{who:24}{numbers}  {answer}")
    for who, r in result["ratios"].items():
        best = f"best rounds {r['best cpu s']:.1f}, wall {r['best wall s']:.1f}"
        lines.append(f"{who} / {OURS}: {r['median cpu s']:.1f} ({best}, goal {result['goal']:g})")
    return "\n".join(lines) + "\n"


def rectified(key: int, n: int, d: int) -> np.ndarray:
    """Return normal numbers with the negative ones set to 0, as a last ReLU leaves them, float32."""
    return np.maximum(normal(key, n, d), 0.0).astype(np.float32)


def normal(key: int, n: int, d: int) -> np.ndarray:
    """Return n rows of d standard normal numbers."""
    return noise.normal(noise.fold(key, "metrics-speed"), (n, d), dtype=torch.float64).numpy()


def _summary(seconds: list[tuple[float, float]]) -> dict[str, Any]:
    cpu, wall = zip(*seconds, strict=True)
    return {
        "median cpu s": round(median(cpu), 4),
        "best cpu s": round(min(cpu), 4),
        "best wall s": round(min(wall), 4),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rows", type=int, default=5000, help="of each set, for KID")
    parser.add_argument("--features", type=int, default=2048, help="columns, for KID")
    parser.add_argument("--subsets", type=int, default=100)
    parser.add_argument("--subset", type=int, default=1000, help="rows of a subset")
    parser.add_argument("--points", type=int, default=10_000, help="rows, for sliced Wasserstein")
    parser.add_argument("--columns", type=int, default=64, help="columns, for sliced Wasserstein")
    parser.add_argument("--projections", type=int, nargs="+", default=[50, 500])
    return parser.parse_args()


if __name__ == "__main__":
    main()
