"""Errors that a person can act on, and the exit code each one ends a command with."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ZerosumError(Exception):
    """A run failed for a reason that one sentence can state."""

    exit_code = 1


class InputError(ZerosumError, ValueError):
    """What was given (flags, config, data, files) cannot be used as it is."""

    exit_code = 2


class Diverged(ZerosumError):
    """A loss or gradient stopped being finite; the weights were not touched by it."""

    exit_code = 3


def unknown(kind: str, name: object, known: Iterable[str]) -> InputError:
    """Return the error for a name that is not in a table, with the nearest known name first.

    >>> print(unknown("recipe", "wgangp", ["dcgan", "wgan-gp"]))
    unknown recipe 'wgangp'; did you mean 'wgan-gp'? Known: dcgan, wgan-gp
    """
    names = sorted(known)
    close = nearest(str(name), names)
    hint = f"did you mean {close!r}? " if close else ""
    return InputError(f"unknown {kind} {str(name)!r}; {hint}Known: {', '.join(names)}")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like `word`, or None when none does."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return close[0] if close else None
