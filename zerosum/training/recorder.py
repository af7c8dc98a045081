"""An observer that writes a run folder: events, previews, checkpoints. It draws from no random stream."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor

from zerosum.errors import Diverged
from zerosum.records import checkpoint
from zerosum.records.events import EventLog
from zerosum.training.checkpoint import state_to_parts
from zerosum.training.state import TrainState
from zerosum.training.step import Record


@dataclass(frozen=True)
class Intervals:
    """How often things are written, in steps; 0 means never.

    Attributes:
        tick: log entries and progress.
        preview: sample grids.
        checkpoint: saves.
        keep: newest checkpoints kept, beside the best.
        evaluation: looks of the evaluator.
    """

    tick: int
    preview: int
    checkpoint: int
    keep: int = 3
    evaluation: int = 0

    @classmethod
    def of(
        cls,
        steps: int,
        ticks: int,
        previews: int,
        checkpoints: int,
        keep: int,
        evaluations: int = 0,
    ) -> Intervals:
        """Return intervals that give about that many of each in a run of `steps`."""
        tick, preview, saves, looks = (
            max(1, steps // n) if n else 0 for n in (ticks, previews, checkpoints, evaluations)
        )
        return cls(tick, preview, saves, keep, looks)


@dataclass(frozen=True)
class Found:
    """What one evaluation found.

    Attributes:
        value, error: the number that the best checkpoint is kept by, and its standard error.
        higher: whether a higher value is the better one.
        event: all numbers, as they stand in the log.
        alarms: what is wrong, each for the first time.
    """

    value: float
    error: float = math.nan
    higher: bool = False
    event: Mapping[str, Any] = field(default_factory=dict)
    alarms: Sequence[Mapping[str, Any]] = ()

    def beats(self, best: Mapping[str, Any]) -> bool:
        """Whether this is better than the best so far, or the first."""
        if "error" not in best:  # none, or one that a former version judged by another number
            return math.isfinite(self.value)
        return self.value > best["value"] if self.higher else self.value < best["value"]


Evaluate = Callable[[TrainState], Found | None]


class Means:
    """Running means of what turns report, without waiting for the device at every step."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._count = 0

    def add(self, record: Record) -> None:
        """Add one step's values."""
        for name, value in record.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value.clone()
        self._count += 1

    def take(self) -> dict[str, float]:
        """Return the means since the last call, and begin anew."""
        means = {name: float(total) / self._count for name, total in self._sums.items()}
        self._sums, self._count = {}, 0
        return means


class Recorder:
    """Writes what a run leaves behind.

    Args:
        run: the run folder; must exist and be locked by the caller.
        intervals: how often.
        steps: length of the run, so that its last step always leaves a tick and a checkpoint.
        on_tick: told of every tick (a progress line).
        preview: draws a sample grid for (state, step), or None.
        evaluate: what it finds of (state) is logged, and decides which checkpoint is the best; or None.
        on_alarm: told of every alarm it raises.
    """

    def __init__(
        self,
        run: Path,
        intervals: Intervals,
        steps: int,
        *,
        on_tick: Callable[[dict[str, Any]], None] = lambda tick: None,
        preview: Callable[[TrainState], None] | None = None,
        evaluate: Evaluate | None = None,
        on_alarm: Callable[[Mapping[str, Any]], None] = lambda alarm: None,
    ) -> None:
        self._run, self._every, self._steps = run, intervals, steps
        self._on_tick, self._preview = on_tick, preview
        self._evaluate, self._on_alarm = evaluate, on_alarm
        self._means, self._log = Means(), EventLog(run)
        self._mark = (0, 0.0)
        self._saved = -1

    def after_step(self, state: TrainState, record: Record) -> None:
        """Record the step, and write what is due."""
        self._means.add(record)
        if self._due(self._every.tick, state):
            self._tick(state)
        if self._preview is not None and self._due(self._every.preview, state):
            self._preview(state)
            self._log.append("preview", step=state.step)
        better = self._due(self._every.evaluation, state) and self._looked(state)
        if better or self._due(self._every.checkpoint, state):
            self.save(state)

    def at_end(self, state: TrainState, reason: str) -> None:
        """Save unless the state is diverged or saved already, and log why training stopped.

        A save that only an interruption asks for is no candidate for the best: a run left in peace
        would not have looked at it, and the two must end the same.
        """
        if reason in ("done", "interrupted") and self._saved != state.step:
            self.save(state)
        self._log.append("end", step=state.step, reason=reason)

    def save(self, state: TrainState) -> None:
        """Write a checkpoint; those of the best step and of the last few stay.

        Raises:
            Diverged: a weight is not finite; nothing was written.
        """
        _refuse_unless_finite(state)
        self._log.sync()  # events of the steps a checkpoint covers reach the disk before it does
        tensors, position = state_to_parts(state)
        best = (int(state.best["step"]),) if state.best else ()
        checkpoint.write(
            self._run, state.step, tensors, position, keep=self._every.keep, protect=best
        )
        self._saved = state.step
        self._log.append("checkpoint", step=state.step, best=dict(state.best))

    def _looked(self, state: TrainState) -> bool:
        """Evaluate, log what was found, and return whether it is the best so far."""
        found = None if self._evaluate is None else self._evaluate(state)
        if found is None:
            return False
        self._log.append("evidence", step=state.step, seen=state.seen, **found.event)
        for alarm in found.alarms:
            self._log.append("alarm", **{"step": state.step, **alarm})
            self._on_alarm(alarm)
        if not found.beats(state.best):
            return False
        state.best = {"step": state.step, "value": found.value, "error": found.error}
        return True

    def _due(self, every: int, state: TrainState) -> bool:
        return every > 0 and (state.step % every == 0 or state.step == self._steps)

    def _tick(self, state: TrainState) -> None:
        seen, seconds = self._mark
        elapsed = state.seconds - seconds
        tick = nested(self._means.take()) | {
            "step": state.step,
            "seen": state.seen,
            "seconds": round(state.seconds, 3),
            "rate": round((state.seen - seen) / max(elapsed, 1e-9), 1),
        }
        self._mark = (state.seen, state.seconds)
        self._log.append("tick", **tick)
        self._on_tick(tick)

    def begin(self, state: TrainState) -> None:
        """Take the state's position as the point from which rates are counted."""
        self._mark = (state.seen, state.seconds)


def _refuse_unless_finite(state: TrainState) -> None:
    """Keep weights that one last move threw out of range from taking a good checkpoint's place."""
    for player, module in state.networks.items():
        if not all(bool(tensor.isfinite().all()) for tensor in module.state_dict().values()):
            raise Diverged(
                f"the {player}'s weights are not finite at step {state.step}: they were not saved. "
                "Lower the learning rate, add or strengthen a penalty, or use precision fp32."
            )


def nested(means: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Turn `player/loss`, `player/logit/real`, ... into the nested form that events hold.

    >>> nested({"generator/loss": 0.5, "discriminator/penalty/r1": 2.0})
    {'loss': {'generator': 0.5}, 'penalty': {'r1': 2.0}}
    """
    out: dict[str, dict[str, float]] = {}
    for name, value in means.items():
        player, _, what = name.partition("/")
        group, _, leaf = what.partition("/")
        out.setdefault(group, {})[leaf or player] = value
    return out
