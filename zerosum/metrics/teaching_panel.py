"""What a classifier learns from generated rows with the classes they were asked for, beside real ones.

    TSTR - TRTR, in accuracy on held-out rows: 0 when generated rows teach as much as real ones

Source: Esteban, Hyland and Rätsch 2017, arXiv:1706.02633, section 4.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Int

from zerosum import noise
from zerosum.metrics.downstream import Downstream, Labelled, downstream
from zerosum.metrics.evidence import Measurement
from zerosum.metrics.panels import Trial, summarise

_ROWS = 1000  # of each training set
_SEEDS, _SPLITS, _TREES = 2, 5, 30  # forests of each kind; real sets in the generated one's place


def teaching_panel(
    trial: Trial,
    truth: Int[np.ndarray, " p"],
    unseen: Int[np.ndarray, " n"],
    asked: Int[np.ndarray, " n"],
) -> list[Measurement]:
    """Return TSTR - TRTR with its error; nothing when some class is not in the rows that teach.

    Args:
        trial: rows of a space. truth: classes of its pool. unseen: of its held-out rows.
        asked: of its generated rows.
    """
    n = min(_ROWS, len(trial.fake))
    order = noise.permutation(noise.fold(trial.key, "taught"), len(trial.pool)).numpy()
    real, rest = order[:n], order[n:]
    if not set(unseen) | set(asked[:n]) <= set(truth[real]):
        return []
    test, train = Labelled(trial.held, unseen), Labelled(trial.pool[real], truth[real])

    def gap(made: Labelled) -> Downstream:
        return downstream(train, made, test, classifier=_forest, seeds=_SEEDS, key=trial.key)

    mine = gap(Labelled(trial.fake[:n], asked[:n]))
    others = [
        rest[noise.permutation(noise.fold(trial.key, "teachers", s), len(rest)).numpy()[:n]]
        for s in range(_SPLITS)
    ]
    again = [gap(Labelled(trial.pool[pick], truth[pick])).value for pick in others]
    return [
        Measurement(
            "TSTR-TRTR",
            mine.value,
            mine.error,
            summarise(again),
            trial.label("accuracy", f"forests of {_TREES}, {n} rows teach, {_SEEDS} seeds"),
            "higher",
            f"TSTR-TRTR: accuracy {mine.tstr.value:.3f} ± {mine.tstr.error:.3f} taught by generated rows, "
            f"{mine.trtr.value:.3f} ± {mine.trtr.error:.3f} by real ones, {mine.guess:.3f} by guessing; a "
            f"range of {_SPLITS} real sets",
        )
    ]


def _forest(seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=_TREES, random_state=seed)
