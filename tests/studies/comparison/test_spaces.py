"""The ranges of hyper-parameters, and the settings that come of them."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.recipes.build import resolve
from zerosum.recipes.presets import DataShape
from zerosum.studies.comparison.spaces import FORMULATIONS, SEVEN, Parameter, axes, formulations

POINTS = DataShape("points", (2,), 1000)
MIDDLE = dict.fromkeys(axes(), 0.5)


def test_a_range_is_covered_evenly_in_its_own_scale():
    rate = Parameter("lr", 1e-5, 1e-2, "log")
    # thirds of the unit interval are decades of the rate
    assert [rate.at(u) for u in (0.0, 1 / 3, 2 / 3)] == pytest.approx([1e-5, 1e-4, 1e-3], rel=1e-9)
    whole = Parameter("k", 1.0, 5.0, "whole")
    counts = [whole.at((i + 0.5) / 1000) for i in range(1000)]
    assert [counts.count(float(k)) for k in range(1, 6)] == [200] * 5
    assert whole.at(1.0) == 5.0  # the end that a float can reach
    assert Parameter("beta1", 0.0, 0.999, "linear").at(0.5) == pytest.approx(0.4995)


def test_the_ranges_are_those_of_the_paper():
    found = {p.name: (p.low, p.high) for f in SEVEN for p in FORMULATIONS[f].parameters}
    assert found["lr"] == (1e-5, 1e-2) and found["k"] == (1, 5) and found["weight"] == (0.1, 100.0)
    assert found["clip"] == (1e-3, 1.0) and found["batch_norm"] == (0, 1)
    assert found["beta1"][0] == 0.0 and found["beta1"][1] == pytest.approx(1.0, abs=2e-3)


def test_began_has_the_papers_ranges_and_is_none_of_the_seven():
    found = {p.name: (p.low, p.high, p.scale) for p in FORMULATIONS["began"].own}
    assert found == {"diversity": (0.0, 1.0, "linear"), "lambda_k": (1e-4, 1e-2, "log")}
    assert "began" not in SEVEN
    one = FORMULATIONS["began"]
    settings = one.settings(one.values(MIDDLE))
    assert settings["game"]["began"] == {"gamma": 0.5, "lambda_k": 1e-3}


@pytest.mark.parametrize("name", FORMULATIONS)
@pytest.mark.parametrize("u", [0.0, 0.5, 0.999999])
def test_every_draw_makes_settings_that_can_be_trained(name, u):
    one = FORMULATIONS[name]
    values = one.values(dict.fromkeys(axes(), u))
    config = resolve(POINTS, "custom", one.settings(values))  # its checks refuse what cannot work
    assert (config.game.system, config.game.objective) == (one.system, one.objective)
    assert config.generator_optimizer == config.discriminator_optimizer
    assert config.game.discriminator_steps == values["k"]
    assert [p.name for p in config.game.penalties] == list(one.penalties)
    assert (config.discriminator.norm == "batch") == (values.get("batch_norm") == 1.0)


def test_a_common_draw_gives_all_the_same_shared_numbers():
    drawn = [f.values(MIDDLE) for f in formulations(SEVEN)]
    for name in ("lr", "beta1", "k"):
        assert len({values[name] for values in drawn}) == 1


@pytest.mark.parametrize(
    ("names", "said"),
    [(["nss"], "did you mean 'ns'"), (["ns", "ns"], "each once"), ([], "give at least one")],
)
def test_objectives_that_cannot_be_compared(names, said):
    with pytest.raises(InputError, match=said):
        formulations(names)
