"""`study inference`: a GAN on each of many data sets of a known truth, or on your own numbers."""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path

from zerosum.cli.settings import tell
from zerosum.cli.study_folder import new_folder

WORDS = "A GAN on each of many data sets of a known truth: can one infer from its samples?"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the study of inference."""
    parser.add_argument(
        "--truth", default="normal", help="what the data are drawn from (default: normal)"
    )
    for name, default, meaning in (
        ("members", 10_000, "data sets, a GAN on each"),
        ("n", 100, "draws in a data set"),
        ("m", 10_000, "samples of each GAN"),
        ("seed", 0, "of everything random"),
    ):
        parser.add_argument(
            f"--{name}", type=int, default=default, help=f"{meaning} (default: {default})"
        )
    parser.add_argument("--data", help="your own numbers instead of a truth: one column")
    parser.add_argument(
        "--statistic", default="mean", help="with --data: mean, median, variance or quantile:0.9"
    )
    parser.add_argument(
        "--gans", type=int, default=20, help="with --data: trainings on it (default: 20)"
    )


def run(parsed: argparse.Namespace) -> int:
    """Run or go on with the study and print its table."""
    if parsed.data is not None:
        return _own_data(parsed)
    from zerosum.studies.inference import Inference, work
    from zerosum.studies.inference_table import summary
    from zerosum.studies.study import run_study
    from zerosum.studies.truths import truth

    study = Inference(parsed.truth, parsed.members, parsed.n, parsed.m, parsed.seed)
    study.check()
    folder = Path(parsed.out) if parsed.out else new_folder(f"inference-{study.truth}")
    results = run_study(
        folder, study.description(), study.chunks, work,
        workers=parsed.workers, chunk_bytes=study.chunk_bytes, progress=lambda at: tell(str(at)), tell=tell,
        command=_command(parsed, folder),
    )  # fmt: skip
    statistics = results.arrays()
    alive = statistics.pop("alive")
    kept = {name: values[alive] for name, values in statistics.items()}
    table = summary(kept, truth(study.truth), study.n, study.m)
    _draw(folder, kept, study)
    (folder / "table.json").write_text(
        json.dumps(table.to_json(), indent=1) + "\n", encoding="utf-8"
    )
    print(json.dumps(table.to_json()) if parsed.json else table)
    tell(f"{int((~alive).sum())} of {len(alive)} GANs diverged and are left out; see {folder}")
    return 0 if results.complete else 1


def _own_data(parsed: argparse.Namespace) -> int:
    from zerosum.studies.inference import intervals_of

    table = intervals_of(parsed.data, parsed.statistic, parsed.gans, parsed.m, parsed.seed)
    print(json.dumps(table.to_json()) if parsed.json else table)
    return 0


def _draw(folder: Path, statistics: dict, study: object) -> None:
    from functools import partial

    from zerosum.reports import svg
    from zerosum.studies.inference_figures import paint_means
    from zerosum.studies.truths import truth

    known, n = truth(study.truth), study.n  # type: ignore[attr-defined]
    means = svg.png(lambda axes: paint_means(axes, statistics, known, n), (5.2, 3.2))
    distances = svg.png(partial(_distances, statistics), (5.2, 3.2))
    for name, data in (("means", means), ("distances", distances)):
        (folder / f"{name}.png").write_bytes(data)


def _distances(statistics: dict, axes: object) -> None:
    from zerosum.studies.inference_figures import paint_distances

    paint_distances(axes, statistics)


def _command(parsed: argparse.Namespace, folder: Path) -> str:
    words = ["zerosum", "study", "inference", "--truth", parsed.truth]
    for name in ("members", "n", "m", "seed"):
        words += [f"--{name}", str(getattr(parsed, name))]
    return shlex.join([*words, "--out", str(folder)])
