"""One run folder in, one self-contained page out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from zerosum.reports import (
    beside,
    evidence,
    mixture,
    overview,
    progress,
    samples,
    system,
    translations,
    trust,
    watched,
)  # fmt: skip
from zerosum.reports.document import Section, document, write_page
from zerosum.reports.html import Markup, clean, element
from zerosum.reports.read import Absent, Run, read_run

Body = Callable[[Run], Markup]

SECTIONS: tuple[tuple[str, str, Body], ...] = (
    ("samples", "Real beside generated", beside.beside),
    ("alarms", "Alarms", watched.alarms),
    ("timeline", "Samples during training", samples.timeline),
    ("losses", "Losses", progress.losses),
    ("outputs", "What the discriminator says", progress.outputs),
    ("penalties", "Penalties", progress.penalties),
    ("watched", "Evidence during training", watched.section),
    ("evidence", "Evidence", evidence.section),
    ("neighbours", "Most copied-looking samples", samples.neighbours),
    ("classes", "Class shares", samples.classes),
    ("interpolation", "Between latents", samples.interpolation),
    ("time", "Time and speed", progress.throughput),
    ("settings", "Settings", overview.settings),
    ("environment", "Environment", overview.environment),
    ("reproduce", "How to reproduce", overview.reproduce),
)

# only where what they draw is: after the evidence, the most copied-looking samples, the paths;
# bins in place of classes
DIRECTIONS = ("directions", "Where rows lie", trust.directions)
BINS = ("bins", "Shares of bins", trust.bins)
SHEET = ("sheet", "Latents in the plane", trust.sheet)
COLUMNS = ("columns", "Column by column", trust.columns)
REMADE = ("remade", "Rows made again", trust.remade)
# only where a system has numbers of its own; after what the discriminator says
SYSTEM = ("system", "What the system follows", system.section)
# only where several GANs were trained; after the first of the others
MIXTURE = ("mixture", "Components of the mixture", mixture.section)
# only where there are two domains
TRANSLATIONS = ("translations", "Translations", translations.section)


def write_report(run: Path) -> Path:
    """Write `report.html` into a run folder, replacing an older one in one step; return its path.

    Args:
        run: the run folder; only its config, environment, events, evidence, gallery and previews
            are read.

    Returns:
        the page: no script, nothing loaded from elsewhere, the same bytes for the same folder.

    Raises:
        InputError: the folder does not exist.
    """
    folder = Path(run)
    return write_page(folder / "report.html", page(read_run(folder)))


def page(run: Run) -> str:
    """Return the whole page as text."""
    return document(
        f"{clean(overview.title(run), 120)} · zerosum report",
        overview.head(run),
        [section(run, *entry) for entry in _entries(run)],
        f"zerosum report of {run.name}, drawn from that folder alone.",
    )


def _entries(run: Run) -> tuple[tuple[str, str, Body], ...]:
    two = translations.WAYS.keys() <= run.gallery.keys()
    also = [*([MIXTURE] if run.mixture else []), *([TRANSLATIONS] if two else [])]
    own = [SYSTEM] if system.followed(run) else []
    return tuple(_placed(run, (*SECTIONS[:2], *also, *SECTIONS[2:5], *own, *SECTIONS[5:])))


def _placed(run: Run, entries: Sequence[tuple[str, str, Body]]) -> Iterator[tuple[str, str, Body]]:
    """Yield the sections with those about trust where their arrays are."""
    for entry in entries:
        bins = entry[0] == "classes" and "bin_count_fake" in run.gallery
        yield BINS if bins else entry
        if entry[0] == "evidence" and "columns" in _facts(run):
            yield COLUMNS
        if entry[0] == "interpolation" and {"curve", "sheet"} & run.gallery.keys():
            yield SHEET
        if entry[0] == "neighbours" and "directions_fake" in run.gallery:
            yield DIRECTIONS
        if entry[0] == "interpolation" and "remade" in run.gallery:
            yield REMADE


def _facts(run: Run) -> Mapping[str, object]:
    facts = run.evidence.get("facts")
    return facts if isinstance(facts, dict) else {}


def section(run: Run, key: str, title: str, make: Body) -> Section:
    """Return one section, or the sentence that says why it could not be made."""
    try:
        return Section(key, title, make(run))
    except Absent as reason:
        return Section(key, title, element("p", reason, class_="absent"), there=False)
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, ArithmeticError) as error:
        # one malformed array must not cost the reader the other sections
        said = f"This section could not be drawn from the run folder: {clean(error, 200)}."
        return Section(key, title, element("p", said, class_="absent"), there=False)
