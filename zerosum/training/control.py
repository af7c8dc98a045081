"""An observer that obeys orders given to a running training: pause, resume, save, stop.

It looks for one a few times a second, between two steps, and changes nothing of the state: weights are
the same bits whether a run is watched, paused and resumed, or left in peace.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zerosum.records.control import Order, forget_orders, take_order
from zerosum.training.state import TrainState
from zerosum.training.step import Record

EVERY = 0.25  # seconds between two looks
Answer = Callable[[dict[str, Any]], None]


class Control:
    """Told of every step by the loop, and asked by it whether to stop.

    Args:
        run: the folder where orders are given.
        answer: told what was done, as the fields of an event.
        save: writes a checkpoint.
        stop: another reason to stop, such as Ctrl-C; also heard during a pause.
    """

    def __init__(
        self,
        run: Path,
        *,
        answer: Answer,
        save: Callable[[TrainState], None],
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._run, self._answer, self._save, self._stop = run, answer, save, stop
        self._due, self._stopped = 0.0, False
        forget_orders(run)

    def __call__(self) -> bool:
        """Return whether somebody asked to stop."""
        return self._stopped or self._stop()

    def after_step(self, state: TrainState, record: Record) -> None:
        """Obey what was asked; return when training may go on."""
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + EVERY
        order = take_order(self._run)
        if order is not None and self._obey(order, state) == "paused":
            self._wait(state)

    def at_end(self, state: TrainState, reason: str) -> None:
        """Leave no order behind that nobody will obey."""
        forget_orders(self._run)

    def _wait(self, state: TrainState) -> None:
        """Stand still until told to go on or to stop."""
        while not self():
            order = take_order(self._run)
            if order is not None and self._obey(order, state) == "resumed":
                return
            time.sleep(min(EVERY, 0.1))

    def _obey(self, order: Order, state: TrainState) -> str:
        """Do what was asked, answer, and return what was done."""
        if order.do == "save":
            self._save(state)
        self._stopped = self._stopped or order.do == "stop"
        done = {"pause": "paused", "resume": "resumed", "save": "saved", "stop": "stopped"}
        told = done.get(order.do, "refused")
        self._answer({"step": state.step, "order": order.number, "done": told})
        return told
