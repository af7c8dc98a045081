"""List recipes, data sets, objectives, networks and whatever else has a name, a line each."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

KINDS = (
    "recipes", "systems", "datasets", "objectives", "divergences", "penalties", "networks", "solvers",
    "optimizers", "metrics", "claims",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("kind", choices=KINDS, help="what to list")


def run(parsed: argparse.Namespace) -> int:
    """Print one line a name. Recipes and data sets are listed without importing torch."""
    rows = list(_rows(parsed.kind))
    width = max(len(name) for name, _ in rows)
    for name, words in rows:
        print(f"{name:<{width}}  {words}")
    return 0


def _rows(kind: str) -> Iterator[tuple[str, str]]:
    if kind == "recipes":
        from zerosum.recipes.presets import PRESETS

        yield from ((name, _first_line(preset)) for name, preset in PRESETS.items())
    elif kind == "datasets":
        from zerosum.data.names import NAMES

        yield from NAMES.items()
    elif kind == "claims":
        from zerosum.claims.table import CLAIMS

        yield from ((name, f"{c.number}. {c.statement}") for name, c in CLAIMS.items())
    elif kind == "metrics":
        from zerosum.metrics.names import NAMES as METRICS

        yield from METRICS.items()
    else:
        yield from _from_tables(kind)


def _from_tables(kind: str) -> Iterator[tuple[str, str]]:
    from zerosum.recipes import tables
    from zerosum.recipes.systems import SYSTEMS

    if kind == "objectives":
        yield from ((name, o.source) for name, o in tables.OBJECTIVES.items())
        yield from (
            (name, f"with any --divergence; {form(tables.DIVERGENCES['gan']).source}")
            for name, form in tables.FAMILIES.items()
        )
    elif kind == "divergences":
        yield from ((name, d.formula) for name, d in tables.DIVERGENCES.items())
    elif kind == "penalties":
        yield from ((name, f"at {p.at} points; {p.source}") for name, p in tables.PENALTIES.items())
    elif kind == "systems":
        yield from ((name, _first_line(s.game)) for name, s in SYSTEMS.items())
    elif kind in ("optimizers", "solvers"):
        table = tables.OPTIMIZERS if kind == "optimizers" else tables.SOLVERS
        yield from ((name, _first_line(thing)) for name, thing in table.items())
    else:
        yield from ((name, f"generator: {_first_line(b)}") for name, b in tables.GENERATORS.items())
        makers = tables.TRANSLATORS.items()
        yield from ((name, f"translator: {_first_line(b)}") for name, b in makers)
        judges = {**tables.DISCRIMINATORS, **tables.AUTOENCODERS, **tables.PAIRS, **tables.PATCHES}
        yield from ((name, f"discriminator: {_first_line(b)}") for name, b in judges.items())
        finders = tables.RECONSTRUCTORS.items()
        yield from ((name, f"reconstructor: {_first_line(b)}") for name, b in finders)


def _first_line(thing: object) -> str:
    return (thing.__doc__ or "").strip().splitlines()[0]
