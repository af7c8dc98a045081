"""A route that says what it takes and gives, so that it can be checked, described and tested by machines."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from zerosum.errors import ZerosumError
from zerosum.studio import bodies
from zerosum.studio.sentences import outward

Answer = Callable[..., Any]


@dataclass(frozen=True)
class Endpoint:
    """One method at one path.

    Attributes:
        method, path: as Starlette writes them; `{name}` is given to `answer` as a keyword.
        summary: one sentence for the description.
        answer: called in a thread with what is asked; returns what JSON can hold, or a `Response`.
        body: the dataclass of a JSON body, given as `asked`.
        query: the dataclass of the query, given as `asked`.
        uploads: media types of a body that is a file, given as `content` (bytes).
        gives: the media type of what comes back.
    """

    method: str
    path: str
    summary: str
    answer: Answer
    body: type | None = None
    query: type | None = None
    uploads: tuple[str, ...] = ()
    gives: str = "application/json"

    def route(self) -> Route:
        """Return the route that Starlette serves."""
        return Route(self.path, self._handler(), methods=[self.method])

    def _handler(self) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            try:
                given = await self._given(request)
                found = await run_in_threadpool(self.answer, **request.path_params, **given)
            except bodies.Refused as refused:
                return problem(refused.status, str(refused))
            except ZerosumError as error:
                return problem(400, str(error))
            return found if isinstance(found, Response) else JSONResponse(found)

        return handle

    async def _given(self, request: Request) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if self.body is not None:
            given["asked"] = await bodies.read_json(request, self.body)
        if self.query is not None:
            given["asked"] = bodies.read_query(request, self.query)
        if self.uploads:
            given["content"] = await bodies.read_file(request, self.uploads)
        return given


def problem(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a refusal: one sentence, without folders, and never a traceback."""
    later = {"retry-after": "1"} if status == 429 else {}
    told = {"error": outward(sentence)}
    return JSONResponse(told, status_code=status, headers={**later, **(headers or {})})


def fields(cls: type) -> list[dataclasses.Field[Any]]:
    """Return the fields of a body or query."""
    return list(dataclasses.fields(cls))
