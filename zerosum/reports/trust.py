"""Sections about trust: where rows lie, whether shares are right, and what cannot be made again."""

from __future__ import annotations

from functools import partial

import numpy as np

from zerosum.reports import figures, pictures, svg
from zerosum.reports.beside import scatter
from zerosum.reports.html import Markup, element, figure, grid, join, lead
from zerosum.reports.numbers import count, significant
from zerosum.reports.parts import FAKE, REAL, column_names, img
from zerosum.reports.read import Absent, Run, value

_NAMED = "bin {}"
_LISTED = 30  # columns of a table


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
        scatter("held-out", REAL, real, svg.REAL, extent),
        scatter("generated", FAKE, fake, svg.FAKE, extent),
        scatter("training", "training rows, real beside real", train, svg.REAL, extent),
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


def sheet(run: Run) -> Markup:
    """Draw a line or a square of latents as the generator lays it into the plane."""
    real = run.array("real")
    if run.kind != "plane" or not len(real):
        raise Absent("Latents are drawn among points in the plane, and these rows are none.")
    extent = figures.frame(real)
    if "curve" in run.gallery:
        path = run.array("curve")
        if path.ndim != 2 or path.shape[1] != 2:
            raise Absent("The curve in gallery.npz is no line in the plane.")
        said = "The generator's whole range is this curve: latents from -3 to 3 in order."
        paint = partial(figures.paths, rows=path[None], real=real, extent=extent)
        return figure(svg.draw("sheet", said, paint, (5.0, 4.8)), said)
    points, ratio = run.array("sheet"), run.array("sheet_ratio")
    ticks = np.ravel(run.array("sheet_ticks"))
    n = len(ticks)
    if n < 2 or points.shape != (n, n, 2) or ratio.shape != (n - 1, n - 1):
        raise Absent("The sheet in gallery.npz does not belong together.")
    middle = (ticks[1:] + ticks[:-1]) / 2
    density = np.exp(-(middle[:, None] ** 2 + middle**2) / 2) / np.maximum(np.abs(ratio), 1e-9)
    folded = 100 * min(float((ratio > 0).mean()), float((ratio < 0).mean()))
    said = (
        "The square of latents from -3 to 3 as it lies among the data: cells are the darker, the denser "
        f"samples lie there. {folded:.0f} % of the cells are turned over: the sheet is folded there."
    )
    paint = partial(figures.sheet, points=points, weight=density, extent=extent)
    return figure(svg.draw("sheet", said, paint, (5.4, 5.0)), said)


def columns(run: Run) -> Markup:
    """List every column's Kolmogorov-Smirnov and Wasserstein-1 distances beside the band of one law."""
    facts = run.evidence.get("facts")
    found = facts.get("columns") if isinstance(facts, dict) else None
    ks = _numbers(found, "KS")
    moved, bound = _numbers(found, "W1"), value(found, "KS_bound")
    if not ks or len(ks) != len(moved):
        raise Absent("The evidence holds no column.")
    names = column_names(run, len(ks))
    order = sorted(range(len(ks)), key=lambda i: -ks[i])[:_LISTED]
    head = ("column", "KS distance", "inside the band", "Wasserstein-1, standard deviations")
    lines = (
        element(
            "tr",
            element("th", names[i], scope="row"),
            element("td", significant(ks[i])),
            element("td", "yes" if ks[i] <= bound else "no"),
            element("td", significant(moved[i])),
        )
        for i in order
    )
    more = f" The {_LISTED} farthest of {len(ks)}." if len(ks) > _LISTED else ""
    said = lead(
        f"Held-out against generated values, column by column, farthest first. All of {len(ks)} columns of",
        f"one law stay below {significant(bound)} in 95 % or more (Dvoretzky, Kiefer, Wolfowitz).{more}",
    )
    titles = element("thead", element("tr", *(element("th", t, scope="col") for t in head)))
    return join([said, element("table", titles, element("tbody", *lines), class_="numbers")])


def _numbers(found: object, name: str) -> list[float]:
    listed = found.get(name) if isinstance(found, dict) else None
    numbers = listed if isinstance(listed, list) else []
    return [float(v) for v in numbers if isinstance(v, int | float)]


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
    said = f"{len(rows)} held-out points, each joined to the nearest that was found."
    paint = partial(figures.joined, rows=rows, again=again, extent=extent)
    return figure(svg.draw("remade", said, paint, (4.6, 4.4)), said)


def _errors(error: np.ndarray, near: np.ndarray) -> Markup:
    titles = ("row", "error of what is made again", "distance to the nearest training row")
    head = element("tr", *(element("th", title, scope="col") for title in titles))
    lines = (
        element("tr", *(element("td", cell) for cell in (i + 1, significant(e), significant(n))))
        for i, (e, n) in enumerate(zip(error.tolist(), near.tolist(), strict=True))
    )
    return element("table", element("thead", head), element("tbody", *lines), class_="numbers")


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
