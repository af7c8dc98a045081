"""A quiz about a generator: which held-out rows and samples a person is asked about, as one page.

A fair coin chooses real or generated for each question (`metrics/human.py` says why not equal numbers). Real
pictures are encoded and decoded once, as generated ones are. Rows of numbers cannot be judged one at a time:
a question shows up to 200 of them, and no row is shown twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zerosum import noise
from zerosum.data.codec import NumericCodec
from zerosum.data.load import load
from zerosum.errors import InputError
from zerosum.generator import Generator
from zerosum.metrics.human import LEAST
from zerosum.metrics.wrapped import weights_digest
from zerosum.reports.quiz import About, drawn_items, picture_items, quiz_page
from zerosum.runs.checkpoints import generator_of
from zerosum.runs.recorded import rows_of
from zerosum.runs.rows import Rows
from zerosum.runs.saving import display

MOST = 500  # questions
_SHOWN = 200  # rows in a drawing
_LEAST_SHOWN = 20  # fewer show no shape


@dataclass(frozen=True)
class Questions:
    """What is asked.

    Attributes:
        real: (n,) whether each question shows real rows.
        rows: (n, size, ...) in the data's units. size is 1 for pictures.
    """

    real: np.ndarray
    rows: np.ndarray


def quiz(
    model: Path,
    *,
    data: str | None = None,
    n: int = 24,
    seed: int = 0,
    checkpoint: str | int | None = None,
) -> str:
    """Return the page that asks a person about a generator.

    Args:
        model: a run folder or an artefact.
        data: real rows that it was never trained on; None takes those that its run held out.
        n: questions. seed: of rows, coins and order.
        checkpoint: of a run folder: "best", "last", a step; None: the generator as it ended.

    Raises:
        InputError: an artefact without data, rows that are not what it makes, or too few of them; no such
            checkpoint.
    """
    generator = generator_of(model, checkpoint)
    if not LEAST <= n <= MOST:
        raise InputError(f"--n {n} cannot be: give {LEAST} to {MOST} questions")
    real = _real_rows(model, data)
    # another generator has other coins: who took one quiz does not know the order of the next
    key = noise.fold(seed, "quiz", weights_digest(generator.network))
    asked = choose_questions(generator, real, n, key)
    codec, size = generator.codec, asked.rows.shape[1]
    if isinstance(codec, NumericCodec):
        numbers = asked.rows.astype(np.float64).reshape(n, size, -1)
        items = drawn_items(list(numbers), codec.columns)
    else:
        items = picture_items(display(codec.encode(asked.rows[:, 0])))
    given = "" if data is None else f" --data {data}"
    given += "" if checkpoint is None else f" --checkpoint {checkpoint}"
    about = About(
        model.name or str(model), _told(real, data, checkpoint), real.source.kind, seed, size,
        f"zerosum quiz {model}{given} --n {n} --seed {seed}",
    )  # fmt: skip
    return quiz_page(items, asked.real.tolist(), about)


def choose_questions(generator: Generator, real: Rows, n: int, key: int) -> Questions:
    """Return n questions, a coin for each, every row in one of them only.

    Args:
        generator: an artefact. real: rows it was never trained on. n: questions. key: noise key.

    Raises:
        InputError: rows that are not what the generator makes, or too few of them.
    """
    numeric = isinstance(generator.codec, NumericCodec)
    if real.source.event_shape != generator.codec.event_shape:
        raise InputError(
            f"the real rows have shape {real.source.event_shape} and the generator makes "
            f"{generator.codec.event_shape}: give data such as it was trained on"
        )
    coins = noise.integers(noise.fold(key, "coins"), (n,), 2).numpy() == 1
    heads = int(coins.sum())
    size = min(_SHOWN, len(real) // max(heads, 1)) if numeric else 1
    if size < _LEAST_SHOWN if numeric else len(real) < heads:
        wanted = f"{heads} drawings of at least {_LEAST_SHOWN}" if numeric else f"{heads} questions"
        raise InputError(
            f"{len(real)} held-out rows are too few for {wanted}: give a smaller --n, or more rows by --data"
        )
    made = _generated(generator, (n - heads) * size, noise.fold(key, "fake"))
    rows = np.empty((n, size, *made.shape[1:]), dtype=made.dtype)
    rows[~coins] = made.reshape(n - heads, size, *made.shape[1:])
    if heads:
        held = _once_more(generator, real, heads * size, noise.fold(key, "real"))
        rows[coins] = held.reshape(heads, size, *held.shape[1:])
    return Questions(coins, rows)


def _real_rows(model: Path, data: str | None) -> Rows:
    if data is not None:
        source = load(data)
        return Rows(source, np.arange(source.n))
    if not (model / "config.yaml").is_file():
        raise InputError(
            f"{model} holds a generator and no rows: give --data, rows that it was never trained on"
        )
    return rows_of(model)[1]


def _generated(generator: Generator, n: int, key: int) -> np.ndarray:
    """Return samples in an order that tells nothing: classes are made in turn, so whole rounds are mixed."""
    classes = max(generator.sizes.classes, 1)
    rounds = max(1, math.ceil(n / classes))
    rows = generator.sample(rounds * classes, key)
    return rows[noise.permutation(noise.fold(key, "order"), len(rows))[:n].numpy()]


def _once_more(generator: Generator, real: Rows, n: int, key: int) -> np.ndarray:
    """Return n of the real rows, in an order drawn by `key`, encoded and decoded as samples are."""
    chosen = noise.permutation(key, len(real))[:n].numpy()
    source = real.source
    rows = np.asarray(source.rows[real.index[chosen]])
    # numbers are standardised by what the generator was trained on; pictures by their own stated range
    codec = generator.codec if isinstance(generator.codec, NumericCodec) else source.codec
    return generator.codec.decode(codec.encode(rows))


def _told(real: Rows, data: str | None, checkpoint: str | int | None) -> str:
    if data is None:
        # the best checkpoint was chosen with a look at some of these rows
        chose = ", some of which chose this checkpoint" if checkpoint == "best" else ""
        held = f"the {len(real):,} rows of {real.source.name} that its run held out"
        return f"{held} and never trained on{chose}"
    return f"{data}, {len(real):,} rows given as such that it was never trained on"
