"""Random numbers as functions of a key: the right laws, unrelated streams, and never another number."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.stats import kstest
from torch.testing import assert_close

from zerosum import noise
from zerosum.noise import bits, fold, integers, normal, permutation, uniform

N = 200_000
DTYPES = [torch.float32, torch.float64]
# p-values are of fixed keys, so they never change; below this bound one in a thousand streams lies.
LEAST_P = 1e-3


GOLDEN = {
    "key": -2514396621248405100,
    "bits": [5418446556975606058, 8431598757340649910],
    "uniform": [0.29373457642847767, 0.4570778845117406, 0.3316691626139957],
    "normal": [-1.527006281746535, -0.3657524970355975, 0.34410646144177204, -1.1966737504772977],
    "integers": [9, 2, 3, 3, 1, 4],
    "permutation": [7, 3, 6, 5, 4, 0, 2, 1],
}


def splitmix(key, n):
    """The n numbers by Python's own integers: SplitMix64 from the state `key`."""
    mask, out = (1 << 64) - 1, []
    for i in range(1, n + 1):
        x = (key + i * 0x9E3779B97F4A7C15) & mask
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & mask
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & mask
        x ^= x >> 31
        out.append(x - (1 << 64) if x >> 63 else x)
    return out


@pytest.mark.parametrize("key", [0, 1, -1, 12345, 2**63 - 1, -(2**63), fold("any", 3)])
def test_bits_are_splitmix64(key):
    assert bits(key, 50).tolist() == splitmix(key, 50)
    assert bits(torch.tensor([key]), 50)[0].tolist() == splitmix(key, 50)


def test_the_published_first_numbers_of_splitmix64():
    # the reference program's first outputs from state 1234567
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert [b % 2**64 for b in bits(1234567, 3).tolist()] == expected


def test_the_streams_never_change():
    key = fold(0, "latent", 7)
    assert key == GOLDEN["key"]
    assert bits(key, 2).tolist() == GOLDEN["bits"]
    assert_close(
        uniform(key, (3,), dtype=torch.float64).tolist(), GOLDEN["uniform"], rtol=0, atol=0
    )
    assert_close(
        normal(key, (4,), dtype=torch.float64).tolist(), GOLDEN["normal"], rtol=1e-14, atol=0
    )
    assert integers(key, (6,), 10).tolist() == GOLDEN["integers"]
    assert permutation(key, 8).tolist() == GOLDEN["permutation"]


