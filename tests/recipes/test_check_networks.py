"""Widths by stage: taken where they fit, refused in one sentence where they do not."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.recipes.build import build_generator, resolve
from zerosum.recipes.presets import DataShape
from zerosum.recipes.tables import Sizes

FACES = DataShape("image", (3, 32, 32), 1000)


def residual(**settings):
    return {"generator": {"name": "residual", "depth": 1, **settings}}


def test_channels_are_the_widths_of_the_stages():
    config = resolve(FACES, "custom", residual(channels=[24, 16, 8, 4]))
    network = build_generator(config.generator, Sizes(5, (3, 32, 32)))
    assert [stage[0].leave.out_channels for stage in network.stages] == [24, 16, 8, 4]
    typed = resolve(FACES, "custom", residual(channels="24,16,8,4"))  # as a person types it
    assert typed == config


def test_left_out_they_follow_from_width():
    config = resolve(FACES, "custom", residual(width=8))
    network = build_generator(config.generator, Sizes(5, (3, 32, 32)))
    assert [stage[0].leave.out_channels for stage in network.stages] == [32, 32, 16, 8]


REFUSED = [
    (residual(channels=[8]), "generator.channels is .8.: one width of 1 or more for each stage"),
    (residual(channels=[8, 0]), "generator.channels is .8, 0."),
    (residual(group=0), "generator.group is 0: at least 1 channel"),
    (residual(embedding=-1), "generator.embedding is -1: 0 or more"),
    (
        {"generator": {"name": "dcgan", "channels": [8, 4]}},
        "which only residual looks at: .* none. for dcgan",
    ),
    (
        {"discriminator": {"name": "mlp", "embedding": 3}},
        "discriminator.embedding is 3, which only residual",
    ),
]


@pytest.mark.parametrize(("over", "words"), REFUSED, ids=[r[1] for r in REFUSED])
def test_what_no_network_can_be_built_from(over, words):
    with pytest.raises(InputError, match=words) as caught:
        resolve(FACES, "custom", over)
    assert "\n" not in str(caught.value)
