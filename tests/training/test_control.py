"""A training that is paused, saved and resumed has the weights of one that was left in peace."""

from __future__ import annotations

import threading
import time

import pytest

from tests.training.tiny import digest, digest_of_run, prepared
from zerosum.records.control import FILE, give_order, take_order
from zerosum.records.events import read_events
from zerosum.records.lock import Lock, holder
from zerosum.runs import session
from zerosum.training import control as module
from zerosum.training.checkpoint import state_to_parts
from zerosum.training.control import Control

PATIENCE = 20  # seconds


@pytest.fixture(autouse=True)
def eager(monkeypatch):
    """Look for orders at every step."""
    monkeypatch.setattr(module, "EVERY", 0.0)


def wait(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


def answers(run):
    return [event["done"] for event in read_events(run) if event["kind"] == "control"]


class Ordering:
    """Gives an order before a step of a game, from inside the training: `orders` is step -> order."""

    def __init__(self, work, orders, then=lambda: None):
        self._work, self._orders, self._then = work, dict(orders), then

    def __call__(self):
        """Stand where `stop` is asked: after every step."""
        do = self._orders.pop(self._work.job.state.step, None)
        if do is not None:
            give_order(self._work.run, do)
            self._then()
        return False


def trained(tmp_path, name, orders=(), then=lambda work: None):
    job = prepared(run={"steps": 12, "ticks": 3, "checkpoints": 2})
    work = session.begin(job, tmp_path, name)
    with Lock(work.run):
        reason = work.train(Ordering(work, orders, lambda: then(work)))
    return work, reason, digest(*state_to_parts(job.state))


def test_weights_are_the_same_bits_paused_saved_and_resumed_or_not(tmp_path):
    peace = trained(tmp_path, "peace")

    def go_on(work):
        def give():
            wait(lambda: answers(work.run)[-1:] == ["paused"])
            assert holder(work.run) is not None  # a pause releases no lock
            give_order(work.run, "save")
            wait(lambda: answers(work.run)[-1:] == ["saved"])
            give_order(work.run, "resume")

        threading.Thread(target=give, daemon=True).start()

    steered = trained(tmp_path, "steered", {4: "pause"}, go_on)
    assert (steered[1], answers(steered[0].run)) == ("done", ["paused", "saved", "resumed"])
    assert steered[2] == peace[2]
    assert digest_of_run(steered[0].run) == digest_of_run(peace[0].run)


def test_stop_saves_and_the_run_goes_on_bit_for_bit(tmp_path):
    peace = trained(tmp_path, "peace")
    work, reason, _ = trained(tmp_path, "stopped", {5: "stop"})
    assert (reason, answers(work.run)) == ("interrupted", ["stopped"])
    step = work.job.state.step
    assert 5 < step <= 7 and (work.run / "checkpoints" / f"ckpt-{step:09d}").is_dir()
    give_order(work.run, "stop")  # for a trainer that has left: the next one must not obey it
    with Lock(work.run) as lock:
        again = session.resume(work.run, lock, lambda sentence: None)
        assert again.train() == "done"
    assert digest(*state_to_parts(again.job.state)) == peace[2]
    assert not (work.run / FILE).exists()


def test_ctrl_c_works_while_paused(tmp_path):
    job = prepared(run={"steps": 12})
    work = session.begin(job, tmp_path, "run")
    asked = Ordering(work, {3: "pause"})

    def stop():
        return asked() or answers(work.run) == ["paused"]

    with Lock(work.run):
        assert work.train(stop) == "interrupted"
    assert job.state.step < 12 and read_events(work.run)[-1]["reason"] == "interrupted"


def test_what_is_no_order_is_answered_as_refused(tmp_path):
    def spoil(work):
        (work.run / FILE).write_text("{}")

    work, reason, _ = trained(tmp_path, "run", {3: "save"}, spoil)
    assert (reason, answers(work.run)) == ("done", ["refused"])


def test_between_looks_a_step_pays_next_to_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "EVERY", 60.0)
    control = Control(tmp_path, answer=lambda answer: None, save=lambda state: None)
    state = prepared().state
    control.after_step(state, {})
    give_order(tmp_path, "stop")
    start = time.perf_counter()
    for _ in range(1000):
        control.after_step(state, {})
    # 0.2 µs a step, and 40 with the tests' checks of types; a look at the disk every time fails the last line
    assert time.perf_counter() - start < 1
    assert not control() and take_order(tmp_path).do == "stop"
