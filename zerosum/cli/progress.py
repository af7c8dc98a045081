"""Live progress on stderr: a redrawn line on a terminal, one line a tick elsewhere."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar


class Progress:
    """Told of every tick; says losses, the discriminator's accuracy, speed and time left.

    Args:
        steps: length of the run.
    """

    def __init__(self, steps: int) -> None:
        self._steps = steps
        plain = not sys.stderr.isatty() or os.environ.get("TERM") == "dumb"
        self._bar = None if plain else _bar(steps)
        self._first: tuple[int, float] | None = None

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, tick: dict[str, Any]) -> None:
        """Show one tick."""
        text = describe(tick, self._left(tick))
        if self._bar is None:
            print(f"step {tick['step']}/{self._steps}  {text}", file=sys.stderr, flush=True)
            return
        self._bar.update(self._bar.task_ids[0], completed=tick["step"], status=text)

    def _left(self, tick: dict[str, Any]) -> float:
        if self._first is None:
            self._first = (
                (0, 0.0) if tick["step"] <= self._steps // 10 else (tick["step"], tick["seconds"])
            )
        step, seconds = self._first
        per_step = (tick["seconds"] - seconds) / max(1, tick["step"] - step)
        return per_step * (self._steps - tick["step"])


def describe(tick: dict[str, Any], left: float) -> str:
    """Return a tick in words.

    >>> describe({"loss": {"discriminator": 0.7, "generator": 0.7}, "accuracy": {"real": 0.5,
    ...     "fake": 0.5}, "rate": 1000.0}, 61.0)
    'D 0.700  G 0.700  D right 50 % real 50 % fake  1,000 samples/s  1:01 left'
    >>> describe({"loss": {"generator": 0.1}, "balance": {"k": 0.25, "M": 0.5}, "rate": 9.0}, 0.0)
    'G 0.100  k 0.250  M 0.500  9 samples/s  0:00 left'
    """
    loss, accuracy = tick.get("loss", {}), tick.get("accuracy", {})
    parts = [f"component {tick['component']}"] if "component" in tick else []
    parts += [f"{player[0].upper()} {value:.3f}" for player, value in sorted(loss.items())]
    if accuracy:
        parts.append(
            f"D right {accuracy['real']:.0%} real {accuracy['fake']:.0%} fake".replace("%", " %")
        )
    parts += [f"{name} {value:.3f}" for name, value in tick.get("balance", {}).items()]
    parts.append(f"{tick['rate']:,.0f} samples/s")
    minutes, seconds = divmod(max(0, round(left)), 60)
    parts.append(f"{minutes}:{seconds:02d} left")
    return "  ".join(parts)


def _bar(steps: int) -> Bar:
    console = Console(stderr=True, no_color="NO_COLOR" in os.environ)
    bar = Bar(
        BarColumn(bar_width=20), MofNCompleteColumn(), TextColumn("{task.fields[status]}"),
        console=console,
    )  # fmt: skip
    bar.add_task("train", total=steps, status="")
    return bar
