"""An observer that writes a run folder: events, previews, checkpoints. It draws from no random stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    """

    tick: int
    preview: int
    checkpoint: int
    keep: int = 3

    @classmethod
    def of(cls, steps: int, ticks: int, previews: int, checkpoints: int, keep: int) -> Intervals:
        """Return intervals that give about that many of each in a run of `steps`."""
        tick, preview, saves = (
            max(1, steps // n) if n else 0 for n in (ticks, previews, checkpoints)
        )
        return cls(tick, preview, saves, keep)


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
        judge: a number for (state), lower is better, by which the best checkpoint is kept, or None.
    """

    def __init__(
        self,
        run: Path,
        intervals: Intervals,
        steps: int,
        *,
        on_tick: Callable[[dict[str, Any]], None] = lambda tick: None,
        preview: Callable[[TrainState], None] | None = None,
        judge: Callable[[TrainState], float] | None = None,
    ) -> None:
        self._run, self._every, self._steps = run, intervals, steps
        self._on_tick, self._preview, self._judge = on_tick, preview, judge
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
        if self._due(self._every.checkpoint, state):
            self.save(state)

    def at_end(self, state: TrainState, reason: str) -> None:
        """Save unless the state is diverged or saved already, and log why training stopped.

        A save that only an interruption asks for is no candidate for the best: a run left in peace
        would not have looked at it, and the two must end the same.
        """
        saved = self._saved == state.step
        if reason == "done" and not saved:
            self.save(state)
        if reason == "interrupted" and not saved:
            self._write(state)
        self._log.append("end", step=state.step, reason=reason)

    def save(self, state: TrainState) -> None:
        """Write a checkpoint, noting first whether it is the best so far.

        Raises:
            Diverged: a weight is not finite; nothing was written.
        """
        if self._judge is not None:
            value = self._judge(state)
            if not state.best or value < state.best["value"]:
                state.best = {"step": state.step, "value": value}
        self._write(state)

    def _write(self, state: TrainState) -> None:
        _refuse_unless_finite(state)
        self._log.sync()  # events of the steps a checkpoint covers reach the disk before it does
        tensors, position = state_to_parts(state)
        best = (int(state.best["step"]),) if state.best else ()
        checkpoint.write(
            self._run, state.step, tensors, position, keep=self._every.keep, protect=best
        )
        self._saved = state.step
        self._log.append("checkpoint", step=state.step, best=dict(state.best))

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
