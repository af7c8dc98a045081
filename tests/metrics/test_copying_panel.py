"""Copying as a panel: references without copies, a control that blanks, few rows."""

from __future__ import annotations

import numpy as np
import pytest

from tests.metrics.test_panels import trial
from zerosum.metrics import panels
from zerosum.metrics.copying_panel import apart, copying_panel


def test_the_rows_searched_are_in_no_reference() -> None:
    t = trial()
    seen, draws = apart(t)
    assert len(seen) == len(t.held) and draws.shape == t.draws.shape
    drawn = {tuple(row) for row in t.pool[draws.ravel()]}
    assert not drawn & {tuple(row) for row in seen}


def test_memorisation_draws_reference_rows_outside_the_rows_searched() -> None:
    t = trial()
    copied = panels.Trial(t.held, t.pool[t.draws[0]], t.pool, t.draws, "s", "r", 1)
    (found,) = copying_panel(copied)[:1]
    assert found.reference.high < 0.75  # were the rows searched among the draws, it would be higher
    assert 0.0 <= found.value <= 1.0 and "of 200 training rows" in found.note


def gaussian(n: int, fakes: str, seed: int = 0) -> panels.Trial:
    rng = np.random.default_rng(seed)
    held, fake, pool = (rng.normal(size=(k, 2)) for k in (n, n, 4 * n))
    draws = np.stack([rng.permutation(4 * n)[:n] for _ in range(10)])
    made = panels.Trial(held, fake, pool, draws, "space", "rows", seed)
    seen, _ = apart(made)
    if fakes == "copies":
        made = panels.Trial(held, seen + 1e-3, pool, draws, "space", "rows", seed)
    return made


def test_copies_are_seen_by_all_four_and_fresh_rows_by_none() -> None:
    honest = {m.name: m for m in copying_panel(gaussian(150, "fresh"))}
    caught = {m.name: m for m in copying_panel(gaussian(150, "copies"))}
    assert list(honest) == ["closer to train", "copies", "C_T", "authenticity"]
    assert (
        caught["closer to train"].value == pytest.approx(1.0)
        and caught["authenticity"].value < 0.02
    )
    assert caught["copies"].value > 0.5 and caught["C_T"].value < -5
    for name, m in honest.items():
        assert abs(m.value - m.reference.median) < 5 * max(m.error, 0.01), name


def test_fewer_rows_than_cells_need_leave_c_t_out() -> None:
    assert [m.name for m in copying_panel(gaussian(50, "fresh"))] == [
        "closer to train",
        "copies",
        "authenticity",
    ]


def test_c_t_is_blank_where_real_rows_are_far_from_0() -> None:
    t = gaussian(150, "fresh")
    # held-out rows of another law than the training rows: then C_T of real rows says nothing of copying
    elsewhere = panels.Trial(t.held + 3.0, t.fake, t.pool, t.draws, "space", "rows", 0)
    found = {m.name: m for m in copying_panel(elsewhere)}["C_T"]
    assert found.value is None and found.error is None and found.reading == "blank"
    assert "real rows themselves" in found.note
    assert found.reference.median < -3


@pytest.mark.parametrize("n", [30, 98, 99, 150])
def test_the_quantile_is_one_that_the_held_out_rows_have(n: int) -> None:
    found = copying_panel(gaussian(n, "fresh"))[1]
    wanted = 1.0 if n >= 99 else 100 / (n + 1)
    assert f"below the {wanted:.3g} % quantile" in found.label
