"""The generator or the translators of a checkpoint: the best one, the last one, or that of a step.

A run's artefact (`model/`) is what it had at its end. Any checkpoint that is kept can stand in for it, of
a run that is not finished too. Network, codec and classes come from the artefact where there is one, and
else from the run's data. A mixture keeps checkpoints of its components and none of the whole; a component
is a training of its own, whose folder may be asked as a run's.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from torch import Tensor

from zerosum.errors import InputError
from zerosum.generator import Generator, filled_network, find_artefact, load_generator
from zerosum.recipes.config import Config
from zerosum.recipes.systems import SYSTEMS
from zerosum.records import checkpoint
from zerosum.records.checkpoint import Loaded
from zerosum.records.reading import display
from zerosum.runs.job import Job
from zerosum.runs.session import job_of, read_config
from zerosum.runs.translating import translators
from zerosum.training.checkpoint import parts_to_state
from zerosum.translator import (
    BACK,
    Translator,
    filled_translator,
    find_translator,
    is_translator,
    load_translator,
)

_AVERAGE = "averages.generator."


def generator_of(folder: Path, which: str | int | None = None) -> Generator:
    """Return the generator of an artefact or run folder as it ended, or of a run's checkpoint.

    Raises: InputError: as `load_generator`, `generator_at`.
    """
    return load_generator(find_artefact(folder)) if which is None else generator_at(folder, which)


def translator_of(
    folder: Path, which: str | int | None = None, *, back: bool = False
) -> Translator:
    """Return a translator of an artefact or run folder as it ended, or of a run's checkpoint.

    Args: back: the one from the second domain to the first.
    Raises: InputError: as `find_translator`, `load_translator`, `translators_at`.
    """
    if which is None:
        return load_translator(find_translator(folder, back=back))
    return translators_at(folder, which)[back]


def translates(folder: Path, which: str | int | None = None) -> bool:
    """Return whether an artefact, a run folder, or a run's checkpoint holds translators.

    Raises: InputError: neither an artefact nor a run folder.
    """
    if which is None:
        return is_translator(find_artefact(folder))
    return not _is_component(folder) and _has_two_domains(read_config(folder))


def generator_at(run: Path, which: str | int) -> Generator:
    """Return the averaged generator of a run as it was at a checkpoint.

    Args:
        run: the run folder, or that of a mixture's component.
        which: "best", "last" (the newest that is whole), or a step.

    Raises:
        InputError: not a run folder of one GAN, or no such checkpoint is kept.
    """
    made = run / "model"
    _require_one_gan(run)
    found = find_checkpoint(run, which)
    if not made.is_dir():
        return _job_at(run, found).generator()
    base = load_generator(made)
    misfit = f"{display(found.path)} does not fit the generator of {display(made)}"
    network = filled_network(base.config, base.sizes, _below(found, _AVERAGE), misfit)
    return replace(base, network=network, provenance=base.provenance | {"steps": found.step})


def translators_at(run: Path, which: str | int) -> tuple[Translator, Translator]:
    """Return both averaged translators of a run as they were at a checkpoint: there, and back.

    Args: run: the run folder. which: as in `generator_at`.
    Raises: InputError: not a run folder of translators, or no such checkpoint is kept.
    """
    if not _has_two_domains(read_config(run)):
        raise InputError(
            f"{run} holds a generator, which translates nothing: use zerosum sample {run}"
        )
    found = find_checkpoint(run, which)
    made = {"there": run / "model", "back": run / BACK}
    if not all(folder.is_dir() for folder in made.values()):
        return translators(_job_at(run, found))
    there, back = (_at(folder, name, found) for name, folder in made.items())
    return there, back


def job_at(run: Path, which: str | int) -> Job:
    """Return a run's training as it was at a checkpoint, to be looked at only.

    Raises: InputError: as `job_of`, or no such checkpoint is kept.
    """
    return _job_at(run, find_checkpoint(run, which))


def _job_at(run: Path, found: Loaded) -> Job:
    job = job_of(run)
    parts_to_state(job.state, found.tensors, found.state)
    return job


def _at(folder: Path, name: str, found: Loaded) -> Translator:
    base = load_translator(folder)
    misfit = f"{display(found.path)} does not fit the translator of {display(folder)}"
    tensors = _below(found, f"{_AVERAGE}{name}.")
    network = filled_translator(base.config, base.codec.event_shape, tensors, misfit)
    return replace(base, network=network, provenance=base.provenance | {"steps": found.step})


def _below(found: Loaded, prefix: str) -> dict[str, Tensor]:
    """Return a checkpoint's tensors whose names begin so, by the rest of their names."""
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in found.tensors.items()
        if name.startswith(prefix)
    }


def _require_one_gan(run: Path) -> None:
    if _is_component(run):
        if not (run / "model").is_dir():
            raise InputError(
                f"{run} is a component that is still being trained: finish its run with zerosum train "
                f"--resume {run.parent.parent}"
            )
        return
    config = read_config(run)
    if config.boost.components > 1:
        raise InputError(
            f"{run} is a mixture, whose components are trained one after the other, each with its own steps, "
            "so that no checkpoint is of the whole: leave --checkpoint out, or take a component's from "
            f"{run / 'components' / '00'}"
        )
    if _has_two_domains(config):
        raise InputError(
            f"{run} holds a translator, which makes rows of rows and not of noise: use zerosum translate"
        )


def _is_component(run: Path) -> bool:
    return run.parent.name == "components" and (run.parent.parent / "config.yaml").is_file()


def _has_two_domains(config: Config) -> bool:
    return SYSTEMS[config.game.system].domains > 1


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
            f"{run} has no best checkpoint: it was trained without evaluations (evaluation.times), as a "
            "mixture's component is, or has not come to the first; use --checkpoint last"
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
