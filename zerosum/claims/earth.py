"""Pictures of a transport plan: earth that is moved, the plan as a table, lines, and what critics say."""

from __future__ import annotations

from typing import Any

import numpy as np

from zerosum.claims.claim import Data
from zerosum.reports.svg import FAKE, INK, LINE, MUTED, REAL, THIRD


def paint_earth(ax: Any, data: Data) -> None:
    """Draw the heap above the ground, the hole below, each move as a block in both and an arrow.

    Args:
        data: `heap` and `hole`, masses at 0, 1, ...; `moves`, rows of (source, target, mass).
    """
    moves = data["moves"]
    top, depth = np.zeros(len(data["heap"])), np.zeros(len(data["hole"]))
    for source, target, mass in moves:
        i, j = int(source), int(target)
        shade = 0.3 + 0.6 * source / moves[:, 0].max()
        block = {"width": 0.86, "color": REAL, "alpha": shade, "edgecolor": "white", "linewidth": 1}
        ax.bar(i, mass, bottom=top[i], **block)
        ax.bar(j, -mass, bottom=-depth[j], **block)
        start, end = (i, top[i] + mass / 2), (j, -depth[j] - mass / 2)
        arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 0.8, "alpha": 0.75, "shrinkA": 0,
                 "shrinkB": 0, "connectionstyle": "arc3,rad=-0.25", "mutation_scale": 8}  # fmt: skip
        ax.annotate("", end, start, arrowprops=arrow)
        top[i] += mass
        depth[j] += mass
    ax.axhline(0, color=MUTED, linewidth=1)
    ax.text(
        0.98, 0.97, "above: the heap P_d", transform=ax.transAxes, va="top", ha="right", color=REAL
    )
    ax.text(0.02, 0.04, "below: the hole P_g", transform=ax.transAxes, color=REAL)
    ax.set(xlabel="position", ylabel="share of the earth")
    ax.set_yticks([-0.2, 0.0, 0.2], ["0.2", "0", "0.2"])


def paint_plan(ax: Any, data: Data) -> None:
    """Draw the plan as a table of squares whose areas are masses."""
    source, target, mass = data["moves"].T
    side = 0.95 * np.sqrt(mass / mass.max())
    for i, j, s in zip(source, target, side, strict=True):
        shade = 0.3 + 0.6 * i / source.max()
        ax.bar(j, s, width=s, bottom=i - s / 2, color=REAL, alpha=shade)
    n, m = len(data["heap"]), len(data["hole"])
    ax.plot([-0.5, m - 0.5], [-0.5, n - 0.5], color=LINE, linewidth=1, zorder=0)
    ax.text(m - 0.6, n - 1.4, "no move", color=MUTED, ha="right", fontsize=8.5)
    ax.set(xlim=(-0.6, m - 0.4), ylim=(-0.6, n - 0.4), aspect="equal")
    ax.set(xlabel="to", ylabel="from", xticks=range(m), yticks=range(n))


def paint_lines(ax: Any, data: Data) -> None:
    """Draw both sets of points and a line for each move."""
    start, end = data["start"], data["end"]
    ax.plot(*np.stack((start, end)).transpose(2, 0, 1), color=MUTED, linewidth=0.4, alpha=0.6)
    ax.scatter(*start.T, s=5, color=REAL, zorder=3, linewidths=0)
    ax.scatter(*end.T, s=5, color=FAKE, zorder=3, linewidths=0)
    ax.text(0.0, 0.95, "real", color=REAL, ha="center")
    ax.text(2.25, 2.35, "generated", color=FAKE, ha="right")
    ax.set(xlabel="x₁", ylabel="x₂", aspect="equal")


def paint_critics(ax: Any, data: Data, names: tuple[str, ...]) -> None:
    """Draw the estimates as bars, with the exact distance and the 5 % beneath it."""
    exact = float(data["exact"])
    ax.axhspan(0.95 * exact, exact, color=THIRD, alpha=0.15, linewidth=0)
    ax.axhline(exact, color=THIRD)
    for i, name in enumerate(names):
        value = float(data[name])
        ax.bar(i, value, width=0.55, color=MUTED if name == "clipped" else FAKE)
        ax.text(
            i,
            value / 2,
            f"{value:.3f}\n{value / exact:.1%}",
            ha="center",
            va="center",
            color="white",
        )
    ax.text(
        -0.45, 1.02 * exact, f"exact W₁ = {exact:.3f}; shaded: within 5 %", color=THIRD, va="bottom"
    )
    ax.set(xlim=(-0.5, 2.5), ylim=(0, 1.2 * exact), ylabel="(E_d f − E_g f) / K")
    ax.set_xticks(range(len(names)), names)
