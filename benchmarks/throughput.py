"""How many full training steps a second, beside the peers and the plain loop, on the same networks?

    python -m benchmarks.throughput [CASE ...] [--rounds 7] [--seconds 2] [--threads 2]

Prints and writes for each case: medians, best rounds, zerosum's ratios, the fraction of the
machine's sgemm rate (measured in the same rounds) and peak memory. The peers need
`benchmarks/peers/install.py`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.cases import CASES
from benchmarks.contestants import CONTESTANTS, ENTERED
from benchmarks.race import Runner, race, start, summary

PEERS_PYTHON = Path(__file__).parent / "peers" / ".venv" / "bin" / "python"
GOALS = {  # zerosum's median over theirs
    "dcgan-32x32x1": {"plain": 1.15, "torchgan": 1.4, "mimicry": 1.3},
    "dcgan-64x64x3": {"plain": 1.15, "torchgan": 1.4, "mimicry": 1.3},
    "mlp": {"plain": 1.25},
    "wgan-gp-critic": {"plain": 1.25},
}
COMPILED_GOAL = 1.7  # over the plain loop


def main() -> None:
    """Run the cases asked for."""
    options = _options()
    for case in options.cases or list(GOALS):
        entered = options.only or list(ENTERED[case])
        names = [*entered, *options.also]
        absent = [n for n in names if CONTESTANTS[n].peer and not options.peers_python.exists()]
        if absent:
            left = ", ".join(absent)
            print(f"left out, run benchmarks/peers/install.py first: {left}", file=sys.stderr)
        present = [n for n in names if n not in absent]
        result = measure(case, present, options)
        result["absent"] = absent
        print(table(case, result))
        machine.write(f"throughput-{case}", result, options.threads)


def measure(case: str, names: list[str], options: argparse.Namespace) -> dict[str, Any]:
    """Return every contestant's summary and zerosum's ratios for one case."""
    runners = [_start(name, case, options) for name in [*names, "sgemm"]]
    try:
        race(runners, options.rounds, options.seconds)
        results = {runner.name: summary(runner) for runner in runners}
    finally:
        for runner in runners:
            runner.close()
    gemm = results.pop("sgemm")
    for result in results.values():
        result["sgemm fraction"] = _fractions(result, gemm)
    rates = gemm["seconds per step"]
    return {
        "case": case,
        "sgemm GFLOP/s": {k: gemm["flops per step"] / rates[k] / 1e9 for k in ("median", "best")},
        "contestants": results,
        "ratios": _ratios(results),
        "goals": GOALS.get(case, {}),
    }


def table(case: str, result: dict[str, Any]) -> str:
    """Return the result as text."""
    shape = CASES[case]
    rate = result["sgemm GFLOP/s"]
    lines = [
        f"{case}, batch {shape.batch}; "
        f"sgemm {rate['median']:.0f} GFLOP/s (best {rate['best']:.0f})",
        f"{'':22}{'steps/s':>9}{'best':>9}{'ms cpu':>9}{'of sgemm':>10}{'(best)':>8}{'peak MB':>9}",
    ]
    for name, r in result["contestants"].items():
        s, f = r["seconds per step"], r["sgemm fraction"]
        share = f"{f['median']:>10.0%}{f['best']:>8.0%}" if f else " " * 18
        rates = f"{1 / s['median']:>9.2f}{1 / s['best']:>9.2f}{1e3 * s['best cpu']:>9.2f}"
        lines.append(f"{name:22}{rates}{share}{r['peak memory MB']:>9.0f}")
    for ours, others in result["ratios"].items():
        for name, r in others.items():
            goal = COMPILED_GOAL if ours == "zerosum-compiled" else result["goals"].get(name)
            aim = f", goal {goal}" if goal and (name == "plain" or ours == "zerosum") else ""
            others_too = f"best rounds {r['best']:.2f}, CPU {r['best cpu']:.2f}"
            lines.append(f"{ours} / {name}: {r['median']:.2f} ({others_too}{aim})")
    return "\n".join(lines) + "\n"


def _start(name: str, case: str, options: argparse.Namespace) -> Runner:
    python = str(options.peers_python) if CONTESTANTS[name].peer else sys.executable
    return start(name, case, options.threads, python)


def _fractions(result: dict[str, Any], gemm: dict[str, Any]) -> dict[str, float]:
    if result["flops per step"] is None:
        return {}
    work = result["flops per step"] / gemm["flops per step"]
    mine, theirs = result["seconds per step"], gemm["seconds per step"]
    return {k: work * theirs[k] / mine[k] for k in ("median", "best")}


def _ratios(results: dict[str, Any]) -> dict[str, dict[str, dict[str, float]]]:
    ours = [name for name in results if name.startswith("zerosum")]
    return {
        name: {
            other: {
                k: result["seconds per step"][k] / results[name]["seconds per step"][k]
                for k in ("median", "best", "best cpu")
            }
            for other, result in results.items()
            if other not in ours
        }
        for name in ours
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", choices=[*CASES, []], help="default: those with goals")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="of a turn in a round")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="*", choices=[*CONTESTANTS], help="instead of the case's")
    parser.add_argument("--also", nargs="*", default=[], choices=[*CONTESTANTS])
    parser.add_argument("--peers-python", type=Path, default=PEERS_PYTHON)
    return parser.parse_args()


if __name__ == "__main__":
    main()
