"""A sampled table beside real rows: its values, each column's marginal, correlations, and KS distances.

D of a column is sup |F_n - G_m| (`metrics/ks.py`). By the Dvoretzky-Kiefer-Wolfowitz inequality both F_n and
G_m stay within their bands of the one true F with probability 1 - α or more together, so that

    D ≤ ε_n(α/2) + ε_m(α/2),   ε_n(α) = √(log(2/α)/2n)

holds with that probability where columns of both kinds have one law: a D beyond it is a difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from zerosum.data.codec import NumericCodec
from zerosum.errors import InputError
from zerosum.metrics.ks import ks_columns
from zerosum.studio.bounds import between, one_of
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.explore import real
from zerosum.studio.explore.models import Model
from zerosum.studio.shared import Shared
from zerosum.theory.empirical import dkw_band

MAX_ROWS, MAX_VALUES = 10_000, 200_000  # of a table that is sent
MAX_CORRELATED = 64  # columns of the heat map
AGAINST = ("held-out", "training")
_LEAST, _MOST = 8, 40  # bars of a histogram: by Rice's rule, 2 n^(1/3), between these
_FEW = 25  # different values of which each gets a bar of its own
_ALPHA = 0.05
_ENDS = 0.001  # share of the values on either side that may lie beyond the outer bars


@dataclass(frozen=True)
class Asked:
    """Which table is wanted."""

    n: Annotated[int, "generated rows", between(2, MAX_ROWS)] = 1000
    label: Annotated[str, "class of a conditional generator; empty takes all in turn"] = ""
    seed: Annotated[int, "of the rows", between(0, 2**31)] = 0
    against: Annotated[str, "which real rows to compare with", one_of(AGAINST)] = AGAINST[0]


def endpoint(shared: Shared) -> Endpoint:
    """Return the endpoint that samples a table."""

    def answer(id: str, asked: Asked) -> dict[str, Any]:
        model = shared.models.of(id)
        with shared.turns.take():
            return table(model, asked)

    return Endpoint(
        "GET", "/api/explore/{id}/table", "A sampled table and how its columns compare.", answer,
        query=Asked,
    )  # fmt: skip


def table(model: Model, asked: Asked) -> dict[str, Any]:
    """Return generated rows, marginals, correlations and KS distances.

    Raises:
        InputError: a generator of pictures, more values than can be sent, or an unknown class.
    """
    codec = model.generator.codec
    if not isinstance(codec, NumericCodec):
        raise InputError("this generator makes pictures: a table has columns of numbers")
    if asked.n * len(codec.columns) > MAX_VALUES:
        most = MAX_VALUES // len(codec.columns)
        raise InputError(
            f"{asked.n} rows of {len(codec.columns)} columns are too many to show: ask for {most}"
        )
    made = model.generator.sample(asked.n, asked.seed, asked.label or None)
    made = made.reshape(asked.n, len(codec.columns))
    found = {"columns": list(codec.columns), "rows": made.tolist(), "why": real.why_none(model)}
    if found["why"]:
        return found | {
            "marginals": _marginals(made, None),
            "correlation": _correlation(made, None),
        }
    trained, held_out = (real.some_of(rows, asked.seed, MAX_ROWS) for rows in real.split_of(model))
    each = {AGAINST[0]: held_out, AGAINST[1]: trained}
    true, other = (
        _numbers(each[name].read(), made) for name in (asked.against, _other(asked.against))
    )
    return found | {
        "against": asked.against,
        "real": len(true),
        "marginals": _marginals(made, true),
        "correlation": _correlation(made, true),
        "ks": distances(made, true, other),
    }


def distances(made: np.ndarray, true: np.ndarray, other: np.ndarray) -> dict[str, Any]:
    """Return the KS distance of each column, the band of one law, and how far real rows are from real ones.

    Args: made: (n, d) generated. true: (m, d) real. other: (k, d) real rows that are not those.
    """
    n, m, d = len(made), len(true), made.shape[1]
    return {
        "generated": ks_columns(made, true).tolist(),
        "reference": ks_columns(other, true).tolist(),
        "reference_rows": len(other),
        "band": band(n, m, _ALPHA),
        "band_of_all": band(n, m, _ALPHA / d),
        "band_of_reference": band(len(other), m, _ALPHA),
    }


def band(n: int, m: int, alpha: float) -> float:
    """Return what the distance of two samples of one law stays below with probability 1 - alpha or more.

    >>> round(band(1000, 1000, 0.05), 4)
    0.0936
    """
    return dkw_band(n, level=1 - alpha / 2) + dkw_band(m, level=1 - alpha / 2)


def _marginals(made: np.ndarray, true: np.ndarray | None) -> list[dict[str, Any]]:
    """Return each column's histogram as shares of the rows in bars that both kinds have in common."""
    found = []
    for column in range(made.shape[1]):
        drawn = made[:, column].astype(np.float64)
        given = drawn if true is None else true[:, column]
        edges, apart = _edges(given if true is not None else drawn, np.concatenate((drawn, given)))
        shares = {"generated": _shares(drawn, edges).tolist()}
        if true is not None:
            shares["real"] = _shares(given, edges).tolist()
        found.append(
            {
                "edges": edges.tolist(),
                "values": apart,
                **shares,
                "facts": _facts(drawn, true, column),
            }
        )
    return found


def _edges(given: np.ndarray, both: np.ndarray) -> tuple[np.ndarray, list[float] | None]:
    """Return the ends of the bars, and the values they stand for where there are few."""
    values = np.unique(given)
    if len(values) <= _FEW and np.all(values == np.rint(values)) and len(values) > 1:
        middle = (values[1:] + values[:-1]) / 2
        ends = np.concatenate(([values[0] - 0.5], middle, [values[-1] + 0.5]))
        return ends, values.tolist()
    low, high = np.quantile(both, [_ENDS, 1 - _ENDS])
    if not high > low:
        low, high = low - 0.5, high + 0.5
    bars = min(_MOST, max(_LEAST, round(2 * len(given) ** (1 / 3))))
    return np.linspace(low, high, bars + 1), None


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the share of the values in each bar; those beyond the ends count in the outer bars."""
    inside = np.clip(values, edges[0], edges[-1])
    return np.histogram(inside, edges)[0] / len(values)


def _facts(drawn: np.ndarray, true: np.ndarray | None, column: int) -> dict[str, Any]:
    facts = {"mean": float(drawn.mean()), "std": float(drawn.std())}
    if true is not None:
        facts |= {
            "real_mean": float(true[:, column].mean()),
            "real_std": float(true[:, column].std()),
        }
    return facts


def _correlation(made: np.ndarray, true: np.ndarray | None) -> dict[str, Any] | None:
    """Return Pearson's correlations of the first columns, null where a column does not vary."""
    if made.shape[1] < 2:
        return None
    found = {"generated": _pearson(made)}
    return found if true is None else found | {"real": _pearson(true)}


def _pearson(rows: np.ndarray) -> list[list[float | None]]:
    part = rows[:, :MAX_CORRELATED].astype(np.float64)
    part = part - part.mean(axis=0)
    size = np.sqrt(np.square(part).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = part.T @ part / np.outer(size, size)
    return [[float(v) if np.isfinite(v) else None for v in row] for row in found]


def _numbers(rows: np.ndarray, made: np.ndarray) -> np.ndarray:
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), made.shape[1])


def _other(against: str) -> str:
    return AGAINST[1 - AGAINST.index(against)]
