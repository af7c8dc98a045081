"""Previews: of the average and of the generator itself, at the same latents."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.tiny_runs import settings
from zerosum.runs.job import prepare
from zerosum.runs.previewing import preview


def job(**over):
    return prepare("digits", settings=settings(data={"n": None}, **over))


def pictures(run):
    return [np.asarray(Image.open(run / "samples" / name / "000000.png")) for name in ("", "raw")]


def test_raw_previews_are_of_the_weights_as_they_stand(tmp_path):
    some = job(run={"ema_half_life": 1000.0})
    preview(some, tmp_path, some.state)
    average, raw = pictures(tmp_path)
    np.testing.assert_array_equal(average, raw)  # before the first step both are the same
    some.run()
    some.state.step = 0  # only the name of the file
    preview(some, tmp_path, some.state)
    average, raw = pictures(tmp_path)
    assert (average != raw).any()
    some.state.averages["generator"].load_state_dict(some.state.networks["generator"].state_dict())
    preview(some, tmp_path, some.state)
    np.testing.assert_array_equal(pictures(tmp_path)[0], raw)


def test_without_an_average_there_is_one_preview(tmp_path):
    some = job(run={"ema_half_life": 0.0})
    preview(some, tmp_path, some.state)
    assert [p.name for p in (tmp_path / "samples").iterdir()] == ["000000.png"]


@pytest.mark.parametrize("recipe", ["dcgan", "r3gan"])
def test_drawing_leaves_the_network_as_it_was(tmp_path, recipe):
    some = prepare("digits", recipe=recipe, settings={"run": {"steps": 2, "ema_half_life": 100.0}})
    network = some.state.networks["generator"]
    before = {k: v.clone() for k, v in network.state_dict().items()}
    training = network.training
    preview(some, tmp_path, some.state)
    assert network.training == training
    assert all(bool((v == before[k]).all()) for k, v in network.state_dict().items())
