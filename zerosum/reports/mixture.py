"""The section of a mixture of GANs: each component's share and cost, and what it cost in all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from zerosum.records.text import read_json
from zerosum.reports.html import Markup, element, join, lead
from zerosum.reports.numbers import count, duration, fixed, significant
from zerosum.reports.read import Run, value

FILE = "mixture.json"
_HEAD = (
    "Component", "Weight when added", "Share of the mixture", "Rows that count", "Rows left out",
    "Rounds", "Training", "Classifier", "Distance",
)  # fmt: skip


def section(run: Run) -> Markup:
    """Return the table of components and the sentences about the cost."""
    found = run.mixture
    rows = found.get("components")
    if not isinstance(rows, Sequence) or not rows:
        raise run.why(FILE, f"{FILE} names no component.")
    said = lead(
        "Rows that count is the effective number of training rows, 1/\u03a3w\u00b2, as a share of all;",
        "distance is the quick Fr\u00e9chet distance of the component alone to training rows.",
        " ".join(sentences(found)),
    )
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in _HEAD)))
    body = element("tbody", *(_row(i, row) for i, row in enumerate(rows)))
    return join([said, element("table", head, body, class_="evidence")])


def cost_sentences(folder: Path) -> list[str]:
    """Return what a finished run's mixture cost, a sentence each; nothing where it is one GAN."""
    if not (folder / FILE).is_file():
        return []
    return list(sentences(read_json(folder / FILE, finite=False)))


def sentences(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a mixture cost, beside one GAN of its kind."""
    number = partial(value, found)
    rows = found.get("components")
    components = len(rows) if isinstance(rows, Sequence) else 0
    yield (
        f"{count(components)} components took {count(number('rounds'))} rounds, "
        f"{count(number('samples'))} samples and {duration(number('seconds'))}: "
        f"{significant(number('times_one'))} times the first of them alone."
    )
    if number("classifier_seconds") > 0:
        yield f"{duration(number('classifier_seconds'))} of it went into the classifier that weights rows."
    networks = number("networks_to_sample")
    kept = "1 network is" if networks == 1 else f"{count(networks)} networks are"
    yield f"{kept} kept to sample from."


def _row(i: int, row: object) -> Markup:
    number = partial(value, row)
    cells = (
        count(i + 1),
        fixed(number("beta"), 3),
        fixed(number("share"), 3),
        f"{fixed(100 * number('effective'), 0)} %",
        f"{fixed(100 * number('left_out'), 0)} %",
        count(number("rounds")),
        duration(number("seconds")),
        duration(number("classifier_seconds")),
        significant(number("distance")),
    )
    return element("tr", *(element("td", cell) for cell in cells))
