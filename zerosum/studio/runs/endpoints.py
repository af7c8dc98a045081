"""What pages ask of runs by HTTP, and the orders they give to trainings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from starlette.responses import Response

from zerosum.data.names import NAMES
from zerosum.errors import InputError
from zerosum.records.control import ORDERS, give_order
from zerosum.studio.bodies import Refused
from zerosum.studio.bounds import between, one_of
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.runs import previews, starting, state
from zerosum.studio.runs.about import about
from zerosum.studio.runs.plain import plain
from zerosum.studio.runs.summary import Summaries, end_of
from zerosum.studio.shared import Shared

_MAX_REPORT = 200_000_000  # bytes
_KEPT = {"cache-control": "private, max-age=86400"}


@dataclass(frozen=True)
class Order:
    """What a training is asked to do."""

    do: Annotated[str, "pause | resume | save | stop", one_of(ORDERS)]


@dataclass(frozen=True)
class Which:
    """Which preview."""

    step: Annotated[int, "of the training", between(0, 10**12)]
    of: Annotated[
        str, "average: the generator's average; generator: itself", one_of(previews.OF)
    ] = "average"
    version: Annotated[int, "changes with the file", between(0, 10**9)] = 0


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the endpoints of runs."""
    asked = Asked(shared)
    return [
        Endpoint("GET", "/api/runs", "The runs there are, the newest first.", asked.runs),
        Endpoint("GET", "/api/runs/{id}", "Settings and machine of one run.", asked.run),
        Endpoint(
            "GET", "/api/runs/{id}/preview", "A preview as PNG.", asked.preview, query=Which,
            gives="image/png",
        ),
        Endpoint(
            "GET", "/api/runs/{id}/report", "The report of a finished run, to keep.", asked.report,
            gives="text/html",
        ),
        Endpoint(
            "POST", "/api/runs/{id}/control", "Ask its training to pause, resume, save or stop.",
            asked.control, body=Order,
        ),
        Endpoint("POST", "/api/runs/{id}/resume", "Go on with an interrupted run.", asked.resume),
        Endpoint("GET", "/api/trainings", "What can be begun here, and what was.", asked.trainings),
        Endpoint("POST", "/api/trainings", "Begin a training.", asked.begin, body=starting.Wanted),
    ]  # fmt: skip


class Asked:
    """Answers, from what the routes share."""

    def __init__(self, shared: Shared, launch: starting.Launch = starting.launch) -> None:
        self._shared, self._summaries = shared, Summaries()
        self._trainings = starting.Trainings(shared.settings.root, shared.index, launch)

    def runs(self) -> dict[str, Any]:
        """Return the lines of the list."""
        return {"runs": self._summaries(self._shared.index.entries())}

    def run(self, id: str) -> dict[str, Any]:
        """Return what a run is, and what can be done with it."""
        run = self._folder(id)
        can = {
            "control": self._shared.settings.control,
            "report": (run / "report.html").is_file(),
            "explore": (run / "model").is_dir() or (run / "checkpoints").is_dir(),
        }
        return {"id": id, "name": plain(run.name), **about(run), "can": can}

    def preview(self, id: str, asked: Which) -> Response:
        """Return one picture."""
        png = previews.picture(self._folder(id), asked.step, asked.of)
        return Response(png, media_type="image/png", headers=_KEPT)

    def report(self, id: str) -> Response:
        """Return the report as a file to keep: its inline styles are not for this page's rules."""
        run = self._folder(id)
        try:
            page = previews.own_bytes(run, run / "report.html", _MAX_REPORT)
        except (OSError, InputError):
            raise Refused(
                404, "this run has no report yet: it is written when training is done"
            ) from None
        headers = {"content-disposition": 'attachment; filename="report.html"'}
        return Response(page, media_type="text/html", headers=headers)

    def control(self, id: str, asked: Order) -> dict[str, str]:
        """Give an order; its answer comes with the events of the run."""
        run = self._controlled(id)
        if not state.is_held(run):
            raise Refused(409, "nobody trains this run now, so there is nobody to obey")
        if end_of(run).begun == "done":
            raise Refused(409, "its training is over; it is being measured")
        return {"order": give_order(run, asked.do)}

    def resume(self, id: str) -> dict[str, Any]:
        """Go on with a run in a process of its own."""
        return self._trainings.resume(self._controlled(id))

    def trainings(self) -> dict[str, Any]:
        """Return what there is to choose from, and how the trainings begun here are."""
        return {
            "control": self._shared.settings.control,
            "data": dict(NAMES),
            "recipes": list(starting.RECIPES),
            "most_steps": starting.MAX_STEPS,
            "trainings": self._trainings.all(),
        }

    def begin(self, asked: starting.Wanted) -> dict[str, Any]:
        """Begin a training in a process of its own."""
        self._allowed()
        return self._trainings.begin(asked)

    def _controlled(self, id: str) -> Path:
        self._allowed()
        return self._folder(id)

    def _allowed(self) -> None:
        if not self._shared.settings.control:
            raise Refused(
                403,
                "this studio only watches: start it with --allow-control to train from the page",
            )

    def _folder(self, id: str) -> Path:
        entry = self._shared.index.find(id)
        if entry.kind != "run":
            raise Refused(404, "this is a saved generator, not a run: open it under Explore")
        return entry.path
