"""Train a GAN, or go on with a run.

zerosum train [DATA] [--recipe R] [--steps N] [--run.batch 128] ...
zerosum train --resume RUN
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zerosum.cli import settings
from zerosum.errors import Diverged, InputError

if TYPE_CHECKING:
    from zerosum.runs.boosted import Boosted
    from zerosum.runs.session import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags: a few short ones, and one for every setting."""
    parser.add_argument(
        "data", nargs="?", metavar="DATA",
        help="a data set's name, a folder of pictures, .npy, .npz, .csv, .parquet, hub:NAME "
        "(default: digits)",
    )  # fmt: skip
    parser.add_argument(
        "--recipe", help="see zerosum list recipes (default: by the shape of the data)"
    )
    parser.add_argument(
        "--out", default=None, help="folder of runs (default: $ZEROSUM_RUNS or runs)"
    )
    parser.add_argument("--name", help="the run folder's name instead of NUMBER-DATA-RECIPE")
    parser.add_argument("--config", help="a config.yaml; flags win over it")
    parser.add_argument("--resume", metavar="RUN", help="go on with a run, bit for bit")
    parser.add_argument("--init-from", metavar="ARTEFACT", help="start from a trained generator")
    parser.add_argument("--dry-run", action="store_true", help="print the settings and stop")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    settings.add_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Train, conclude, and say where everything is."""
    over = settings.collect(parsed)
    if parsed.resume:
        return _resume(parsed, over)
    from zerosum.recipes.config import DataConfig, from_mapping, to_mapping
    from zerosum.records.lock import Lock
    from zerosum.records.yaml_text import dump
    from zerosum.runs import boosted, session
    from zerosum.runs.job import initialise_from, prepare

    data = from_mapping(over.get("data", {}), DataConfig, "data.").spec
    recipe = from_mapping({"recipe": over.pop("recipe")}).recipe if "recipe" in over else None
    job = prepare(data, recipe=recipe, settings=over)
    for note in job.notes:
        settings.tell(note)
    if parsed.init_from:
        initialise_from(job, Path(parsed.init_from))
    if parsed.dry_run:
        sys.stdout.write(dump(to_mapping(job.config)))
        return 0
    root = Path(parsed.out) if parsed.out else session.default_root()
    work = boosted.begin(job, root, parsed.name, given=bool(parsed.init_from))
    with Lock(work.run):
        return _train(work, parsed)


def _resume(parsed: argparse.Namespace, over: dict[str, Any]) -> int:
    clash = [
        flag
        for flag in ("data", "config", "name", "out", "init_from", "dry_run")
        if getattr(parsed, flag)
    ]
    if clash or over:
        named = clash[0].replace("_", "-") if clash else next(iter(over))
        raise InputError(
            f"--resume goes on with a run exactly as it was, so {named!r} cannot be given with it: "
            "leave it out, or start a new run"
        )
    from zerosum.records.lock import Lock
    from zerosum.runs import boosted, session

    folder = Path(parsed.resume)
    session.read_config(folder)
    with Lock(folder) as lock:
        work = boosted.resume(folder, lock, settings.tell)
        settings.tell(f"resuming {folder} at step {work.job.state.step}")
        return _train(work, parsed)


def _train(work: Session | Boosted, parsed: argparse.Namespace) -> int:
    from zerosum.cli.progress import Progress
    from zerosum.reports.mixture import cost_sentences
    from zerosum.reports.watched import conclusion
    from zerosum.training.signals import StopRequest

    settings.tell(f"training in {work.run} ({work.steps} steps; Ctrl-C saves and stops)")
    with StopRequest() as stop, Progress(work.steps) as progress:
        try:
            reason = work.train(stop, progress, settings.tell)
        except Diverged as error:
            raise Diverged(f"{error} {_kept(work.run)}") from None
    command = f"zerosum train --resume {_quoted(work.run)}"
    if reason == "interrupted":
        settings.tell(f"stopped and saved at step {work.job.state.step}. To go on:\n  {command}")
        return 128 + (stop.signal or signal.SIGINT)  # no signal: control.json said stop
    settings.tell("measuring against held-out data ...")
    try:
        where = work.conclude()
    except KeyboardInterrupt:
        settings.tell(f"trained and saved, but not measured. To measure:\n  {command}")
        return 130
    for sentence in (*cost_sentences(work.run), *conclusion(work.run)):
        settings.tell(sentence)
    _print(where, parsed.json)
    return 0


def _kept(run: Path) -> str:
    kept = sorted(run.rglob("checkpoints/ckpt-*"))  # those of a mixture lie with its components
    if kept:
        return f"The last good checkpoint is kept in {kept[-1].parent}."
    return "That was before the first checkpoint."


def _print(where: dict[str, str], as_json: bool) -> None:
    shown = {k: os.path.relpath(v) for k, v in where.items()}
    if as_json:
        print(json.dumps(shown))
        return
    run = _quoted(Path(shown["run"]))
    use = f"zerosum sample {run} -n 64 --out grid.png"
    if "back" in shown:
        use = f"zerosum translate {run} PICTURES/ --out translated/"
    for name, path in shown.items():
        print(f"{name:<8}{path}")
    print(
        f"next    open {shown['report']} in a browser, or\n"
        f"        {use}\n"
        f"        zerosum evaluate {run}"
    )


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(os.path.relpath(path))
