"""Each alarm on looks made by hand: it rings beyond its bound and not at it."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from zerosum.metrics import alarms
from zerosum.metrics.alarms import Sight, wandering

LEVEL = 1e-4
Z = 3.719  # errors that 1e-4 is

WELL = {
    "kinds": 0.9, "kinds/error": 0.03, "kinds/real": 16.0, "spread": 1.0, "spread/error": 0.02,
    "told/fake": 0.6, "told/fake/error": 0.02, "told/train": 0.52, "told/train/error": 0.02,
    "slope": 1.0, "slope/error": 0.01, "gradient": 1.0, "gradient/error": 0.05,
    "logit/train": 0.1, "logit/train/error": 0.02, "logit/held_out": 0.08,
    "logit/held_out/error": 0.02, "logit/fake": -0.1, "logit/fake/error": 0.02,
    "near/share": 0.5, "near/expected": 0.5, "near/p": 1.0, "copied": 0.0, "copied/error": 0.1,
    "droplet": 4.0, "droplet/error": 1.0, "droplet/limit": 3.0, "droplet/p": 0.005,
    "droplet/places": 100.0, "droplet/row": 3.0, "droplet/column": 4.0,
    "rows": 1000.0, "progress": 0.9, "due/0": 0.5, "due/1": 0.5, "made/0": 0.5, "made/1": 0.5,
}  # fmt: skip


def sight(step=1, **changed):
    numbers = {name.replace("__", "/"): value for name, value in changed.items()}
    return Sight(step, WELL | numbers, LEVEL)


def moving(cell, place, step, progress=0.9):
    """A look at rows that all lie in one of four cells."""
    shares = {f"cell__{i}": float(i == cell) for i in range(4)}
    return sight(step, progress=progress, place__0=place[0], place__1=place[1], **shares)


@pytest.mark.parametrize("check", alarms.CHECKS.values())
def test_nothing_rings_for_what_is_well(check):
    assert check([sight(1), sight(2)]) is None


@pytest.mark.parametrize("check", alarms.CHECKS.values())
def test_nothing_rings_for_what_was_not_measured(check):
    assert check([Sight(1, {"progress": 1.0}, LEVEL)] * 2) is None


def test_collapse_rings_below_one_over_the_root_of_the_kinds():
    """16 kinds: the bound is 1/4, less 3.719 errors of 0.01."""
    beyond, short = (
        sight(2, kinds=0.25 - Z * 0.01 + e, kinds__error=0.01) for e in (-0.001, 0.001)
    )
    assert alarms.collapse([short]) is None
    evidence = alarms.collapse([beyond])
    assert evidence is not None and "0.212 ± 0.01" in evidence and "0.25" in evidence


def test_collapse_rings_for_rows_of_little_spread():
    assert alarms.collapse([sight(2, spread=0.5 - Z * 0.02 + 0.001)]) is None
    assert alarms.collapse([sight(2, spread=0.5 - Z * 0.02 - 0.001)]) is not None


def test_collapse_of_a_young_generator_needs_one_that_was_well():
    young = sight(2, kinds=0.05, progress=0.3)
    assert alarms.collapse([young]) is None
    assert alarms.collapse([sight(1, kinds=0.05, progress=0.1), young]) is None
    evidence = alarms.collapse([sight(1, progress=0.1), young])
    assert evidence is not None and "at step 1 it was 0.9" in evidence


def made(step, lost, due=0.5, **more):
    """A look at two kinds, of which the second got so many of 1000 rows."""
    shares = {"due__0": 1 - due, "due__1": due, "made__0": 1 - lost / 1000, "made__1": lost / 1000}
    return sight(step, **shares, **more)


def test_partial_collapse_rings_where_the_binomial_says_so():
    """Due 1/2: a quarter of it is 125 rows of 1000; the largest count of probability below 1e-4 by itself."""
    weights = [comb(1000, c) * 0.125**c * 0.875 ** (1000 - c) for c in range(126)]
    most = int(np.flatnonzero(np.cumsum(weights) < LEVEL)[-1])
    assert 80 < most < 100
    assert alarms.partial([made(1, 0), made(2, most + 1)]) is None
    evidence = alarms.partial([made(1, 0), made(2, most)])
    assert evidence is not None and f"and now {most / 10:.1f}% of gen" in evidence
    assert "1 of 2 kinds of rows, 50% of real ones, were hardly made at step 1" in evidence


def test_partial_collapse_is_of_kinds_that_were_lost_at_the_look_before():
    """Another kind is lost at each look: that is a swing."""
    assert alarms.partial([made(1, 1000), made(2, 0)]) is None
    assert alarms.partial([made(2, 0)]) is None
    assert alarms.partial([made(1, 0, progress=0.45), made(2, 0)]) is None


@pytest.mark.parametrize(("due", "rings"), [(0.25, False), (0.26, True)])
def test_partial_collapse_is_the_loss_of_more_than_a_quarter(due, rings):
    assert (alarms.partial([made(1, 0, due), made(2, 0, due)]) is not None) == rings


def test_a_collapse_is_not_told_twice():
    whole = {"kinds": 0.05, "kinds__error": 0.001}
    assert alarms.partial([made(1, 0), made(2, 0, **whole)]) is None


def test_vanishing_needs_a_sure_discriminator_and_a_flat_objective():
    flat, sure = {"slope": 0.001, "slope__error": 0.0001}, {"told__fake": 0.99}
    assert alarms.vanishing([sight(**flat)]) is None
    assert alarms.vanishing([sight(**sure)]) is None
    evidence = alarms.vanishing([sight(**flat, **sure)])
    assert evidence is not None and "0.99 ± 0.02" in evidence and "0.001 ± 0.0001" in evidence


@pytest.mark.parametrize(("slope", "rings"), [(0.05 - Z * 0.001 - 1e-4, True), (0.05, False)])
def test_vanishing_rings_below_a_twentieth(slope, rings):
    now = sight(slope=slope, slope__error=0.001, told__fake=0.99)
    assert (alarms.vanishing([now]) is not None) == rings


@pytest.mark.parametrize(("now", "rings"), [(0.005, True), (0.02, False)])
def test_vanishing_rings_for_a_gradient_a_hundredth_of_what_it_was(now, rings):
    found = alarms.vanishing(
        [sight(1), sight(2, gradient=now, gradient__error=0.0001, told__fake=0.99)]
    )
    assert (found is not None) == rings


def test_overfitting_rings_when_held_out_rows_look_generated():
    """The middle of 1 and -1 is 0, and its error beside held-out rows √(0.01² + 0.02² + 0.01²)."""
    error = np.sqrt(0.01**2 + 0.02**2 + 0.01**2)
    known = {"logit__train": 1.0, "logit__fake": -1.0, "told__train": 0.9}
    beyond = sight(logit__held_out=-Z * error - 0.001, **known)
    short = sight(logit__held_out=-Z * error + 0.001, **known)
    assert alarms.overfitting([short]) is None
    evidence = alarms.overfitting([beyond])
    assert evidence is not None and "1 ± 0.02 on training rows" in evidence


def test_overfitting_is_not_a_discriminator_that_cannot_tell_the_two_apart():
    """Held-out rows beyond the middle by many errors, but ranked as training rows are."""
    now = sight(logit__train=0.1, logit__held_out=-0.2, logit__fake=-0.1, told__train=0.76)
    assert alarms.overfitting([now]) is None


def test_overfitting_does_not_ask_what_a_logit_is_measured_from():
    """A Wasserstein critic is free up to a constant."""
    shifted = {
        f"logit__{k}": v + 50.0 for k, v in (("train", 1.0), ("held_out", -0.5), ("fake", -1.0))
    }
    assert alarms.overfitting([sight(told__train=0.9, **shifted)]) is not None


@pytest.mark.parametrize(("p", "rings"), [(0.99e-4, True), (1.01e-4, False)])
def test_memorisation_rings_on_chance_alone(p, rings):
    now = sight(near__p=p, near__share=0.8, copied=0.6)
    evidence = alarms.memorisation([now])
    assert (evidence is not None) == rings
    assert not rings or "80.0%" in str(evidence)


def swing(n, progress=0.9):
    """Rows that are in one cell at even looks and in another at odd ones."""
    return [moving(t % 2, (float(t % 2), 0.0), t, progress) for t in range(n)]


def test_oscillation_rings_for_coming_and_going_from_five_looks_on():
    assert alarms.oscillation(swing(4)) is None
    evidence = alarms.oscillation(swing(5))
    assert evidence is not None and "4 of 4 looks" in evidence and " 4 times as long" in evidence


def test_oscillation_in_the_first_half_is_learning():
    assert alarms.oscillation(swing(8, progress=0.4)) is None


def test_oscillation_is_not_a_way_that_leads_somewhere():
    """Each look finds other rows, farther on."""
    way = [moving(t % 4, (float(t), 0.0), t) for t in range(8)]
    assert alarms.oscillation(way) is None


def test_oscillation_is_not_a_tremble_at_one_place():
    """The mean trembles, but the kinds of rows stay."""
    assert alarms.oscillation([moving(0, (0.1 * (t % 2), 0.0), t) for t in range(8)]) is None


def test_oscillation_beyond_the_data_is_seen_by_the_means():
    """All rows lie in one cell; 2.35 deviations are an overlap of 1/4 of two normal clouds."""
    assert abs(alarms.FAR - 2.3548) < 1e-4
    chance = np.sqrt(2 * 2 / 1000) * 3.719 * 2  # spread 1 in two columns, z below twice this look's
    for far, rings in ((2.35 + chance, True), (2.34, False)):
        looks = [moving(0, (far * (t % 2), 0.0), t) for t in range(6)]
        assert (alarms.oscillation(looks) is not None) == rings


def test_oscillation_is_a_circle_too():
    angles = [np.pi / 2 * t for t in range(9)]
    circle = [moving(t % 4, (np.cos(a), np.sin(a)), t) for t, a in enumerate(angles)]
    assert alarms.oscillation(circle) is not None


def test_the_way_over_its_extent():
    line = np.arange(5.0)[:, None]
    assert wandering(line) == pytest.approx(1.0)
    assert wandering(np.concatenate((line, line[::-1]))) == pytest.approx(2.0)
    assert wandering(np.zeros((5, 2))) == 0.0


def test_droplets_ring_for_one_place_at_two_looks():
    """100 places, two sides: 1e-4/200 is 4.89 normal deviations, and 3.719 errors of 0.5 beyond it."""
    limit = 4.892 + Z * 0.5
    big = {"droplet": limit + 0.01, "droplet__error": 0.5}
    assert alarms.droplets([sight(1), sight(2, droplet=limit - 0.01, droplet__error=0.5)]) is None
    evidence = alarms.droplets([sight(1), sight(2, **big)])
    assert evidence is not None and "row 3, column 4" in evidence and "6.76 ± 0.5" in evidence
    assert alarms.droplets([sight(1, droplet__row=8.0), sight(2, **big)]) is None
    assert alarms.droplets([sight(1), sight(2, progress=0.4, **big)]) is None
