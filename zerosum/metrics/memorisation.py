"""Whether generated rows lie closer to the training rows than unseen real rows do."""

from __future__ import annotations

import numpy as np

from zerosum.errors import InputError
from zerosum.metrics import checks, intervals, neighbours


def closer_to_train(rows: np.ndarray, train: np.ndarray, held_out: np.ndarray) -> intervals.Share:
    """Return the share of rows that lie closer to a training row than to any held-out row.

    With as many training as held-out rows, real rows that are in neither score 1/2; copies of
    training rows score 1. A tie counts one half, so rows that lie on both do not move the share.

    Args:
        rows: (n, d) generated rows. train: (m, d). held_out: (m, d), as many as train.

    Raises:
        InputError: when train and held_out differ in number, for then 1/2 is not the null.

    References: the distance-to-closest-record test, Platzer and Reutterer 2021, arXiv:2104.00635.
    """
    rows = checks.matrix("the sample", rows, least=1)
    if len(train) != len(held_out):
        raise InputError(
            f"{len(train)} training and {len(held_out)} held-out rows were given, but the null 1/2 "
            "needs equally many: pass a random subset of the larger"
        )
    seen = neighbours.nearest(rows, train, 1).distances[:, 0]
    unseen = neighbours.nearest(rows, held_out, 1).distances[:, 0]
    halves = 2 * int((seen < unseen).sum()) + int((seen == unseen).sum())
    share = intervals.wilson(halves // 2, len(rows))
    return intervals.Share(halves / (2 * len(rows)), share.low, share.high, len(rows))
