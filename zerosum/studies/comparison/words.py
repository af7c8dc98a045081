"""A comparison in plain words: what was compared, what was found, what the names stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zerosum.reports.numbers import count, duration, significant
from zerosum.studies.comparison.table import Comparison, Row
from zerosum.studies.comparison.text import by_place

OBJECTIVES = {
    "mm": "minimax",
    "ns": "non-saturating",
    "lsgan": "least squares",
    "wgan": "Wasserstein, clipped weights",
    "wgan-gp": "Wasserstein, gradient penalty",
    "dragan": "non-saturating, DRAGAN penalty",
    "r3gan": "relativistic, R1 and R2",
    "ns-r1": "non-saturating, R1",
    "sngan": "hinge, spectral norm",
    "began": "BEGAN, an autoencoder in balance",
}
PARAMETERS = {
    "lr": "learning rate of both",
    "beta1": "Adam’s β₁",
    "k": "D updates for one of G",
    "batch_norm": "batch norm in D",
    "weight": "weight of the penalty",
    "gamma": "weight of R1, R2",
    "clip": "bound on D’s weights",
    "diversity": "γ of BEGAN",
    "lambda_k": "λ of BEGAN’s k",
}
_FACTS = {
    "data": "data",
    "rows": "training rows",
    "search": "search",
    "draws": "draws for each objective",
    "seeds": "seeds for each draw",
    "fresh": "fresh seeds for each best draw",
    "updates": "discriminator updates a training",
    "batch": "rows an update",
    "width": "units a layer, both networks",
    "depth": "hidden layers, both networks",
    "latent": "latent dimension",
    "seed": "seed",
}


def compared(found: Comparison) -> str:
    """Return the study in one paragraph."""
    trials, facts = found.trials, found.trials.facts
    objectives, draws, seeds = trials.failed.shape
    fresh = trials.final_failed.shape[1]
    trained = trials.failed.size + trials.final_failed.size
    learns = facts.get("search", "random") != "random"
    chosen = f"by {facts['search']}, which goes by earlier scores" if learns else "at random"
    common = "" if learns else ", the same for all where they share a hyper-parameter"
    parts = [
        f"{objectives} objectives were compared on {trials.data}{_number(facts, 'rows', ' ({} rows)')}.",
        f"For each, {draws} draws of its hyper-parameters were made {chosen}{common}, and each draw "
        f"was trained with {seeds} seeds{_each(facts)}. The draw whose mean {trials.score} on "
        f"validation rows was best ({trials.better} is better) was trained again with {fresh} "
        "seeds that had chosen nothing, and judged on test rows: those scores are what is ranked.",
        f"That makes {count(trained)} trainings{_networks(facts)}{_time(facts)}.",
    ]
    return " ".join(parts)


def findings(found: Comparison) -> Iterator[str]:
    """Yield what the study says, a sentence at a time; nobody is ranked whose interval overlaps."""
    rows = by_place(found)
    leaders, below = ([r for r in rows if (r.places[0] == 1) == first] for first in (True, False))
    if not below and len(rows) > 1:
        yield "No objective is ranked above another: the intervals of all final means overlap."
    elif len(leaders) == 1 and below:
        # of intervals, one that alone has nothing above it lies apart from all others
        yield f"{leaders[0].objective} stands above all others: its interval overlaps no other."
    elif below:
        each = "stands" if len(below) == 1 else "each stand"
        yield (
            f"No objective stands above {listed(_names(leaders))}, which are not ranked among "
            f"themselves. {listed(_names(below))} {each} below at least one of them."
        )
    yield _against_real(found, leaders)
    yield _lost(found)


def facts(found: Comparison) -> list[tuple[object, object]]:
    """Return the study's settings as (name, value) rows; names it does not know are shown as they are."""
    given: dict[str, Any] = {"data": found.trials.data, **found.trials.facts}
    seconds = given.pop("seconds", None)
    known = {**{k: given[k] for k in _FACTS if k in given}, **given}
    rows: list[tuple[object, object]] = [
        (_FACTS.get(name, name), count(v) if isinstance(v, int) and name != "seed" else v)
        for name, v in known.items()
    ]
    return [*rows, ("time of all processes", duration(seconds))] if seconds is not None else rows


def listed(names: Sequence[str]) -> str:
    """Return names as people list them.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _names(rows: Iterable[Row]) -> list[str]:
    return [row.objective for row in rows]


def _against_real(found: Comparison, leaders: Sequence[Row]) -> str:
    best = (min if found.trials.better == "lower" else max)(leaders, key=lambda row: row.mean)
    real = found.trials.real.get(found.trials.score)
    said = f"{best.objective}’s final mean {found.trials.score} is {significant(best.mean)}"
    return f"{said}; real rows get {significant(real)}." if real is not None else f"{said}."


def _lost(found: Comparison) -> str:
    failed = sum(row.failures.trainings for row in found.rows)
    tried = sum(row.failures.tried for row in found.rows)
    final = sum(round(row.failures.final.value * row.failures.final.n) for row in found.rows)
    of_final = sum(row.failures.final.n for row in found.rows)
    if failed + final == 0:
        return f"None of {count(tried + of_final)} trainings failed."
    return (
        f"{count(failed)} of {count(tried)} trainings of the search failed, and {count(final)} of "
        f"{count(of_final)} final ones; they count as the worst score."
    )


def _number(facts: Any, name: str, form: str) -> str:
    return form.format(count(facts[name])) if name in facts else ""


def _each(facts: Any) -> str:
    updates = _number(facts, "updates", ", {} discriminator updates")
    return updates + _number(facts, "batch", " on {} rows each")


def _networks(facts: Any) -> str:
    if "width" not in facts or "depth" not in facts:
        return ""
    return f" of fully connected networks, {facts['depth']} layers of {facts['width']} units"


def _time(facts: Any) -> str:
    return (
        f", in {duration(facts['seconds'])} of all processes together" if "seconds" in facts else ""
    )
