"""The bench in plain words: its terms, its findings, and what a reader must know to read the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from zerosum.data.text import counted
from zerosum.reports.numbers import count
from zerosum.studies.comparison.paired import smallest_p
from zerosum.studies.mode_bench.bench import Bench
from zerosum.studies.mode_bench.cell import modes_of
from zerosum.studies.mode_bench.tally import ALPHA, FEW, Part
from zerosum.studies.mode_bench.terms import Terms


def on_terms(data: str, terms: Terms) -> str:
    """Return what every system gets on these data, in one sentence."""
    g, d = (_network(n) for n in (terms.generator, terms.discriminator))
    rate = f"{terms.rate:g}"
    if terms.last_rate != terms.rate:
        rate += f" falling to {terms.last_rate:g}"
    what = "packs" if terms.packs else "rows"
    return (
        f"{data}: {counted(terms.seeds, 'seed')}, {count(terms.updates)} discriminator updates of "
        f"{terms.batch} real and {terms.batch} generated {what}; G {g}, D {d}, latent {terms.latent}; Adam "
        f"{rate}, betas {terms.beta1:g} and {terms.beta2:g}"
    )


def _network(settings: dict[str, Any]) -> str:
    norm = ", batch norm" if settings.get("norm") == "batch" else ""
    depth = f"{settings['depth']} x " if "depth" in settings else ""
    return f"{settings['name']} {depth}{settings['width']}{norm}"


def findings(parts: Sequence[Part]) -> Iterator[str]:
    """Yield, for each protocol with modes, who found all of them in every seed."""
    for part in parts:
        most = modes_of(part.protocol)
        if part.lines[0].full is None:
            continue
        whole = [n.judged.system for n in part.lines[1:] if n.full == part.seeds]
        names = ", ".join(whole) or "no system"
        yield (
            f"{part.protocol.name}: all {most:,.0f} modes in every one of {part.seeds} seeds: {names}."
        )


def answers(part: Part) -> Iterator[str]:
    """Yield one sentence for each pair: whether it is better than its baseline, by each score."""
    by_pair: dict[tuple[str, str], list[str]] = {}
    for v in part.verdicts:
        by_pair.setdefault((v.system, v.baseline), []).append(f"by {v.score} {v.answer}")
    for (system, baseline), said in by_pair.items():
        yield f"{system} better than {baseline}? {'; '.join(said)}."


def notes(bench: Bench, parts: Sequence[Part]) -> Iterator[str]:
    """Yield what a reader must know."""
    yield (
        "Equal for every system: networks, discriminator updates, rows an update, optimiser, average of "
        "the generator, and the training rows. A system that moves D k times for one move of G plays "
        "1/k as many rounds. Equal updates are not equal time: what each took stands in the last table, "
        "unless the study was interrupted between a result and its note."
    )
    yield (
        "Means over seeds with 95 % intervals by Student's t. Failed: a number that is not finite in "
        "training or samples; it counts as no mode, nothing good, and KL = log of the modes, and so does "
        "the KL of a generator without a good sample."
    )
    yield (
        "reverse KL is less its chance floor (K - 1)/2n; plug-in is with it, as papers print it. "
        f"With ~ good samples are fewer than {FEW} a mode, where the floor is no longer right and a KL "
        "says little. % good of a perfect model is not 100 where good means within 3 sigma."
    )
    yield (
        f"better?: seed by seed, sign-flip test, Holm over the pairs of one protocol and one score; yes or "
        f"no where p < {ALPHA} and the 95 % interval leaves 0 out, else not shown, which is no "
        "proof of equality."
    )
    for seeds in sorted({part.seeds for part in parts}):
        if smallest_p(seeds) >= ALPHA:
            least = f"with {seeds} seeds the test's p cannot be below {smallest_p(seeds):g}"
            yield f"{least}: nothing can be shown."
    yield (
        "Published rows are comparable with the rows of their own table only: networks and budgets differ."
    )
    if bench.updates is not None or bench.seeds is not None:
        yield "updates or seeds were set by hand, and are not those of the budget."
