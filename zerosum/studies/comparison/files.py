"""The trainings of a comparison as columns, one line a training: for CSV and for a frame."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zerosum.errors import InputError
from zerosum.records import atomic
from zerosum.records.leftovers import replace_file
from zerosum.studies.comparison.trials import Trials

if TYPE_CHECKING:
    import pandas


def columns(trials: Trials) -> dict[str, list[Any]]:
    """Return every training of the search, then every final one, column by column.

    Columns: stage ("search" or "final"), objective, draw and seed (numbers from 0; seed s of the
    search and seed s of the final trainings are two different seeds), the hyper-parameters (NaN
    where an objective has none of it), the scores (NaN where the training failed), failed.
    """
    objective, draw, seed = _numbers(trials)
    searched = trials.failed.size
    names = np.array(trials.objectives, dtype=object)
    scores = dict.fromkeys((*trials.scores, *trials.final))
    return {
        "stage": ["search"] * searched + ["final"] * trials.final_failed.size,
        "objective": names[objective].tolist(),
        "draw": draw.tolist(),
        "seed": seed.tolist(),
        **{name: table[objective, draw].tolist() for name, table in trials.parameters.items()},
        **{name: _score(trials, name) for name in scores},
        "failed": np.concatenate([trials.failed.ravel(), trials.final_failed.ravel()]).tolist(),
    }


def csv_text(trials: Trials) -> str:
    """Return the columns as CSV: every digit of a number, nothing where there is none."""
    found = columns(trials)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(found)
    writer.writerows([_shown(value) for value in row] for row in zip(*found.values(), strict=True))
    return text.getvalue()


def write_csv(trials: Trials, path: Path) -> Path:
    """Write `csv_text` to a file, which holds its former content or all of the new; return its path.

    Raises: InputError for a place that cannot be written; ZerosumError when the disk refuses.
    """
    with atomic.opening(path):
        replace_file(path, csv_text(trials).encode())
    return path


def frame(trials: Trials) -> pandas.DataFrame:
    """Return `columns` as a pandas DataFrame.

    Raises: InputError where pandas is not installed.
    """
    try:
        import pandas
    except ImportError:
        raise InputError(
            "a frame needs pandas; install it with: pip install 'zerosum[tabular]'"
        ) from None
    return pandas.DataFrame(columns(trials))


def _numbers(trials: Trials) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return objective, draw and seed of every training."""
    search = np.indices(trials.failed.shape).reshape(3, -1)
    objective, seed = np.indices(trials.final_failed.shape).reshape(2, -1)
    final = np.stack([objective, trials.best[objective], seed])
    both = np.concatenate([search, final], axis=1)
    return both[0], both[1], both[2]


def _score(trials: Trials, name: str) -> list[float]:
    # a score of one stage only is NaN in the other
    search = trials.scores.get(name, np.full(trials.failed.shape, np.nan))
    final = trials.final.get(name, np.full(trials.final_failed.shape, np.nan))
    return [float(value) for value in (*search.ravel(), *final.ravel())]


def _shown(value: Any) -> Any:
    return "" if isinstance(value, float) and math.isnan(value) else value
