"""Parzen windows as a metric: a number for teaching, not for ranking generators.

The estimator is `zerosum.theory.parzen` and is written there only: windows of width σ round generated
rows, σ chosen on validation rows, mean log-density of test rows. Here the widths that are tried follow
the scale of the data and the number of rows, so that tables in metres and pictures in [0, 1] both find
theirs.

Why not to believe it: a perfect model of 50-D Gaussian data is given -54 nats where the truth is -33,
and one whose noise is far too small is given more than the perfect one. Theis, van den Oord and Bethge
2016, arXiv:1511.01844. The protocol: Goodfellow et al. 2014, arXiv:1406.2661, section 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zerosum.metrics import checks
from zerosum.theory.parzen import parzen_score

LABEL = "Parzen windows, a teaching metric: biased by nats, ranks wrongly"
_FACTORS = tuple(float(f) for f in np.logspace(-2, 0.5, 26))  # of the data's standard deviation


@dataclass(frozen=True)
class Parzen:
    """A Parzen-window log-likelihood.

    Fields:
        value: mean log-density of the test rows, nats a row.
        error: its standard error over test rows; the bias, usually larger, is not in it.
        sigma: the width of the windows, in units of the data.
        at_edge: the best width was the first or last tried: as good as none was found.
        n: test rows. samples: generated rows.
    """

    value: float
    error: float
    sigma: float
    at_edge: bool
    n: int
    samples: int


def parzen_likelihood(real: np.ndarray, fake: np.ndarray, validation: np.ndarray) -> Parzen:
    """Return the log-likelihood of real rows under windows round generated rows.

    log p(x) = log (1/m) Σ_i N(x; y_i, σ² I),        σ from 26 widths, best on `validation`

    Args:
        real: (n, d) test rows. fake: (m, d) generated rows, the windows' centres.
        validation: (v, d) real rows that are neither test nor training rows.

    Raises:
        InputError: fewer than 2 rows, different widths, or numbers that are not finite.
    """
    real, fake = checks.pair(real, fake)
    validation, _ = checks.pair(validation, fake, names=("validation", "fake"))
    scale = float(np.sqrt(validation.var(axis=0).mean())) or 1.0
    found = parzen_score(real, fake, validation, [scale * f for f in _FACTORS])
    return Parzen(
        value=found.mean,
        error=found.standard_error,
        sigma=found.sigma,
        at_edge=found.at_edge,
        n=len(real),
        samples=found.samples,
    )
