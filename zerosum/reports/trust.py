"""Sections about trust: where rows lie, whether shares are right, and what cannot be made again."""

from __future__ import annotations

from functools import partial

import numpy as np

from zerosum.reports import figures, pictures, svg
from zerosum.reports.html import Markup, element, figure, grid, join, lead
from zerosum.reports.numbers import count, significant
from zerosum.reports.parts import FAKE, REAL, img
from zerosum.reports.read import Absent, Run

_NAMED = "bin {}"


def directions(run: Run) -> Markup:
    """Draw held-out, generated and training rows along the two directions of most variance."""
    real, train, fake = (run.array(f"directions_{side}") for side in ("real", "train", "fake"))
    if any(
        side.ndim != 2 or side.shape[1:] != (2,) or not len(side) for side in (real, train, fake)
    ):
        raise Absent("The directions in gallery.npz are no points in a plane.")
    extent = figures.frame(np.concatenate([real, train]))
    share = 100 * float(np.sum(run.gallery.get("directions_share", np.zeros(2))))
    panels = (
        _scatter("held-out", REAL, real, svg.REAL, extent),
        _scatter("generated", FAKE, fake, svg.FAKE, extent),
        _scatter("training", "training rows, real beside real", train, svg.REAL, extent),
    )
    said = lead(
        f"Rows along the two directions in which training rows vary most ({share:.0f} % of their",
        "variance). Empty places among the generated ones are what is not made.",
    )
    return join([said, grid(panels, "grid three")])


def bins(run: Run) -> Markup:
    """Draw the shares of bins, generated beside held-out, and training beside held-out."""
    real, fake, train = (
        np.ravel(run.array(f"bin_count_{s}")).astype(float) for s in ("real", "fake", "train")
    )
    if not len(real) == len(fake) == len(train) or not min(real.sum(), fake.sum(), train.sum()):
        raise Absent("The bins in gallery.npz do not belong together.")
    order = np.argsort(-real, kind="stable")
    drawn = (
        _shares("generated", order, real, fake, "Held-out and generated rows"),
        _shares("training", order, real, train, "The same of training rows: real beside real"),
    )
    said = lead(
        f"Shares of {len(real)} k-means bins of the training rows, with 95 % intervals. A bin with hardly a",
        "generated row is a part of the data that is dropped.",
    )
    return join([said, grid(drawn)])


def remade(run: Run) -> Markup:
    """Show held-out rows with the nearest that the generator can make, and what is left."""
    rows, again = run.array("remade_rows"), run.array("remade")
    error, near = np.ravel(run.array("remade_error")), np.ravel(run.array("remade_nearest"))
    if not rows.size or rows.shape != again.shape or not len(rows) == len(error) == len(near):
        raise Absent("The reconstructions in gallery.npz do not belong together.")
    of = int(np.ravel(run.gallery.get("remade_of", np.asarray([len(rows)])))[0])
    said = lead(
        f"Held-out rows, never trained on, and the nearest that a search over latents found: of {of} the",
        "worst, then the middle ones.",
    )
    if run.kind == "image":
        items = (_remade(*each) for each in zip(rows, again, error, near, strict=True))
        return join([said, grid(items, "strips")])
    if run.kind == "plane":
        return join([said, _moved(rows, again)])
    return join([said, _errors(error, near)])


def _remade(row: np.ndarray, again: np.ndarray, error: float, near: float) -> Markup:
    left = np.abs(row.astype(np.float64) - again.astype(np.float64)).round().astype(np.uint8)
    names = ("held out", "made again", "what is left")
    tiles = []
    for name, image in zip(names, pictures.fitted(np.stack([row, again, left])), strict=True):
        picture = pictures.assemble(image[None])
        shown = img(pictures.encode(picture), picture.shape[1], picture.shape[0], name)
        tiles.append(element("li", shown, name))
    told = f"error {significant(error)}, nearest training row {significant(near)}"
    return element("ul", *tiles, element("li", told, class_="hint"), class_="strip")


def _moved(rows: np.ndarray, again: np.ndarray) -> Markup:
    extent = figures.frame(np.concatenate([rows, again]))
    pairs = np.stack([rows, again], axis=1)
    said = f"{len(rows)} held-out points, each joined to the nearest that was found."
    paint = partial(figures.paths, rows=pairs, real=rows, extent=extent)
    return figure(svg.draw("remade", said, paint, (4.6, 4.4)), said)


def _errors(error: np.ndarray, near: np.ndarray) -> Markup:
    titles = ("row", "error of what is made again", "distance to the nearest training row")
    head = element("tr", *(element("th", title, scope="col") for title in titles))
    lines = (
        element("tr", *(element("td", cell) for cell in (i + 1, significant(e), significant(n))))
        for i, (e, n) in enumerate(zip(error.tolist(), near.tolist(), strict=True))
    )
    return element("table", element("thead", head), element("tbody", *lines), class_="numbers")


def _scatter(
    name: str, mark: object, points: np.ndarray, colour: str, extent: figures.Extent
) -> Markup:
    lost = figures.outside(points, extent)
    tail = f"; {count(lost)} lie outside the frame" if lost else ""
    alt = f"{count(len(points))} {name} rows in the plane{tail}"
    paint = partial(figures.scatter, points=points, colour=colour, extent=extent)
    drawing = svg.draw(f"directions-{name}", alt, paint, (3.5, 3.5))
    return figure(drawing, join([mark, f", {count(len(points))}{tail}."]))


def _shares(
    name: str, order: np.ndarray, real: np.ndarray, other: np.ndarray, title: str
) -> Markup:
    data = figures.Shares(
        names=[_NAMED.format(i + 1) for i in range(len(order))],
        real=real[order] / real.sum(),
        fake=other[order] / other.sum(),
        n_real=float(real.sum()),
        n_fake=float(other.sum()),
        second=name,
    )
    sizes = f"{title}, n = {count(real.sum())} and {count(other.sum())}."
    paint = partial(figures.shares, data=data)
    size = (4.4, 0.9 + 0.22 * len(order))
    return figure(svg.draw(f"bins-{name}", sizes, paint, size), sizes)
