"""Claim 5: how players move decides whether they come to rest, whatever the game."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.claims.play import Toy, dirac_toy, modulus, payoff_toy, play
from zerosum.objectives.hinge import HINGE
from zerosum.objectives.least_squares import LEAST_SQUARES, LEAST_SQUARES_PEARSON
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.objective import Objective
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.penalties.gradient_penalty import DRAGAN_PAPER, WGAN_GP
from zerosum.penalties.penalty import Penalty
from zerosum.penalties.zero_centred import R1, R2
from zerosum.reports.svg import FAKE, FOURTH, INK, LINE, MUTED, REAL, THIRD
from zerosum.solvers.alternating import alternating
from zerosum.solvers.consensus import consensus
from zerosum.solvers.extragradient import extragradient
from zerosum.solvers.field import Solver
from zerosum.solvers.optimistic import optimistic
from zerosum.solvers.simultaneous import simultaneous
from zerosum.theory import games, motion

# a weight of R1 of 1 would give ns a double eigenvalue, whose error is the root of the probe's
STEP, WEIGHT, GAMMA = 0.3, 0.4, 0.8
ROUNDS = 200
START = (1.0, 0.6)

SOLVERS: dict[str, Solver] = {
    "simultaneous": simultaneous,
    "alternating": alternating,
    "extragradient": extragradient,
    "optimistic": optimistic,
    "consensus": partial(consensus, weight=WEIGHT),
}
ROUND_MATRICES: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "simultaneous": motion.simultaneous_round,
    "alternating": motion.alternating_round,
    "extragradient": motion.extragradient_round,
    "optimistic": motion.optimistic_round,
    "consensus": partial(motion.consensus_round, weight=WEIGHT),
}
ON_BILINEAR: dict[str, tuple[str, Callable[[float], float]]] = {
    "simultaneous": ("sqrt(1 + η²)", motion.simultaneous_on_bilinear),
    "alternating": ("1", motion.alternating_on_bilinear),
    "extragradient": ("sqrt(1 - η² + η⁴)", motion.extragradient_on_bilinear),
    "optimistic": ("sqrt((1 + sqrt(1 - 4η²))/2)", motion.optimistic_on_bilinear),
    "consensus": ("sqrt((1 - ηw)² + η²)", partial(motion.consensus_on_bilinear, weight=WEIGHT)),
}
# the slopes at logit 0 of each loss in the fake logit, by hand
SLOPES: tuple[tuple[Objective, float, float], ...] = (
    (MINIMAX, 0.5, -0.5),
    (NONSATURATING, 0.5, -0.5),
    (WASSERSTEIN, 1.0, -1.0),
    (LEAST_SQUARES, 0.0, -1.0),
    (LEAST_SQUARES_PEARSON, 1.0, 0.0),
    (HINGE, 1.0, -1.0),
    (RELATIVISTIC_PAIRING, 0.5, -0.5),
)
_EXACT = "central differences of one played round: rounding and probe² only"


def measure(seed: int) -> Measurement:
    """Measure |lambda| of every solver on every small game, and where 200 rounds lead.

    Nothing here is random: the seed changes nothing.
    """
    findings = [*_bilinear(), *_saddle(), *_dirac()]
    names, table = _table()
    findings += _without_rest(names, table)
    paths = {
        f"path/{name}": play(payoff_toy(games.bilinear), START, STEP, 40, solver)
        for name, solver in SOLVERS.items()
    }
    data = {"games": np.array(names), "rows": np.array([*SOLVERS, *_adam()]), "table": table}
    return Measurement(tuple(findings), {**data, **paths})


def _bilinear() -> list[Finding]:
    toy = payoff_toy(games.bilinear)
    return [
        Finding(
            what=f"|λ| a round of {name} on xy at η = {STEP:g}, formula {text}",
            predicted=formula(STEP),
            measured=modulus(toy, STEP, SOLVERS[name], name == "optimistic"),
            tolerance=1e-6,
            reason=_EXACT,
        )
        for name, (text, formula) in ON_BILINEAR.items()
    ]


def _saddle() -> list[Finding]:
    toy = payoff_toy(games.saddle)
    return [
        Finding(
            what=f"|λ| a round of {name} on x² - y² + xy at η = {STEP:g}",
            predicted=motion.modulus(ROUND_MATRICES[name](motion.SADDLE, STEP)),
            measured=modulus(toy, STEP, solver, name == "optimistic"),
            tolerance=1e-6,
            reason=_EXACT,
        )
        for name, solver in SOLVERS.items()
    ]


def _dirac() -> list[Finding]:
    return [
        Finding(
            what=f"largest error of |λ|, Dirac-GAN {named}, 7 objectives x 5 solvers",
            predicted=0.0,
            measured=max(
                _dirac_error(name, *entry, penalties) for name in SOLVERS for entry in SLOPES
            ),
            tolerance=1e-6,
            reason=_EXACT,
        )
        for named, penalties in (
            ("without penalty", ()),
            ("with R1", ((R1, GAMMA),)),
            ("with R2", ((R2, GAMMA),)),
        )
    ]


def _dirac_error(
    solver: str,
    objective: Objective,
    discriminator: float,
    generator: float,
    penalties: Sequence[tuple[Penalty, float]],
) -> float:
    field = motion.dirac_field(discriminator, generator, sum(weight for _, weight in penalties))
    predicted = motion.modulus(ROUND_MATRICES[solver](field, STEP))
    toy = dirac_toy(objective, penalties)
    return abs(modulus(toy, STEP, SOLVERS[solver], solver == "optimistic") - predicted)


def _adam() -> dict[str, Solver]:
    names = ("alternating", "extragradient", "optimistic")
    return {f"{name}, Adam": SOLVERS[name] for name in names}


def _games() -> dict[str, Toy]:
    dirac = {o.name: dirac_toy(o) for o in (MINIMAX, NONSATURATING, WASSERSTEIN, HINGE)}
    dirac["rp"] = dirac_toy(RELATIVISTIC_PAIRING)
    dirac["ns + R1"] = dirac_toy(NONSATURATING, ((R1, GAMMA),))
    dirac["wgan + GP"] = dirac_toy(WASSERSTEIN, ((WGAN_GP, GAMMA),))
    dirac["ns + DRAGAN"] = dirac_toy(NONSATURATING, ((DRAGAN_PAPER, GAMMA),))
    return {"x²-y²+xy": payoff_toy(games.saddle), "xy": payoff_toy(games.bilinear)} | dirac


def _table() -> tuple[list[str], np.ndarray]:
    """Return the games' names, and the distance to (0, 0) after 200 rounds over that at the start."""
    rows = [(solver, False) for solver in SOLVERS.values()]
    rows += [(solver, True) for solver in _adam().values()]
    known = _games()
    table = [
        [_shrink(play(toy, START, 0.1, ROUNDS, solver, adam)) for toy in known.values()]
        for solver, adam in rows
    ]
    return list(known), np.array(table)


