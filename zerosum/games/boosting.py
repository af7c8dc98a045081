"""AdaGAN's arithmetic: which rows the next GAN of a mixture is trained on, and how much it counts.

    G_1 = GAN(S, 1/N),    G_t = (1 - beta_t) G_{t-1} + beta_t GAN(S, w),    t = 2 ... T

With d_i = p_mix(x_i)/p_d(x_i) at row i, the distribution that the next component should have, so that
the new mixture is as near to the data as a component of weight beta can bring it, has at row i

    w_i = [lambda* - (1 - beta) d_i]_+ / (N beta),        lambda* such that sum_i w_i = 1

for every f-divergence. Rows that the mixture makes often enough, (1 - beta) d_i >= lambda*, get none.
The ratio comes from a classifier D between data (1) and mixture (0): d = h(D) = (1 - D)/D = e^-logit.

Source: Tolstikhin et al. 2017, arXiv 1701.02386, algorithm 1 and the theorem on the optimal component.
Not to be confused with AdaBoost, whose weights grow with the loss of one classifier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int64
from torch import Tensor

_LARGEST_LOGIT = 30.0  # e^30 = 1e13: what is left of a weight at such a ratio is 0 long before


@dataclass(frozen=True)
class Reweighted:
    """What the next component is trained on.

    Attributes:
        weights: of the rows, summing to 1.
        level: lambda*, at which (1 - beta) d_i a row has weight 0; by class, the classes' mean.
        beta: the next component's share of the mixture.
    """

    weights: Float[Tensor, " rows"]
    level: float
    beta: float

    @property
    def effective(self) -> float:
        """Effective number of rows as a share of all: 1/(N sum w_i^2), 1 where all count alike."""
        return float(1 / (len(self.weights) * self.weights.square().sum()))

    @property
    def left_out(self) -> float:
        """Share of the rows with weight 0."""
        return float((self.weights == 0).double().mean())


def ratio_of(logit: Float[Tensor, " *n"]) -> Float[Tensor, " *n"]:
    """Return d = p_mix/p_d = (1 - D)/D from the classifier's logit, log D/(1 - D).

    >>> float(ratio_of(torch.tensor(0.0)))
    1.0
    """
    return torch.exp(-logit.double().clamp(-_LARGEST_LOGIT, _LARGEST_LOGIT))


def reweighted(ratio: Float[Tensor, " rows"], beta: float) -> Reweighted:
    """Return the next component's weights, by the closed form.

    For any set of k rows that are the only ones to get a weight, sum w = 1 says

        lambda_k = (N beta + (1 - beta) sum_{i <= k} d_i)/k,     d_1 <= d_2 <= ...,

    and lambda* is the least of them, since the sum of the positive parts is at least the sum over k.
    It exists for any d >= 0, estimated or true.

    Args:
        ratio: d_i = p_mix(x_i)/p_d(x_i), (rows,), 0 or more and finite.
        beta: weight of the next component, above 0 and at most 1.

    Returns:
        weights that sum to 1, in the rows' order, the larger the smaller d_i is.

    >>> reweighted(torch.tensor([0.0, 1.0, 1.0, 2.0]), 0.25).weights.tolist()
    [1.0, 0.0, 0.0, 0.0]
    """
    d = ratio.double()
    n, k = len(d), torch.arange(1, len(d) + 1, dtype=torch.float64)
    level = ((n * beta + (1 - beta) * d.sort().values.cumsum(0)) / k).min()
    weights = (level - (1 - beta) * d).clamp_min(0.0)
    return Reweighted(weights / weights.sum(), float(level), beta)


def reweighted_by_class(
    ratio: Float[Tensor, " rows"], beta: float, label: Int64[Tensor, " rows"]
) -> Reweighted:
    """Return the weights of a conditional component: the closed form in each class by itself.

    A class keeps its share of the rows, so that every component learns to make every class.

    Args: ratio, beta: as for `reweighted`. label: class numbers, (rows,).
    """
    weights, level = torch.zeros(len(ratio), dtype=torch.float64), 0.0
    for number in label.unique():
        mine = label == number
        share = float(mine.double().mean())
        found = reweighted(ratio[mine], beta)
        weights[mine] = found.weights * share
        level += found.level * share
    return Reweighted(weights, level, beta)


def uniform_beta(t: int) -> float:
    """Return 1/t: all of t components end with the same share."""
    return 1.0 / t


def searched_beta(ratio: Float[Tensor, " rows"], t: int) -> float:
    """Return how much of the data the mixture lacks: its total variation distance from them.

        beta = sum_i [1 - d_i]_+ / N = TV(p_d, p_mix)

    Where a mixture misses a part m of the data altogether and makes the rest in proportion, d is 0
    there and 1/(1 - m) elsewhere: then beta = m, lambda* = 1, and exactly the missed rows have weight.
    Kept within 1/(2t) and 1 - 1/(2t), so that no component is for nothing and none has all.
    The paper leaves this choice to its user; its code has 1/t and a constant.

    Args:
        ratio: d_i, (rows,). t: number of the next component, from 2.

    >>> searched_beta(torch.tensor([0.0, 0.0, 0.0, 4.0]), 2)
    0.75
    """
    lacking = float((1 - ratio.double()).clamp_min(0.0).mean())
    return min(max(lacking, 0.5 / t), 1 - 0.5 / t)


def component_shares(betas: Sequence[float]) -> tuple[float, ...]:
    """Return each component's share of a mixture: its beta, times 1 - beta of all later ones.

    >>> component_shares([1.0, 0.5, 0.25])
    (0.375, 0.375, 0.25)
    """
    shares: list[float] = []
    for beta in betas:
        shares = [s * (1 - beta) for s in shares] + [beta]
    return tuple(shares)
