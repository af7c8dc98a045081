"""The whole studio as one ASGI application: routes, the WebSocket, and the guard before them."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from zerosum.studio import pages
from zerosum.studio.endpoint import Endpoint, problem
from zerosum.studio.explore import channel as latent
from zerosum.studio.explore import endpoints as explore_endpoints
from zerosum.studio.explore import invert_channel
from zerosum.studio.game import channel as game
from zerosum.studio.game import endpoints as game_endpoints
from zerosum.studio.guard import Guard
from zerosum.studio.index import Index
from zerosum.studio.learn import endpoints as learn_endpoints
from zerosum.studio.openapi import describe
from zerosum.studio.runs import channel as run
from zerosum.studio.runs import endpoints as run_endpoints
from zerosum.studio.settings import Settings
from zerosum.studio.shared import MAX_PAGES, Shared
from zerosum.studio.socket import Opener, Wire


def build(settings: Settings) -> ASGIApp:
    """Return the studio's application, behind its guard."""
    shared = Shared(settings, Index(settings))
    found = endpoints(shared)
    routes = [
        *pages.page_routes(),
        *(endpoint.route() for endpoint in found),
        WebSocketRoute("/socket", _socket(shared)),
    ]
    inner = Starlette(
        routes=routes, exception_handlers={HTTPException: _refused, Exception: _failed}
    )
    inner.router.redirect_slashes = False  # an address has one spelling
    return Guard(inner, settings)


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return every endpoint of the API, the description of them all last."""
    found = [
        pages.session_endpoint(shared),
        *game_endpoints.endpoints(shared),
        *run_endpoints.endpoints(shared),
        *explore_endpoints.endpoints(shared),
        *learn_endpoints.endpoints(shared),
    ]
    described: list[Endpoint] = []
    openapi = Endpoint("GET", "/api/openapi.json", "This description.", lambda: describe(described))
    described.extend([*found, openapi])
    return described


def openers(shared: Shared) -> Mapping[str, Opener]:
    """Return what opens each kind of channel."""
    return {
        "game": game.opener(shared),
        "run": run.opener(shared),
        "latent": latent.opener(shared),
        "invert": invert_channel.opener(shared),
    }


def _socket(shared: Shared) -> Any:
    made = openers(shared)  # once: what they bound is bound for all pages together

    async def socket(websocket: WebSocket) -> None:
        if shared.pages >= MAX_PAGES:
            await websocket.close(1013, "so many pages are open already: close one")
            return
        shared.pages += 1
        try:
            await Wire(made).serve(websocket)
        finally:
            shared.pages -= 1

    return socket


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "there is nothing at this address", 405: "this address does not take this method"}
    return problem(error.status_code, said.get(error.status_code, str(error.detail)), error.headers)


async def _failed(request: Request, error: Exception) -> Response:
    """Answer with a number only; the server writes the traceback that follows it to its terminal."""
    number = secrets.token_hex(4)
    logging.getLogger("uvicorn.error").error("error %s at %s", number, request.method)
    return problem(500, f"the studio failed at this (error {number}); its terminal says why")
