"""What a bench consists of, and what no bench can be made of."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.studies.ledger import plain
from zerosum.studies.mode_bench.bench import FIRST, REAL, Bench, facts
from zerosum.studies.mode_bench.entrants import ENTRANTS


def test_protocols_that_share_data_share_a_cell():
    bench = Bench(("ring-veegan", "grid", "ring-pacgan"), ("gan", "r3gan"))
    cells = bench.description()["work"]
    assert len(cells) == 2 * 3
    assert {tuple(c["protocols"]) for c in cells} == {("ring-veegan", "ring-pacgan"), ("grid",)}
    assert [c["system"] for c in cells[-2:]] == [REAL, REAL]  # the longest are begun first
    assert {c["system"] for c in cells[:2]} == {"r3gan"}
    assert plain(bench.description()) == plain(plain(bench.description()))


def test_the_default_is_everything_without_files():
    bench = Bench()
    assert bench.names == FIRST and "stacked-mnist" not in bench.names
    assert bench.entered == tuple(ENTRANTS)
    assert len(bench.description()["work"]) == 10 * (len(ENTRANTS) + 1)
    bench.check()


def test_what_is_said_by_hand_goes_over_the_budget():
    bench = Bench(("grid",), ("gan",), seeds=4, updates=10)
    on = bench.terms("grid")
    assert (on.seeds, on.updates) == (4, 10) and facts(bench)["grid"]["seeds"] == 4
    settings = bench.description()["work"][0]["settings"]
    assert settings["run"]["steps"] == 10 and bench.description()["work"][0]["seeds"] == 4


def test_mnist_is_read_where_it_is_and_known_by_its_rows(tmp_path):
    rng = np.random.default_rng(0)
    labels = np.tile(np.arange(10), 4)
    pictures = rng.integers(0, 256, (40, 28, 28)).astype(np.uint8)
    for name in ("a.npz", "b.npz"):
        np.savez(
            tmp_path / name,
            x_train=pictures, y_train=labels, x_test=pictures[:10], y_test=labels[:10],
        )  # fmt: skip
    first, second = (
        Bench(("stacked-mnist",), ("gan",), mnist=str(tmp_path / name))
        for name in ("a.npz", "b.npz")
    )
    first.check()
    assert first.description() == second.description()  # where they lie is no part of the study
    assert first.description()["mnist_sha256"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"protocols": ("grd",)}, "unknown protocol 'grd'; did you mean 'grid'"),
        ({"protocols": ("grid", "grid")}, "each once"),
        ({"protocols": ("stacked-mnist",)}, "stacked-mnist needs MNIST's files"),
        ({"mnist": "/nowhere/mnist.npz"}, "nowhere"),
        ({"mnist": "x.npz", "protocols": ("grid",)}, "stacked-mnist is not among the protocols"),
        ({"systems": ("wgn",)}, "did you mean 'wgan'"),
        ({"seeds": 1}, "seeds is 1"),
        ({"updates": 4}, "updates is 4"),
        ({"seed": -1}, "seed is -1"),
        ({"scale": "hours"}, "unknown scale 'hours'"),
        ({"budget": "slow"}, "unknown budget 'slow'"),
    ],
)
def test_no_bench_can_be_made_of_it(more, said):
    with pytest.raises(InputError, match=said):
        Bench(**{"protocols": (), **more}).check()
