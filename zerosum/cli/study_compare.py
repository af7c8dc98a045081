"""`study compare`: which formulation is better, when each gets the same search and the same seeds?"""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path
from typing import Any

from zerosum.cli.settings import tell
from zerosum.cli.study_folder import new_folder
from zerosum.cli.study_progress import ProgressLine

WORDS = "Objectives x hyper-parameters x seeds on one data set: are GANs created equal?"

# flag -> default and meaning; the defaults are those of `studies.compare.Compare`, which needs torch
NUMBERS = {
    "draws": (100, "of hyper-parameters for each objective"),
    "seeds": (5, "trainings of each draw"),
    "fresh": (20, "trainings of each best draw with seeds of their own"),
    "updates": (1500, "discriminator updates in each training"),
    "batch": (64, "rows an update"),
    "width": (64, "units a layer of both networks"),
    "depth": (2, "hidden layers of both networks"),
    "latent": (8, "dimension of the latent"),
    "seed": (0, "of everything random"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the comparison."""
    parser.add_argument(
        "--data",
        default="ring",
        help="a name of `zerosum list datasets`, or a path (default: ring)",
    )
    parser.add_argument(
        "--objectives",
        nargs="+",
        metavar="NAME",
        default=["mm", "ns", "lsgan", "wgan", "wgan-gp", "dragan", "r3gan"],
        help="of mm, ns, lsgan, wgan, wgan-gp, dragan, r3gan, ns-r1, sngan (default: the first seven)",
    )
    parser.add_argument(
        "--search",
        default="random",
        help="random: the same draws for all; tpe: each objective's scores lead (default: random)",
    )
    for name, (default, meaning) in NUMBERS.items():
        parser.add_argument(
            f"--{name}", type=int, default=default, help=f"{meaning} (default: {default})"
        )
    reading = parser.add_argument_group("how the data are read, where they cannot say")
    reading.add_argument("--key", help=".npz: which array")
    reading.add_argument("--n", type=int, help="toys: how many points; else at most so many rows")
    reading.add_argument("--size", type=int, nargs="+", help="pictures: height and width in pixels")
    reading.add_argument("--missing", help="tables: refuse, mean or drop (default: refuse)")


def run(parsed: argparse.Namespace) -> int:
    """Run or go on with the comparison and print its table."""
    from zerosum.data.options import DataOptions
    from zerosum.studies.comparison.study import compare

    folder = Path(parsed.out) if parsed.out else new_folder(f"compare-{_stem(parsed.data)}")
    line = ProgressLine()
    try:
        result = compare(
            parsed.data, parsed.objectives, search=parsed.search, options=DataOptions(**_options(parsed)),
            folder=folder, workers=parsed.workers, executor=parsed.executor, progress=line,
            tell=line.tell, command=_command(parsed, folder),
            **{name: getattr(parsed, name) for name in NUMBERS},
        )  # fmt: skip
    finally:
        line.close()
    print(json.dumps(result.statistics.to_json()) if parsed.json else result.table)
    tell(f"see {folder / 'report.html'}")
    return 0


def _options(parsed: argparse.Namespace) -> dict[str, Any]:
    given = {name: getattr(parsed, name) for name in ("key", "n", "missing")}
    if parsed.size is not None:
        given["size"] = tuple(parsed.size * 2 if len(parsed.size) == 1 else parsed.size)
    return {name: value for name, value in given.items() if value is not None}


def _stem(data: str) -> str:
    kept = "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(data).stem)
    return kept[:40] or "data"


def _command(parsed: argparse.Namespace, folder: Path) -> str:
    words = ["zerosum", "study", "compare", "--data", parsed.data]
    words += ["--objectives", *parsed.objectives, "--search", parsed.search]
    for name in (*NUMBERS, "key", "n", "missing", "workers", "executor"):
        value = getattr(parsed, name)
        words += [f"--{name}", str(value)] if value is not None else []
    words += ["--size", *map(str, parsed.size)] if parsed.size else []
    return shlex.join([*words, "--out", str(folder)])
