"""Requests as a hostile client writes them: raw headers, raw paths, straight into the application."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from zerosum.studio.doors import HEADER, change_token, cookie_token
from zerosum.studio.settings import Settings

Headers = list[tuple[str, str]]


@dataclass
class Answer:
    """What came back; status 0 is a WebSocket that was closed before it was accepted."""

    status: int = 0
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return a header's value, or None."""
        return dict(self.headers).get(name)


def own_headers(settings: Settings, **over: str | None) -> Headers:
    """Return what the studio's own page sends; `over` replaces by name, None leaves a header out."""
    host = f"127.0.0.1:{settings.port}"
    told: dict[str, str | None] = {
        "host": host,
        "origin": f"http://{host}",
        "sec-fetch-site": "same-origin",
        "cookie": f"{settings.cookie}={cookie_token(settings.token)}",
        HEADER: change_token(settings.token),
    }
    told.update({name.replace("_", "-"): value for name, value in over.items()})
    return [(name, value) for name, value in told.items() if value is not None]


def ask(
    app: Any, method: str, path: str, headers: Headers, *, query: str = "",
    body: Sequence[bytes] = (b"",), kind: str = "http",
) -> Answer:  # fmt: skip
    """Put one request to an ASGI application and return its answer."""
    scope = {
        "type": kind, "method": method, "path": path, "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"), "root_path": "", "http_version": "1.1",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 8642), "state": {},
        "scheme": "ws" if kind == "websocket" else "http", "subprotocols": [],
    }  # fmt: skip
    answer = Answer()
    parts = [{"type": "http.request", "body": part, "more_body": True} for part in body]
    parts[-1]["more_body"] = False
    if kind == "websocket":
        parts = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]

    async def receive() -> dict[str, Any]:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            pairs = message["headers"]
            answer.headers = [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in pairs]
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
        elif message["type"] == "websocket.accept":
            answer.status = 101

    asyncio.run(app(scope, receive, send))
    return answer
