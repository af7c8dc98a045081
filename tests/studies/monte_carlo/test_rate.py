"""The rate in n: F_n's own against its exact law, and a power law by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.monte_carlo.rate import EXPONENT, RATE, WINS, means_against_n, rate
from zerosum.studies.monte_carlo.statistics import ESTIMATORS, member_statistics
from zerosum.studies.monte_carlo.truths import normal


def made_up(ks):
    values = {f"ks_{name}": np.array([ks, ks, 2 * ks, 2 * ks]) for name in ESTIMATORS}
    return values | {"closer": np.array([True, True, True, False])}


def test_a_power_law_by_hand():
    table = rate({100: made_up(0.1), 25: made_up(0.4), 400: made_up(0.025)}, normal())
    found = table.cell(RATE, "F*, GAN", EXPONENT)
    # relative error of each mean: sd 0.577 x / (2 · 1.5 x) = 0.19245; weights ±1/(2 log 4), 0
    assert found.value == pytest.approx(-1.0)
    assert found.error == pytest.approx(0.19245 / (math.sqrt(2) * math.log(4)), rel=1e-4)
    assert table.cell(RATE, "F*, GAN", "n = 100").value == pytest.approx(10 * 0.15)
    assert table.cell(WINS, "share", "n = 25").value == 0.75
    sizes, means, errors = means_against_n(table)
    assert sizes == [25, 100, 400] and "F_n, exact law" not in errors
    np.testing.assert_allclose(means["F*, GAN"], [0.6, 0.15, 0.0375])
    np.testing.assert_allclose(errors["F*, GAN"], 0.19245 * means["F*, GAN"], rtol=1e-4)
    assert [c.what for c in table.cells[:3]] == ["n = 25", "n = 100", "n = 400"]


def test_the_data_have_the_exact_rate():
    law, studies = normal(), {}
    for n in (25, 100, 225):
        data = law.sample(noise.fold(0, "data", n), (400, n))
        studies[n] = member_statistics(data, data, law)
    table = rate(studies, law)
    exact = table.cell(RATE, "F_n, exact law", EXPONENT).value
    for place in (EXPONENT, "n = 25", "n = 225"):
        cell, wanted = (table.cell(RATE, of, place) for of in ("F_n, data", "F_n, exact law"))
        assert abs(cell.value - wanted.value) < 4 * cell.error
    assert -0.5 < exact < -0.48
    assert (
        table.cell(RATE, "F*, GAN", "n = 25").value == table.cell(RATE, "F_n, data", "n = 25").value
    )


def test_too_few_sizes_or_members_is_one_sentence():
    with pytest.raises(InputError, match="1 sizes of n"):
        rate({9: made_up(0.1)}, normal())
    one = {name: values[:1] for name, values in made_up(0.1).items()}
    with pytest.raises(InputError, match="n = 25 has fewer than 2 members"):
        rate({9: made_up(0.1), 25: one}, normal())
