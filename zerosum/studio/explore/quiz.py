"""A quiz that is going on: the questions of `zerosum quiz`, one at a time, and the answers so far.

The truth of a question stays on this side until it is answered; an answer cannot be taken back.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zerosum import noise
from zerosum.data.codec import ImageCodec, NumericCodec
from zerosum.errors import InputError, ZerosumError
from zerosum.metrics.human import HumanScore, guessing_p, score
from zerosum.metrics.intervals import Share
from zerosum.metrics.wrapped import weights_digest
from zerosum.reports.quiz import FORMAT
from zerosum.reports.quiz_panels import frame
from zerosum.runs.quizzing import choose_questions
from zerosum.studio.bodies import Refused
from zerosum.studio.explore import real
from zerosum.studio.explore.models import Model

MAX_GOING = 32  # quizzes in memory
MAX_BYTES = 256_000_000  # of all their pictures together
MAX_NUMBERS = 50_000_000  # of one quiz
_ROWS = 200  # of a drawing, at most
_WORDS = {True: "real", False: "fake", None: ""}


@dataclass(eq=False)
class Quiz:
    """A quiz that is going on.

    Attributes:
        about: of whom, seed. real: (n,) whether each question shows real rows.
        shown: (n, size, ...) rows as the page draws them. frame: of drawings of numbers.
        said: what each was called so far. in_sight: whether the score was in sight at each answer.
        ended: whether no more answers are taken.
    """

    about: str
    real: np.ndarray
    shown: np.ndarray
    frame: dict[str, Any] | None
    said: list[bool | None] = field(default_factory=list)
    in_sight: list[bool] = field(default_factory=list)
    ended: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        """Return the number of questions."""
        return len(self.real)

    @property
    def at(self) -> int:
        """The question that is to be answered next."""
        return len(self.said)

    def answer(self, question: int, said: bool, in_sight: bool) -> None:
        """Take an answer.

        Raises:
            Refused: 409, of another question than the next, or after the end.
        """
        with self.lock:
            if self.ended or self.at == len(self):
                raise Refused(409, "this quiz has ended: its answers stand")
            if question != self.at:
                raise Refused(
                    409, f"question {question + 1} is not the next one: that is {self.at + 1}"
                )
            self.said.append(said)
            self.in_sight.append(in_sight)
            self.ended = self.at == len(self)

    def stop(self) -> None:
        """Take no more answers.

        Raises:
            InputError: nothing was answered, so that there is nothing to score.
        """
        with self.lock:
            if not self.said:
                raise InputError("none of the questions was answered, so there is nothing to score")
            self.ended = True

    def score(self) -> HumanScore:
        """Return how often the visitor was right so far."""
        rest: list[bool | None] = [None] * (len(self) - self.at)
        return score(self.real, [*self.said, *rest], in_sight=sum(self.in_sight))

    def answers(self) -> dict[str, Any]:
        """Return what `zerosum quiz --score` reads, once the quiz has ended.

        Raises:
            Refused: 409, it has not: the truth is not told before the answer.
        """
        if not self.ended:
            raise Refused(409, "this quiz is going on: stop it first")
        rows = [
            {
                "question": i + 1,
                "truth": _WORDS[bool(truth)],
                "said": _WORDS[self.said[i] if i < self.at else None],
                "score_in_sight": i < self.at and self.in_sight[i],
            }
            for i, truth in enumerate(self.real)
        ]
        return {"format": FORMAT, "quiz": self.about, "answers": rows}


class Quizzes:
    """The quizzes that are going on; the one that was not touched for longest is forgotten first."""

    def __init__(self) -> None:
        self._going: OrderedDict[str, Quiz] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, quiz: Quiz) -> str:
        """Keep a quiz and return the number under which it goes on."""
        number = secrets.token_hex(8)
        with self._lock:
            self._going[number] = quiz
            while len(self._going) > 1 and self._full():
                self._going.popitem(last=False)
        return number

    def _full(self) -> bool:
        size = sum(quiz.shown.nbytes for quiz in self._going.values())
        return len(self._going) > MAX_GOING or size > MAX_BYTES

    def find(self, number: str) -> Quiz:
        """Return the quiz with this number.

        Raises:
            Refused: 404.
        """
        with self._lock:
            if number not in self._going:
                raise Refused(404, "there is no such quiz, or not any more: begin a new one")
            self._going.move_to_end(number)
            return self._going[number]


def made(model: Model, n: int, seed: int) -> Quiz:
    """Return the quiz that `zerosum quiz RUN --n n --seed seed` would be.

    Raises:
        InputError: no held-out rows at hand, or too few.
    """
    _, held_out = real.split_of(model)
    generator = model.generator
    of_one = int(np.prod(generator.sizes.event)) * (1 if model.kind == "picture" else _ROWS)
    if n * of_one > MAX_NUMBERS:
        raise InputError(
            f"{n} questions of such rows are too many: ask for {MAX_NUMBERS // of_one}"
        )
    key = noise.fold(seed, "quiz", weights_digest(generator.network))
    try:
        asked = choose_questions(generator, held_out, n, key)
    except InputError as error:
        raise InputError(
            str(error).replace("--n", "n").replace(", or more rows by --data", "")
        ) from None
    except (ZerosumError, OSError):
        raise InputError("the rows that this run held out cannot be read") from None
    about, size = f"{model.entry.name}, seed {seed}", asked.rows.shape[1]
    drawn = real.as_array(model, asked.rows.reshape(n * size, *asked.rows.shape[2:]))
    drawn = drawn.reshape(n, size, *drawn.shape[1:])
    codec = generator.codec
    if isinstance(codec, ImageCodec) or not isinstance(codec, NumericCodec):
        return Quiz(about, asked.real, drawn, None)
    where = frame(list(drawn), codec.columns)
    told = {
        "names": where.names,
        "index": where.index,
        "low": where.low.tolist(),
        "high": where.high.tolist(),
    }
    return Quiz(about, asked.real, drawn, told)


def told(found: HumanScore) -> dict[str, Any]:
    """Return a score as a page reads it: shares with Wilson intervals, exact p, and what they say."""
    k, n = round(found.right.value * found.right.n), found.right.n
    return {
        "right": _share(found.right),
        "on_real": _share(found.on_real),
        "on_fake": _share(found.on_fake),
        "p": guessing_p(k, n),
        "sentence": found.sentence,
        "notes": list(found.notes),
    }


def _share(share: Share | None) -> dict[str, float] | None:
    if share is None:
        return None
    k = round(share.value * share.n)
    return {"k": k, "n": share.n, "share": share.value, "low": share.low, "high": share.high}
