"""The estimate: weights times updates times what an update takes, on a clock that the test sets."""

from __future__ import annotations

import pytest

from tests.studies.mode_bench.benches import enter, team
from zerosum.studies.mode_bench import cost
from zerosum.studies.mode_bench.bench import REAL, Bench
from zerosum.studies.mode_bench.cost import START, Estimate, estimate
from zerosum.studies.mode_bench.entrants import ENTRANTS


@pytest.fixture
def tenth(monkeypatch):
    """A clock by which every training takes a tenth of a second a round and a second to begin."""
    now = [0.0]

    def train(settings, source, *, first, seeds):
        now[0] += 1.0 + 0.1 * settings["run"]["steps"]

    monkeypatch.setattr(cost, "as_population", train)
    return lambda: now[0]


def test_it_is_what_the_cells_add_up_to(tenth, monkeypatch):
    enter(monkeypatch, gan=team([8, 8]))
    bench = Bench(("ring-pacgan", "grid"), ("gan", "r3gan"), seeds=2, updates=100)
    cells = bench.description()["work"]
    found = estimate(bench, cells, 4, clock=tenth)
    each = START + 2 * 0.3
    weight = ENTRANTS["r3gan"].weight
    assert found.seconds == pytest.approx(
        2 * (each + 10.0) + 2 * (each + 10.0 * weight) + 2 * START
    )
    assert found.longest == pytest.approx(each + 10.0 * weight)
    assert found.wall == pytest.approx(max(found.longest, found.seconds / 4))
    assert (found.cells, found.workers) == (6, 4)


def test_data_of_one_kind_are_timed_once(tenth):
    bench = Bench(("ring-pacgan", "grid"), ("gan",), seeds=2, updates=100)
    cells = bench.description()["work"]
    estimate(bench, cells, 1, clock=tenth)
    assert tenth() == pytest.approx(3 + 0.1 * (3 + 3 + 23))


def test_real_rows_are_not_trained(tenth):
    bench = Bench(("grid",), ("gan",))
    found = estimate(bench, [{"system": REAL, "data": "grid"}], 2, clock=tenth)
    assert (found.seconds, found.workers, tenth()) == (START, 1, 0.0)
    assert "about 3.0" in found.sentence()


def test_the_longest_cell_bounds_it():
    assert Estimate(100.0, 3, 50, 80.0).wall == 80.0
