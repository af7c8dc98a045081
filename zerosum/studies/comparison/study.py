"""`zs.studies.compare`: a whole comparison, begun or gone on with; the command's too."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from zerosum import noise
from zerosum.data.options import DataOptions
from zerosum.records import atomic
from zerosum.records.lock import Lock
from zerosum.studies.comparison.result import CompareResult
from zerosum.studies.comparison.run import run_comparison
from zerosum.studies.comparison.spaces import SEVEN
from zerosum.studies.comparison.stage import Compare
from zerosum.studies.comparison.table import compare as statistics_of
from zerosum.studies.drive import Progress
from zerosum.studies.executors import executor as executor_named
from zerosum.studies.study import Tell, silent

_DEFAULT = Compare()


def compare(
    data: str | os.PathLike[str] = _DEFAULT.data,
    objectives: Sequence[str] = SEVEN,
    *,
    draws: int = _DEFAULT.draws,
    seeds: int = _DEFAULT.seeds,
    fresh: int = _DEFAULT.fresh,
    search: str = _DEFAULT.search,
    updates: int = _DEFAULT.updates,
    batch: int = _DEFAULT.batch,
    width: int = _DEFAULT.width,
    depth: int = _DEFAULT.depth,
    latent: int = _DEFAULT.latent,
    seed: int = _DEFAULT.seed,
    options: DataOptions = _DEFAULT.options,
    folder: str | Path | None = None,
    workers: int | None = None,
    executor: str = "local",
    progress: Tell = silent,
    tell: Tell = silent,
    command: str = "the same call",
) -> CompareResult:
    """Compare formulations: each trained with many hyper-parameters and seeds on the same data.

    Every draw of hyper-parameters is trained with the same seeds, batches and latents (common random
    numbers) and scored on validation rows. Each objective's best draw is trained again with fresh
    seeds and scored on test rows: those are the numbers that are ranked.

    Work is done in other processes, which import the script that called: in a script of your own put
    the call under `if __name__ == "__main__":`.

    Args:
        data: a name of `zerosum list datasets`, or a path.
        objectives: names of `spaces.FORMULATIONS`, such as mm, ns, wgan-gp.
        draws: of hyper-parameters for each objective. seeds: trainings of each draw.
        fresh: trainings of each best draw with seeds of their own.
        search: random, the same draws for all, or tpe, where each objective's scores lead it.
        updates: discriminator updates in each training; with k of them goes one of the generator.
        batch: rows an update. width, depth: of both networks. latent: dimension.
        seed: of everything random. options: how the data are read.
        folder: of the study, made if absent; an unfinished one goes on. None keeps nothing.
        workers: processes; None takes one a core, or as many as fit the free memory.
        executor: local, processes of this machine, or ray, the cluster at $RAY_ADDRESS.
        progress: told a line at the start and after every chunk. tell: told what else one should know.
        command: how to go on after an interruption, for the message.
    Returns: trainings, statistics, table, page and frame, `CompareResult`.
    Raises:
        InputError: names, numbers or data of which there is no comparison, or a folder of another.
            Interrupted: by Ctrl-C or SIGTERM; the same call goes on.
    Source: Lucic et al. 2018, Are GANs Created Equal?, arXiv 1711.10337.
    """
    study = Compare(
        str(data), options, tuple(objectives), draws, seeds, fresh, search, updates, batch, width,
        depth, latent, seed,
    )  # fmt: skip
    study.check()
    place_of_work = executor_named(executor)

    def say(stage: str, at: Progress) -> None:
        progress(f"{stage}: {at}")

    with ExitStack() as stack:
        place = Path(folder) if folder is not None else _scratch(stack)
        with atomic.opening(place):
            atomic.make_folders(place)
        stack.enter_context(Lock(place, words=("driven", "drivers")))
        trials = run_comparison(
            study, place, progress=say, tell=tell, workers=workers, executor=place_of_work,
            command=command,
        )  # fmt: skip
        statistics = statistics_of(trials, key=noise.fold(seed, "statistics"))
        result = CompareResult(trials, statistics, command)
        if folder is not None:
            result.save(place)
    return result


def _scratch(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zerosum-"))) / "study"
