"""The page, its files, and what it must know before anything else."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from zerosum import __version__
from zerosum.studio.doors import HEADER, change_token
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.shared import Shared

VIEWS = (
    "/",
    "/game",
    "/toy",
    "/runs",
    "/runs/{id}",
    "/explore",
    "/explore/{id}",
    "/learn",
    "/learn/{id}",
)


def static_folder() -> Path:
    """Return where the page's files lie."""
    return Path(str(resources.files("zerosum.studio"))) / "static"


def page_routes() -> list[BaseRoute]:
    """Return the routes of the page itself: every view is the same file, which looks at its address."""
    folder = static_folder()

    async def page(request: Request) -> Response:
        return FileResponse(folder / "index.html", media_type="text/html")

    return [
        *(Route(view, page, methods=["GET"]) for view in VIEWS),
        Mount("/static", StaticFiles(directory=folder)),
    ]


def session_endpoint(shared: Shared) -> Endpoint:
    """Return what a page asks first: the header that lets it change something, and what it may do."""

    def session() -> dict[str, Any]:
        return {
            "version": __version__,
            "header": HEADER,
            "change": change_token(shared.settings.token),
            "control": shared.settings.control,
        }

    return Endpoint("GET", "/api/session", "What a page needs to know first.", session)
