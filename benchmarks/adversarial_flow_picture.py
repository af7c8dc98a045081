"""The exact plan beside learnt maps: a curve on the line, arrows in the plane."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

COLUMNS = {
    "exact": "exact plan",
    "with": "learnt, with the cost",
    "without": "learnt, without it",
}
ARROWS = 250
COLOURS = plt.get_cmap("twilight")


def draw(maps: Mapping[str, Mapping[str, np.ndarray]], file: Path) -> None:
    """Write the picture.

    Args: maps: target -> latents (n, d), the exact map's values (n, d), learnt ones (seeds, n, d).
    """
    rows = len(maps)
    figure, axes = plt.subplots(rows, 3, figsize=(9, 3 * rows), squeeze=False, layout="constrained")
    for line, (name, one) in zip(axes, maps.items(), strict=True):
        for axis, (kind, title) in zip(line, COLUMNS.items(), strict=True):
            paint = _curves if one["latent"].shape[1] == 1 else _arrows
            paint(axis, one["latent"], one[kind])
            axis.set_title(f"{name}: {title}", fontsize=9)
            axis.tick_params(labelsize=7)
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file, dpi=110)
    plt.close(figure)


def _curves(axis: Axes, latent: np.ndarray, made: np.ndarray) -> None:
    """Draw G(z) over z, a line a seed."""
    order = np.argsort(latent[:, 0])[:: max(1, len(latent) // 1000)]
    for one in made.reshape(-1, *latent.shape):
        axis.plot(latent[order, 0], one[order, 0], color="tab:blue", alpha=0.6, linewidth=1)
    axis.axline((0, 0), slope=1, color="0.7", linewidth=0.8, linestyle=":")
    axis.set_xlabel("z", fontsize=8)
    axis.set_ylabel("G(z)", fontsize=8)


def _arrows(axis: Axes, latent: np.ndarray, made: np.ndarray) -> None:
    """Draw arrows from z to G(z) of the first seed, coloured by the direction of z."""
    start, end = latent[:ARROWS], made.reshape(-1, *latent.shape)[0][:ARROWS]
    colours = COLOURS((np.arctan2(start[:, 1], start[:, 0]) / np.pi + 1) / 2)
    axis.quiver(
        *start.T, *(end - start).T, color=colours, angles="xy", scale_units="xy", scale=1,
        width=0.004, headwidth=4,
    )  # fmt: skip
    axis.plot(*end.T, ".", color="black", markersize=1.5)
    axis.set_xlim(-3, 3)
    axis.set_ylim(-3, 3)
    axis.set_aspect("equal")
