"""Whether training rows are copied, asked in four ways of the same n training rows.

The n training rows that are searched take no part in the references: real rows that stand in for the
generated ones are drawn from the rest. Otherwise every reference would itself contain copies.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from zerosum import noise
from zerosum.metrics import authenticity as authentic
from zerosum.metrics import cells, data_copying, memorisation
from zerosum.metrics.evidence import Measurement
from zerosum.metrics.nearness import nearness
from zerosum.metrics.panels import Trial, summarise

QUANTILE = 0.01  # of held-out rows' distances, below which a row counts as very near
_CELLS, _LEAST = 3, 20  # k-means cells of C_T, and generated rows that a cell needs
_CLEAN = 3.0  # standard deviations of C_T within which real rows must lie, or it is blanked
_FEW = 2000  # rows of authenticity, whose errors need all distances


def copying_panel(trial: Trial) -> list[Measurement]:
    """Return closer to train, copies, C_T and authenticity; C_T only with 20 rows in some cell."""
    seen, draws = apart(trial)
    found = [_closer(trial, seen, draws), _copies(trial, seen, draws)]
    if len(trial.held) >= _LEAST * _CELLS:
        found.append(_data_copying(trial, seen, draws))
    return [*found, _authenticity(trial, seen, draws)]


def apart(trial: Trial) -> tuple[Float[np.ndarray, "n d"], Int[np.ndarray, "splits n"]]:
    """Return n training rows that are searched, and as many draws of n of the other ones."""
    n = len(trial.held)
    order = noise.permutation(noise.fold(trial.key, "seen"), len(trial.pool)).numpy()
    rest = order[n:]
    draws = np.stack(
        [
            rest[noise.permutation(noise.fold(trial.key, "unseen", s), len(rest)).numpy()[:n]]
            for s in range(len(trial.draws))
        ]
    )
    return trial.pool[order[:n]], draws


def _closer(trial: Trial, seen: np.ndarray, draws: np.ndarray) -> Measurement:
    n, of = len(seen), len(trial.pool)
    mine = nearness(trial.fake, seen, trial.held, key=trial.key)
    real = [nearness(trial.pool[d], seen, trial.held, key=trial.key).share for d in draws]
    return Measurement(
        "closer to train",
        mine.share,
        mine.error,
        summarise(real),
        trial.label("nearest", f"{n} training rows against the held-out ones"),
        "lower",
        f"closer to train: p of such a share by chance below {max(mine.p, 1e-12):.2g}; only {n} of {of} "
        f"training rows are seen, so copying everything would score {0.5 + n / (2 * of):.2f}, not 1",
    )


def _copies(trial: Trial, seen: np.ndarray, draws: np.ndarray) -> Measurement:
    quantile = max(QUANTILE, 1.0 / (len(trial.held) + 1))
    found = memorisation.copies(trial.fake, seen, trial.held, quantile=quantile)
    real = [
        memorisation.copies(trial.pool[d], seen, trial.held, quantile=quantile).share.value
        for d in draws
    ]
    return Measurement(
        "copies",
        found.share.value,
        found.share.error,
        summarise(real),
        trial.label("nearest", f"below the {100 * quantile:.3g} % quantile of held-out rows"),
        "lower",
        f"copies: {found.count} rows are that near to a training row, {found.expected:.1f} expected, "
        f"p {found.p:.2g} of as many without copying",
    )


def _data_copying(trial: Trial, seen: np.ndarray, draws: np.ndarray) -> Measurement:
    parts = cells.partition(seen, _CELLS, key=trial.key)

    def statistic(rows: np.ndarray, shuffles: int) -> data_copying.DataCopying:
        return data_copying.data_copying(
            rows, seen, trial.held, least=_LEAST, shuffles=shuffles, key=trial.key, parts=parts
        )

    mine, real = statistic(trial.fake, 499), [statistic(trial.pool[d], 1) for d in draws]
    found = Measurement(
        "C_T",
        mine.value,
        mine.error,
        summarise([r.value for r in real]),
        trial.label("C_T", f"{_CELLS} k-means cells of {len(seen)} training rows"),
        "reference",
        f"C_T: {mine.z:+.1f} standard deviations from 0, p {mine.p:.2g} that it is as low without copying; "
        "far below 0 is copying, far above is missing the data",
    )
    usual = float(np.median([r.z for r in real]))
    if abs(usual) > _CLEAN:
        return found.blank(f"real rows themselves are {usual:+.1f} standard deviations from 0")
    return found


def _authenticity(trial: Trial, seen: np.ndarray, draws: np.ndarray) -> Measurement:
    n = min(_FEW, len(seen))
    mine = authentic.authenticity(seen[:n], trial.fake[:n], key=trial.key)
    real = [authentic.authenticity(seen[:n], trial.pool[d[:n]], splits=0).value for d in draws]
    return Measurement(
        "authenticity",
        mine.value,
        mine.error,
        summarise(real),
        trial.label("authenticity", f"{n} rows against {n} training rows, half-sample errors"),
        "higher",
    )
