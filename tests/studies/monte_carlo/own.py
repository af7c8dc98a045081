"""Statistics as a person might write them, good and bad."""

from __future__ import annotations


def middle(x):
    """Half way between the ends: (min + max)/2."""
    return (x.min() + x.max()) / 2


def words(x):
    """No number."""
    return "large"


def two(x):
    """Two numbers."""
    return x[:2]


def broken(x):
    """An error of its own."""
    return 1 / 0


def nothing(x):
    """Never a number."""
    return float("nan")


def small_only(x):
    """A number of very many draws only."""
    return x.mean() if len(x) > 10_000 else float("nan")
