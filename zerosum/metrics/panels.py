"""Which numbers are taken in a space, each with its error and with what real rows get instead.

A panel asks a question of the generated rows, then asks it again of each real TRAIN subset: same
rule, same number of rows, same held-out rows on the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from zerosum.metrics import frechet, intervals, ks, modes, prdc, transport
from zerosum.metrics.evidence import Better, Measurement, Reference
from zerosum.theory.empirical import dkw_band

EXACT_ROWS = 500  # rows of the exact transport distance: its time grows as n³
_K = 5
_PRDC_BETTER: dict[str, Better] = {
    "precision": "higher",
    "recall": "higher",
    "density": "reference",  # above real data's it means crowding where real rows are dense
    "coverage": "higher",
}


@dataclass(frozen=True)
class Trial:
    """Rows of one space, ready to be compared.

    Fields:
        held: (n, d) held-out rows. fake: (n, d) generated rows.
        pool: (p, d) training rows. draws: (splits, n) rows of the pool, one subset each.
        space: id of the extractor. rows: how the rows were chosen, for labels. key: noise key of
            errors.
    """

    held: Float[np.ndarray, "n d"]
    fake: Float[np.ndarray, "n d"]
    pool: Float[np.ndarray, "p d"]
    draws: Int[np.ndarray, "splits n"]
    space: str
    rows: str
    key: int

    def label(self, what: str, method: str) -> str:
        """Return `what[space | method | rows | f64]`."""
        return f"{what}[{self.space} | {method} | {self.rows} | f64]"

    def first(self, n: int) -> Trial:
        """Return the trial with only the first n rows of each set."""
        if n >= len(self.held):
            return self
        rows = f"first {n} of {self.rows}"
        return replace(
            self, held=self.held[:n], fake=self.fake[:n], draws=self.draws[:, :n], rows=rows
        )

    def fewer(self, splits: int) -> Trial:
        """Return the trial with only the first `splits` real subsets, where each costs much."""
        asked = f"reference={len(self.draws)} train"
        rows = self.rows.replace(asked, f"reference={min(splits, len(self.draws))} train")
        return replace(self, draws=self.draws[:splits], rows=rows)

    def reference(self, score: Callable[[np.ndarray], float]) -> Reference:
        """Return the spread of score(rows) over the training subsets."""
        return summarise([score(self.pool[d]) for d in self.draws])


def summarise(values: Sequence[float]) -> Reference:
    """Return median and 5-95 % range of the values of real data."""
    low, median, high = np.percentile(np.asarray(values, dtype=np.float64), [5, 50, 95])
    return Reference(float(median), float(low), float(high), len(values))


def frechet_panel(trial: Trial, space: str) -> list[Measurement]:
    """Return the Fréchet distance to the held-out rows, debiased, and plug-in as papers quote it."""
    result = frechet.frechet_distance(trial.held, trial.fake)
    real = [frechet.frechet_distance(trial.held, trial.pool[d]) for d in trial.draws]
    left = "" if result.bias_removed else "; below 4 rows a feature, so some bias is left"
    return [
        Measurement(
            name=f"FD {space}",
            value=result.value,
            error=result.error,
            reference=summarise([r.value for r in real]),
            label=trial.label("FD", f"joint jackknife G={result.groups}"),
            better="lower",
            note=f"FD {space}: bias removed by the jackknife{left}" if left else "",
        ),
        Measurement(
            name=f"FD {space} plug-in",
            value=result.plug_in,
            error=result.error,
            reference=summarise([r.plug_in for r in real]),
            label=trial.label("FD", "plug-in, biased upwards, as papers quote it"),
            better="lower",
        ),
    ]


def prdc_panel(trial: Trial, space: str) -> list[Measurement]:
    """Return precision, recall, density and coverage, closed balls of k = 5 neighbours."""
    result = prdc.prdc(trial.held, trial.fake, k=_K, key=trial.key)
    real = [prdc.prdc(trial.held, trial.pool[d], k=_K, splits=0) for d in trial.draws]
    note = f"coverage of a perfect model at this n: {result.expected_coverage:.4f} on average"
    label = trial.label("PRDC", f"k={_K} closed balls, half-sample errors")
    return [
        Measurement(
            name=f"{name} {space}",
            value=getattr(result, name).value,
            error=getattr(result, name).error,
            reference=summarise([getattr(r, name).value for r in real]),
            label=label,
            better=_PRDC_BETTER[name],
            note=note if name == "coverage" else "",
        )
        for name in prdc.NAMES
    ]


def _distance(
    trial: Trial,
    name: str,
    score: Callable[[np.ndarray, np.ndarray], float],
    label: str,
    note: str = "",
) -> Measurement:
    error = intervals.half_sample_error(score, trial.held, trial.fake, key=trial.key)
    reference = trial.reference(lambda r: score(trial.held, r))
    value = score(trial.held, trial.fake)
    return Measurement(name, value, error, reference, label, "lower", note)


def line_panel(
    trial: Trial, raw: Trial, cdf: Callable[[np.ndarray], np.ndarray] | None
) -> list[Measurement]:
    """Return W1 and KS of one column, and KS against the known distribution when there is one."""
    n = len(trial.held)
    band = dkw_band(n)
    rows = [
        _distance(
            trial,
            "W1",
            transport.wasserstein_1d,
            trial.label("W1", "sorted, in train standard deviations"),
        ),
        _distance(
            raw,
            "KS held-out",
            ks.ks_two_sample,
            raw.label("KS", "two samples"),
            f"KS of two samples of {n} of one law stays below {1.358 * np.sqrt(2 / n):.4f} in 95 %",
        ),
    ]
    if cdf is not None:
        known = cdf
        rows.append(
            _distance(
                raw,
                "KS true law",
                lambda _, r: ks.ks_known(r, known),
                raw.label("KS", "one sample against the known cdf"),
                f"95 % band of Dvoretzky, Kiefer, Wolfowitz, Massart at this n: {band:.4f}",
            )
        )
    return rows


def plane_panel(trial: Trial) -> list[Measurement]:
    """Return exact W1 (of 500 rows at most) and sliced W1 of two columns."""
    few = trial.first(EXACT_ROWS)
    return [
        _distance(
            few,
            "W1 exact",
            transport.wasserstein_exact,
            few.label("W1", "optimal assignment, in train standard deviations"),
        ),
        _distance(
            trial,
            "W1 sliced",
            transport.sliced_wasserstein,
            trial.label("SW1", "64 even directions, in train standard deviations"),
        ),
    ]


def modes_panel(raw: Trial, centres: np.ndarray, scale: float) -> list[Measurement]:
    """Return modes found, high-quality share and KL over modes, with what real rows get."""
    result = modes.mode_statistics(raw.fake, centres, scale)
    real = [modes.mode_statistics(raw.pool[d], centres, scale) for d in raw.draws]
    label = raw.label("modes", f"{result.total} modes, {modes.WITHIN:g} sigma, nearest mode")
    kl, good = result.divergence, result.high_quality
    return [
        Measurement(
            "modes found",
            float(result.found),
            None,
            summarise([float(r.found) for r in real]),
            label,
            "higher",
            f"modes found: {result.found} of {result.total}",
        ),
        Measurement(
            "high quality",
            good.value,
            good.error,
            summarise([r.high_quality.value for r in real]),
            label,
            "reference",
            f"high quality: Wilson 95 % {good.low:.4f} to {good.high:.4f}; "
            f"{result.perfect:.4f} for a perfect model of well separated modes",
        ),
        Measurement(
            "KL modes",
            kl.value,
            kl.error,
            summarise([r.divergence.value for r in real]),
            label,
            "lower",
            f"KL modes: nats, less the floor {kl.floor:.3g} of a perfect model",
        ),
    ]


def column_panel(trial: Trial, facts: dict[str, Any]) -> list[Measurement]:
    """Return the largest two-sample KS and W1 distances over the columns; all of them go to the facts."""
    distances, d = ks.ks_columns(trial.held, trial.fake), trial.held.shape[1]
    n = len(trial.held)
    bound = float(np.sqrt(np.log(2.0 * d / 0.05) / n))
    moved = _moved(trial.held, trial.fake)
    facts["columns"] = {"KS": distances.tolist(), "KS_bound": bound, "W1": moved.tolist()}
    return [
        _distance(
            trial,
            "KS worst column",
            lambda a, b: float(ks.ks_columns(a, b).max()),
            trial.label("KS", f"two samples, largest of {d} columns"),
            f"worst column: number {int(distances.argmax())}, counted from 0; {d} columns of one law all "
            f"stay below {bound:.4f} in 95 % or more",
        ),
        _distance(
            trial,
            "W1 worst column",
            lambda a, b: float(_moved(a, b).max()),
            trial.label("W1", f"sorted, train standard deviations, largest of {d} columns"),
        ),
    ]


def _moved(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return W1 of each column."""
    return np.asarray([transport.wasserstein_1d(a[:, j], b[:, j]) for j in range(a.shape[1])])
