"""How long do 10,000 GANs take, and what can one infer from them? The study at its full size.

    python -m benchmarks.inference [--members 10000] [--seed 23]

The recipe was chosen on data sets of other seeds than the one printed here. The goals are those of
the issue: 8 minutes on two cores, |paired bias| <= 0.0005, variance <= 0.0105, coverage of each named
interval in [0.9457, 0.9542], mean distance <= 0.056. What is missed is printed as missed. "own sd,
plain" is no goal: it is the interval before its two corrections, which came after it had covered
0.9439 on seed 0; seed 23 was looked at by nobody before that.
"""

from __future__ import annotations

import argparse
import time

from benchmarks import machine
from zerosum.studies.monte_carlo.study import inference
from zerosum.studies.monte_carlo.table import COVERAGE, DISTANCE, MEAN

GOALS = {
    "minutes": (0.0, 8.0),
    "paired bias": (-0.0005, 0.0005),
    "variance": (0.0, 0.0105),
    "coverage, known σ": (0.9457, 0.9542),
    "coverage, own sd": (0.9457, 0.9542),
    "coverage, sd of members": (0.9457, 0.9542),
    "mean distance from F": (0.0, 0.056),
}


def main() -> None:
    """Run the study in a scratch folder and write what it found beside the goals."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=23)
    options = parser.parse_args()
    start = time.perf_counter()
    result = inference(options.members, seed=options.seed, progress=print)
    minutes, table = (time.perf_counter() - start) / 60, result.table
    found = {
        "minutes": minutes,
        "paired bias": table.cell(MEAN, "GAN", "paired bias").value,
        "variance": table.cell(MEAN, "GAN", "variance").value,
        "mean distance from F": table.cell(DISTANCE, "F*, GAN", "mean").value,
    }
    for name in ("known σ", "own sd", "own sd, plain", "sd of members"):
        found[f"coverage, {name}"] = table.cell(COVERAGE, "GAN", name).value
    print(table)
    for name, (low, high) in GOALS.items():
        reached = "reached" if low <= found[name] <= high else "MISSED"
        print(f"{name}: {found[name]:.4f}, goal {low:g} to {high:g}: {reached}")
    whole = {
        "seed": options.seed,
        "found": found,
        "goals": GOALS,
        "diverged": result.parts[0].diverged,
        "table": table.to_json(),
    }
    machine.write(f"inference-seed-{options.seed}", whole, threads=1)


if __name__ == "__main__":
    main()
