"""The tables of a comparison's page: HTML text, never pictures of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from zerosum.metrics.intervals import Share
from zerosum.reports.html import Markup, element, join
from zerosum.reports.numbers import fixed, significant, with_error
from zerosum.studies.comparison.sensitivity import Sensitivity
from zerosum.studies.comparison.table import Comparison
from zerosum.studies.comparison.text import by_place
from zerosum.studies.comparison.words import OBJECTIVES, PARAMETERS

ALPHA = 0.05  # a p below it is marked
_BETTER, _WORSE, _EITHER = "0 114 178", "213 94 0", "128 132 138"  # blue, vermilion, grey
_DEEPEST = 0.6  # opacity at a share of 100 %: the text on it must stay readable


def main_table(found: Comparison) -> Markup:
    """Return the paper's table, by place, ties with shared letters and overlapping places."""
    letters = {one.objective: one.letters for one in found.ranking.standings}
    heads = (
        "place",
        "letters",
        "final, mean ± sd",
        "min … max",
        "best of search",
        "unseen seed",
        "median draw",
        "failed",
    )
    body = [
        (
            _named(row.objective),
            _place(row.places, len(found.rows)),
            element("b", letters[row.objective]),
            element("b", with_error(row.mean, row.sd)),
            f"{significant(row.smallest)} … {significant(row.largest)}",
            significant(row.search),
            significant(row.unseen),
            significant(row.median),
            f"{row.failures.trainings}/{row.failures.tried}, {_counted(row.failures.final)}",
        )
        for row in by_place(found)
    ]
    return _table(("objective", *heads), body)


def chosen_table(found: Comparison) -> Markup:
    """Return every objective's chosen hyper-parameters; empty where it has none of one."""
    names = [n for n in found.trials.parameters if any(n in row.parameters for row in found.rows)]
    body = [
        (
            element("b", row.objective),
            *(significant(row.parameters[n]) if n in row.parameters else "" for n in names),
        )
        for row in by_place(found)
    ]
    return _table(("objective", *(_parameter(n) for n in names)), body)


def others_table(found: Comparison) -> Markup:
    """Return the other scores of the final trainings that did not fail; empty where there are none."""
    names = list(found.rows[0].others)
    if not names:
        return Markup("")
    body: list[Sequence[object]] = [
        (element("b", row.objective), *(_other(row.others[name]) for name in names))
        for row in by_place(found)
    ]
    real = found.trials.real
    body.append(
        (element("b", "real rows"), *(significant(real.get(name, math.nan)) for name in names))
    )
    return _table(("objective", *names), body)


def failures_table(found: Comparison) -> Markup:
    """Return counts of failures, and shares of draws and of final trainings with their intervals."""
    heads = ("trainings of the search", "draws with a failure", "final trainings")
    body = [
        (
            element("b", row.objective),
            f"{row.failures.trainings} of {row.failures.tried}",
            _share(row.failures.draws),
            _share(row.failures.final),
        )
        for row in by_place(found)
    ]
    return _table(("objective", *heads), body)


def pairs_table(found: Comparison) -> Markup:
    """Return every pair's difference with its interval and corrected p, and who is better by it."""
    sign = 1.0 if found.trials.better == "lower" else -1.0
    body = []
    for pair in found.pairs:
        # with few failures the test may speak where the mean does not: both are asked for
        told = pair.p_holm < ALPHA and not pair.low <= 0.0 <= pair.high
        better = pair.first if sign * pair.difference < 0 else pair.second
        body.append(
            (
                element("b", f"{pair.first} − {pair.second}"),
                f"{significant(pair.difference)} [{significant(pair.low)}, {significant(pair.high)}]",
                _p(pair.p),
                element("b", _p(pair.p_holm)) if pair.p_holm < ALPHA else _p(pair.p_holm),
                better if told else "–",
            )
        )
    return _table(("pair", "mean difference [95 %]", "p", "p, Holm", "better"), body)


