"""References of panels: the same rule, applied to the drawn training rows."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from zerosum.metrics import panels
from zerosum.metrics.frechet import frechet_distance
from zerosum.metrics.ks import ks_two_sample


def trial(n: int = 40) -> panels.Trial:
    rng = np.random.default_rng(0)
    draws = np.stack([rng.permutation(200)[:n] for _ in range(7)])
    held, fake, pool = (rng.normal(size=(k, 2)) for k in (n, n, 200))
    return panels.Trial(held, fake, pool, draws, "space-id", "real=held-out 40 | fake=40", 1)


def test_a_reference_is_the_value_of_training_subsets() -> None:
    t = trial()
    found, quoted = panels.frechet_panel(t, "here")
    values = [frechet_distance(t.held, t.pool[d]).value for d in t.draws]
    assert_allclose(found.reference.median, np.median(values), rtol=1e-12)
    assert_allclose(
        [found.reference.low, found.reference.high], np.percentile(values, [5, 95]), rtol=1e-12
    )
    assert found.reference.splits == 7
    assert found.value == frechet_distance(t.held, t.fake).value
    assert quoted.value == frechet_distance(t.held, t.fake).plug_in
    plug_ins = [frechet_distance(t.held, t.pool[d]).plug_in for d in t.draws]
    assert_allclose(quoted.reference.median, np.median(plug_ins), rtol=1e-12)
    assert found.label == ("FD[space-id | joint jackknife G=10 | real=held-out 40 | fake=40 | f64]")


def test_few_rows_are_the_first_of_each_set_and_say_so() -> None:
    t = trial().first(10)
    assert len(t.held) == len(t.fake) == t.draws.shape[1] == 10
    assert t.rows.startswith("first 10 of ")
    assert trial().first(1000).rows == trial().rows


def test_the_line_panel_measures_raw_rows_by_ks() -> None:
    t = trial()
    one = panels.Trial(t.held[:, :1], t.fake[:, :1], t.pool[:, :1], t.draws, "s", "r", 1)
    found = {m.name: m for m in panels.line_panel(one, one, None)}
    assert set(found) == {"W1", "KS held-out"}
    assert found["KS held-out"].value == ks_two_sample(one.held[:, 0], one.fake[:, 0])