def test_float32_and_float64_are_one_stream():
    a, b = (uniform(5, (1000,), dtype=d).double() for d in DTYPES)
    assert_close(a, b, rtol=0, atol=2**-23)
    a, b = (normal(5, (1000,), dtype=d).double() for d in DTYPES)
    assert_close(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
def test_uniform_has_its_law_and_neither_end(dtype):
    u = uniform(fold("u"), (N,), dtype=dtype)
    assert u.dtype == dtype and u.min() > 0 and u.max() < 1
    x = u.double().numpy()
    assert stats.kstest(x, "uniform").pvalue > LEAST_P
    for power in (1, 2, 3):  # E u^p = 1 / (p + 1), within 4 standard errors
        error = 4 * math.sqrt((1 / (2 * power + 1) - 1 / (power + 1) ** 2) / N)
        assert abs((x**power).mean() - 1 / (power + 1)) < error


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_largest_and_smallest_hash_stay_inside(monkeypatch, dtype):
    ends = torch.tensor([-1, 0], dtype=torch.int64)  # all bits set, none set
    monkeypatch.setattr(noise, "bits", lambda key, n, device=None: ends.clone())
    u = uniform(0, (2,), dtype=dtype)
    assert u[0] < 1 and u[1] > 0
    assert normal(0, (4,), dtype=dtype).isfinite().all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_normal_has_its_law(dtype):
    x = normal(fold("n"), (N,), dtype=dtype).double().numpy()
    assert stats.kstest(x, "norm").pvalue > LEAST_P
    moments = {1: (0, 1), 2: (1, 2), 3: (0, 15), 4: (3, 96)}  # E x^p and its variance
    for power, (mean, variance) in moments.items():
        assert abs((x**power).mean() - mean) < 4 * math.sqrt(variance / N), power
    assert 4 < np.abs(x).max() < 6.8


def test_the_two_halves_of_a_pair_are_independent():
    x = normal(fold("pairs"), (N,), dtype=torch.float64).numpy()
    cos, sin = x[: N // 2], x[N // 2 :]
    bound = 4 / math.sqrt(N / 2)
    assert abs(np.corrcoef(cos, sin)[0, 1]) < bound
    assert abs(np.corrcoef(cos**2, sin**2)[0, 1]) < bound
    assert stats.kstest(np.arctan2(sin, cos), stats.uniform(-np.pi, 2 * np.pi).cdf).pvalue > LEAST_P


def test_odd_counts_and_any_shape():
    for shape in ((1,), (3,), (2, 3), (2, 3, 4), (), (0,), (0, 3)):
        assert normal(3, shape).shape == uniform(3, shape).shape == shape
    assert_close(normal(3, (2, 3)).flatten(), normal(3, (6,)), rtol=0, atol=0)


@pytest.mark.parametrize(
    "draw", [lambda k, n: uniform(k, (n,)), bits, lambda k, n: integers(k, (n,), 9)]
)
def test_a_longer_draw_begins_with_the_shorter(draw):
    assert torch.equal(draw(9, 100)[:37], draw(9, 37))


DRAWS = {
    "bits": lambda k: bits(k, 6),
    "uniform": lambda k: uniform(k, (2, 3)),
    "uniform f64": lambda k: uniform(k, (2, 3), dtype=torch.float64),
    "normal": lambda k: normal(k, (2, 3)),
    "normal, odd": lambda k: normal(k, (5,), dtype=torch.float64),
    "integers": lambda k: integers(k, (7,), 10),
    "permutation": lambda k: permutation(k, 9),
}
KEYS = [0, -1, 7, 2**62, fold("a")]


@pytest.mark.parametrize("name", DRAWS)
def test_a_tensor_of_keys_gives_each_keys_own_numbers(name):
    draw = DRAWS[name]
    each = torch.stack([draw(k) for k in KEYS])
    assert torch.equal(draw(torch.tensor(KEYS)), each)
    table = torch.tensor([KEYS, KEYS[::-1]])
    assert torch.equal(draw(table), torch.stack((each, each.flip(0))))
    assert torch.equal(draw(torch.tensor(KEYS[2])), each[2])  # a key without an axis


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", DRAWS)
def test_vmap_over_keys_is_the_same(name):
    keys = torch.tensor(KEYS)
    assert torch.equal(torch.vmap(DRAWS[name])(keys), DRAWS[name](keys))
    shifted = torch.vmap(lambda k: DRAWS[name](k + 3))(keys)
    assert torch.equal(shifted, DRAWS[name](keys + 3))


NEIGHBOURS = {
    "consecutive keys": (1000, 1001),
    "keys 16 apart": (1000, 1016),
    "consecutive steps": (fold(0, "turn", 5), fold(0, "turn", 6)),
    "members": (fold(0, "member", 0), fold(0, "member", 1)),
    "seeds": (fold(0, "turn", 5), fold(1, "turn", 5)),
    "streams": (fold(0, "real", 5), fold(0, "fake", 5)),
    "signs": (1000, -1000),
    "one bit": (0, -(2**63)),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_neighbouring_keys_are_unrelated(name):
    a, b = (normal(k, (N,), dtype=torch.float64).numpy() for k in NEIGHBOURS[name])
    bound = 4 / math.sqrt(N)
    for lag in (0, 1, 2, 7):
        pairs = (a[: N - lag], b[lag:]), (a[lag:], b[: N - lag])
        assert all(abs(np.corrcoef(x, y)[0, 1]) < bound for x, y in pairs)
    assert abs(np.corrcoef(a**2, b**2)[0, 1]) < 1.5 * bound
    u, v = (uniform(k, (N,), dtype=torch.float64) for k in NEIGHBOURS[name])
    folded = ((u - v) % 1).numpy()  # uniform if, and only if, they are unrelated enough
    assert stats.kstest(folded, "uniform").pvalue > LEAST_P


def test_first_numbers_of_many_steps_are_unrelated():
    keys = torch.tensor([fold(0, "turn", n) for n in range(20_000)])
    first = uniform(keys, (1,), dtype=torch.float64)[:, 0].numpy()
    assert stats.kstest(first, "uniform").pvalue > LEAST_P
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 4 / math.sqrt(len(first))


def test_within_a_stream_numbers_are_unrelated():
    x = uniform(fold("lag"), (N,), dtype=torch.float64).numpy()
    for lag in (1, 2, 3, 64):
        assert abs(np.corrcoef(x[:-lag], x[lag:])[0, 1]) < 4 / math.sqrt(N)


def test_every_bit_is_fair():
    words = bits(fold("bits"), N).numpy().view(np.uint64)
    ones = np.unpackbits(words.view(np.uint8)).reshape(N, 64).mean(axis=0)
    assert np.abs(ones - 0.5).max() < 5 / (2 * math.sqrt(N))


def test_integers_are_uniform_and_in_range():
    x = integers(fold("i"), (N,), 7).numpy()
    assert x.dtype == np.int64 and set(x) == set(range(7))
    assert stats.chisquare(np.bincount(x)).pvalue > LEAST_P
    assert integers(3, (50,), 1).tolist() == [0] * 50
    assert integers(3, (2, 3), 5).shape == (2, 3)


@pytest.mark.parametrize("n", [0, 1, 2, 10, 1000])
def test_a_permutation_is_one(n):
    order = permutation(fold("p"), n)
    assert order.dtype == torch.int64
    assert sorted(order.tolist()) == list(range(n))
    if n >= 10:
        assert order.tolist() != list(range(n))


def test_all_permutations_come_equally_often():
    keys = torch.tensor([fold("p", i) for i in range(12_000)])
    codes = (permutation(keys, 4) * torch.tensor([64, 16, 4, 1])).sum(1).numpy()
    _, counts = np.unique(codes, return_counts=True)
    assert len(counts) == 24 and stats.chisquare(counts).pvalue > LEAST_P


def test_nothing_is_consumed_and_the_global_stream_not_touched():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    first = normal(8, (5,))
    uniform(8, (5,)), integers(8, (5,), 3), permutation(8, 5)
    assert torch.equal(normal(8, (5,)), first)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_key_tensor_is_left_alone():
    keys = torch.tensor(KEYS)
    normal(keys, (3,)), bits(keys, 3)
    assert keys.tolist() == KEYS


FIELDS = [
    (0,), (1,), ("0",), (0, 0), (0, "latent", 7), (0, "latent", 8), (0, "laten", "t7"), (0, 1), (1, 0),
    (0, "1"), ("01",), (), ("",), ("a", "b"), ("ab",), ("a\x1fb",), (-1,), (2**64,),
    (2**200,),
]  # fmt: skip


def test_a_change_of_any_field_gives_another_key():
    keys = [fold(*fields) for fields in FIELDS]
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert len(set(keys)) == len(keys)


def test_text_cannot_imitate_the_boundary_of_two_fields():
    assert fold("a", "b") != fold("a\x1fstr:b")


def test_keys_differ_by_half_of_their_bits():
    counts = [((fold(i) ^ fold(i + 1)) % 2**64).bit_count() for i in range(2000)]
    assert abs(np.mean(counts) - 32) < 4 * 4 / math.sqrt(2000)


def test_stratified_rows_fill_every_quantile_cell_once_in_every_column():
    x = noise.stratified_normal(11, (40, 3), dtype=torch.float64)
    cells = (torch.special.ndtr(x) * 40).floor().long()
    assert all(sorted(cells[:, j].tolist()) == list(range(40)) for j in range(3))
    assert not torch.equal(cells[:, 0], cells[:, 1])  # columns are not paired in order


def test_a_stratified_row_by_itself_is_standard_normal():
    keys = torch.arange(4000) * 7919
    first = noise.stratified_normal(keys, (8, 2), dtype=torch.float64)[:, 0]
    for column in first.T:
        # the 99.9 % point of Kolmogorov's law at n = 4000
        assert kstest(column.numpy(), "norm").statistic < 1.95 / 4000**0.5


def test_stratified_members_are_their_own():
    keys = torch.tensor([3, 5, 8])
    many = noise.stratified_normal(keys, (16, 2))
    for key, rows in zip(keys.tolist(), many, strict=True):
        assert torch.equal(rows, noise.stratified_normal(key, (16, 2)))
