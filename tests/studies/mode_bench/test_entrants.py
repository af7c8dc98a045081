"""The table of systems: all resolve, at both scales, on points and on pictures; names are checked."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.data.codec import ImageCodec
from zerosum.data.source import Source, numeric_codec
from zerosum.errors import InputError
from zerosum.runs.job import configure
from zerosum.studies.mode_bench.entrants import ENTRANTS, entrants
from zerosum.studies.mode_bench.terms import SCALES, terms


def points():
    rows = np.zeros((500, 2), dtype=np.float32)
    rows[:, 0] = np.arange(500)
    return Source("ring", "points", rows, numeric_codec(rows, ("x", "y")))


def pictures():
    codec = ImageCodec((3, 8, 8), "nhwc", np.dtype(np.uint8).str, 0.0, 16.0)
    return Source("stacked-digits", "image", np.zeros((500, 8, 8, 3), np.uint8), codec)


@pytest.mark.parametrize("name", ENTRANTS)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("source", [points(), pictures()], ids=["points", "pictures"])
def test_every_system_resolves(name, scale, source):
    on = terms("ring" if source.kind == "points" else "stacked-digits", scale, "quick")
    config, _ = configure(source, recipe="custom", settings=ENTRANTS[name].settings(on))
    assert config.run.batch == on.batch * (config.game.pack if on.packs else 1)


def test_baselines_play_too_and_names_are_keys():
    assert all(one.baseline in (None, *ENTRANTS) for one in ENTRANTS.values())
    assert all(name == one.name != one.baseline for name, one in ENTRANTS.items())


def test_a_pair_differs_in_what_makes_it_another_system():
    """PacGAN differs from its baseline in packing alone, R3GAN's flow from R3GAN in cost and latents."""
    on = terms("ring", "ours", "quick")
    gan, packed = ENTRANTS["gan"].settings(on), ENTRANTS["pacgan2"].settings(on)
    assert {**packed, "game": {**packed["game"], "pack": 1}} == gan
    r3gan, flow = ENTRANTS["r3gan"].settings(on), ENTRANTS["flow"].settings(on)
    assert {k for k in r3gan if r3gan[k] != flow[k]} == {"game", "latent"}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["pacgn2"], "unknown system 'pacgn2'; did you mean 'pacgan2'"),
        (["gan", "gan"], "each once"),
        ([], "at least one"),
    ],
)
def test_bad_names(names, said):
    with pytest.raises(InputError, match=said):
        entrants(names)
