"""One run folder in, one self-contained page out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from zerosum.reports import beside, evidence, overview, progress, samples
from zerosum.reports.html import Markup, clean, element, join
from zerosum.reports.read import Absent, Run, read_run
from zerosum.reports.style import CSS

Body = Callable[[Run], Markup]

SECTIONS: tuple[tuple[str, str, Body], ...] = (
    ("samples", "Real beside generated", beside.beside),
    ("timeline", "Samples during training", samples.timeline),
    ("losses", "Losses", progress.losses),
    ("outputs", "What the discriminator says", progress.outputs),
    ("penalties", "Penalties", progress.penalties),
    ("evidence", "Evidence", evidence.section),
    ("neighbours", "Nearest training rows", samples.neighbours),
    ("interpolation", "Between latents", samples.interpolation),
    ("classes", "Class shares", samples.classes),
    ("time", "Time and speed", progress.throughput),
    ("settings", "Settings", overview.settings),
    ("environment", "Environment", overview.environment),
    ("reproduce", "How to reproduce", overview.reproduce),
)
# a page that may load nothing and run nothing, whatever a name in the run folder manages to say
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


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
    content = page(read_run(folder)).encode("utf-8")
    target, partial = folder / "report.html", folder / f".report.{os.getpid()}.html"
    try:
        partial.write_bytes(content)
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def page(run: Run) -> str:
    """Return the whole page as text."""
    bodies = [(key, title, *_body(run, make)) for key, title, make in SECTIONS]
    links = [
        element("li", element("a", title, href=f"#{key}"))
        for key, title, _, there in bodies
        if there
    ]
    nav = element("nav", element("ul", *links), aria_label="Sections") if links else ""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", f"{clean(overview.title(run), 120)} · zerosum report"),
        element("style", Markup(CSS)),
    )
    body = element(
        "body",
        element("header", overview.head(run), nav),
        element("main", join([_section(*entry) for entry in bodies], "\n")),
        element(
            "footer", element("p", f"zerosum report of {run.name}, drawn from that folder alone.")
        ),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _body(run: Run, make: Body) -> tuple[Markup, bool]:
    try:
        return make(run), True
    except Absent as reason:
        return element("p", reason, class_="absent"), False
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, ArithmeticError) as error:
        # one malformed array must not cost the reader the other sections
        said = f"This section could not be drawn from the run folder: {clean(error, 200)}."
        return element("p", said, class_="absent"), False


def _section(key: str, title: str, body: Markup, there: bool) -> Markup:
    return element(
        "section",
        element("h2", title, id=f"{key}-title"),
        body,
        id=key,
        aria_labelledby=f"{key}-title",
        class_=None if there else "absent",
    )
