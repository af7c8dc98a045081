"""What is measured of translators, on ones that leave every row as it is."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tests.training.test_resume_translation import TINY, pictures
from zerosum.errors import InputError
from zerosum.recipes.config import merge
from zerosum.runs.job import prepare
from zerosum.runs.translating import evaluator, gallery, judge_translators, translators

# it begins as the identity: what it would change is 0 at first
SAME = merge(TINY, {"generator": {"name": "skip-translator"}, "data": {"holdout": 0.5}})


@pytest.fixture(scope="module")
def job():
    return prepare(pictures(60, 0), to=pictures(64, 1), recipe="cyclegan", settings=SAME)


def test_who_changes_nothing_has_no_cycle_error_and_the_distance_of_untranslated_rows(job):
    found = {m.name: m for m in judge_translators(job).measurements}
    for way, n in (("there", 30), ("back", 32)):
        made, base = found[f"FD randconv {way}"], found[f"FD randconv {way}, untranslated"]
        assert made.value == base.value and made.label == base.label
        assert found[f"cycle error {way}"].value == 0.0
        assert f"held-out {n} of" in found[f"cycle error {way}"].label


def test_a_cycle_error_is_the_mean_difference_of_pixels(job):
    there, back = translators(job)
    shifted = prepare(pictures(60, 0), to=pictures(64, 1), recipe="cyclegan", settings=SAME)
    biases = [
        m.bias for m in shifted.state.averages["generator"].modules()
        if isinstance(m, torch.nn.Conv2d) and m.bias is not None and len(m.bias) == 1
    ]  # fmt: skip
    for bias in biases[-2:]:
        bias.data += 0.125
    found = {m.name: m.value for m in judge_translators(shifted).measurements}
    x = torch.zeros(1, 1, 8, 8)
    go, come = translators(shifted)
    # two shifts of the same size, one each way
    moved = float((come.encoded(go.encoded(x)) - x).mean())
    assert moved > 0 and found["cycle error there"] == pytest.approx(moved, rel=1e-4)
    assert there.provenance["from"] == back.provenance["to"]


def test_the_judge_of_checkpoints_sees_a_generator_that_is_no_longer_finite(job):
    broken = prepare(pictures(60, 0), to=pictures(64, 1), recipe="cyclegan", settings=SAME)
    found = evaluator(job)(job.state)
    ways = found.event["measures"]
    assert 0 < found.value < math.inf and math.isnan(found.error)
    both = ways["FD there"]["value"] + ways["FD back"]["value"]
    assert found.value == ways["FD both"]["value"] == both
    for weight in broken.state.averages["generator"].parameters():
        weight.data.fill_(math.nan)
    assert evaluator(broken)(broken.state) is None


def test_the_gallery_has_rows_translations_and_round_trips(job):
    shown = gallery(job)
    assert shown["there"].shape == (3, 12, 8, 8) and shown["back"].shape == (3, 12, 8, 8)
    for triple in (shown["there"], shown["back"]):
        assert np.array_equal(triple[0], triple[1]) and np.array_equal(triple[0], triple[2])


def test_one_domain_translates_nothing():
    with pytest.raises(InputError, match="this training has one domain"):
        translators(prepare(pictures(60, 0), recipe="ns-r1", settings={"run": {"batch": 8}}))
