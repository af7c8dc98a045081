"""Member statistics: against SciPy member by member, in chunks, and their sentences for bad input."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from scipy import stats

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.monte_carlo.statistics import SHARES, join, member_statistics
from zerosum.studies.monte_carlo.truths import normal, truth


def study(members, n=20, m=300, seed=0):
    made = normal()
    data = made.sample(noise.fold(seed, "data"), (members, n))
    return data, made.sample(noise.fold(seed, "gan"), (members, m))


def test_each_member_is_what_scipy_says():
    data, samples = study(9)
    found = member_statistics(data, samples, normal())
    for i in (0, 8):
        for name, rows in (("gan", samples), ("data", data)):
            assert found[f"mean_{name}"][i] == pytest.approx(rows[i].mean(), rel=1e-13)
            assert found[f"sd_{name}"][i] == pytest.approx(rows[i].std(ddof=1), rel=1e-13)
            wanted = stats.kstest(rows[i], "norm").statistic
            assert found[f"ks_{name}"][i] == pytest.approx(wanted, abs=1e-15)
            wanted = np.quantile(rows[i], SHARES)
            np.testing.assert_allclose(found[f"quantiles_{name}"][i], wanted, rtol=1e-13)
        fitted = stats.norm(data[i].mean(), data[i].std(ddof=1))
        np.testing.assert_allclose(found["quantiles_normal"][i], fitted.ppf(SHARES), rtol=1e-9)
    np.testing.assert_array_equal(found["closer"], found["ks_gan"] < found["ks_data"])
    assert found["closer"].dtype == bool and found["quantiles_kde"].shape == (9, 5)


def test_chunks_joined_are_the_study_to_the_bit():
    data, samples = study(50)
    whole = member_statistics(data, samples, truth("t"))
    cuts = [0, 1, 18, 50]
    parts = [
        member_statistics(data[a:b], samples[a:b], truth("t")) for a, b in itertools.pairwise(cuts)
    ]
    joined = join(parts)
    assert joined.keys() == whole.keys()
    for name, values in whole.items():
        np.testing.assert_array_equal(joined[name], values)


def test_a_sampler_gets_the_key():
    data, _ = study(3)
    made = normal()
    found = member_statistics(data, lambda key: made.sample(key, (3, 40)), made, key=11)
    given = member_statistics(data, made.sample(11, (3, 40)), made)
    np.testing.assert_array_equal(found["ks_gan"], given["ks_gan"])
    with pytest.raises(InputError, match="key is None"):
        member_statistics(data, lambda key: data, made)


def test_float32_and_a_last_axis_of_one_are_taken():
    data, samples = study(4)
    single = member_statistics(data[:, :, None], samples.astype(np.float32), normal())
    double = member_statistics(data, samples, normal())
    # a float32 is off by 6e-8 of itself, and F's slope is below 0.4
    np.testing.assert_allclose(single["ks_gan"], double["ks_gan"], atol=1e-6)
    assert single["quantiles_gan"].dtype == np.float64


def bad(member, value):
    data, samples = study(5)
    samples[member, 3] = value
    return data, samples


@pytest.mark.parametrize(("data", "samples", "words"), [
    (*bad(3, np.nan), "samples of member 3 holds NaN"),
    (*bad(4, np.inf), "samples of member 4"),
    (*bad(2, np.nan)[::-1], "data of member 2"),
    ([[1.0, 2.0], [1.0, 2.0, 3.0]], np.zeros((2, 3)), "member 1 has 3 numbers .* member 0 has 2"),
    (np.zeros((0, 5)), np.zeros((0, 5)), r"shape \(0, 5\)"),
    (np.zeros((3, 1)), np.zeros((3, 5)), r"shape \(3, 1\)"),
    (np.zeros(5), np.zeros(5), r"shape \(5,\)"),
    (study(3)[0], study(4)[1], "data has 3 members and samples has 4"),
    (np.array([[1.0, 2.0], [5.0, 5.0]]), np.zeros((2, 3)), "member 1 is the same number 2 times"),
    ([["a", "b"]], np.zeros((1, 3)), "no numbers"),
])  # fmt: skip
def test_bad_input_is_one_sentence(data, samples, words):
    with pytest.raises(InputError, match=words) as caught:
        member_statistics(data, samples, normal())
    assert str(caught.value).count(". ") == 0


def test_chunks_must_match():
    data, samples = study(2)
    chunk = member_statistics(data, samples, normal())
    with pytest.raises(InputError, match="chunks is empty"):
        join([])
    with pytest.raises(InputError, match="chunk 1 differs from chunk 0 in closer"):
        join([chunk, {k: v for k, v in chunk.items() if k != "closer"}])


def test_200_members_take_a_fraction_of_a_second():
    data, samples = study(200, 100, 10_000)
    member_statistics(data[:2], samples[:2], normal())
    start = time.process_time()
    member_statistics(data, samples, normal())
    # 0.15 s measured on one core; a loop over members or a second sort would be seen
    assert time.process_time() - start < 1.0
