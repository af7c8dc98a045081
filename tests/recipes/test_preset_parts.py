"""Parts that presets share, on the data for which they were chosen."""

from __future__ import annotations

from zerosum.recipes.build import resolve
from zerosum.recipes.config import NetworkConfig, as_schedule
from zerosum.recipes.presets import DataShape
from zerosum.training.schedule import Schedule

POINTS = DataShape("points", (2,), 100_000, labelled=True)
DIGITS = DataShape("image", (1, 8, 8), 100_000, labelled=True)


def test_r3gan_is_restrained_on_small_pictures_and_told_otherwise_is_not():
    """What `benchmarks/digits_memorisation.py` chose; points and tables keep theirs."""
    config = resolve(DIGITS, "r3gan", {})
    mlp = NetworkConfig("mlp", width=128, depth=3)
    assert config.generator == config.discriminator == mlp
    assert [as_schedule(p.weight) for p in config.game.penalties] == [Schedule(3.0)] * 2
    assert (config.run.steps, resolve(POINTS, "r3gan", {}).run.steps) == (4000, 5000)
    wide = resolve(DIGITS, "r3gan", {"generator": {"width": 256}})
    assert (wide.generator.width, wide.discriminator.width) == (256, 128)
    assert resolve(DIGITS, "ns-r1", {}).generator.width == 256
