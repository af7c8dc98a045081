"""The loop: observers look on and change nothing, and a stop ends after the step it came in."""

from __future__ import annotations

from dataclasses import replace

import torch

from tests.training.rounds import assert_same_weights, make
from zerosum.training.loop import train
from zerosum.training.step import (
    play_round,
)


class Onlooker:
    """An observer that looks at everything and asks the generator for samples."""

    def __init__(self):
        self.steps, self.reason = [], None

    def after_step(self, state, record):
        self.steps.append(state.step)
        with torch.no_grad():
            state.averages["generator"](torch.ones(3, 4, dtype=torch.float64))
        assert {"discriminator/loss", "generator/loss"} <= record.keys()

    def at_end(self, state, reason):
        self.reason = reason


def run(some, observers=(), stop=lambda: False):
    """`train` with draws in float64: the round casts them."""

    def play(game, state, plan, draws):
        return play_round(game, state, plan, some.draw(state.step))

    return train(
        some.game, some.state, some.plan, some.draws, observers=observers, stop=stop, play=play
    )


def test_observers_see_every_step_and_change_nothing():
    alone, watched, onlooker = make("r3gan"), make("r3gan"), Onlooker()
    for some, observers in ((alone, ()), (watched, (onlooker,))):
        some.plan = replace(some.plan, steps=5)
        reason = run(some, observers)
        assert reason == "done"
    assert (onlooker.steps, onlooker.reason) == ([1, 2, 3, 4, 5], "done")
    generator, discriminator = alone.copies()
    assert_same_weights(watched, generator, discriminator)


def test_a_stop_ends_after_the_step_it_came_in():
    some, onlooker, asked = make(), Onlooker(), iter([False, False, True])
    assert run(some, (onlooker,), lambda: next(asked)) == "interrupted"
    assert (onlooker.steps, onlooker.reason) == ([1, 2, 3], "interrupted")
    assert some.state.step == 3 and some.state.seconds > 0


def test_a_stop_in_the_last_step_still_counts_as_done():
    some = make()
    some.plan = replace(some.plan, steps=2)
    asked = iter([False, True])
    assert run(some, (), lambda: next(asked)) == "done"
