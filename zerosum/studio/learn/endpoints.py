"""The routes of the lessons: their list, their words, their pictures, and their measurements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from zerosum.claims.claim import Claim
from zerosum.claims.table import CLAIMS
from zerosum.studio.bodies import Refused
from zerosum.studio.bounds import between
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.learn import lesson as lessons
from zerosum.studio.learn.figure import plain
from zerosum.studio.learn.lesson import Lesson
from zerosum.studio.learn.measuring import Desk
from zerosum.studio.learn.table import LESSONS
from zerosum.studio.shared import Shared

MAX_SEED = 2**31


@dataclass(frozen=True)
class Asked:
    """A measurement that is wanted."""

    seed: Annotated[int, "of every random draw", between(0, MAX_SEED)] = 0


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the lessons' endpoints; each picture has its own, because each has its own controls."""
    desk = Desk(shared.turns)
    measurement = "/api/learn/{claim}/measurement"
    return [
        Endpoint("GET", "/api/learn", "Every claim of the theory.", lambda: _listed(desk)),
        Endpoint("GET", "/api/learn/{claim}", "A claim's words and controls.", page),
        *(
            Endpoint(
                "GET", f"/api/learn/{name}/picture", f"The picture of {name}.",
                _drawn(lesson), query=lesson.controls,
            )
            for name, lesson in LESSONS.items()
        ),
        Endpoint("GET", measurement, "How far a claim's measurement is.",
                 lambda claim: desk.look(_known(claim))),
        Endpoint("POST", measurement, "Measure a claim.", _starter(desk), body=Asked),
        Endpoint("DELETE", measurement, "Stop measuring a claim.",
                 lambda claim: desk.stop(_known(claim))),
    ]  # fmt: skip


def page(claim: str) -> dict[str, Any]:
    """Return what a claim's page says, and its controls."""
    claimed, lesson = CLAIMS[_known(claim)], LESSONS[claim]
    return {
        **_named(claimed),
        "words": lesson.words,
        "equations": lesson.equations,
        "derivation": claimed.derivation,
        "predicts": lesson.predicts,
        "measures": lesson.measures,
        "play": lesson.play,
        "slip": lesson.slip,
        "source": claimed.source,
        "caption": lesson.caption,
        "links": [asdict(link) for link in lesson.links],
        "pages": lesson.pages,
        "controls": lessons.controls(lesson),
        **_neighbours(claim),
    }


def _listed(desk: Desk) -> dict[str, Any]:
    return {
        "claims": [
            {
                **_named(claim), "predicts": LESSONS[name].predicts,
                "measures": LESSONS[name].measures, "state": _state(desk.look(name)),
            }
            for name, claim in CLAIMS.items()
        ]
    }  # fmt: skip


def _state(look: dict[str, Any]) -> str:
    if look["state"] != "done":
        return str(look["state"])
    return "holds" if look["found"]["holds"] else "fails"


def _named(claim: Claim) -> dict[str, Any]:
    return {
        "name": claim.name, "number": claim.number, "title": claim.title, "statement": claim.statement,
    }  # fmt: skip


def _neighbours(claim: str) -> dict[str, Any]:
    order = list(CLAIMS)
    at = order.index(claim)
    ends = {"before": order[at - 1] if at else None, "after": (*order, None)[at + 1]}
    return {
        side: None if name is None else {"name": name, "title": CLAIMS[name].title}
        for side, name in ends.items()
    }


def _drawn(lesson: Lesson) -> Callable[..., dict[str, Any]]:
    def draw(asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = plain(lesson.picture(asked))
        return found

    return draw


def _starter(desk: Desk) -> Callable[..., dict[str, Any]]:
    def start(claim: str, asked: Asked) -> dict[str, Any]:
        return desk.start(_known(claim), asked.seed)

    return start


def _known(claim: str) -> str:
    if claim not in LESSONS:
        raise Refused(404, "there is no such claim: see the list of them")
    return claim
