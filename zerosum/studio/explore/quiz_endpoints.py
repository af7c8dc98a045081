"""What a quiz asks of the studio: begin one, see its questions, answer them, end it, keep the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from starlette.responses import Response

from zerosum.errors import InputError
from zerosum.metrics.human import LEAST
from zerosum.studio import frames
from zerosum.studio.bounds import between, one_of, within
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.explore import quiz
from zerosum.studio.shared import Shared

MAX_QUESTIONS = 200


@dataclass(frozen=True)
class Wanted:
    """Which quiz to begin."""

    n: Annotated[int, "questions", between(LEAST, MAX_QUESTIONS)] = 24
    seed: Annotated[int, "of rows, coins and order", between(0, 2**31)] = 0


@dataclass(frozen=True)
class Which:
    """Which question to show."""

    question: Annotated[int, "its number from 0", between(0, MAX_QUESTIONS)] = 0


@dataclass(frozen=True)
class Answer:
    """What a question was called."""

    question: Annotated[int, "its number from 0", between(0, MAX_QUESTIONS)]
    said: Annotated[str, "real or fake", one_of(("real", "fake"))]
    in_sight: Annotated[bool, "whether the score so far is in sight"] = True


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the endpoints of quizzes."""
    going = quiz.Quizzes()

    def begin(id: str, asked: Wanted) -> dict[str, Any]:
        model = shared.models.of(id)
        with shared.turns.take():
            found = quiz.made(model, asked.n, asked.seed)
        size = found.shown.shape[1]
        return {"quiz": going.begin(found), "n": len(found), "size": size, "frame": found.frame,
                "kind": model.kind, "name": model.entry.name}  # fmt: skip

    def question(quiz: str, asked: Which) -> Response:
        return _question(going.find(quiz), asked.question)

    def answer(quiz: str, asked: Answer) -> dict[str, Any]:
        found = going.find(quiz)
        found.answer(asked.question, asked.said == "real", asked.in_sight)
        return _standing(found, asked.in_sight)

    def stop(quiz: str) -> dict[str, Any]:
        found = going.find(quiz)
        found.stop()
        return _standing(found, True)

    def answers(quiz: str) -> dict[str, Any]:
        return going.find(quiz).answers()

    one = "/api/quizzes/{quiz}"
    return [
        Endpoint("POST", "/api/explore/{id}/quiz", "Begin a quiz.", begin, body=Wanted),
        Endpoint("GET", f"{one}/question", "What a question shows, as a frame.", question, query=Which,
                 gives="application/octet-stream"),
        Endpoint("POST", f"{one}/answer", "Answer the next question.", answer, body=Answer),
        Endpoint("POST", f"{one}/stop", "End a quiz before its last question.", stop),
        Endpoint("GET", f"{one}/answers", "What zerosum quiz --score reads.", answers),
    ]  # fmt: skip


def _question(found: quiz.Quiz, number: int) -> Response:
    """Return a question's rows; those beyond the next one only when all is over."""
    within("question", number, 0, len(found) - 1)
    if number > found.at + 1 and not found.ended:
        raise InputError(f"question {number + 1} is not asked yet: the next one is {found.at + 1}")
    frame = frames.pack({"question": number}, {"rows": found.shown[number]})
    return Response(frame, media_type="application/octet-stream")


def _standing(found: quiz.Quiz, in_sight: bool) -> dict[str, Any]:
    """Return how a quiz stands; the score only where it may be in sight."""
    standing: dict[str, Any] = {"answered": found.at, "n": len(found), "ended": found.ended}
    if found.ended or in_sight:
        standing["score"] = quiz.told(found.score())
    if found.ended:
        standing["real"] = found.real.tolist()
    return standing
