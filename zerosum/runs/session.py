"""A training session in a run folder: begin, resume, conclude. What `zerosum train` does, without the words.

runs/00007-digits-r3gan/
    config.yaml  environment.json  events.jsonl  samples/  checkpoints/
    model/  evidence.json  gallery.npz  report.html          (when training is done)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.generator import Generator
from zerosum.metrics.evidence import Evidence
from zerosum.recipes.config import Config, to_mapping
from zerosum.records import checkpoint
from zerosum.records.events import EventLog, read_events, truncate_events
from zerosum.records.lock import Lock
from zerosum.records.run_folder import clean_leftovers, create_run
from zerosum.records.text import read_json, write_json, write_yaml
from zerosum.reports.report import write_report
from zerosum.runs import translating, watching
from zerosum.runs.domains import same_second
from zerosum.runs.environment import differences, environment
from zerosum.runs.gallery import draw_gallery
from zerosum.runs.job import Job, assemble
from zerosum.runs.judging import NO_EXTRACTORS, judge_generator
from zerosum.runs.previewing import preview
from zerosum.runs.reconstructing import Reconstructed, reconstruct
from zerosum.runs.recorded import read_config, rows_of, same_data
from zerosum.runs.rows import Rows
from zerosum.training.checkpoint import parts_to_state, state_to_parts
from zerosum.training.control import Answer, Control
from zerosum.training.recorder import Evaluate, Intervals, Recorder
from zerosum.training.state import TrainState
from zerosum.translator import BACK, Translator

Tell = Callable[[str], None]
Asked = tuple[Path, Answer]


@dataclass(frozen=True)
class Session:
    """A job and the folder it is recorded in; use it inside `with Lock(session.run)`."""

    run: Path
    job: Job

    @property
    def steps(self) -> int:
        """Rounds until it is done."""
        return self.job.config.run.steps

    def train(
        self,
        stop: Callable[[], bool] = lambda: False,
        on_tick: Callable[[dict[str, Any]], None] = lambda tick: None,
        tell: Tell = lambda sentence: None,
        asked: Asked | None = None,
    ) -> str:
        """Train to the end or until told to stop; return "done" or "interrupted".

        Args:
            stop: asked after every step. on_tick: told of every log entry. tell: told in sentences.
            asked: where orders are given and answered; None: in this run's folder and log.
        """
        settings, times = self.job.config.run, self.job.config.evaluation.times
        recorder = Recorder(
            self.run,
            Intervals.of(
                settings.steps, settings.ticks, settings.previews, settings.checkpoints,
                settings.keep, times,
            ),
            settings.steps,
            on_tick=on_tick,
            preview=self.preview if settings.previews else None,
            evaluate=self._evaluator(tell) if times else None,
            on_alarm=lambda alarm: tell(watching.alarm_sentence(alarm)),
        )  # fmt: skip
        recorder.begin(self.job.state)
        run, answer = asked or (self.run, answering(self.run))
        control = Control(run, answer=answer, save=recorder.save, stop=stop)
        return self.job.run([recorder, control], control)

    def _evaluator(self, tell: Tell) -> Evaluate | None:
        if self.job.other is not None:
            return translating.evaluator(self.job)
        return watching.begin(self.run, self.job, tell)

    def conclude(self) -> dict[str, str]:
        """Write artefact, evidence, gallery and report; return where each is."""
        two = self.job.other is not None
        where = {"model": self.run / "model"} | ({"back": self.run / BACK} if two else {})
        made: Sequence[Generator | Translator] = (
            translating.translators(self.job) if two else (self.job.generator(),)
        )
        for each, folder in zip(made, where.values(), strict=True):
            each.save(folder)
        log, step = EventLog(self.run), self.job.state.step
        shares, reconstructed = None, None if two else self._reconstructed()
        try:
            evidence = self.evidence(reconstructed=reconstructed)
        except InputError as reason:
            # too few rows to measure anything by: the generator is kept, and the report says why
            log.append("note", step=step, text=f"no evidence: {reason}")
        else:
            write_json(self.run / "evidence.json", evidence.to_json())
            log.append("evidence", step=step)
            shares = evidence.facts.get("class_share")
        if two:
            translating.draw_gallery(self.run / "gallery.npz", self.job)
        else:
            draw_gallery(self.run / "gallery.npz", self.job, shares, reconstructed)
        where = {"run": self.run} | where | {"report": write_report(self.run)}
        return {name: str(path) for name, path in where.items()}

    def evidence(self, seed: int = 0, *, reconstructed: Reconstructed | None = None) -> Evidence:
        """Return the evidence about what was trained, on this run's held-out rows."""
        if self.job.other is not None:
            return translating.judge_translators(self.job, seed)
        sides = self._sides()
        return judge_generator(self.job.generator(), *sides, seed, reconstructed=reconstructed)

    def _reconstructed(self) -> Reconstructed | None:
        return reconstruct(self.job.generator(), *self._sides())

    def _sides(self) -> tuple[Rows, Rows]:
        job = self.job
        return Rows(job.source, job.trained), Rows(job.source, job.held_out)

    def preview(self, state: TrainState) -> None:
        """Draw a grid of samples, or a scatter beside real points, into the folder."""
        preview(self.job, self.run, state)


