"""What of the evaluator's settings cannot work, refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from zerosum.errors import unknown
from zerosum.metrics.watched import LEAST, deciding, names_of
from zerosum.recipes.config import Config
from zerosum.recipes.preset_parts import DataShape
from zerosum.recipes.systems import SYSTEMS


def bad_evaluation(config: Config, shape: DataShape) -> Iterator[str]:
    """Yield a sentence for everything in the evaluation section that cannot work on such data."""
    asked = config.evaluation
    if asked.times < 0:
        yield f"evaluation.times is {asked.times}: give 0 for none, or how many evaluations a run makes"
    if asked.rows < LEAST:
        yield (
            f"evaluation.rows is {asked.rows}, but precision and coverage need {LEAST} rows on each side: "
            "give more, or evaluation.times 0"
        )
    if asked.best == "auto":
        return
    if SYSTEMS[config.game.system].domains > 1:
        yield (
            f"evaluation.best is {asked.best!r}, but translators are only judged by the Fréchet distances of "
            "both ways: leave it out"
        )
    elif asked.best not in deciding(shape.kind):
        known = ("auto", *deciding(shape.kind))
        reason = str(unknown(f"evaluation.best of {shape.kind} data", asked.best, known))
        real = " (density is best where real rows have it, so that more is not better)"
        yield reason + (real if asked.best in names_of(shape.kind) else "")
