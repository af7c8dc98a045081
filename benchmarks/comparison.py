"""How long does the whole comparison take: seven formulations x 100 draws x 5 seeds on the ring?

    python -m benchmarks.comparison [--draws 100] [--data ring] [--out FOLDER]

The goal of the issue is 20 minutes on two cores, with the final trainings and the report. Every setting
is the command's default.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks import machine
from zerosum.studies import compare

GOAL_MINUTES = 20.0


def main() -> None:
    """Run the comparison and write its time and its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="ring")
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--out", help="keep the study's folder here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.out or Path(scratch) / "study")
        start = time.perf_counter()
        result = compare(
            options.data, draws=options.draws, folder=folder, progress=print, tell=print
        )
        minutes = (time.perf_counter() - start) / 60
    trials = result.trials
    trainings = trials.failed.size + trials.final_failed.size
    print(result)
    print(f"{trainings:,} trainings in {minutes:.1f} minutes, goal {GOAL_MINUTES:g}")
    found = {
        "minutes": minutes,
        "goal_minutes": GOAL_MINUTES,
        "trainings": trainings,
        "processes' seconds": trials.facts["seconds"],
        "comparison": result.to_json(),
    }
    machine.write(f"comparison-{trials.data}", found, threads=1)


if __name__ == "__main__":
    main()
