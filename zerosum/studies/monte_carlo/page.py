"""A study of inference as one page: findings, the lecture's figures, every number, how it was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from zerosum.reports.document import Section, document
from zerosum.reports.html import Markup, element, grid, join, lead
from zerosum.studies.monte_carlo import pictures as drawn
from zerosum.studies.monte_carlo.cells import Cell, Table
from zerosum.studies.monte_carlo.functionals import INTERVALS
from zerosum.studies.monte_carlo.made import made
from zerosum.studies.monte_carlo.part import Part
from zerosum.studies.monte_carlo.rate import EXPONENT, RATE, WINS
from zerosum.studies.monte_carlo.table import CLOSER, COVERAGE, DISTANCE, ERRORS, MEAN, NAMES
from zerosum.studies.monte_carlo.truths import Truth

_LEAD_MEAN = (
    "Each GAN was trained on one data set, and says of the mean what the average of its samples says. "
    "Does that estimate scatter as the mean of the data does, and do intervals around it hold the truth?"
)
_LEAD_DISTANCE = (
    "F is the truth, F_n the step function of the data, F* that of the GAN's samples. The smoothed "
    "bootstrap and a fitted normal are what else one could have made of the same data."
)
_LEAD_T = (
    "The same question for a statistic of one's own choice: the GAN's T(F*) against the data's T(F_n), "
    "each beside T(F), and four ways to put an interval around them."
)
_LEAD_RATE = "One study for each n, of independent data sets. F_n's own rate is known exactly."


def page(parts: Sequence[Part], table: Table, truth: Truth, *, seed: int, command: str) -> str:
    """Return the whole page as text.

    Args:
        parts: the study of each n. table: of the only n, or of the rate. truth: F.
        seed: as given. command: what goes on with the study.
    """
    if len(parts) == 1:
        sections = _one(parts[0], truth)
    else:
        sections = [_rate(table), *(_of_n(part, truth) for part in parts)]
    notes = parts[0].table.notes if len(parts) == 1 else (*table.notes, *_common(parts))
    words = element("ol", *(element("li", note) for note in notes))
    sections += [Section("notes", "What the numbers mean", words)]
    sections += [Section("made", "How it was made", made(parts, seed, command))]
    first = parts[0].study
    said = f"{first.members:,} GANs, each on {_sizes(parts)} draws of {truth.label}"
    if len(parts) > 1:
        said = f"{first.members:,} GANs for each n, on {_sizes(parts)} draws of {truth.label}"
    head = join(
        (
            element("h1", "What can be inferred from a GAN’s samples"),
            element("p", f"{said}; {first.m:,} samples of each.", class_="trained"),
            element("p", " ".join(_findings(parts, table)), class_="finding"),
        )
    )
    text = document(f"{said} · zerosum study", head, sections, "Made by: zerosum study inference")
    return text.replace("F_n", "Fₙ")  # on a terminal this letter is not everywhere to be had


def _one(part: Part, truth: Truth) -> list[Section]:
    sections = [
        Section("mean", "The mean", _mean(part, truth)),
        Section("distance", "The distance from the truth", _distance(part)),
    ]
    if part.study.statistic is not None:
        sections.append(Section("functional", "GAN against bootstrap", _functional(part, truth)))
    return sections


def _mean(part: Part, truth: Truth) -> Markup:
    groups = [_group(part.table, group, turned=True) for group in (MEAN, COVERAGE)]
    return join((lead(_LEAD_MEAN), grid(drawn.mean_figures(part, truth)), *groups))


def _distance(part: Part) -> Markup:
    groups = [_group(part.table, g) for g in (DISTANCE, CLOSER, ERRORS)]
    return join((lead(_LEAD_DISTANCE), grid(drawn.distance_figures(part)), *groups))


def _functional(part: Part, truth: Truth) -> Markup:
    own = [g for g in _groups(part.table) if g == INTERVALS or g.startswith("T = ")]
    groups = [_group(part.table, group) for group in own]
    return join((lead(_LEAD_T), grid(drawn.functional_figures(part, truth)), *groups))


def _rate(table: Table) -> Section:
    groups = [_group(table, group, turned=True) for group in _groups(table)]
    return Section(
        "rate", "The rate in n", join((lead(_LEAD_RATE), grid(drawn.rate_figures(table)), *groups))
    )


def _of_n(part: Part, truth: Truth) -> Section:
    figures = [*drawn.mean_figures(part, truth), *drawn.distance_figures(part)]
    if part.study.statistic is not None:
        figures += drawn.functional_figures(part, truth)
    inside = [_group(part.table, group) for group in _groups(part.table)]
    folded = element("details", element("summary", "Every number"), *inside)
    return Section(f"n-{part.study.n}", f"n = {part.study.n:,}", join((grid(figures), folded)))


def _findings(parts: Sequence[Part], table: Table) -> Iterable[str]:
    if len(parts) > 1:
        gan, data = (table.cell(RATE, NAMES[k], EXPONENT) for k in ("gan", "data"))
        at = [(f"{100 * c.value:.0f} %", c.what) for c in table.cells if c.group == WINS]
        wins = [f"{share} at {what}".replace(" ", "\u00a0") for share, what in at]  # kept on a line
        yield f"The GAN’s distance from F falls as n to the power {gan}, that of the data as {data}."
        yield f"F* is closer to F than F_n in {', '.join(wins)}."
        return
    yield from _finding(parts[0])


def _finding(part: Part) -> Iterable[str]:
    gan, data, kde = (part.table.cell(DISTANCE, NAMES[k], "mean") for k in ("gan", "data", "kde"))
    won, smooth = (c for c in part.table.cells if c.group == CLOSER and "normal" not in c.of)
    all_of = "all" if won.value == 1.0 else f"{100 * won.value:.4g} %"
    yield (
        f"F* is closer to F than F_n in {all_of} of the data sets, and closer than the smoothed "
        f"bootstrap in {100 * smooth.value:.3g} %."
    )
    means = f"{gan.value:.4f} for the GAN, {data.value:.4f} for the data, {kde.value:.4f} smoothed"
    yield f"Mean distances: {means}."
    if part.study.statistic is not None:
        yield part.table.notes[-1]


def _group(table: Table, group: str, turned: bool = False) -> Markup:
    """Return one part of the table under its name; turned, what was published stands beside ours."""
    cells = [c for c in table.cells if c.group == group]
    names = [(c.what, c.of) if turned else (c.of, c.what) for c in cells]
    found = dict(zip(names, cells, strict=True))
    columns = sorted(dict.fromkeys(column for _, column in names), key=_beside(cells))
    head = element("tr", *(element("th", t, scope="col") for t in ("", *columns)))
    bodies = [
        element(
            "tbody", element("tr", element("th", row, scope="row"), *_line(found, row, columns))
        )
        for row in dict.fromkeys(row for row, _ in names)
    ]
    shown = element("table", element("thead", head), *bodies, class_="findings")
    return join((element("h3", group[0].upper() + group[1:]), shown))


def _line(found: dict[tuple[str, str], Cell], row: str, columns: list[str]) -> Iterator[Markup]:
    for column in columns:
        cell = found.get((row, column))
        yield element("td") if cell is None else element("td", str(cell), data_label=column)


def _beside(cells: Sequence[Cell]) -> Callable[[str], tuple[int, int]]:
    """Return a sort key that puts a published column right of ours, and keeps the order otherwise."""
    order = list(dict.fromkeys(name for c in cells for name in (c.of, c.what)))

    def key(name: str) -> tuple[int, int]:
        """Return the place of the column ours or that which is published of."""
        ours = name.removeprefix("lecture, ")
        return (order.index(ours if ours in order else name), int(name != ours))

    return key


def _groups(table: Table) -> list[str]:
    return list(dict.fromkeys(c.group for c in table.cells))


def _sizes(parts: Sequence[Part]) -> str:
    sizes = [f"{part.study.n:,}" for part in parts]
    return sizes[0] if len(sizes) == 1 else f"{', '.join(sizes[:-1])} or {sizes[-1]}"


def _common(parts: Sequence[Part]) -> list[str]:
    """Return the notes that the tables of all n share."""
    return [note for note in parts[0].table.notes if all(note in p.table.notes for p in parts)]
