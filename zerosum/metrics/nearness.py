"""Whether generated rows lie nearer to the rows trained on than to rows like them that were not: exact.

Train and held-out rows are put together, N rows, m of them held out. w_u is the share of generated rows
whose nearest of all N is row u, S = Σ_{u trained on} w_u, and f = (N - m)/N.

    E S = f,    Var S = f (1 - f) (Σw² - 1/N) N/(N - 1)
    P(S ≥ s) ≤ min over λ ≥ 0 of exp(-λs) Π_u (1 - f + f exp(λ w_u))
    copied = (S - f) / (1 - f)         0: no trace of which rows were trained on; 1: every row is a copy

hold for every generator that knows nothing of which rows were held out, however poor or collapsed: then
the labels "trained on" and "held out" are a random choice of m of N rows. Rows of one generator are not
independent verdicts, for many may have the same nearest row. The w say so: a generator of one picture has
p = f at the least and can never be found out, while a binomial law would call it a copier half of the time.
With k rows copied equally often and nothing else p is f^k.

The bound: labels that are drawn without replacement are negatively associated, so that the mean of a product
of growing functions of them is at most the product of the means (Joag-Dev and Proschan 1983), and Chernoff's
argument does the rest. Every λ gives a bound, so p is one however well the minimum is found. Equal distances
are decided by a random order of the N rows.

Sources: Joag-Dev and Proschan 1983, doi:10.1214/aos/1176346079; Chernoff 1952, doi:10.1214/aoms/1177729330.
The question is that of Platzer and Reutterer 2021, arXiv:2104.00635 (distance to the closest record), whose
binomial law takes rows for independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize_scalar

from zerosum import noise
from zerosum.metrics import checks, neighbours


@dataclass(frozen=True)
class Nearness:
    """Where the nearest known rows of generated rows come from.

    Fields:
        share: S, of generated rows whose nearest row was trained on. expected: f.
        error: standard deviation of S when nothing was memorised.
        p: bound on the probability of such a share, or a larger one, when nothing was memorised.
        rows: 1/Σw², the number of known rows that the generated ones are spread over.
    """

    share: float
    expected: float
    error: float
    p: float
    rows: float

    @property
    def copied(self) -> float:
        """The share of generated rows that copy, if the others know nothing."""
        return (self.share - self.expected) / (1.0 - self.expected)

    @property
    def copied_error(self) -> float:
        """The standard deviation of `copied` when nothing was memorised."""
        return self.error / (1.0 - self.expected)


def nearness(
    rows: np.ndarray, train: np.ndarray, held_out: np.ndarray, *, key: int = 0
) -> Nearness:
    """Return whether the rows trained on are nearer than chance has it.

    Args:
        rows: (n, d) generated rows. train: (t, d). held_out: (m, d), drawn as train was.
        key: noise key of the order that decides equal distances.

    Raises: InputError: rows that are unusable.
    """
    rows, train = checks.pair(rows, train, names=("the sample", "the training set"), least=1)
    held_out, _ = checks.pair(
        held_out, train, names=("the held-out set", "the training set"), least=1
    )
    total, unseen = len(train) + len(held_out), len(held_out)
    order = noise.permutation(noise.fold(key, "nearness"), total).numpy()
    known = np.concatenate((train, held_out))[order]
    owner = order[neighbours.nearest(rows, known, 1).indices[:, 0]]
    w = np.bincount(owner, minlength=total) / len(rows)
    squares, rest = float(w @ w), unseen / total
    share = float(w[: len(train)].sum())
    variance = rest * (1.0 - rest) * (squares - 1.0 / total) * total / (total - 1.0)
    return Nearness(
        share=share,
        expected=1.0 - rest,
        error=float(np.sqrt(max(0.0, variance))),
        p=_bound(w[w > 0.0], share, 1.0 - rest),
        rows=1.0 / squares,
    )


def _bound(w: Float[np.ndarray, " k"], share: float, f: float) -> float:
    """Return Chernoff's bound of the probability that labels drawn by chance give such a share."""
    if share <= f:
        return 1.0

    def exponent(scaled: float) -> float:
        scale = scaled / float(w.max())
        return float(np.logaddexp(np.log(1.0 - f), np.log(f) + scale * w).sum() - scale * share)

    # beyond 50 the heaviest row's factor no longer changes: 1 - f beside f e^50
    found = minimize_scalar(
        exponent, bounds=(0.0, 50.0 * float(w.max() / w.min())), method="bounded"
    )
    return float(np.exp(min(0.0, found.fun)))
