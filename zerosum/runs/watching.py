"""The evaluator of a run: what it looks at while training goes on, and what it concludes at the end.

It draws from its own stream and changes nothing, so that weights are the same bits with and without it. Its
latents are the same at every look: a curve moves because the generator does. What it has seen lies in
`events.jsonl`, from where a resumed run takes it up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.generator import Generator
from zerosum.metrics import watched
from zerosum.metrics.diagnosis import ADVICE, diagnose
from zerosum.metrics.features import Extractor, extract
from zerosum.records.events import EventLog, read_events
from zerosum.runs.job import Job, cpu_threads
from zerosum.runs.quick import seen_through
from zerosum.runs.rows import Rows
from zerosum.runs.vitals import look_of
from zerosum.training.recorder import Found
from zerosum.training.state import TrainState
from zerosum.training.vitals import Look, signals

_POOL = 4  # training rows that references are drawn from, for each held-out row looked at
_PART = 1 << 22  # numbers encoded at once: 16 MB, however large a row is
_MOST_NUMBERS = 1 << 24  # of all rows looked at together: large pictures are seen through slowly,
_LEAST_LARGE = 100  # so that fewer of them are looked at, but not fewer than this
Event = Mapping[str, Any]


@dataclass
class Evaluator:
    """Called with the state at each look; see `Found`.

    Attributes:
        job: the training that is watched.
        watched: the held-out rows, and what real rows get beside them.
        see: what rows are seen through. labels: the held-out rows' classes, if the game has classes.
        look: the real rows that signals of trouble are taken beside; None: there are no signals.
        history: the evidence so far, in order, as the log holds it.
        raised: names of the alarms that were raised before.
    """

    job: Job
    watched: watched.Watched
    see: Extractor
    labels: Tensor | None
    look: Look | None = None
    history: list[Event] = field(default_factory=list)
    raised: set[str] = field(default_factory=set)

    @property
    def decides(self) -> str:
        """The name of the number that the best checkpoint is kept by."""
        return deciding(self.job)

    def __call__(self, state: TrainState) -> Found | None:
        """Return what is found of the averaged generator; None when its rows cannot be measured."""
        try:
            fake = self._made(self.job.generator())
            numbers = self.watched.seen(fake)
        except InputError:  # a number that is not finite: training itself is about to say so
            return None
        event = {
            "measures": {name: _finite(asdict(seen)) for name, seen in numbers.items()},
            "signals": _finite(self._signals(state)),
        }
        self.history.append({"step": state.step, **event})
        best = numbers[self.decides]
        higher = watched.BETTER[self.decides] == "higher"
        return Found(best.value, best.error, higher, event, self._alarms())

    def _made(self, generator: Generator) -> np.ndarray:
        """Return the features of generated rows, of the held-out rows' classes."""
        n, key = len(self.watched.held), noise.fold(self.job.config.seed, "evaluation")
        latents, found = generator.latents(n, key), []
        for part in _parts(n, self.job.source.event_shape):
            fake = generator.encoded(
                latents[part], None if self.labels is None else self.labels[part]
            )
            found.append(extract(self.see, fake))
        return np.concatenate(found)

    def _signals(self, state: TrainState) -> dict[str, float]:
        """Return what the alarms look at; nothing where they have no meaning."""
        if self.look is None:
            return {}
        key = noise.fold(self.job.config.seed, "signals", state.step)
        return signals(self.job.game, state, self.job.plan, self.look, key=key)

    def _alarms(self) -> Sequence[Event]:
        """Return the alarms that the history raises for the first time."""
        found = [asdict(a) for a in diagnose(self.history) if a.name not in self.raised]
        self.raised |= {alarm["name"] for alarm in found}
        return found


