"""The embedded data set: scans of handwritten digits, shipped with scikit-learn.

UCI's "Optical Recognition of Handwritten Digits", test part: 1,797 pictures of 8 x 8 pixels, each
the number of inked points (0 to 16) in a cell of 4 x 4
(Alpaydin and Kaynak 1998, doi:10.24432/C50P49).
"""

from __future__ import annotations

import numpy as np

from zerosum.data.codec import ImageCodec
from zerosum.data.source import Source


def digits() -> Source:
    """Return the digits: rows (1797, 8, 8) float64 in 0..16, labels 0..9."""
    # imported here: scikit-learn takes a second to load, and only this data set needs it
    from sklearn.datasets import load_digits

    bunch = load_digits()
    codec = ImageCodec((1, 8, 8), "nhw", np.dtype(np.float64).str, 0.0, 16.0)
    return Source(
        name="digits",
        kind="image",
        rows=np.ascontiguousarray(bunch.images, dtype=np.float64),
        codec=codec,
        labels=bunch.target.astype(np.int64),
        classes=tuple("0123456789"),
    )
