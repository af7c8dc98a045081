"""The generator of a checkpoint: the best one, the last one, or that of a step.

A run's artefact (`model/`) is the generator at its end. Any checkpoint that is kept can stand in for it, of
a run that is not finished too. Network, codec and classes come from the artefact where there is one, and
else from the run's data.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zerosum.errors import InputError
from zerosum.generator import Generator, filled_network, find_artefact, load_generator
from zerosum.records import checkpoint
from zerosum.records.checkpoint import Loaded
from zerosum.records.reading import display
from zerosum.runs.session import job_of, read_config
from zerosum.training.checkpoint import parts_to_state
from zerosum.translator import is_translator

_AVERAGE = "averages.generator."


def generator_of(folder: Path, which: str | int | None = None) -> Generator:
    """Return the generator of an artefact or run folder as it ended, or of a run's checkpoint.

    Raises: InputError: as `load_generator`, `generator_at`.
    """
    return load_generator(find_artefact(folder)) if which is None else generator_at(folder, which)


def generator_at(run: Path, which: str | int) -> Generator:
    """Return the averaged generator of a run as it was at a checkpoint.

    Args:
        run: the run folder.
        which: "best", "last" (the newest that is whole), or a step.

    Raises:
        InputError: not a run folder of one GAN, or no such checkpoint is kept.
    """
    config = read_config(run)
    if config.boost.components > 1:
        raise InputError(
            f"{run} is a mixture, which keeps checkpoints of its components and none of the whole: leave "
            "--checkpoint out"
        )
    made = run / "model"
    if made.is_dir() and is_translator(made):
        raise InputError(
            f"{run} holds translators, which are only taken as they ended: leave --checkpoint out"
        )
    found = find_checkpoint(run, which)
    if not made.is_dir():
        job = job_of(run)
        parts_to_state(job.state, found.tensors, found.state)
        return job.generator()
    base = load_generator(made)
    tensors = {
        name.removeprefix(_AVERAGE): tensor
        for name, tensor in found.tensors.items()
        if name.startswith(_AVERAGE)
    }
    misfit = f"{display(found.path)} does not fit the generator of {display(made)}"
    network = filled_network(base.config, base.sizes, tensors, misfit)
    return replace(base, network=network, provenance=base.provenance | {"steps": found.step})


def find_checkpoint(run: Path, which: str | int) -> Loaded:
    """Return a checkpoint of a run: "best", "last", or that of a step.

    Raises:
        InputError: no such checkpoint is kept, or it is damaged.
    """
    newest = checkpoint.newest_valid(run)
    if newest is None:
        raise InputError(f"{run} has no checkpoint: train it further, with run.checkpoints above 0")
    if which == "last":
        return newest
    step = newest.state["best"].get("step") if which == "best" else _step(which)
    if step is None:
        raise InputError(
            f"{run} has no best checkpoint: it was trained without evaluations (evaluation.times), or has "
            "not come to the first; use --checkpoint last"
        )
    if int(step) == newest.step:
        return newest
    kept = checkpoint.steps(run)
    if int(step) not in kept:
        raise InputError(
            f"{run} keeps no checkpoint of step {int(step)}: there are {', '.join(map(str, kept))}; a run "
            "keeps the best and the last run.keep ones"
        )
    return checkpoint.read(kept[int(step)])


def _step(which: str | int) -> int:
    try:
        return int(which)
    except ValueError:
        raise InputError(f"checkpoint is {which!r}: give best, last, or a step") from None