def heat_table(found: Comparison) -> Markup:
    """Return objectives by hyper-parameters: share explained and ρ, coloured, marked where p is small."""
    cells = {(one.objective, one.parameter): one for one in found.sensitivity}
    asked = [n for n in found.trials.parameters if any(p == n for _, p in cells)]
    sign = 1.0 if found.trials.better == "lower" else -1.0
    body = [
        (
            element("b", row.objective),
            *(_heat(cells.get((row.objective, name)), sign) for name in asked),
        )
        for row in by_place(found)
    ]
    return _table(("objective", *(_parameter(n) for n in asked)), body)


def budget_table(heads: Sequence[int], rows: Mapping[str, Sequence[str]]) -> Markup:
    """Return objectives by numbers of draws."""
    body = [(element("b", name), *cells) for name, cells in rows.items()]
    return _table(("objective", *(f"k = {k}" for k in heads)), body)


def _table(heads: Sequence[object], rows: Iterable[Sequence[object]]) -> Markup:
    """Return a table whose rows become cards on a narrow screen, each number beside its name."""
    head = element("tr", *(element("th", h, scope="col") for h in heads))
    # a name's second line is for the head, not for the label beside a number
    labels = [str(h).partition("<span")[0] for h in heads[1:]]
    bodies = (
        element(
            "tbody",
            element(
                "tr",
                element("th", row[0], scope="row"),
                *(
                    element("td", cell, data_label=label) if cell != "" else element("td")
                    for label, cell in zip(labels, row[1:], strict=True)
                ),
            ),
        )
        for row in rows
    )
    return element("table", element("thead", head), *bodies, class_="findings")


def _heat(one: Sensitivity | None, sign: float) -> object:
    """Return one cell; blue where more is better, vermilion where worse, grey where neither is shown."""
    if one is None:
        return ""
    straight = one.p_holm < ALPHA
    colour = (_BETTER if sign * one.rho < 0 else _WORSE) if straight else _EITHER
    depth = _DEEPEST * min(1.0, max(0.0, one.share))
    share = f"{fixed(100 * max(0.0, one.share), 0)} %" + ("*" if one.share_p_holm < ALPHA else "")
    rho = f"ρ {one.rho:+.2f}".replace("-", "−") + ("*" if straight else "")
    return element(
        "span",
        element("b", share) if one.share_p_holm < ALPHA else share,
        element("span", rho, class_="hint"),
        class_="heat",
        style=f"background: rgb({colour} / {depth:.2f})",
    )


def _named(objective: str) -> Markup:
    meaning = OBJECTIVES.get(objective)
    hint = element("span", meaning, class_="hint") if meaning else ""
    return join((element("b", objective), hint))


def _parameter(name: str) -> object:
    meaning = PARAMETERS.get(name)
    return join((name, element("span", meaning, class_="hint"))) if meaning else name


def _place(places: tuple[int, int], of: int) -> Markup:
    """Return a place or a range of places, with a row of boxes of which the possible ones are full."""
    first, last = places
    boxes = (
        element(
            "rect", x=11 * i, y=1, width=9, height=9, rx=1.5, fill="currentColor",
            opacity=0.85 if first <= i + 1 <= last else 0.13,
        )
        for i in range(of)
    )  # fmt: skip
    drawn = element("svg", *boxes, width=11 * of, height=11, aria_hidden="true")
    said = str(first) if first == last else f"{first}–{last}"
    return join((drawn, element("span", f"{said} of {of}", class_="hint")))


def _counted(share: Share) -> str:
    return f"{round(share.value * share.n)}/{share.n}"


def _share(share: Share) -> str:
    ends = "–".join(fixed(100 * end, 0) for end in (share.low, share.high))
    return (
        f"{round(share.value * share.n)} of {share.n}: {fixed(100 * share.value, 0)} % [{ends} %]"
    )


def _other(score: tuple[float, float, int]) -> str:
    mean, sd, counted = score
    return "–" if counted == 0 else with_error(mean, sd)


def _p(value: float) -> str:
    return "< 0.0001" if value < 1e-4 else significant(value, 2)
