"""The trainings of a comparison as arrays: objectives x draws of hyper-parameters x seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Bool, Float, Int


@dataclass(frozen=True)
class Trials:
    """What a comparison has trained, and how well.

    The search trains every draw with the same seeds and judges it on validation rows. The final
    trainings repeat each objective's best draw with seeds no choice has seen, on other rows.

    Attributes:
        data: name of the data set.
        score: the score that draws are chosen by, a key of `scores`.
        better: which end of it is good.
        objectives: names, in the order asked for.
        parameters: hyper-parameter -> (objectives, draws); NaN where an objective has none of it.
        scores: score -> (objectives, draws, seeds); NaN where the training failed.
        failed: which trainings diverged.
        best: each objective's chosen draw.
        final: score -> (objectives, fresh seeds); NaN where the training failed.
        final_failed: which final trainings diverged.
        real: score -> what real rows get instead of generated ones, judged alike.
        facts: what else to say of the study: budget, batch, networks, search, seconds.
    """

    data: str
    score: str
    better: Literal["lower", "higher"]
    objectives: tuple[str, ...]
    parameters: Mapping[str, Float[np.ndarray, "objectives draws"]]
    scores: Mapping[str, Float[np.ndarray, "objectives draws seeds"]]
    failed: Bool[np.ndarray, "objectives draws seeds"]
    best: Int[np.ndarray, " objectives"]
    final: Mapping[str, Float[np.ndarray, "objectives fresh"]]
    final_failed: Bool[np.ndarray, "objectives fresh"]
    real: Mapping[str, float]
    facts: Mapping[str, Any]
