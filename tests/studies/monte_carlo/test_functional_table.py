"""GAN against bootstrap for one T: columns of a chunk, and the table of known samplers and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.studies.monte_carlo import own
from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.monte_carlo.functional_table import (
    check_functional,
    chosen_functional,
    described,
    functional_columns,
    functional_table,
)
from zerosum.studies.monte_carlo.functionals import MSE, PAIRED, functional, percentile_intervals
from zerosum.studies.monte_carlo.truths import truth

LAW = truth("normal")


def drawn(members, n, m):
    data = LAW.sample(noise.fold(0, "data"), (members, n))
    return data, LAW.sample(noise.fold(0, "gan"), (members, m))


def test_a_name_has_no_file_and_own_code_has_one(tmp_path):
    assert described("quantile:0.90") == ("quantile:0.9", None)
    place, sha256 = described(own.middle)
    assert place == "tests.studies.monte_carlo.own:middle" and len(sha256) == 64
    made = chosen_functional(place, sha256)
    assert made.name == "middle" and made.of(np.array([[1.0, 2.0, 9.0]]))[0] == 5.0
    (tmp_path / "mine.py").write_text("def last(x):\n    return x[-1]\n")
    typed = chosen_functional(*described(f"{tmp_path}/mine.py:last"))
    assert typed.name == "last" and typed.of(np.array([[1.0, 7.0]]))[0] == 7.0


def test_columns_are_those_of_each_member_in_any_chunk():
    data, samples = drawn(6, 12, 40)
    t = functional("median")
    whole = functional_columns(data, samples, t, 3, 0)
    part = functional_columns(data[4:], samples[4:], t, 3, 4)
    for name, values in whole.items():
        np.testing.assert_array_equal(part[name], values[4:])
    np.testing.assert_array_equal(whole["t_gan"], np.median(samples, axis=1))
    # of the GAN's m = 40 samples n = 12 are drawn, as many as a data set has
    ends = percentile_intervals(samples, t, noise.fold(3, "resamples", "gan"), n=12)
    np.testing.assert_array_equal((whole["low_gan"], whole["high_gan"]), ends)


def test_named_intervals_by_hand():
    columns = {
        "t_gan": np.array([0.0, 1.0]), "low_gan": np.array([-0.5, 0.8]),
        "high_gan": np.array([0.5, 1.2]), "t_data": np.array([0.1, -0.4]),
        "low_data": np.array([0.05, -0.6]), "high_data": np.array([0.4, 0.1]),
    }  # fmt: skip
    table = functional_table(columns, functional("mean"), LAW)
    # of member 1, then of member 2: the percentile's ends as given; basic [-0.2, 0.15], [-0.9, -0.2];
    # the GAN's ends moved by 0.1 and by -1.4: [-0.4, 0.6], [-0.6, -0.2]
    wanted = {
        "percentile, bootstrap": 0.5,
        "percentile, GAN": 0.5,
        "basic, bootstrap": 0.5,
        "GAN scatter at T(F_n)": 0.5,
    }
    found = {of: table.cell("intervals for T", of, "coverage").value for of in wanted}
    assert found == wanted
    widths = {of: table.cell("intervals for T", of, "mean width").value for of in wanted}
    assert widths["percentile, bootstrap"] == pytest.approx(widths["basic, bootstrap"])
    assert widths["percentile, GAN"] == pytest.approx(widths["GAN scatter at T(F_n)"])
    shifted = functional_table(columns | {"t_data": columns["t_gan"]}, functional("mean"), LAW)
    of_gan = table.cell("intervals for T", "percentile, GAN", "coverage").value
    assert shifted.cell("intervals for T", "GAN scatter at T(F_n)", "coverage").value == of_gan


def test_a_perfect_sampler_wins_and_a_shifted_one_loses():
    data, samples = drawn(200, 20, 500)
    t = functional("mean")
    good = functional_table(functional_columns(data, samples, t, 0, 0), t, LAW)
    paired = good.cell("T = mean, T(F) = 0", PAIRED, MSE)
    # E of the difference is 1/500 − 1/20
    assert abs(paired.value - (1 / 500 - 1 / 20)) < 4 * paired.error
    assert "T = mean: the GAN is nearer to the truth" in good.notes[-1]
    bad = functional_table(functional_columns(data, samples + 1.0, t, 0, 0), t, LAW)
    assert "T = mean: the data is nearer" in bad.notes[-1]
    same = functional_table(functional_columns(data, data, t, 0, 0), t, LAW)
    assert "neither GAN nor data" in same.notes[-1]


@pytest.mark.parametrize(("function", "said"), [
    (own.words, "words failed on a sample of .*ValueError"),
    (own.two, "two returned 2 numbers"),
    (own.broken, "broken failed on a sample of 100001 numbers: ZeroDivisionError"),
    (own.nothing, "nothing of N.0, 1. is nan"),
    (own.small_only, "small_only of a data set is nan"),
])  # fmt: skip
def test_a_t_that_is_none_is_refused_before_anything_is_trained(function, said):
    chosen = chosen_functional(*described(function))
    with pytest.raises(InputError, match=said) as caught:
        check_functional(chosen, LAW, drawn(1, 9, 2)[0])
    assert "\n" not in str(caught.value)
