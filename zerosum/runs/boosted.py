"""A mixture of GANs in a run folder: an ordinary run at the top, a training for each component inside.

runs/00008-ring-adagan/
    config.yaml  environment.json  events.jsonl  samples/       of the whole, in rounds of all components
    components/00/  events.jsonl  checkpoints/  model/  component.json
    components/01/  ...           weights.safetensors           what it was trained on
    mixture.json                                                shares and costs
    model/  evidence.json  gallery.npz  report.html             (when training is done)

A component is done when its `model/` is there, its weights are chosen when their file is. Whatever is
neither is made again from the same keys after a kill, so that a resumed run ends with the same bits.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from zerosum.errors import InputError
from zerosum.games.boosting import Reweighted
from zerosum.generator import load_generator
from zerosum.records import atomic, leftovers
from zerosum.records.events import FILE as EVENTS
from zerosum.records.events import EventLog, read_events
from zerosum.records.lock import Lock
from zerosum.records.tensors import encode, read_tensors
from zerosum.records.text import read_json, write_json
from zerosum.runs import session, watching
from zerosum.runs.boosting import (
    Cost,
    Part,
    component_job,
    is_reweighted,
    reweigh,
    summary,
    together,
    uniform_beta,
)
from zerosum.runs.job import Job
from zerosum.runs.quick import quick_distance
from zerosum.runs.session import Session, Tell
from zerosum.runs.watching import Evaluator

Stop = Callable[[], bool]
Tick = Callable[[dict[str, Any]], None]


def begin(
    job: Job, root: Path, name: str | None = None, *, given: bool = False
) -> Session | Boosted:
    """Make a run folder for one GAN, or for a mixture if the settings ask for one.

    Args, raises: as `session.begin`; also InputError: first weights given for a mixture.
    """
    several = job.config.boost.components > 1
    if several and given:
        raise InputError(
            f"first weights were given, but boost.components is {job.config.boost.components}, and each "
            "component begins with weights of its own: leave out --init-from, or the boost section"
        )
    work = session.begin(job, root, name, given=given)
    return Boosted(work.run, job) if several else work


def resume(
    run: Path,
    lock: Lock,
    tell: Tell,
    data: object = None,
    labels: Any = None,
    *,
    to: object = None,
) -> Session | Boosted:
    """Go on with a run of one GAN or of a mixture; see `session.resume`."""
    work = session.resume(run, lock, tell, data, labels, to=to)
    if work.job.config.boost.components == 1:
        return work
    again = Boosted(run, work.job, tell)
    again.reread()
    return again


def fit_apart(job: Job, stop: Stop) -> tuple[Job, str]:
    """Train one GAN or a mixture without a run folder; return its job, and "done" or "interrupted"."""
    if job.config.boost.components == 1:
        return job, job.run(stop=stop)
    with tempfile.TemporaryDirectory() as folder:
        work = Boosted(Path(folder), job)
        reason = work.train(stop)
        return work.job, reason


@dataclass
class Boosted:
    """A mixture in training; what `Session` is for one GAN. Use it inside `with Lock(boosted.run)`.

    Attributes:
        run: its folder. first: the training of its first component. tell: as for `session.reopen`.
        parts: the components that are done. now: the training of the next one, while it lasts.
        evaluator: looks at the mixture after each component. (Not at a component during its training: rows
            held out of the whole are not what it is asked for.)
    """

    run: Path
    first: Job
    tell: Tell = lambda sentence: None
    parts: list[Part] = field(default_factory=list)
    now: Job | None = None
    evaluator: Evaluator | None = None

    @property
    def steps(self) -> int:
        """Rounds of all components until it is done."""
        return self.first.config.boost.components * self.first.config.run.steps

    @property
    def job(self) -> Job:
        """The whole as one training: its position, and the generator made so far if there is one."""
        rounds, samples, seconds = self._done()
        now = (self.now or self.first).state
        state = replace(
            now,
            step=rounds + now.step,
            seen=samples + now.seen,
            seconds=seconds + now.seconds,
            best={},
        )
        if self.parts:
            return replace(self.first, state=state, made=together(self.first.config, self.parts))
        return replace(self.now or self.first, config=self.first.config, state=state)

    def train(
        self,
        stop: Stop = lambda: False,
        on_tick: Tick = lambda tick: None,
        tell: Tell = lambda sentence: None,
    ) -> str:
        """Train component after component until all are done or told to stop; "done" or "interrupted"."""
        log = EventLog(self.run)
        self._begin_to_watch(tell)
        for t in range(len(self.parts), self.first.config.boost.components):
            reason = "interrupted" if t and stop() else self._train(t, stop, on_tick)
            if reason == "interrupted":
                log.append("end", step=self.job.state.step, reason=reason)
                return reason
        log.append("end", step=self.steps, reason="done")
        return "done"

    def conclude(self) -> dict[str, str]:
        """Write mixture, artefact, evidence, gallery and report; return where each is."""
        write_json(self.run / "mixture.json", summary(self.first.config, self.parts))
        return Session(self.run, self.job).conclude()

    def reread(self) -> None:
        """Take up the components that are done, and their part of the log."""
        while (self._folder(len(self.parts)) / "model").is_dir():
            self._replay(len(self.parts))
            self.parts.append(self._part(len(self.parts)))

    def _begin_to_watch(self, tell: Tell) -> None:
        """Get ready to look at the mixture after each component, and look again where a kill prevented it."""
        asked = self.first.config.evaluation.times and (self.run / "config.yaml").is_file()
        self.evaluator = watching.begin(self.run, self.first, tell) if asked else None
        if self.parts:
            self._look()

    def _look(self) -> None:
        """Evaluate the mixture as it stands, once after each component."""
        t = len(self.parts) - 1
        of_component = self._folder(t)
        if self.evaluator is None or watching.history_of(read_events(of_component)):
            return
        whole = self.job
        found = replace(self.evaluator, job=whole)(whole.state)
        if found is not None:
            cost = self.parts[t].cost
            own = {"step": cost.rounds, "seen": cost.samples}
            EventLog(of_component).append("evidence", **own, **found.event)
            at = {"step": whole.state.step, "seen": whole.state.seen, "component": t + 1}
            EventLog(self.run).append("evidence", **at, **found.event)

    def _train(self, t: int, stop: Stop, on_tick: Tick) -> str:
        folder = self._folder(t)
        atomic.make_folders(folder)
        for inside in (folder, folder / "checkpoints"):
            leftovers.settle(inside)
        found, seconds = self._reweighted(t)
        job = component_job(self.first, t, None if found is None else found.weights)
        if (folder / EVENTS).exists():
            session.restore(folder, job, self.tell)
            self._replay(t)
        log = EventLog(self.run)

        def ticked(tick: dict[str, Any]) -> None:
            shifted = self._shifted(tick, t)
            log.append("tick", **shifted)
            on_tick(shifted)

        def answered(answer: dict[str, Any]) -> None:
            log.append("control", **self._shifted(answer, t))

        self.now = job
        reason = Session(folder, job).train(stop, ticked, asked=(self.run, answered))
        if reason == "done":
            self._keep(t, job, found, seconds)
        return reason

    def _keep(self, t: int, job: Job, found: Reweighted | None, seconds: float) -> None:
        """Write a trained component, and take it into the mixture as it reads back."""
        of_rows = (found.effective, found.left_out) if found else (1.0, 0.0)
        end = job.state
        cost = Cost(end.step, end.seen, end.seconds, seconds, quick_distance(job), *of_rows)
        beta = found.beta if found else uniform_beta(t + 1)
        write_json(self._folder(t) / "component.json", {"beta": beta} | asdict(cost))
        job.generator().save(self._folder(t) / "model")
        self.parts.append(self._part(t))
        self.now = None
        self._look()
        if self.first.config.run.previews:
            Session(self.run, self.job).preview(self.job.state)

    def _reweighted(self, t: int) -> tuple[Reweighted | None, float]:
        """Return what component t is trained on, and the seconds it took to find out."""
        if not is_reweighted(self.first.config, t):
            return None, 0.0
        path = self._folder(t) / "weights.safetensors"
        if not path.is_file():
            start = time.perf_counter()
            found = reweigh([self.first], [together(self.first.config, self.parts)], t)[0]
            numbers = [found.level, found.beta, time.perf_counter() - start]
            held = {"weights": found.weights, "numbers": torch.tensor(numbers, dtype=torch.float64)}
            leftovers.replace_file(path, encode(held, path.name, finite=True))
        held = read_tensors(path)
        level, beta, seconds = held["numbers"].tolist()
        return Reweighted(held["weights"], level, beta), seconds

    def _part(self, t: int) -> Part:
        folder = self._folder(t)
        numbers = read_json(folder / "component.json", finite=False)
        generator = load_generator(folder / "model")
        generator.network.to(self.first.device)
        try:
            return Part(generator, float(numbers.pop("beta")), Cost(**numbers))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise InputError(
                f"{folder / 'component.json'} is not what a component's training writes: put a copy back, "
                f"or delete {folder} and resume, which trains that component again"
            ) from None

    def _replay(self, t: int) -> None:
        """Write what a component left into the log of the whole, which begins anew at each resume."""
        log = EventLog(self.run)
        for event in read_events(self._folder(t)):
            if event["kind"] == "tick" or "measures" in event:
                log.append(**self._shifted(event, t))

    def _shifted(self, tick: dict[str, Any], t: int) -> dict[str, Any]:
        before = zip(("step", "seen", "seconds"), self._done(), strict=True)
        moved = {name: round(tick[name] + more, 3) for name, more in before if name in tick}
        return tick | moved | {"component": t + 1}

    def _done(self) -> tuple[int, int, float]:
        """Return rounds, samples and seconds of the components that are done."""
        costs = [part.cost for part in self.parts]
        seconds = sum((c.seconds + c.classifier_seconds for c in costs), start=0.0)
        return sum(c.rounds for c in costs), sum(c.samples for c in costs), seconds

    def _folder(self, t: int) -> Path:
        return self.run / "components" / f"{t:02d}"
