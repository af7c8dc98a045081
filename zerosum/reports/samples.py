"""Sections drawn from the gallery: samples beside real data, their neighbours, paths and classes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from zerosum.reports import figures, pictures, svg
from zerosum.reports.html import Markup, clean, element, figure, grid, join, table
from zerosum.reports.numbers import count, ordinal, significant
from zerosum.reports.read import Absent, Run, step_of

_COLUMNS = 12  # marginals drawn of a table
_SHOWN = 64  # images a side
_CLASSES = 30
_REAL = element("span", "real", class_="real")
_FAKE = element("span", "generated", class_="fake")


def beside(run: Run) -> Markup:
    """Show real samples beside generated ones, in the same layout and scale."""
    kind = run.kind
    real, fake = run.array("real"), run.array("fake")
    if real.shape[1:] != fake.shape[1:]:
        raise Absent(f"Real and generated samples differ in shape: {real.shape} and {fake.shape}.")
    if not len(real) or not len(fake):
        raise Absent("gallery.npz holds no real samples or no generated ones.")
    views = {"image": _grids, "line": _line, "plane": _plane, "table": _marginals}
    lead = element(
        "p",
        "Both sides drawn at random with a fixed seed, in the same layout and scale; none was picked or left out.",  # fmt: skip
        class_="lead",
    )
    return join([lead, views[kind](run, real, fake)])


def timeline(run: Run) -> Markup:
    """Show a few previews from the first to the last."""
    if not run.previews:
        raise Absent("The run folder holds no samples/*.png.")
    last = len(run.previews) - 1
    chosen = sorted({round(i * last / 5) for i in range(6)})
    frames = list(filter(None, (_frame(run, i) for i in chosen)))
    if not frames:
        raise Absent("No file in samples/ could be read as a PNG.")
    lead = element(
        "p",
        f"{len(frames)} of {count(len(run.previews))} previews; the same latents throughout training.",
        class_="lead",
    )
    return join([lead, grid(frames, "grid frames")])


def neighbours(run: Run) -> Markup:
    """Show generated samples, each followed by the training rows nearest to it."""
    found = run.array("neighbours")
    rows, distance = run.array("neighbour_rows"), run.array("neighbour_distance")
    if rows.shape[:2] != distance.shape or len(rows) != len(found) or not rows.size:
        raise Absent("The neighbour arrays in gallery.npz do not belong together.")
    lead = element(
        "p",
        "Generated samples, each followed by the training rows nearest to it and their distances. A distance near 0 would be a copy.",  # fmt: skip
        class_="lead",
    )
    if run.kind == "image":
        strips = (_strip(i, found[i], rows[i], distance[i]) for i in range(len(found)))
        return join([lead, grid(strips, "strips")])
    return join([lead, _neighbour_table(found, rows, distance)])


def interpolation(run: Run) -> Markup:
    """Show what lies on straight ways between pairs of latents."""
    kind, ways = run.kind, run.array("interpolation")
    if ways.ndim < 3 or not ways.size or ways.shape[1] < 2:
        raise Absent(f"The interpolation in gallery.npz has shape {ways.shape}, which holds no way.")
    n, steps = ways.shape[:2]
    said = f"{n} ways between pairs of latents, {steps} steps each."
    if kind == "image":
        flat = ways.reshape(n * steps, *ways.shape[2:])
        shown = _grid_image(flat, f"{said} Left and right ends are samples.", columns=steps)
        return figure(shown, f"{said} Each row goes from one sample to another.", "full")
    real = run.gallery.get("real")
    if kind == "plane":
        extent = figures.frame(ways.reshape(-1, 2) if real is None else real)
        paint = partial(figures.paths, rows=ways, extent=extent)
        drawing = svg.draw("ways", f"{said} Paths in the plane.", paint, (4.4, 4.0))
        return figure(drawing, f"{said} Dots are the ends.")
    names = _column_names(run, ways.shape[-1])
    panels = (
        figure(
            svg.draw(f"way-{i}", f"{name} along {said}", partial(figures.profile, rows=ways[..., i], label=name)),  # fmt: skip
            f"{clean(name, 60)} along {said}",
        )
        for i, name in enumerate(names[:4])
    )
    return grid(panels)


def classes(run: Run) -> Markup:
    """Draw the share of each class among real and generated samples."""
    if "class_share_fake" not in run.gallery and "gallery.npz" not in run.trouble:
        raise Absent("The data have no labels, so there are no classes to count.")
    real, fake = (np.ravel(run.array(f"class_share_{side}")) for side in ("real", "fake"))
    if len(real) != len(fake) or not len(real):
        raise Absent("The class shares in gallery.npz do not belong together.")
    names = [clean(name) for name in run.gallery.get("class_names", np.arange(len(real)))]
    counts = np.ravel(run.gallery.get("class_n", np.empty(0))).astype(float).tolist()
    # the largest differences first where not all classes fit on a page
    order = np.sort(np.argsort(-np.abs(fake - real), kind="stable")[:_CLASSES])
    data = figures.Shares(
        names=[names[i] for i in order],
        real=real[order],
        fake=fake[order],
        n_real=counts[0] if len(counts) > 1 else None,
        n_fake=counts[-1] if counts else None,
    )
    size = (5.6, 0.9 + 0.26 * len(order))
    worst = int(np.argmax(np.abs(fake - real)))
    told = f"largest difference: {names[worst]}, real {real[worst]:.1%}, generated {fake[worst]:.1%}"
    drawing = svg.draw("shares", f"Class shares; {told}.", partial(figures.shares, data=data), size)
    caption = [_REAL, " and ", _FAKE, f" shares; {told}."]
    if counts:
        caption.append(f" Lines are 95 % Wilson intervals (n = {count(counts[-1])}).")
    if len(order) < len(names):
        caption.append(f" The {_CLASSES} classes that differ most of {len(names)}.")
    return figure(drawing, join(caption), "wide")


def _grids(run: Run, real: np.ndarray, fake: np.ndarray) -> Markup:
    n = min(len(real), len(fake), _SHOWN)
    size = "{} x {}".format(*real.shape[1:3])
    return grid(
        figure(
            _grid_image(images[:n], f"{n} {word} images, {size} pixels each"),
            join([mark, f", {n} of {size} pixels"]),
        )
        for images, mark, word in ((real, _REAL, "real"), (fake, _FAKE, "generated"))
    )


def _grid_image(images: np.ndarray, alt: str, columns: int | None = None) -> Markup:
    side = pictures.TILE if columns is None else max(pictures.TILE, 960 // columns)
    small = pictures.with_alpha(pictures.fitted(images, side))
    picture = pictures.assemble(small, columns=columns, fill=0)
    return _img(pictures.encode(picture), picture.shape[1], picture.shape[0], alt)


def _img(png: bytes, width: int, height: int, alt: str) -> Markup:
    return element("img", src=pictures.data_uri(png), alt=alt, width=width, height=height)


def _line(run: Run, real: np.ndarray, fake: np.ndarray) -> Markup:
    name = _column_names(run, 1)[0]
    bars = partial(figures.histogram, real=real, fake=fake, label=name)
    steps = partial(figures.ecdf, real=real, fake=fake, label=name)
    sizes = f"{count(len(real))} real, {count(len(fake))} generated values"
    return grid(
        [
            figure(svg.draw("histogram", f"Densities of {sizes}", bars), f"Densities of {sizes}."),
            figure(
                svg.draw("ecdf", f"Distribution functions of {sizes}", steps),
                "Distribution functions, each in the band that holds the whole true one in 95 % of cases (Dvoretzky, Kiefer, Wolfowitz).",  # fmt: skip
            ),
        ]
    )


def _plane(run: Run, real: np.ndarray, fake: np.ndarray) -> Markup:
    extent = figures.frame(real)
    panels = [
        _scatter("real", _REAL, real, svg.REAL, extent),
        _scatter("generated", _FAKE, fake, svg.FAKE, extent),
    ]
    heat, where = run.gallery.get("heat"), run.gallery.get("heat_extent")
    if heat is not None and where is not None and heat.ndim == 2 and heat.size and where.size == 4:
        ends = tuple(float(end) for end in where.ravel())
        paint = partial(figures.heat, logits=heat, where=ends, extent=extent)
        drawing = svg.draw("heat", "Heat map of the discriminator's logits", paint, (4.0, 3.5))
        panels.append(figure(drawing, "D's logit: blue says real, vermilion generated; the line is 0."))
    return grid(panels, "grid three")


def _scatter(
    name: str, mark: Markup, points: np.ndarray, colour: str, extent: figures.Extent
) -> Markup:
    lost = figures.outside(points, extent)
    tail = f"; {count(lost)} lie outside the frame" if lost else ""
    alt = f"Scatter of {count(len(points))} {name} points{tail}"
    paint = partial(figures.scatter, points=points, colour=colour, extent=extent)
    return figure(
        svg.draw(f"scatter-{name}", alt, paint, (3.5, 3.5)),
        join([mark, f", {count(len(points))} points{tail}."]),
    )


def _marginals(run: Run, real: np.ndarray, fake: np.ndarray) -> Markup:
    names = _column_names(run, real.shape[1])
    panels = [
        figure(
            svg.draw(
                f"column-{i}",
                f"Densities of column {name}, real and generated",
                partial(figures.histogram, real=real[:, i], fake=fake[:, i], label=name),
                (3.9, 2.5),
            ),
            clean(name, 60),
        )
        for i, name in enumerate(names[:_COLUMNS])
    ]
    more = len(names) - len(panels)
    tail = element("p", f"{more} more columns are not drawn.", class_="hint") if more else ""
    return join([grid(panels, "grid three"), tail])


def _column_names(run: Run, n: int) -> list[str]:
    named = run.gallery.get("column_names")
    if named is not None and named.size == n:
        return [clean(name) for name in named.ravel()]
    return ["value"] if n == 1 else [f"column {i + 1}" for i in range(n)]


def _frame(run: Run, index: int) -> Markup | None:
    path = run.previews[index]
    try:
        png, width, height = pictures.preview(path)
    except (OSError, ValueError):
        return None
    step = step_of(path)
    name = f"step {count(step)}" if step >= 0 else path.stem
    return figure(_img(png, width, height, f"Samples at {name}"), name)


def _strip(index: int, sample: np.ndarray, rows: np.ndarray, distance: np.ndarray) -> Markup:
    shown = pictures.fitted(np.concatenate([sample[None], rows]))
    items = list(_tiles(index, shown, distance))
    return element("ul", *items, class_="strip")


def _tiles(index: int, shown: np.ndarray, distance: np.ndarray) -> Iterator[Markup]:
    for rank, image in enumerate(shown):
        picture = pictures.assemble(image[None])
        said = significant(float(distance[rank - 1])) if rank else "sample"
        alt = f"training image {ordinal(rank)} to it, at distance {said}" if rank else f"generated sample {index + 1}"  # fmt: skip
        img = _img(pictures.encode(picture), picture.shape[1], picture.shape[0], alt)
        yield element("li", img, said)


def _neighbour_table(found: np.ndarray, rows: np.ndarray, distance: np.ndarray) -> Markup:
    head = ["Sample", *(f"{ordinal(k + 1).capitalize()}, distance" for k in range(rows.shape[1]))]
    body = (
        [_vector(sample), *(join([_vector(row), f" at {significant(float(far))}"]) for row, far in zip(near, away, strict=True))]  # fmt: skip
        for sample, near, away in zip(found, rows, distance, strict=True)
    )
    return table(head, body, class_="numbers")


def _vector(values: np.ndarray) -> str:
    flat = np.ravel(values).astype(float)
    shown = ", ".join(significant(float(v)) for v in flat[:4])
    return f"({shown}{', …' if len(flat) > 4 else ''})" if len(flat) > 1 else shown
