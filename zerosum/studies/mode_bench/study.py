"""`zs.studies.modes`: the whole bench, begun or gone on with; the command's too."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.studies import ledger as ledgers
from zerosum.studies.executors import executor as executor_named
from zerosum.studies.ledger import Ledger
from zerosum.studies.memory import cores
from zerosum.studies.mode_bench.bench import Bench
from zerosum.studies.mode_bench.cell import work
from zerosum.studies.mode_bench.cost import Estimate, estimate
from zerosum.studies.mode_bench.found import found
from zerosum.studies.mode_bench.result import ModesResult
from zerosum.studies.mode_bench.tally import tally
from zerosum.studies.study import Tell, run_study, silent

# beside the libraries; 650 MB measured on stacked digits and AdaGAN's judge, three seeds
CELL_BYTES = {"quick": 800_000_000, "full": 2_000_000_000}


def modes(
    protocols: Sequence[str] = (),
    systems: Sequence[str] = (),
    *,
    scale: str = "ours",
    budget: str = "quick",
    seeds: int | None = None,
    updates: int | None = None,
    mnist: str | Path | None = None,
    seed: int = 0,
    folder: str | Path | None = None,
    workers: int | None = None,
    executor: str = "local",
    progress: Tell = silent,
    tell: Tell = silent,
    command: str = "the same call",
) -> ModesResult:
    """Train every system under every protocol of mode collapse, and judge them all by the same rules.

    Work is done in other processes, which import the script that called: in a script of your own put
    the call under `if __name__ == "__main__":`.

    Args:
        protocols: names of `mode_bench.protocols.names()`; empty takes all that there are data for.
        systems: names of `mode_bench.entrants.ENTRANTS`; empty takes all.
        scale: ours, or paper: the published networks and lengths, for days or a GPU.
        budget: quick, about half an hour on two cores, or full, hours.
        seeds: trainings of each system instead of the budget's. updates: of the discriminator, likewise.
        mnist: MNIST's .npz or the folder of its four files, for stacked-mnist.
        seed: of the first training; the others follow it.
        folder: of the study, made if absent; an unfinished one goes on. None keeps nothing.
        workers: processes; None takes one a core, or as many as fit the free memory.
        executor: local, processes of this machine, or ray, the cluster at $RAY_ADDRESS.
        progress: told a line at the start and after every cell. tell: the estimate, and what else to know.
        command: how to go on after an interruption, for the message.
    Returns: tables, answers, page and files, `ModesResult`.
    Raises:
        InputError: names, numbers or files of which there is no bench, or a folder of another study.
        Interrupted: by Ctrl-C or SIGTERM; the same call goes on.
    """
    where = None if mnist is None else str(Path(mnist).expanduser().resolve())
    bench = Bench(tuple(protocols), tuple(systems), scale, budget, seeds, updates, where, seed)
    bench.check()
    if workers is not None and workers < 1:
        raise InputError(f"workers is {workers}, and nobody would do the work; give at least 1")
    start, description = executor_named(executor), ledgers.plain(bench.description())
    cells = description["work"]
    with ExitStack() as stack:
        place = Path(folder) if folder is not None else _scratch(stack)
        waiting = _waiting(place, description)
        if waiting:
            tell(estimated(bench, waiting, workers).sentence())
        results = run_study(
            place, description, len(cells), work, workers, lambda at: progress(str(at)),
            tell=tell, command=command, chunk_bytes=CELL_BYTES[budget], retry_failed=True,
            executor=start, aside={"path": where},
        )  # fmt: skip
        for number, why in results.failed.items():
            tell(f"{cells[number]['system']} on {cells[number]['data']} was not trained: {why}")
        table = found(bench, results)
        parts = tuple(tally(protocol, table) for protocol in bench.judged)
        result = ModesResult(bench, parts, results.failed, command)
        if folder is not None:
            result.save(place)
    return result


def estimated(bench: Bench, cells: Sequence[dict[str, Any]], workers: int | None) -> Estimate:
    """Return how long these cells will take on as many workers as there will be."""
    return estimate(bench, cells, workers or cores())


def _waiting(folder: Path, description: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cells without a result; a folder of another study is refused before anything is timed."""
    cells = description["work"]
    if not (folder / ledgers.NAME).exists():
        return cells
    with Ledger(folder) as ledger:
        ledger.check_same(description, len(cells))
        return [cells[row.number] for row in ledger.rows() if row.state != "done"]


def _scratch(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zerosum-"))) / "study"
