"""`study modes`: which systems keep every mode, judged by the published protocols?"""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path

from zerosum.cli.settings import tell
from zerosum.cli.study_folder import new_folder
from zerosum.cli.study_progress import ProgressLine

WORDS = "Systems x protocols of mode collapse x seeds: who keeps every mode?"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the bench."""
    parser.add_argument(
        "--protocols", help="such as ring-pacgan,grid (default: all that there are data for)"
    )
    parser.add_argument("--systems", help="such as gan,pacgan2,r3gan (default: all)")
    parser.add_argument(
        "--budget",
        default="quick",
        help="quick, about half an hour on two cores, or full, hours (default: quick)",
    )
    parser.add_argument(
        "--scale",
        default="ours",
        help="ours, the same small networks for all, or paper, the published networks and lengths "
        "(default: ours)",
    )
    parser.add_argument(
        "--seeds", type=int, help="trainings of each system (default: the budget's)"
    )
    parser.add_argument(
        "--updates", type=int, help="of the discriminator in each training (default: the budget's)"
    )
    parser.add_argument(
        "--mnist", help="MNIST's .npz or the folder of its files, which adds stacked-mnist"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="of the first training; others follow it (default: 0)"
    )


def run(parsed: argparse.Namespace) -> int:
    """Run or go on with the bench and print its tables."""
    from zerosum.studies.mode_bench.study import modes

    folder = Path(parsed.out) if parsed.out else new_folder(f"modes-{parsed.budget}")
    line = ProgressLine()
    try:
        result = modes(
            _names(parsed.protocols), _names(parsed.systems), scale=parsed.scale,
            budget=parsed.budget, seeds=parsed.seeds, updates=parsed.updates, mnist=parsed.mnist,
            seed=parsed.seed, folder=folder, workers=parsed.workers, executor=parsed.executor,
            progress=line, tell=line.tell, command=_command(parsed, folder),
        )  # fmt: skip
    finally:
        line.close()
    print(json.dumps(result.to_json()) if parsed.json else result.table)
    tell(f"see {folder / 'report.html'}")
    return 0 if result.complete else 1


def _names(given: str | None) -> list[str]:
    return [] if given is None else [name.strip() for name in given.split(",")]


def _command(parsed: argparse.Namespace, folder: Path) -> str:
    words = ["zerosum", "study", "modes"]
    flags = (
        "protocols",
        "systems",
        "budget",
        "scale",
        "seeds",
        "updates",
        "mnist",
        "seed",
        "workers",
    )
    for name in (*flags, "executor"):
        value = getattr(parsed, name)
        words += [f"--{name}", str(value)] if value is not None else []
    return shlex.join([*words, "--out", str(folder)])
