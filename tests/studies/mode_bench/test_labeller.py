"""The labeller: triples in the right order, and one per process."""

from __future__ import annotations

import numpy as np

from zerosum.data.stacked import digit_scans, stacks
from zerosum.studies.mode_bench.labeller import MODES, digits_labeller


def test_triples_are_the_modes_of_the_stacks_but_for_the_classifier_s_errors():
    scans = digit_scans()
    made = digits_labeller()
    rows, modes = stacks(scans.held, scans.held_labels, 4000, key=7)
    right = float((made.triples(rows) == modes).mean())
    # a stack is right when its three scans are; its held-out scans are 359, of which some are met often
    assert abs(right - made.accuracy.value**3) < 4 * np.sqrt(3 * 0.01 / 359) and right > 0.9
    assert MODES == 1000 and made is digits_labeller()
    turned = made.triples(rows[..., ::-1].copy())  # channels in the other order, digits too
    np.testing.assert_array_equal(turned // 100, made.triples(rows) % 10)
