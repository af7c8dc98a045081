"""What a page of the theory is made of: words, and a picture as a pure function of a few bounded numbers."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from zerosum.studio.bounds import Bounds, between, one_of
from zerosum.studio.learn.figure import Figure


@dataclass(frozen=True)
class Link:
    """A way to another view of the studio."""

    text: str
    href: str


@dataclass(frozen=True)
class Lesson:
    """A claim's page, beside what the claim itself says (statement, derivation, source).

    Attributes:
        words: the claim for somebody who meets it for the first time.
        equations: as a person writes them; `_x` and `^x` (or `_{..}`, `^{..}`) are lowered and raised.
        predicts, measures: what the theory says, and what `zerosum theory` does to check it.
        play: what to try with the picture.
        controls: a frozen dataclass of bounded numbers with defaults.
        picture: such numbers -> the figure.
        caption: what the picture shows.
        slip: what a slide of the lectures has wrong here, or "".
        links: other views. pages: names of pages in docs/ that say how to use it.
    """

    words: str
    equations: tuple[str, ...]
    predicts: str
    measures: str
    play: str
    controls: type
    picture: Callable[[Any], Figure]
    caption: str
    slip: str = ""
    links: tuple[Link, ...] = ()
    pages: tuple[str, ...] = ()


def span(title: str, low: float, high: float, step: float, **when: str) -> Bounds:
    """Return the bounds of a control that is a slider in even steps; shown only `when` others say so."""
    return {"title": title, **between(low, high), "x-step": step, "x-when": when}


def decades(title: str, low: float, high: float, each: int, **when: str) -> Bounds:
    """Return the bounds of a control over powers of ten, with so many places in each."""
    return {"title": title, **between(low, high), "x-decade": each, "x-when": when}


def names(title: str, *options: str) -> Bounds:
    """Return the bounds of a control that is one of a few names."""
    return {"title": title, **one_of(options)}


def controls(lesson: Lesson) -> list[dict[str, Any]]:
    """Return a lesson's controls as the page builds them, in order."""
    first = lesson.controls()
    return [
        {
            "name": name, "meaning": meaning, "default": getattr(first, name),
            "whole": kind is int, **bounds,
        }
        for name, kind, meaning, bounds in _hinted(lesson.controls)
    ]  # fmt: skip


def _hinted(cls: type) -> list[tuple[str, type, str, Bounds]]:
    hints = typing.get_type_hints(cls, include_extras=True)
    found = []
    for field in dataclasses.fields(cls):
        hint = hints[field.name]
        assert typing.get_origin(hint) is Annotated
        kind, meaning, bounds = typing.get_args(hint)
        found.append((field.name, kind, meaning, bounds))
    return found
