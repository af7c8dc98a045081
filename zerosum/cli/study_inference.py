"""`study inference`: a GAN on each of many data sets of a known truth, or on your own numbers."""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path

from zerosum.cli.settings import tell
from zerosum.cli.study_folder import new_folder
from zerosum.cli.study_progress import ProgressLine

WORDS = "A GAN on each of many data sets of a known truth: can one infer from its samples?"
_N = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the study of inference."""
    parser.add_argument(
        "--truth",
        default="normal",
        help="what the data are drawn from: normal, t, exponential, mixture or lognormal "
        "(default: normal)",
    )
    for name, default, meaning in (
        ("members", 10_000, "data sets, a GAN on each; for each n"),
        ("m", 10_000, "samples of each GAN"),
        ("seed", 0, "of everything random"),
    ):
        parser.add_argument(
            f"--{name}", type=int, default=default, help=f"{meaning} (default: {default})"
        )
    parser.add_argument(
        "--n",
        type=int,
        nargs="+",
        default=[_N],
        help="draws in a data set; several, such as 25 100 400 1600, make a study of each and their "
        f"rate; a GAN's cost grows with n up to 1600 (default: {_N})",
    )
    parser.add_argument("--data", help="your own numbers instead of a truth: one column")
    parser.add_argument(
        "--statistic",
        help="T, for which GAN and bootstrap are compared: mean, median, variance, quantile:0.9, or "
        "FILE.py:NAME, a function of one array in your own file (default: none; with --data mean)",
    )
    parser.add_argument(
        "--gans", type=int, default=20, help="with --data: trainings on it (default: 20)"
    )


def run(parsed: argparse.Namespace) -> int:
    """Run or go on with the study and print its table."""
    if parsed.data is not None:
        return _own_data(parsed)
    from zerosum.studies.monte_carlo.study import inference

    folder = Path(parsed.out) if parsed.out else new_folder(f"inference-{parsed.truth}")
    line = ProgressLine()
    try:
        result = inference(
            parsed.members, parsed.n, parsed.m, truth=parsed.truth, statistic=parsed.statistic,
            seed=parsed.seed, folder=folder, workers=parsed.workers, executor=parsed.executor,
            progress=line, tell=line.tell, command=_command(parsed, folder),
        )  # fmt: skip
    finally:
        line.close()
    print(json.dumps(result.to_json()) if parsed.json else result.table)
    for part in result.parts:
        tell(f"n = {part.study.n}: {part.said()}")
    tell(f"see {folder / 'report.html'}")
    return 0 if result.complete else 1


def _own_data(parsed: argparse.Namespace) -> int:
    from zerosum.studies.monte_carlo.own_data import intervals_of

    statistic = parsed.statistic or "mean"
    table = intervals_of(parsed.data, statistic, parsed.gans, parsed.m, parsed.seed)
    print(json.dumps(table.to_json()) if parsed.json else table)
    return 0


def _command(parsed: argparse.Namespace, folder: Path) -> str:
    words = ["zerosum", "study", "inference", "--truth", parsed.truth]
    words += ["--members", str(parsed.members), "--n", *map(str, parsed.n)]
    words += ["--m", str(parsed.m), "--seed", str(parsed.seed)]
    words += ["--statistic", parsed.statistic] if parsed.statistic else []
    words += ["--workers", str(parsed.workers)] if parsed.workers else []
    words += ["--executor", parsed.executor] if parsed.executor != "local" else []
    return shlex.join([*words, "--out", str(folder)])
