"""What a classifier of the training rows sees: its space, class shares, the score of confident classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from zerosum import noise
from zerosum.metrics import intervals, modes, panels
from zerosum.metrics.asked import asked_class
from zerosum.metrics.classifier import Classifier, train_classifier
from zerosum.metrics.difference_panel import kernel_panel
from zerosum.metrics.evidence import Measurement
from zerosum.metrics.inception_score import inception_score
from zerosum.metrics.rows import Encode, Rows


def class_panel(
    rows: Rows,
    made: tuple[np.ndarray, np.ndarray | None],
    encode: Encode,
    labels: tuple[np.ndarray, np.ndarray],
    classes: tuple[str, ...],
    facts: dict[str, Any],
) -> list[Measurement]:
    """Return the divergence of class shares, the class score, and the share of classes made as asked.

    Args:
        rows: the rows. made: all generated rows, and the class each was asked for, if any.
        encode: rows to pictures. labels: of all training and held-out rows. classes: names.
        facts: told the judge's accuracy and the shares.
    """
    truth, unseen = np.asarray(labels[0])[rows.pool_index], np.asarray(labels[1])[rows.held_index]
    pool = encode(rows.pool)
    judge = train_classifier(pool, truth, len(classes), key=rows.key)
    held, fake = encode(rows.held), encode(made[0])
    right = judge.accuracy(held, unseen)
    facts["classifier_accuracy"] = round(right.value, 4)
    facts["classifier_accuracy_95"] = [right.low, right.high]
    trial = rows.trial(judge, encode)
    found = [
        *panels.frechet_panel(trial, "classifier"),
        *panels.prdc_panel(trial, "classifier"),
        *kernel_panel(trial, "classifier"),
        _class_shares(judge, judge.predict(pool), fake, truth, classes, rows, facts),
        _class_score(judge, held, fake[: len(held)], rows),
    ]
    if made[1] is not None:
        story = rows.story.split(" | ")[0]
        found.append(asked_class(judge, (held, unseen), (fake, made[1]), story=story, key=rows.key))
    return found


def _class_score(judge: Classifier, held: Tensor, fake: Tensor, rows: Rows) -> Measurement:
    """Return the Inception Score with the judge of the training rows in Inception's place."""
    real, n = judge.probabilities(held), len(held)
    picks = (
        noise.integers(noise.fold(rows.key, "score", s), (n,), n).numpy()
        for s in range(len(rows.draws))
    )
    score = inception_score(judge.probabilities(fake), splits=1).value
    return Measurement(
        "class score",
        score,
        None,
        panels.summarise([inception_score(real[pick], splits=1).value for pick in picks]),
        f"exp I(class; picture)[{judge.id} | fake={len(fake)} | {rows.story.split(' | ')[0]} | "
        f"reference={len(rows.draws)} bootstraps of held-out rows]",
        "reference",  # sure and evenly spread classes score high, whether or not a row looks real
    )


def _class_shares(
    judge: Classifier,
    real: np.ndarray,
    fake: Tensor,
    truth: np.ndarray,
    classes: tuple[str, ...],
    rows: Rows,
    facts: dict[str, Any],
) -> Measurement:
    k, n = len(classes), len(fake)
    counts = np.bincount(judge.predict(fake), minlength=k)
    seen = np.bincount(truth, minlength=k).astype(np.float64)
    target = seen + (0.5 if (seen == 0).any() else 0.0)  # KL is infinite at a class never seen
    target = target / target.sum()
    result = modes.reverse_kl(counts, target)
    picks = (
        noise.integers(noise.fold(rows.key, "shares", s), (n,), len(real))
        for s in range(len(rows.draws))
    )
    again = [modes.reverse_kl(np.bincount(real[p.numpy()], minlength=k), target) for p in picks]
    shares = [intervals.wilson(int(c), n) for c in counts]
    facts["class_share"] = {
        "names": list(classes),
        "n_fake": n,
        "fake": [s.value for s in shares],
        "fake_low": [s.low for s in shares],
        "fake_high": [s.high for s in shares],
        "real": (seen / seen.sum()).tolist(),
    }
    label = (
        f"KL[{judge.id} | predicted classes against training labels | fake={n} | "
        f"{rows.story.split(' | ')[0]} | reference={len(rows.draws)} train draws with replacement]"
    )
    note = f"KL classes: nats, less the floor {result.floor:.3g} of a perfect model"
    reference = panels.summarise([r.value for r in again])
    return Measurement("KL classes", result.value, result.error, reference, label, "lower", note)
