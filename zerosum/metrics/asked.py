"""Whether a conditional generator makes the class that it is asked for, as a classifier sees it.

    share of generated rows x̂ with argmax c(x̂) = the class asked for

The classifier has learnt the training rows, never a generator's own discriminator: that one shares its
generator's mistakes. Real held-out rows, of which it names a few wrongly too, are the reference.

Source: the accuracy of Odena, Olah and Shlens 2017, arXiv:1610.09585, section 4.1, with a classifier of
our own. A share above the reference is not better than real: easy pictures of every class reach it.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from torch import Tensor

from zerosum import noise
from zerosum.metrics import intervals
from zerosum.metrics.classifier import Classifier
from zerosum.metrics.evidence import Measurement, Reference


def asked_class(
    judge: Classifier,
    held: tuple[Float[Tensor, "h c x y"], Int[np.ndarray, " h"]],
    fake: tuple[Float[Tensor, "n c x y"], Int[np.ndarray, " n"]],
    *,
    story: str,
    key: int,
    splits: int = 20,
) -> Measurement:
    """Return the share of generated pictures that are named as what they were asked for.

    Args:
        judge: a classifier of the training rows.
        held: encoded held-out pictures and their labels. fake: generated ones and the classes asked for.
        story: how the rows were chosen, for the label. key: noise key of the reference.
        splits: bootstrap samples of the held-out pictures, whose 5 to 95 % range is the reference.
    """
    right = judge.predict(held[0]) == held[1]
    n = len(right)
    picks = (noise.integers(noise.fold(key, "asked", s), (n,), n).numpy() for s in range(splits))
    low, median, high = np.percentile([right[pick].mean() for pick in picks], [5, 50, 95])
    share = intervals.wilson(int((judge.predict(fake[0]) == fake[1]).sum()), len(fake[1]))
    return Measurement(
        name="asked class",
        value=share.value,
        error=share.error,
        reference=Reference(float(median), float(low), float(high), splits),
        label=f"asked[{judge.id} | fake={len(fake[1])} | {story} | reference={splits} bootstraps]",
        better="higher",
    )
