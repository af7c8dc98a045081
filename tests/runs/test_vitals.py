"""The alarms on real trainings: what is made ill is found, and what is well is left alone.

Rules and bounds were settled on seeds from 100 on; those here, 0 to 19, were first run when they were. Two of
three first runs for oscillation (seeds 0 and 1) were not found: they circled far outside the data, where all
rows lie in one cell, and too slowly for half a run. On other seeds from 100 on the alarm learnt to look at
means as well and the run was made twice as long; it is tested on seeds that neither was looked at with. One
of the 20 healthy runs (number 3) first rang for a droplet of 5.38 ± 0.6 over a limit of 5.20, when that alarm
did not ask for the error as all others do; now it does. Nothing rang in a second set of 20 (the same
trainings, seeds 60 to 79), which was run once, with the alarms as they were then.

Partial collapse came later. Its first form took every cell for a kind of rows; a bimodal run (seed 81) that
made its modes too narrow came near it, so that cells of one mode are joined, and both looks must be of the
second half. With the alarms as they are nothing rings in a third set of 20, seeds 80 to 99. Its scripted runs
were looked at on seeds 100 to 102 first.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.metrics.test_droplets import pictures as discs
from tests.runs import looked_at
from tests.runs.looked_at import HEALTHY, Copying, Stamped, history, run, scripted, table
from zerosum.metrics.diagnosis import diagnose
from zerosum.metrics.features import extract
from zerosum.metrics.prdc import prdc
from zerosum.runs.job import prepare
from zerosum.runs.vitals import look_of


def names(seen):
    return {alarm.name for alarm in diagnose(seen)}


SHORT = {
    "line": ("gaussian", "ns-r1", run(200)),
    "bimodal": ("bimodal", "r3gan", run(200)),
    "table": (table(), "r3gan", run(200)),
}


@pytest.mark.parametrize("name", SHORT)
def test_no_alarm_in_a_short_healthy_run(name):
    what, recipe, settings = SHORT[name]
    assert diagnose(history(what, recipe, 0, looks=8, run=settings)) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(HEALTHY)))
def test_no_alarm_in_twenty_healthy_runs(number):
    """Healthy by other numbers: of recall and coverage of the averaged generator the mean is above a half."""
    what, recipe, settings = HEALTHY[number]
    watch = looked_at.watched(what, recipe, number, **settings)
    look, generator = watch.look, watch.job.generator()
    n = min(400, len(look.held_out))
    labels = None if look.labels is None else look.labels[1][:n]
    fake = extract(look.see, generator.encoded(generator.latents(n), labels))
    found = prdc(extract(look.see, look.held_out[:n]), fake, splits=0)
    assert (found.recall.value + found.coverage.value) / 2 > 0.5
    assert diagnose(watch.history) == []


ILL = {
    "collapse": looked_at.large_steps,
    "vanishing gradient": looked_at.far_ahead,
    "discriminator overfitting": looked_at.forty_digits,
    "oscillation": looked_at.momentum,
    "partial collapse": looked_at.half_of_the_ring,
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ILL)
def test_a_training_made_ill_is_found(name, seed):
    assert name in names(ILL[name](seed + 10 if name == "oscillation" else seed))


def test_a_discriminator_far_ahead_is_found():
    """The quickest of them, for every run of the tests."""
    assert "vanishing gradient" in names(looked_at.far_ahead(0, steps=30, looks=3))


@pytest.mark.parametrize(("share", "kept"), [(1.0, 0), (0.9, 0), (1.0, 1), (0.9, 1)])
def test_a_ring_that_lacks_every_other_mode_is_found(share, kept):
    """Some rows are means of two, which lie between modes and in the cells of lost ones; kept: all modes."""

    def network(watch):
        lost = looked_at.odd_modes(watch.look.train.numpy()) & (not kept)
        return Copying(watch.look.train[torch.from_numpy(~lost)], share)

    found = [a for a in diagnose(scripted("ring", network, 0)) if a.name == "partial collapse"]
    assert bool(found) == (not kept)
    assert not found or "4 of 8 kinds of rows" in found[0].evidence


@pytest.mark.parametrize(("share", "rings"), [(1.0, True), (0.0, False)])
def test_a_generator_that_copies_is_found(share, rings):
    seen = scripted("digits", lambda watch: Copying(watch.look.train, share), 0)
    assert ("memorisation" in names(seen)) == rings


def test_a_generator_that_copies_rows_it_was_not_shown_is_no_memoriser():
    """It is as near to real rows as can be, on the other side."""
    seen = scripted("digits", lambda watch: Copying(watch.look.held_out), 0)
    assert "memorisation" not in names(seen)


@pytest.mark.parametrize("height", [0.0, 0.8])
def test_a_spot_on_every_picture_is_found_where_it_is(height):
    """Pictures of 16 x 16; without the spot the same generator has no alarm."""
    rows = np.clip((discs(400)[:, 0] + 1) * 127.5, 0, 255).astype("uint8")

    def network(watch):
        return Stamped(Copying(watch.look.held_out), 5, 11, height)

    found = [a for a in diagnose(scripted(rows, network, 0)) if a.name == "droplets"]
    assert bool(found) == (height > 0)
    assert not found or "row 5, column 11" in found[0].evidence


def test_the_look_is_of_the_datas_own_seed_and_not_of_the_runs():
    first, second = (
        look_of(prepare("digits", settings={"seed": s, "run": run(4)})) for s in (0, 1)
    )
    assert first is not None and second is not None
    assert np.array_equal(first.features, second.features)
    assert len(first.train) + len(first.held_out) == 1797


def test_nothing_is_looked_at_where_it_would_say_nothing():
    assert look_of(prepare(table(60), settings={"run": run(4, 8)})) is None  # 12 rows held out
    mixed = {"run": run(4), "boost": {"components": 2}}
    assert look_of(prepare("ring", recipe="adagan", settings=mixed)) is None