def answering(run: Path) -> Answer:
    """Return what writes answers to orders into the log of a run."""
    return lambda answer: EventLog(run).append("control", **answer)


def begin(job: Job, root: Path, name: str | None = None, *, given: bool = False) -> Session:
    """Make a run folder for a job and describe the job in it.

    Args:
        job: what will be trained.
        root: the folder of runs.
        name: the run folder's name; None numbers it.
        given: whether the first weights were given, so that the configuration cannot make them again;
            they are saved at once.

    Raises:
        InputError: no row is held out, so that the run could not be judged.
    """
    if not len(job.held_out):
        raise InputError(
            "data.holdout is 0: a run ends with evidence on rows it never trained on, so hold some out"
        )
    run = create_run(root, job.source.name, job.config.recipe, name)
    if given:  # before config.yaml is there: until then nobody takes this for a run to resume
        checkpoint.write(run, 0, *state_to_parts(job.state))
    write_yaml(run / "config.yaml", to_mapping(job.config))
    write_json(run / "environment.json", environment(job))
    EventLog(run).append("start", step=0, seed=job.config.seed)
    if given:
        EventLog(run).append("checkpoint", step=0, best={})
    for note in job.notes:
        EventLog(run).append("note", step=0, text=note)
    return Session(run, job)


def reopen(
    run: Path, tell: Tell, data: object = None, labels: Any = None, *, to: object = None
) -> Session:
    """Return the session as it was at its newest valid checkpoint. The caller holds the lock.

    Args:
        run: the run folder.
        tell: given one sentence for each damaged checkpoint passed over, and each difference that
            makes "bit for bit" no longer certain.
        data: the data again, for a run whose data were given in Python.
        labels: their labels again, if they were given apart.
        to: the second domain again, if it was given in Python.

    Raises:
        InputError: not a run folder, no checkpoint, or the data have changed since.
    """
    config = read_config(run)
    job = _same_job(run, config, data, labels, to)
    restore(run, job, tell)
    for difference in differences(read_json(run / "environment.json"), environment(job)):
        tell(f"{difference}: the rest of this run may differ in the last bits")
    return Session(run, job)


def restore(run: Path, job: Job, tell: Tell) -> None:
    """Put a job where its folder's newest valid checkpoint is, and the folder's log with it.

    Raises: InputError: the checkpoints that the log tells of are gone, or none is whole.
    """
    loaded = checkpoint.newest_valid(run)
    if loaded is None and any(e["kind"] == "checkpoint" for e in read_events(run)):
        raise InputError(f"the checkpoints of {run} are gone: put them back, or start a new run")
    if loaded is not None:
        for sentence in loaded.passed_over:
            tell(sentence)
        parts_to_state(job.state, loaded.tensors, loaded.state)
        checkpoint.discard_after(run, loaded.step)
    truncate_events(run, job.state.step)
    EventLog(run).append("resume", step=job.state.step)


def resume(
    run: Path,
    lock: Lock,
    tell: Tell,
    data: object = None,
    labels: Any = None,
    *,
    to: object = None,
) -> Session:
    """Clean what a killed trainer left half done, then reopen the session."""
    for name in clean_leftovers(lock):
        tell(f"finished or removed what an interrupted save left: {name}")
    return reopen(run, tell, data, labels, to=to)


def _same_job(
    run: Path, config: Config, data: object = None, labels: Any = None, to: object = None
) -> Job:
    source = same_data(run, config, data, labels)
    return assemble(config, source, other=same_second(run, config, source, to))


def job_of(run: Path) -> Job:
    """Return a run's training as it was at its newest valid checkpoint, to be looked at only.

    Raises:
        InputError: not a run folder, no checkpoint, or its data have changed.
    """
    config = read_config(run)
    job = _same_job(run, config)
    loaded = checkpoint.newest_valid(run)
    if loaded is None:
        raise InputError(f"{run} has no checkpoint: train it further, with run.checkpoints above 0")
    parts_to_state(job.state, loaded.tensors, loaded.state)
    return job


def evidence_of(
    run: Path,
    generator: Generator,
    seed: int = 0,
    extractors: Mapping[str, Any] = NO_EXTRACTORS,
    likelihood: float | None = None,
) -> Evidence:
    """Return the evidence about a generator on the held-out rows of a run's own data.

    Args: as `judge_generator`.
    Raises:
        InputError: not a run folder, or its data have changed.
    """
    return judge_generator(generator, *rows_of(run), seed, extractors, likelihood=likelihood)


def default_root() -> Path:
    """Return where runs go unless told otherwise: $ZEROSUM_RUNS, else ./runs."""
    return Path(os.environ.get("ZEROSUM_RUNS", "runs"))
