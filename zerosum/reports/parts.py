"""Pieces that several sections share: images on the page, columns' names, the two marks."""

from __future__ import annotations

import numpy as np

from zerosum.reports import pictures
from zerosum.reports.html import Markup, clean, element
from zerosum.reports.read import Run

REAL = element("span", "real", class_="real")
FAKE = element("span", "generated", class_="fake")


def column_names(run: Run, n: int) -> list[str]:
    """Return the n columns' names: the gallery's where it has them, else plain ones."""
    named = run.gallery.get("column_names")
    if named is not None and named.size == n:
        return [clean(name) for name in named.ravel()]
    if run.kind == "table":
        return [f"column {i + 1}" for i in range(n)]
    return ["value"] if n == 1 else ["x", "y"][:n]


def grid_image(images: np.ndarray, alt: str, columns: int | None = None) -> Markup:
    """Return images as one inlined grid; the gaps show the page."""
    side = pictures.TILE if columns is None else max(pictures.TILE, 960 // columns)
    small = pictures.with_alpha(pictures.fitted(images, side))
    picture = pictures.assemble(small, columns=columns, fill=0)
    return img(pictures.encode(picture), picture.shape[1], picture.shape[0], alt)


def img(png: bytes, width: int, height: int, alt: str) -> Markup:
    """Return PNG bytes as an <img> that holds them."""
    return element("img", src=pictures.data_uri(png), alt=alt, width=width, height=height)
