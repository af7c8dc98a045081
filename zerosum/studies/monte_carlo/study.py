"""`zs.studies.inference`: the whole study of one n or several, begun or gone on with; the command's too.

STUDY/                                 of one n: the study itself (`study.run_study`)
    n-000025/  n-000100/  ...          of several: a study each, with seeds of its own
    report.html  table.json  means.png  distances.png  rate.png
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from zerosum import noise
from zerosum.errors import Diverged, InputError, ZerosumError
from zerosum.records import atomic
from zerosum.records.lock import Lock
from zerosum.records.reading import display
from zerosum.studies import ledger
from zerosum.studies.drive import Progress
from zerosum.studies.executors import executor as executor_named
from zerosum.studies.memory import check_free, fitting_workers, free_memory
from zerosum.studies.monte_carlo.functional_table import (
    check_functional,
    described,
    functional_table,
)
from zerosum.studies.monte_carlo.functionals import Statistic
from zerosum.studies.monte_carlo.part import Part
from zerosum.studies.monte_carlo.result import InferenceResult
from zerosum.studies.monte_carlo.table import summary
from zerosum.studies.monte_carlo.truths import truth as truth_named
from zerosum.studies.monte_carlo.work import Inference, datasets, work
from zerosum.studies.results import Results
from zerosum.studies.study import Tell, run_study, silent

_BYTES_A_MEMBER = 700  # of its statistics, read, joined and put in a table


def inference(
    members: int = 10_000,
    n: int | Sequence[int] = 100,
    m: int = 10_000,
    *,
    truth: str = "normal",
    statistic: str | Statistic | None = None,
    seed: int = 0,
    folder: str | Path | None = None,
    workers: int | None = None,
    executor: str = "local",
    progress: Tell = silent,
    tell: Tell = silent,
    command: str = "the same call",
) -> InferenceResult:
    """Train a GAN on each of many data sets of a known truth and say what their samples are worth.

    Work is done in other processes, which import the script that called: in a script of your own put
    the call under `if __name__ == "__main__":`.

    Args:
        members: data sets, a GAN on each; for each n.
        n: draws in a data set; several make a study of each, of independent data, and their rate.
        m: samples of each GAN.
        truth: normal, t, exponential, mixture or lognormal.
        statistic: T, for which GAN and bootstrap are compared: mean, median, variance, quantile:0.9,
            FILE.py:NAME, or your own function at the top level of a file: (n,) floats -> one number.
        seed: of everything random.
        folder: of the study, made if absent; an unfinished one goes on. None keeps nothing.
        workers: processes; None takes one a core, or as many as fit the free memory.
        executor: local, processes of this machine, or ray, the cluster at $RAY_ADDRESS.
        progress: told a line at the start and after every chunk. tell: told what else one should know.
        command: how to go on after an interruption, for the message.
    Returns: tables, arrays and a page, `InferenceResult`.
    Raises:
        InputError: numbers or names of which there is no study, too little memory, or a folder of
            another study. Interrupted: by Ctrl-C or SIGTERM; the same call goes on.
    Source: Boulaguiem, A 15min introduction to GANs, lecture of March 2020.
    """
    place_of_work = executor_named(executor)
    whole = Inference(truth, members, 100, m, seed)
    if statistic is not None:
        name, sha256 = described(statistic)
        whole = replace(whole, statistic=name, statistic_sha256=sha256)
    studies = _studies(whole, [n] if isinstance(n, int) else list(n))
    _check(studies, workers, here=executor == "local")
    with ExitStack() as stack:
        kept = None if folder is None else Path(folder)
        at = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zerosum-"))) / "s"
        places = _places(at, studies, stack)
        parts = tuple(
            _part(study, place, _headed(progress, study, studies), _headed(tell, study, studies),
                  workers=workers, executor=place_of_work, command=command)
            for study, place in zip(studies, places, strict=True)
        )  # fmt: skip
        result = InferenceResult(parts, truth_named(truth), seed, kept, command)
        if kept is not None:
            result.write()
    return result


def _studies(whole: Inference, sizes: list[int]) -> list[Inference]:
    """Return the study of each n; of several, each with a seed of its own, so that none shares data."""
    if not sizes:
        raise InputError("n is empty: give how many draws a data set has, or several such numbers")
    if len(set(sizes)) == 1:
        return [replace(whole, n=sizes[0])]
    seeds = {n: noise.fold(whole.seed, "n", n) % 2**31 for n in sorted(set(sizes))}
    whole.check()
    return [replace(whole, n=n, seed=seed) for n, seed in seeds.items()]


def _check(studies: list[Inference], workers: int | None, here: bool) -> None:
    """Refuse what cannot be done before anything is made: hours may lie before the last study."""
    if workers is not None and workers < 1:
        raise InputError(f"workers is {workers}, and nobody would do the work; give at least 1")
    for study in studies:
        study.check()
        kept = _BYTES_A_MEMBER * study.members * len(studies)
        check_free(kept, f"the statistics of {study.members:,} members", "give a smaller --members")
        if not here:
            continue  # the chunks take another machine's memory
        few = min(study.members, study.chunk)
        what = f"{few} GANs on n = {study.n:,} draws with m = {study.m:,} samples of each"
        check_free(study.chunk_bytes, what, "give a smaller --m or --n")
        if workers is not None:
            fitting_workers(workers, study.chunks, study.chunk_bytes, free_memory())
    for study in studies:
        chosen = study.functional
        if chosen is not None:
            check_functional(chosen, truth_named(study.truth), datasets(study, range(1))[0])


def _places(folder: Path, studies: list[Inference], stack: ExitStack) -> list[Path]:
    """Return the folder of each study, that of several held until all are done."""
    if len(studies) == 1:
        inside = sorted(folder.glob(f"n-*/{ledger.NAME}"))
        if inside:
            raise InputError(
                f"{display(folder)} holds studies of several n, {inside[0].parent.name} among them; "
                "give the same n again to go on with them, or another folder for another study"
            )
        return [folder]
    if (folder / ledger.NAME).exists():
        raise InputError(
            f"{display(folder)} holds a study that is none of several n; give what began it to go on "
            "with it, or another folder for another study"
        )
    with atomic.opening(folder):
        atomic.make_folders(folder)
    stack.enter_context(Lock(folder, words=("driven", "drivers")))
    return [folder / f"n-{study.n:06d}" for study in studies]


def _part(study: Inference, place: Path, progress: Tell, tell: Tell, **how: Any) -> Part:
    results = run_study(
        place, study.description(), study.chunks, work, chunk_bytes=study.chunk_bytes,
        progress=lambda at: progress(_line(at, study)), tell=tell, retry_failed=True, **how,
    )  # fmt: skip
    if not results.done:
        number, why = next(iter(results.failed.items()))
        raise ZerosumError(f"no chunk of the study could be done; chunk {number}: {why}")
    for number, why in results.failed.items():
        tell(f"chunk {number} failed and is left out: {why}")
    return _joined(study, results)


def _joined(study: Inference, results: Results) -> Part:
    statistics = results.arrays()
    alive = statistics.pop("alive")
    if alive.sum() < 2:
        raise Diverged(
            f"{int((~alive).sum())} of {len(alive)} GANs diverged, which leaves no study"
        )
    kept = {name: values[alive] for name, values in statistics.items()}
    known, chosen = truth_named(study.truth), study.functional
    table = summary(kept, known, study.n, study.m)
    if chosen is not None:
        table = table.joined(functional_table(kept, chosen, known))
    seconds = sum((row.seconds for row in results.rows), 0.0)
    return Part(study, kept, table, int((~alive).sum()), results.failed, seconds)


def _headed(say: Tell, study: Inference, studies: list[Inference]) -> Tell:
    """Return `say`, which of several studies names the one it speaks of."""
    return say if len(studies) == 1 else lambda sentence: say(f"n = {study.n}: {sentence}")


def _line(at: Progress, study: Inference) -> str:
    """Return a study's progress in GANs."""
    gans = f"{min(study.members, at.done * study.chunk):,} GANs"
    failed = f"{at.failed} chunks failed" if at.failed else ""
    return "  ".join(filter(None, (f"{at.done}/{at.chunks} chunks", gans, failed, at.left)))