def evaluator(job: Job, events: Sequence[Event]) -> Evaluator:
    """Return the evaluator of a training, with what its log has of it already.

    Raises:
        InputError: too few rows, or rows that cannot be measured; training can go on without.
    """
    asked, source = job.config.evaluation, job.source
    most = max(_LEAST_LARGE, _MOST_NUMBERS // (_POOL * math.prod(source.event_shape)))
    n = min(asked.rows, most, len(job.held_out), len(job.trained) // 2)
    if n < watched.LEAST:
        raise InputError(
            f"{len(job.held_out)} held-out and {len(job.trained)} training rows are too few for it, so "
            f"give {watched.LEAST} and {2 * watched.LEAST} or more"
        )
    key = noise.fold(job.config.seed, "evaluator")
    held = Rows(source, job.held_out).some(n, noise.fold(key, "held-out"))
    pool = Rows(source, job.trained).some(_POOL * n, noise.fold(key, "train"))
    see = seen_through(source.event_shape)
    with cpu_threads(job.threads):
        rows = (_features(see, part) for part in (held, pool))
        found = watched.watched(*rows, pictures=source.kind == "image", key=key)
        look = look_of(job)
    classes = held.labels() if job.sizes.classes else None
    labels = None if classes is None else torch.from_numpy(np.asarray(classes)).long()
    history = history_of(events), _names_of_alarms(events)
    return Evaluator(job, found, see, labels, look, *history)


def begin(run: Path, job: Job, tell: Callable[[str], None]) -> Evaluator | None:
    """Return the evaluator of a run, its log saying what it looks at, or say why there is none."""
    events, log = read_events(run), EventLog(run)
    told = any(e["kind"] == "watch" for e in events)
    try:
        found = evaluator(job, events)
    except InputError as reason:
        sentence = f"no evaluation during training, and no best checkpoint: {reason}"
        tell(sentence)
        if not told:
            log.append("watch", step=job.state.step, rows=0, reason=sentence)
        return None
    if not told:
        log.append("watch", step=job.state.step, **description(found))
    return found


def description(found: Evaluator) -> dict[str, Any]:
    """Return what an evaluator looks at, as its run's log says it."""
    return {
        "rows": len(found.watched.held),
        "space": found.see.id,
        "kernel": found.watched.kernel.text,
        "draws": watched.DRAWS,
        "best": found.decides,
        "better": dict(watched.BETTER),
        "sought": [] if found.look is None else list(ADVICE),
    }


def _features(see: Extractor, rows: Rows) -> np.ndarray:
    parts = _parts(len(rows), rows.source.event_shape)
    read = (Rows(rows.source, rows.index[part]).read() for part in parts)
    return np.concatenate([extract(see, rows.source.codec.encode(part)) for part in read])


def _parts(n: int, event: tuple[int, ...]) -> list[slice]:
    size = max(1, _PART // math.prod(event))
    return [slice(start, start + size) for start in range(0, n, size)]


def deciding(job: Job) -> str:
    """Return the name of the number that the best checkpoint of a training is kept by."""
    asked = job.config.evaluation.best
    return watched.deciding(job.source.kind)[0] if asked == "auto" else asked


def history_of(events: Sequence[Event]) -> list[Event]:
    """Return the evidence that was taken during training, in order."""
    keys = ("step", "measures", "signals")
    return [
        {key: e[key] for key in keys} for e in events if e["kind"] == "evidence" and "measures" in e
    ]


def _names_of_alarms(events: Sequence[Event]) -> set[str]:
    return {str(e.get("name")) for e in events if e["kind"] == "alarm"}


def _finite(numbers: Mapping[str, float]) -> dict[str, float | None]:
    """Return numbers as the log holds them, so that a resumed run has the same history."""
    return {name: float(v) if math.isfinite(v) else None for name, v in numbers.items()}


def alarm_sentence(alarm: Event) -> str:
    """Return an alarm in one paragraph: what was seen, why it may be, what to do."""
    return (
        f"alarm at step {alarm['step']}: {alarm['name']}: {alarm['evidence']}. Likely {alarm['cause']}. "
        f"What to change: {alarm['change']}."
    )
