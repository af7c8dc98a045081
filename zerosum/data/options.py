"""How data should be read where the data itself cannot say. Imports no torch, so the command line can."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DataOptions:
    """Answers to what a file leaves open; every default means "decide by the stated rule"."""

    size: tuple[int, int] | None = None  # height and width in pixels that a folder's pictures get
    channels: int | None = None  # 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA
    key: str | None = None  # which array of an .npz, which image column of a hub data set
    range: tuple[float, float] | None = None  # pixel values that mean black and white
    layout: str | None = None  # order of the axes: nhwc, nchw or nhw
    labels: str | None = None  # .npz array, table or hub column with the classes; "none" for no classes
    header: bool | None = None  # whether the first line of a .csv holds names
    delimiter: str | None = None  # one character between the fields of a .csv
    missing: str = "refuse"  # empty cells of a table: refuse, mean (fill in) or drop (the row)
    n: int | None = None  # toys: number of draws (default 10,000); else keep at most n samples
    seed: int = 0  # of the toys' draws and of the choice that n makes
