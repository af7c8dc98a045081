"""The one door: every request, and every WebSocket, passes here before any route is looked for."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zerosum.studio import doors
from zerosum.studio.settings import Settings

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
ALWAYS = {
    "content-security-policy": (
        "default-src 'self'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """Lets a request through to `app`, or answers it: 403 wrong host or origin, 401 no token."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on; see the class."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        else:
            await refusal(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers, socket = Headers(scope=scope), scope["type"] == "websocket"
        method = "GET" if socket else scope["method"]
        hosts, anywhere = headers.getlist("host"), self.settings.everywhere
        if not doors.host_allowed(hosts, self.settings.names, addresses=anywhere):
            return _no(403, "this host name is not the studio's: use the address that it printed")
        scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"]) or str(scope["scheme"])
        sites = headers.getlist("sec-fetch-site")
        if not doors.origin_allowed(headers.getlist("origin"), sites, hosts[0], scheme):
            return _no(
                403,
                "a page of another site may not ask the studio: "
                "paste its address where a browser shows addresses",
            )
        if method not in METHODS:
            return _no(405, "the studio does not answer this method")
        return self._stranger(scope, headers, method, socket)

    def _stranger(
        self, scope: Scope, headers: Headers, method: str, socket: bool
    ) -> Response | None:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = [value for key, value in query if key == "token"]
        token = self.settings.token
        if method == "GET" and not socket and given and doors.same_secret(given[0], token):
            return self._welcome(scope, [(k, v) for k, v in query if k != "token"])
        known = doors.cookie_token(token)
        cookies = doors.cookies_of(headers.getlist("cookie"), self.settings.cookie)
        if not any(doors.same_secret(each, known) for each in cookies):
            return _no(401, "open the studio by the address that it printed: it ends in ?token=…")
        changes = method not in doors.SAFE
        if changes and not doors.same_secret(headers.get(doors.HEADER), doors.change_token(token)):
            return _no(
                403, f"a request that changes something carries {doors.HEADER}: reload the page"
            )
        return None

    def _welcome(self, scope: Scope, query: list[tuple[str, str]]) -> Response:
        """Take the token out of the address, so that it is in no history, and keep it as a cookie."""
        path = "/" + scope["path"].lstrip("/\\")  # two slashes would lead to another host
        answer = RedirectResponse(path + ("?" + urlencode(query) if query else ""), status_code=303)
        cookie = doors.cookie_token(self.settings.token)
        answer.set_cookie(self.settings.cookie, cookie, httponly=True, samesite="strict", path="/")
        return answer


def _no(status: int, sentence: str) -> Response:
    if status == 401:
        return PlainTextResponse(sentence + "\n", status_code=401)
    allow = {"allow": ", ".join(METHODS)} if status == 405 else None
    return JSONResponse({"error": sentence}, status_code=status, headers=allow)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name for name, _ in message["headers"]}
            extra = [(k.encode(), v.encode()) for k, v in ALWAYS.items()]
            message["headers"] = [*message["headers"], *(h for h in extra if h[0] not in present)]
        await send(message)

    return sending
