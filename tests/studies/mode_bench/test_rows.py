"""The table as texts: ours first, then published rows in the same columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.studies.mode_bench.benches import judged, part
from zerosum.studies.mode_bench.bench import REAL, Bench
from zerosum.studies.mode_bench.found import Judged
from zerosum.studies.mode_bench.protocols import protocol
from zerosum.studies.mode_bench.rows import PERFECT, cost_cells, heading, rows, verdict_cells
from zerosum.studies.mode_bench.tally import tally


def test_columns_and_order():
    _, found = part(
        gan=judged("gan", [8, 7, 0], failed=[False, False, True]), mm=judged("mm", [8] * 3)
    )
    made = rows(found)
    assert made.heads == (
        "system", "modes", "% good", "reverse KL", "reverse KL, plug-in", "all modes", "failed",
    )  # fmt: skip
    assert [row[0] for row in made.ours] == [PERFECT, REAL, "gan", "mm"]
    assert made.ours[0][1:3] == ("8.0", "98.9")
    gan = dict(zip(made.heads, made.ours[2], strict=True))
    # mean 5, sd sqrt(19), t(2) = 4.303: 5 +- 10.8
    assert gan["modes"] == "5.0 [−5.8, 15.8]"
    assert (gan["all modes"], gan["failed"]) == ("1 of 3", "1 of 3")
    assert made.ours[3][3] == "0.000 [0.000, 0.000]"


def test_published_rows_say_whose_they_are():
    _, found = part(gan=judged("gan", [8, 8]))
    ((said, published),) = rows(found).published
    assert "Lin et al. 2018 (PacGAN)" in said and "compared with the printed table" in said
    assert published[0] == ("GAN", "6.3±0.5", "98.2±0.2", "–", "0.45±0.09", "–", "–")
    assert "not to be quoted" in heading(protocol("adagan-3").published[0])


def test_a_thin_divergence_is_marked():
    _, found = part(gan=judged("gan", [8, 8], good=[0.1, 0.1]))
    assert rows(found).ours[2][3].startswith("~")


def test_coverage_has_its_median_beside_the_papers():
    bench = Bench(("adagan-3",), ("gan",), seeds=3)
    scores = {"C": np.array([0.2, 0.9, 0.7])}
    nothing, never = np.zeros((0, 2)), np.zeros(3, dtype=bool)
    table = {name: Judged(name, scores, never, nothing) for name in (REAL, "gan")}
    made = rows(tally(bench.judged[0], {"adagan-3": table}))
    assert made.heads == ("system", "C, median", "C", "failed")
    assert made.ours[2][:3] == ("gan", "0.700", "0.600 [−0.296, 1.496]")
    assert made.published[0][1][0] == ("vanilla", ".63", "–", "–")


def test_costs_and_answers():
    _, found = part(gan=judged("gan", [1] * 10), mm=judged("mm", [8] * 10))
    assert cost_cells(found.lines[1]) == ("gan", "7", "11", "13", "1 min 05 s")
    unknown = replace(found.lines[1], judged=replace(found.lines[1].judged, seconds=0.0))
    assert cost_cells(unknown)[-1] == "–"
    first = verdict_cells(found.verdicts[0])
    assert first == ("mm over gan", "modes", "7.0 [7.0, 7.0]", "0.002", "0.002", "yes")
