"""Real samples beside generated ones, each kind of data in the view that suits it."""

from __future__ import annotations

from functools import partial

import numpy as np

from zerosum.reports import figures, svg
from zerosum.reports.html import Markup, clean, element, figure, grid, join, lead
from zerosum.reports.numbers import count, significant
from zerosum.reports.parts import FAKE, REAL, column_names, grid_image
from zerosum.reports.read import Absent, Run

_COLUMNS = 12  # marginals drawn of a table
_SHOWN = 64  # images a side


def beside(run: Run) -> Markup:
    """Show real samples beside generated ones, in the same layout and scale."""
    kind = run.kind
    real, fake = run.array("real"), run.array("fake")
    if real.shape[1:] != fake.shape[1:]:
        raise Absent(f"Real and generated samples differ in shape: {real.shape} and {fake.shape}.")
    if not len(real) or not len(fake):
        raise Absent("gallery.npz holds no real samples or no generated ones.")
    views = {"image": _grids, "line": _line, "plane": _plane, "table": _marginals}
    said = lead(
        "Both sides drawn at random with a fixed seed, in the same layout and scale;",
        "none was picked or left out.",
    )
    return join([said, views[kind](run, real, fake)])


def _grids(run: Run, real: np.ndarray, fake: np.ndarray) -> Markup:
    n = min(len(real), len(fake), _SHOWN)
    height, width = real.shape[1:3]
    size = f"{height} × {width} pixels" + ("" if height == width else " (height × width)")
    return grid(
        figure(
            grid_image(images[:n], f"{n} {word} images, {size} each"),
            join([mark, f", {n} of {size}"]),
        )
        for images, mark, word in ((real, REAL, "real"), (fake, FAKE, "generated"))
    )


def _line(run: Run, real: np.ndarray, fake: np.ndarray) -> Markup:
    name = column_names(run, 1)[0]
    bars = partial(figures.histogram, real=real, fake=fake, label=name)
    steps = partial(figures.ecdf, real=real, fake=fake, label=name)
    sizes = f"{count(len(real))} real, {count(len(fake))} generated values"
    bands = (
        "Distribution functions, each in the band that holds the whole true one in 95 % of cases "
        "(Dvoretzky, Kiefer, Wolfowitz)."
    )
    return grid(
        [
            figure(svg.draw("histogram", f"Densities of {sizes}", bars), f"Densities of {sizes}."),
            figure(svg.draw("ecdf", f"Distribution functions of {sizes}", steps), bands),
        ]
    )


def _plane(run: Run, real: np.ndarray, fake: np.ndarray) -> Markup:
    extent = figures.frame(real)
    panels = [
        scatter("real", REAL, real, svg.REAL, extent),
        scatter("generated", FAKE, fake, svg.FAKE, extent),
    ]
    heat, where = run.gallery.get("heat"), run.gallery.get("heat_extent")
    if heat is not None and where is not None and heat.ndim == 2 and heat.size and where.size == 4:
        panels.append(_heat(heat, where, extent))
    return grid(panels, "grid three")


def _heat(logits: np.ndarray, where: np.ndarray, extent: figures.Extent) -> Markup:
    left, right, bottom, top = (float(end) for end in where.ravel())
    paint = partial(figures.heat, logits=logits, where=(left, right, bottom, top), extent=extent)
    drawing = svg.draw("heat", "Heat map of the discriminator's logits", paint, (3.5, 3.5))
    full = significant(figures.strongest(logits))
    said = "D's logit: blue says real, vermilion generated, in full colour from"
    return figure(drawing, f"{said} ±{full} on; the line is 0.")


def scatter(
    name: str, mark: object, points: np.ndarray, colour: str, extent: figures.Extent
) -> Markup:
    """Return points in the plane with their number, and how many a frame does not show."""
    lost = figures.outside(points, extent)
    tail = f"; {count(lost)} lie outside the frame" if lost else ""
    alt = f"Scatter of {count(len(points))} {name} points{tail}"
    paint = partial(figures.scatter, points=points, colour=colour, extent=extent)
    return figure(
        svg.draw(f"scatter-{name}", alt, paint, (3.5, 3.5)),
        join([mark, f", {count(len(points))} points{tail}."]),
    )


def _marginals(run: Run, real: np.ndarray, fake: np.ndarray) -> Markup:
    names = column_names(run, real.shape[1])
    panels = [
        figure(
            svg.draw(
                f"column-{i}",
                f"Densities of column {name}, real and generated",
                partial(figures.histogram, real=real[:, i], fake=fake[:, i], label=""),
                (3.9, 2.5),
            ),
            clean(name, 60),
        )
        for i, name in enumerate(names[:_COLUMNS])
    ]
    more = len(names) - len(panels)
    tail = element("p", f"{more} more columns are not drawn.", class_="hint") if more else ""
    return join([grid(panels, "grid three"), tail])
