"""What the panel says of real rows, of noise, and of itself."""

from __future__ import annotations

import numpy as np

from zerosum import noise
from zerosum.data.triangles import Triangles
from zerosum.metrics.manifold_panel import manifold_panel

LAW = Triangles(8)
HELD, REAL, POOL = (LAW.render(LAW.draw(k, n)).numpy() for k, n in ((1, 60), (2, 60), (3, 240)))
DRAWS = np.stack([noise.permutation(k, 240).numpy()[:60] for k in range(6)])


def panel(fake):
    return {m.name: m for m in manifold_panel(HELD, fake, POOL, DRAWS, LAW, "story")}


def test_real_rows_read_as_real():
    found = panel(REAL)
    precision, recall = found["precision manifold"], found["recall manifold, at least"]
    assert precision.value == 1.0 and precision.reading == "as real"
    assert found["distance manifold"].value < 1e-3
    assert recall.reference.low - 3 * recall.error <= recall.value
    assert precision.reference.splits == 5 and recall.reference.splits == 6


def test_noise_reads_as_worse_and_labels_say_how():
    found = panel(noise.uniform(4, (60, 64)).double().numpy())
    assert found["precision manifold"].value == found["recall manifold, at least"].value == 0.0
    assert {m.reading for m in found.values()} >= {"worse"}
    assert "half a pixel" in found["precision manifold"].label
    assert "nearest sample" in found["recall manifold, at least"].label
