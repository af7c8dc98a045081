"""Settings of the evaluator during training: how often it looks, at how many rows, and what it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class EvaluationConfig:
    """Paired numbers against held-out rows while a run goes on, on a random stream of their own."""

    times: Annotated[int, "evaluations in a run; 0: none, and no best checkpoint is kept"] = 10
    rows: Annotated[int, "held-out and generated rows that each looks at, at most"] = 400
    best: Annotated[
        str,
        "what the best checkpoint is kept by: FD | KD (pictures) | MMD (points, tables) | precision | "
        "recall | coverage; auto: KD, points coverage, tables MMD",
    ] = "auto"
