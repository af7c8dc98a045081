"""Sections about samples: through training, next to training data, between latents, by class."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from zerosum.reports import figures, pictures, svg
from zerosum.reports.html import Markup, clean, element, figure, grid, join, lead
from zerosum.reports.numbers import count, ordinal, significant
from zerosum.reports.parts import FAKE, REAL, column_names, grid_image, img
from zerosum.reports.read import Absent, Run, step_of
from zerosum.reports.vectors import vectors

_CLASSES = 30  # drawn in one figure
_PANELS = 4  # columns drawn along a path


def timeline(run: Run) -> Markup:
    """Show a few previews from the first to the last."""
    if not run.previews:
        raise Absent("The run folder holds no samples/*.png.")
    last = len(run.previews) - 1
    chosen = sorted({round(i * last / 5) for i in range(6)})
    frames = list(filter(None, (_frame(run, i) for i in chosen)))
    if not frames:
        raise Absent("No file in samples/ could be read as a PNG.")
    said = f"{len(frames)} of {count(len(run.previews))} previews, from the first to the last."
    # a drawing with axes needs more room than a grid of pictures to stay legible
    drawn = "real" in run.gallery and run.kind != "image"
    return join([lead(said), grid(frames, "grid three" if drawn else "grid frames")])


def neighbours(run: Run) -> Markup:
    """Show the samples that look most copied, each followed by the training rows nearest to it."""
    found = run.array("neighbours")
    rows, distance = run.array("neighbour_rows"), run.array("neighbour_distance")
    if rows.shape[:2] != distance.shape or len(rows) != len(found) or not rows.size:
        raise Absent("The neighbour arrays in gallery.npz do not belong together.")
    many = len(run.gallery.get("distance_fake", found))
    said = lead(
        f"Of {count(many)} samples the {len(found)} that look most copied, worst first: nearest to a",
        "training row beside their distance to the nearest held-out row. Each is followed by the training",
        "rows nearest to it and their distances. A distance near 0 would be a copy.",
    )
    usual = _distances(run)
    if run.kind == "image":
        strips = (_strip(i, found[i], rows[i], distance[i]) for i in range(len(found)))
        return join([said, grid(strips, "strips"), usual])
    return join([said, vectors(found, rows, distance, column_names(run, found.shape[1])), usual])


def _distances(run: Run) -> Markup:
    """Draw how near samples come to training rows, beside how near rows come that were never seen."""
    if not {"distance_fake", "distance_held_out"} <= run.gallery.keys():
        return Markup()
    fake, held = np.ravel(run.array("distance_fake")), np.ravel(run.array("distance_held_out"))
    label = "distance to the nearest training row"
    paint = partial(figures.distances, real=held, fake=fake, label=label)
    said = (
        f"Distances to the nearest training row, of {count(len(held))} held-out and {count(len(fake))} "
        "generated rows. Copies would heap up at the left of the held-out rows."
    )
    p = np.ravel(run.gallery.get("neighbour_p", np.empty(0)))
    if len(p):
        said += (
            f" Share of held-out rows that look as copied as the first sample: {p[0]:.2g}; without copying "
            f"{1 / len(fake):.2g} is usual for the first of {count(len(fake))}."
        )
    return figure(svg.draw("distances", said, paint, (6.0, 2.8)), said, "wide")


def interpolation(run: Run) -> Markup:
    """Show what lies on straight paths between pairs of latents."""
    kind, paths = run.kind, run.array("interpolation")
    if paths.ndim < 3 or not paths.size or paths.shape[1] < 2:
        raise Absent(f"The interpolation in gallery.npz has shape {paths.shape}: no path.")
    n, steps = paths.shape[:2]
    said = f"{n} paths between pairs of latents, {steps} steps each."
    if kind == "image":
        flat = paths.reshape(n * steps, *paths.shape[2:])
        shown = grid_image(flat, f"{said} Left and right ends are samples.", columns=steps)
        strips = figure(shown, f"{said} Each row goes from one sample to another.", "full")
        return join([strips, _lengths(run)])
    if kind == "plane":
        return join([_plane_paths(run, paths, said), _lengths(run)])
    panels = (
        figure(
            svg.draw(
                f"path-{i}", caption, partial(figures.profile, rows=paths[..., i], label=name)
            ),
            caption,
        )
        for i, name in enumerate(column_names(run, paths.shape[-1])[:_PANELS])
        if (caption := f"{clean(name, 60).capitalize()} along {said}")
    )
    return join([grid(panels), _lengths(run)])


def _lengths(run: Run) -> Markup:
    """Draw how fast rows change on the way between latents, pair by pair."""
    lengths = np.ravel(run.gallery.get("path_lengths", np.empty(0))).astype(float)
    lengths = lengths[np.isfinite(lengths) & (lengths > 0)]
    if len(lengths) < 2:
        return Markup()
    paint = partial(figures.lengths, values=lengths)
    said = (
        f"Path lengths of {count(len(lengths))} pairs: how fast samples change at a random place between two "
        "latents. A long tail to the right is a jump."
    )
    return figure(svg.draw("lengths", said, paint, (6.0, 2.6)), said, "wide")


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
    both = f"real {100 * real[worst]:.1f} %, generated {100 * fake[worst]:.1f} %"
    told = f"largest difference: {names[worst]}, {both}"
    drawing = svg.draw("shares", f"Class shares; {told}.", partial(figures.shares, data=data), size)
    caption = [REAL, " and ", FAKE, f" shares; {told}."]
    if counts:
        sizes = " and ".join(count(n) for n in counts[:2])
        caption.append(f" Lines are 95 % Wilson intervals (n = {sizes}).")
    if len(order) < len(names):
        caption.append(f" The {_CLASSES} classes that differ most of {len(names)}.")
    return figure(drawing, join(caption), "wide")


def _plane_paths(run: Run, paths: np.ndarray, said: str) -> Markup:
    real = run.gallery.get("real", np.empty((0, 2)))
    extent = figures.frame(real if len(real) else paths.reshape(-1, 2))
    paint = partial(figures.paths, rows=paths, real=real, extent=extent)
    drawing = svg.draw("paths", f"{said} Drawn in the plane.", paint, (5.0, 4.6))
    return figure(drawing, f"{said} Dots are their ends, real data lie behind.")


def _frame(run: Run, index: int) -> Markup | None:
    path = run.previews[index]
    try:
        png, width, height = pictures.preview(path)
    except (OSError, ValueError):
        return None
    step = step_of(path)
    name = f"step {count(step)}" if step >= 0 else path.stem
    return figure(img(png, width, height, f"Samples at {name}"), name)


def _strip(index: int, sample: np.ndarray, rows: np.ndarray, distance: np.ndarray) -> Markup:
    shown = pictures.fitted(np.concatenate([sample[None], rows]))
    items = list(_tiles(index, shown, distance))
    return element("ul", *items, class_="strip")


def _tiles(index: int, shown: np.ndarray, distance: np.ndarray) -> Iterator[Markup]:
    for rank, image in enumerate(shown):
        picture = pictures.assemble(image[None])
        said = significant(float(distance[rank - 1])) if rank else "sample"
        alt = f"{ordinal(rank)} training image, distance {said}" if rank else f"sample {index + 1}"
        shown_as = img(pictures.encode(picture), picture.shape[1], picture.shape[0], alt)
        yield element("li", shown_as, said)
