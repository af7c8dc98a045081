"""The classes that a conditional generator is asked for when a row's own class may not be known."""

from __future__ import annotations

from collections.abc import Sequence

from zerosum.errors import InputError
from zerosum.generator import Generator

Class = str | int | None
_TRIED = 20  # classes at most, when none is given


def candidates_of(
    generator: Generator, labels: Class | Sequence[Class], n: int
) -> list[tuple[Class, ...]]:
    """Return for each of n rows the classes to try: the one given, or each there is.

    Raises:
        InputError: an unknown class, labels of another number, too many classes to try, or a label for
            an unconditional generator.
    """
    classes = generator.sizes.classes
    if labels is None and classes > _TRIED:
        raise InputError(
            f"this generator makes {classes} classes, too many to try each: give label"
        )
    if labels is None:
        every: tuple[Class, ...] = generator.classes or (*range(classes),) or (None,)
        return [every] * n
    given = [labels] * n if isinstance(labels, str | int) else list(labels)
    if len(given) != n:
        raise InputError(
            f"{n} rows came with {len(given)} labels: give one for each, or one for all"
        )
    for one in dict.fromkeys(given):
        generator.labels(1, one)  # refuses what is no class of it
    return [(one,) for one in given]


def names_of(generator: Generator, labels: Sequence[Class]) -> tuple[str, ...]:
    """Return the classes as words, () of an unconditional generator."""
    return tuple(map(str, labels)) if generator.sizes.classes else ()


def known_labels(generator: Generator, labels: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the labels that data brought along, None unless the generator has all of these classes."""
    return labels if labels and set(labels) <= set(generator.classes) else None
