"""How much memory does training take, and does it grow? 2,000 steps of each case, read every 100.

    python -m benchmarks.memory [CASE ...] [--contestant zerosum] [--steps 2000] [--threads 2]

Growth is the resident memory at the end less that after the first tenth of the steps; the exit code
is 1 if it is above the bound. The image case is run at half width: what leaks, leaks there too.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from benchmarks import machine
from benchmarks.cases import CASES
from benchmarks.contestants import CONTESTANTS
from benchmarks.race import start

BOUND_MB = 8.0  # the allocator's own breathing; 2,000 leaked 4 kB tensors would be as much
DEFAULT = ("mlp", "dcgan-32x32x1-narrow")


def main() -> None:
    """Run the cases asked for and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", choices=[*CASES, []])
    parser.add_argument("--contestant", default="zerosum", choices=[*CONTESTANTS])
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    results = {
        case: watch(options.contestant, case, options.steps, options.threads)
        for case in options.cases or DEFAULT
    }
    for case, r in results.items():
        print(
            f"{case}: peak {r['peak MB']:.0f} MB ({r['before training MB']:.0f} before training), "
            f"growth {r['growth MB']:+.1f} MB over {r['steps']} steps"
        )
    whole = {"contestant": options.contestant, "bound MB": BOUND_MB, "cases": results}
    machine.write("memory", whole, options.threads)
    sys.exit(any(r["growth MB"] > BOUND_MB for r in results.values()))


def watch(contestant: str, case: str, steps: int, threads: int) -> dict[str, Any]:
    """Return resident memory every twentieth of the steps, its growth and its peak, in MB."""
    runner = start(contestant, case, threads)
    portion, resident = max(1, steps // 20), []
    try:
        for _ in range(20):
            runner.ask(do="time", steps=portion)
            answer = runner.ask(do="memory")
            resident.append(round(answer["now"], 1))
    finally:
        runner.close()
    return {
        "steps": 20 * portion,
        "before training MB": round(answer["before"], 1),
        "peak MB": round(answer["peak"], 1),
        "resident MB": resident,
        "growth MB": round(resident[-1] - resident[1], 1),
    }


if __name__ == "__main__":
    main()
