"""A driver in a process of its own: python -m tests.studies.populations.driver FOLDER."""

from __future__ import annotations

import sys

import zerosum as zs
from tests.studies.populations.crowds import DATA, many


def long():
    """A population of four chunks, each of which takes a while."""
    return many(chunk=1, steps=60)


if __name__ == "__main__":
    zs.studies.fit_population(
        long(), DATA, folder=sys.argv[1], workers=2,
        progress=lambda line: print(line.partition("/")[0], flush=True),
    )  # fmt: skip
