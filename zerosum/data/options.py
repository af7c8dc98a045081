"""How data should be read where the data cannot say. Imports no torch, so the command line can."""

from __future__ import annotations

import math
from dataclasses import dataclass

from zerosum.errors import InputError, unknown

LAYOUTS = ("nhwc", "nchw", "nhw")
MISSING = ("refuse", "mean", "drop")


@dataclass(frozen=True)
class DataOptions:
    """Answers to what a file leaves open; None means "decide by the stated rule".

    Raises:
        InputError: a value that no data could be read with.
    """

    size: tuple[int, int] | None = None  # height and width in pixels that a folder's pictures get
    channels: int | None = None  # 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA
    key: str | None = None  # which array of an .npz, which picture column of a hub data set
    range: tuple[float, float] | None = None  # pixel values that mean black and white
    layout: str | None = None  # order of the axes: nhwc, nchw or nhw
    labels: str | None = None  # array or column that holds the classes; "none": use no classes
    header: bool | None = None  # whether the first line of a .csv holds names
    delimiter: str | None = None  # the one character between the fields of a .csv
    missing: str = "refuse"  # empty cells of a table: refuse, mean (fill in) or drop (the row)
    n: int | None = None  # toys: number of draws (None: 10,000); else at most this many samples
    seed: int = 0  # of the toys' draws and of the choice that n makes

    def __post_init__(self) -> None:
        if self.size is not None and not _is_size(self.size):
            raise InputError(f"size {self.size} cannot be; give height and width, 1 to 4096 pixels")
        if self.channels not in (None, 1, 2, 3, 4):
            raise InputError(f"channels {self.channels} cannot be; give 1, 2, 3 or 4")
        if self.range is not None and not _is_range(self.range):
            raise InputError(f"range {self.range} cannot be; give black, then a larger white")
        if self.layout not in (None, *LAYOUTS):
            raise unknown("layout", self.layout, LAYOUTS)
        if self.missing not in MISSING:
            raise unknown("rule for missing values", self.missing, MISSING)
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n'):
            raise InputError(
                f"delimiter {self.delimiter!r} cannot be; give one character such as ;"
            )
        if self.n is not None and self.n < 2:
            raise InputError(f"n of {self.n} leaves too little to train on; give 2 or more")


def _is_size(size: tuple[int, int]) -> bool:
    return len(size) == 2 and all(1 <= side <= 4096 for side in size)


def _is_range(pair: tuple[float, float]) -> bool:
    return len(pair) == 2 and all(map(math.isfinite, pair)) and pair[0] < pair[1]