def _shrink(points: np.ndarray) -> float:
    return float(np.hypot(*points[-1]) / np.hypot(*points[0]))


def _without_rest(names: list[str], table: np.ndarray) -> list[Finding]:
    rows = list(SOLVERS)
    cell = {(r, c): table[i, j] for i, r in enumerate(rows) for j, c in enumerate(names)}
    what = "distance to rest after 200 rounds over that before, η = 0.1"
    return [
        Finding(
            f"{what}: alternating, ns + R1", 1.0, cell["alternating", "ns + R1"], 0.0,
            "R1 makes the Dirac-GAN's equilibrium attractive (Mescheder et al. 2018)", "<=",
        ),
        Finding(
            f"{what}: simultaneous, mm", 1.0, cell["simultaneous", "mm"], 0.0,
            "without a penalty simultaneous descent leaves it", ">=",
        ),
        Finding(
            f"{what}: alternating, wgan + GP", 1.0, cell["alternating", "wgan + GP"], 0.0,
            "WGAN-GP's slope of length 1 is wrong at rest: Mescheder et al. 2018 find no convergence",
            "reported",
        ),
    ]  # fmt: skip


def paint(axes: Any, data: Data) -> None:
    """Draw the paths on xy, and the table of distances after 200 rounds."""
    _paint_paths(axes[0], data)
    _paint_table(axes[1], data)


def _paint_paths(axes: Any, data: Data) -> None:
    for name, colour in zip(SOLVERS, (FAKE, MUTED, REAL, THIRD, FOURTH), strict=True):
        points = data[f"path/{name}"][:24]
        axes.plot(*points.T, color=colour, marker=".", markersize=4, linewidth=1.1, label=name)
    axes.plot(0, 0, marker="+", color=INK, markersize=9)
    axes.set(
        xlim=(-2.6, 2.6),
        ylim=(-2.6, 2.6),
        aspect="equal",
        xlabel="x, descends xy",
        ylabel="y, climbs it",
    )
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)


def _paint_table(axes: Any, data: Data) -> None:
    table = data["table"]
    shade = np.clip(np.log10(np.maximum(table, 1e-12)), -2, 2)
    axes.imshow(np.abs(shade), cmap="Greys", vmin=0, vmax=6, aspect="auto")
    for (i, j), value in np.ndenumerate(table):
        colour = REAL if value < 0.5 else FAKE if value > 1.5 else INK
        axes.text(j, i, _short(value), ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(table.shape[1]), data["games"], rotation=40, ha="right")
    axes.set_yticks(range(table.shape[0]), data["rows"])
    axes.set_xlabel("distance to rest after 200 rounds over that before")
    axes.grid(False)
    axes.tick_params(length=0, color=LINE)


def _short(value: float) -> str:
    if value < 1e-3:
        return "0"
    return f"{value:.2g}" if value < 1000 else ">999"


CLAIM = Claim(
    number=5,
    name="solvers",
    statement=(
        "How players move decides whether they come to rest: on f = xy simultaneous descent spirals out, "
        "alternating circles, extragradient, optimistic and consensus converge."
    ),
    derivation=(
        "Near rest the field is v(w) = J w, so a round is a matrix and its eigenvalues say everything.",
        "On xy, J is a rotation with eigenvalues ±i: I - ηJ has |λ|² = 1 + η², two half-steps in turn have "
        "determinant 1, I - ηJ + η²J² has |λ|² = 1 - η² + η⁴.",
        "The Dirac-GAN has J = [[0, -c], [c, γ]]: the same rotation, and R1's γ pulls it inwards.",
    ),
    source=(
        "Mescheder et al. 2017, arXiv 1705.10461, and 2018, arXiv 1801.04406; Gidel et al. 2019, "
        "arXiv 1802.10551"
    ),
    measure=measure,
    paint=paint,
    caption=(
        "Left: 23 rounds on f = xy at step 0.3 from one point. Right: each solver on each game, from "
        "distance 1.17 at step 0.1; below 1 it comes to rest, at 1 it circles, above it leaves."
    ),
    grid=(1, 2),
    size=(10.4, 4.4),
)
