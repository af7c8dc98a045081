"""Claim 7 to play with: two segments, and the distances that do or do not see how far apart they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from zerosum.studio.learn.figure import Arrows, Axis, Figure, Handle, Line, Number, Panel, Points
from zerosum.studio.learn.lesson import Lesson, Link, span
from zerosum.theory import grain_distances, segment_distances

THETAS = np.linspace(-1.5, 1.5, 121)
TOP = 1.6


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    theta: Annotated[float, "where the second segment stands", span("Place θ", -1.5, 1.5, 0.01)] = (
        0.5
    )
    grains: Annotated[int, "of each segment", span("Grains of each segment", 1, 64, 1)] = 12


def picture(values: Values) -> Figure:
    """Draw the segments with the cheapest plan between them, and the distances over θ."""
    found = grain_distances(values.theta, values.grains)
    return Figure(
        (_segments(values), _distances(values)),
        (
            Number("W₁", found.w1, "", "by the cheapest plan between the grains; |θ| in theory"),
            Number("JSD", found.jensen_shannon, "nats", "log 2 = 0.6931 for every θ ≠ 0"),
            Number("total variation", found.total_variation),
            Number("KL(P_0‖P_θ)", found.kl, "nats"),
            Number("KL(P_θ‖P_0)", found.reverse_kl, "nats"),
            Number("slope of W₁ in θ", float(np.sign(values.theta)), "", "that of JSD is 0"),
        ),
    )  # fmt: skip


def _segments(values: Values) -> Panel:
    heights = (np.arange(values.grains) + 0.5) / values.grains
    here, there = np.zeros(values.grains), np.full(values.grains, values.theta)
    return Panel(
        "Two segments and the cheapest plan",
        Axis("x₁", -1.6, 1.6),
        Axis("x₂", -0.1, 1.1),
        (
            Line("data P_0", [0.0, 0.0], [0.0, 1.0], "real", "solid", 3),
            Line("samples P_θ", [values.theta] * 2, [0.0, 1.0], "fake", "dashed", 3),
            Arrows("each grain's way", here, heights, there, heights, "muted"),
            Points("data P_0", here, heights, "real", "circle", 3),
            Points("samples P_θ", there, heights, "fake", "square", 3),
        ),
        (Handle("segment P_θ", values.theta, 0.5, "theta", colour="fake", anywhere=True),),
    )


def _distances(values: Values) -> Panel:
    rows = [segment_distances(theta) for theta in np.round(THETAS, 10).tolist()]
    zero = np.abs(THETAS) < 1e-9
    jsd = np.array([row.jensen_shannon for row in rows])
    tv = np.array([row.total_variation for row in rows])
    now = grain_distances(values.theta, values.grains)
    at = [values.theta]
    return Panel(
        "Distances over θ",
        Axis("θ", -1.5, 1.5),
        Axis("distance", -0.06, TOP),
        (
            Line("W₁ = |θ|", THETAS, np.array([row.w1 for row in rows]), "real"),
            Line("JSD, nats", THETAS, np.where(zero, np.nan, jsd), "fake", "dashed"),
            Line("total variation", THETAS, np.where(zero, np.nan, tv), "fourth", "dotted"),
            Points("W₁ = |θ|", at, [now.w1], "real", "circle", 5),
            Points("JSD, nats", at, [now.jensen_shannon], "fake", "square", 5),
            Points("total variation", at, [now.total_variation], "fourth", "diamond", 5),
            Points("all are 0 at θ = 0", [0.0], [0.0], "ink", "plus", 7),
        ),
        (Handle("θ", values.theta, now.w1, "theta", colour="real"),),
    )


LESSON = Lesson(
    words=(
        "Two segments side by side have no point in common, however close they are. Kullback–Leibler and "
        "Jensen–Shannon then say only that they differ; the work of carrying one to the other says how far."
    ),
    equations=(
        "P_0 uniform on {0} × [0, 1],   P_θ uniform on {θ} × [0, 1]",
        "θ ≠ 0:   KL = ∞,   JSD = log 2,   W₁ = |θ|",
    ),
    predicts="As above; so only W₁ tends to 0 with θ, and only its critic gives a slope, 1 towards the data.",
    measures=(
        "Computes all five distances on grains by exact sums and exact transport, then trains discriminators "
        "at several θ and differentiates three generators' losses in θ."
    ),
    play=(
        "Drag the segment over the other: JSD and total variation stay where they are until the "
        "very last moment."
    ),
    controls=Values,
    picture=picture,
    caption="Left: the segments as grains, and each grain's way. Right: distances over θ; KL is infinite.",
    slip=(
        "The slide's loop “for t = 0, …, n_critic” trains the critic n_critic times a round, not "
        "n_critic + 1; "
        "and the name is Wasserstein."
    ),
    links=(Link("A game with a Wasserstein critic", "/game?objective=wgan&penalty=wgan-gp&weight=10&k=5"),),
    pages=("how-to-choose-a-penalty", "how-to-choose-a-recipe"),
)  # fmt: skip
