"""Arithmetic on classes of an artefact: "8 - 3 + 0" moves samples of 0 by the difference of two mean latents.

    z_i = c_i + Σ_j w_j mean_j,   c_i the latents of class C, the last one added;   back to the norm of c_i

A mean is over the latents whose rows are of the class: by a judge's word on samples, or found for labelled
real rows by inversion. What the results show is the judge's word too.

Source: Radford, Metz and Chintala 2016, arXiv:1511.06434.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError, unknown
from zerosum.explore.inverting import SEARCH, Search, invert
from zerosum.explore.judging import Judge, judged_samples
from zerosum.generator import Generator
from zerosum.latent.norms import to_shell

_SAMPLES = 4096
_EXAMPLES = 24  # rows of a class that are inverted
_FEWEST = 3  # latents of a class: fewer make no mean

Latents = Mapping[str, Float[Tensor, "n latent"]]


@dataclass(frozen=True)
class Term:
    """A class and its weight, 1 or -1."""

    weight: int
    name: str


@dataclass(frozen=True, eq=False)
class Sum:
    """What came of an expression.

    Attributes:
        terms: of the expression, the base last: the class whose latents are moved.
        parts: (terms, n, ...) rows of each term's class, the base's unmoved, in the data's units.
        results: (n, ...) rows of the moved latents. latents: (n, latent) of them.
        before, after: the judge's word on the base and on the results: class -> how many.
        counts: latents that each term's mean is of.
    """

    terms: tuple[Term, ...]
    parts: np.ndarray
    results: np.ndarray
    latents: Float[Tensor, "n latent"]
    before: dict[str, int]
    after: dict[str, int]
    counts: tuple[int, ...]


def parsed(text: str, classes: Sequence[str]) -> tuple[Term, ...]:
    """Return the terms of "A - B + C", the last one added at the end.

    Raises: InputError: fewer than two terms, an unknown class, or nothing that is added.

    >>> [(t.weight, t.name) for t in parsed("8 - 3 + 0", ["0", "3", "8"])]
    [(1, '8'), (-1, '3'), (1, '0')]
    """
    signed = text.strip() if re.match(r"\s*[+-]\s", text) else f"+ {text.strip()}"
    pieces = re.split(r"(?:^|\s)([+-])\s+", signed)[1:]
    terms = [
        Term(-1 if sign == "-" else 1, name.strip())
        for sign, name in zip(pieces[::2], pieces[1::2], strict=True)
    ]
    for term in terms:
        if term.name not in classes:
            raise unknown("class", term.name, classes)
    added = [i for i, term in enumerate(terms) if term.weight > 0]
    if len(terms) < 2 or not added:
        raise InputError(
            f"{text!r} is no sum of classes: write two or more, one of them added, as in 'A - B + C' "
            "with spaces round the signs"
        )
    base = terms.pop(added[-1])
    return (*terms, base)


def class_latents_of_samples(
    generator: Generator, judge: Judge, *, label: str | int | None = None, seed: int = 0
) -> Latents:
    """Return the latents of 4,096 samples by what the judge calls them."""
    latents, names = judged_samples(generator, judge, _SAMPLES, seed=seed, label=label)
    return {str(name): latents[torch.from_numpy(names == name)] for name in judge.classes}


def class_latents_of_examples(
    generator: Generator,
    rows: np.ndarray,
    labels: tuple[str, ...],
    names: Sequence[str],
    *,
    label: str | int | None = None,
    search: Search = SEARCH,
) -> Latents:
    """Return the latents found by inversion for up to 24 labelled rows of each named class.

    Args: rows: (n, ...) in the data's units. labels: n class names. label: of a conditional generator.
        search: how they are looked for.
    """
    given, found = np.asarray(labels), {}
    for name in dict.fromkeys(names):
        examples = rows[np.flatnonzero(given == name)[:_EXAMPLES]]
        inverted = invert(generator, examples, labels=label, search=search)
        found[name] = torch.from_numpy(inverted.latents)
    return found


def add(
    generator: Generator,
    terms: tuple[Term, ...],
    latents: Latents,
    judge: Judge,
    *,
    n: int = 8,
    label: str | int | None = None,
) -> Sum:
    """Return the base's latents moved by the means of the other terms, and what the judge sees in them.

    Args:
        terms: as `parsed` gives them. latents: class -> (m, latent), of every class of the terms.
        n: results at most; there are no more than latents of the base. label: of a conditional generator.

    Raises:
        InputError: n below 1, or a class with fewer than 3 latents.
    """
    if n < 1:
        raise InputError(f"n is {n}: ask for 1 result or more")
    counts = tuple(len(latents[term.name]) for term in terms)
    for term, count in zip(terms, counts, strict=True):
        if count < _FEWEST:
            raise InputError(
                f"class {term.name!r} has {count} latents, and a mean needs {_FEWEST} or more: this "
                "generator hardly makes it"
            )
    n = min(n, *counts)
    base = latents[terms[-1].name][:n]
    move = sum(t.weight * latents[t.name].mean(dim=0) for t in terms[:-1])
    moved = to_shell(base + move, base.norm(dim=1))

    def made(z: Tensor) -> Tensor:
        return generator.encoded(z, generator.labels(len(z), label))

    parts, results = [made(latents[t.name][:n]) for t in terms], made(moved)
    return Sum(
        terms=terms,
        parts=np.stack([generator.codec.decode(part) for part in parts]),
        results=generator.codec.decode(results),
        latents=moved,
        before=dict(Counter(judge(parts[-1]).tolist()).most_common()),
        after=dict(Counter(judge(results).tolist()).most_common()),
        counts=counts,
    )
