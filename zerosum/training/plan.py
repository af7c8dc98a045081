"""What a run is told: how long, in what portions, with which numbers at which time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zerosum.solvers.alternating import alternating
from zerosum.solvers.field import Solver
from zerosum.training.growing import Growth
from zerosum.training.schedule import Schedule

_NEVER = Schedule(0.0)


@dataclass(frozen=True)
class Plan:
    """The numbers of a training run.

    Attributes:
        steps: rounds of the game to play.
        batch: rows a turn looks at (in each micro-batch).
        accumulate: micro-batches, each of fresh data and noise, whose mean gradient makes one move.
        latent: dimension of the latent.
        seed: of every draw of the run.
        fresh_latents: give the generator's turn data and noise of its own; otherwise it is judged
            on the last discriminator turn's (which saves a pass of the generator).
        coefficients: schedules of penalty weights by name, and of `instance_noise`.
        learning_rates: a schedule for each player.
        beta2: schedules of Adam's second beta, for the players that have one.
        ema_half_life: of the generator's average, in samples; 0 means the average is the generator.
        stratified: spread the latents of a batch evenly.
        clip: bound on the discriminator's weights after each of its moves, or None.
        spectral: divide the discriminator's weights by their largest singular values.
        precision: "fp32" or "bf16" (autocast).
        solver: how the players move in a round.
        growth: when growing networks reach which resolution; None: they stay as they are.
    """

    steps: int
    batch: int
    latent: int
    seed: int
    accumulate: int = 1
    fresh_latents: bool = False
    coefficients: Mapping[str, Schedule] = field(default_factory=dict)
    learning_rates: Mapping[str, Schedule] = field(default_factory=dict)
    beta2: Mapping[str, Schedule] = field(default_factory=dict)
    ema_half_life: Schedule = _NEVER
    stratified: bool = False
    clip: float | None = None
    spectral: bool = False
    precision: str = "fp32"
    solver: Solver = alternating
    growth: Growth | None = None

    def coefficients_at(self, seen: int) -> dict[str, float]:
        """Return each coefficient's value after `seen` samples."""
        return {name: schedule.at(seen) for name, schedule in self.coefficients.items()}
