"""The studio as a person starts it: a port of the loopback, an address with a token, until Ctrl-C."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import uvicorn

from zerosum.errors import InputError, ZerosumError
from zerosum.studio.app import build
from zerosum.studio.patience import Punctual
from zerosum.studio.settings import LOOPBACK, Settings
from zerosum.studio.socket import MAX_MESSAGE

_TRIED = 20  # ports, from the wanted one on
_LAST = 65535
_GRACE = 1  # seconds that requests may take to end after Ctrl-C
_BACKLOG = 128  # connections that wait to be taken


def serve(settings: Settings, *, told: bool, ready: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        settings: where to listen and what to show.
        told: whether the port was asked for; otherwise the next free one will do.
        ready: given the address, token included, once the port is taken.

    Raises:
        ZerosumError: the port is taken or the host is not this machine's.
    """
    taken = _bind(settings.host, settings.port, 1 if told else _TRIED)
    settings = replace(settings, port=taken.getsockname()[1])
    server = server_of(settings)
    ready(address_of(settings))
    threading.Thread(target=_end, args=(server,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[taken])


def _end(server: uvicorn.Server) -> None:
    """End the process soon after it was told to, whatever is still being computed for a visitor."""
    while not server.should_exit:
        time.sleep(0.1)
    time.sleep(_GRACE + 1)
    sys.stdout.flush()
    os._exit(0)  # nothing is lost: the studio writes nothing, and trainings are other processes


def address_of(settings: Settings) -> str:
    """Return the address that lets a browser of this machine in."""
    host = settings.host
    if settings.everywhere:
        host = "::1" if ":" in host else "127.0.0.1"
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.port}/?token={quote(settings.token, safe='')}"


def server_of(settings: Settings) -> uvicorn.Server:
    """Return the server of a studio, with the limits that hold for every one."""
    config = uvicorn.Config(
        build(settings), log_level="warning", access_log=False, server_header=False, http=Punctual,
        ws="websockets-sansio", ws_max_size=MAX_MESSAGE, ws_max_queue=8, timeout_graceful_shutdown=_GRACE,
        limit_concurrency=256, h11_max_incomplete_event_size=1 << 16, lifespan="off", proxy_headers=False,
    )  # fmt: skip
    return uvicorn.Server(config)


def check_host(host: str, token: str | None) -> None:
    """Refuse to be heard by other machines without a token of one's own.

    Raises:
        InputError: another host than the loopback and no token, or one that can be guessed.
    """
    if not host:
        raise InputError("--host is empty: give an address of this machine, or leave the flag out")
    if host not in LOOPBACK and token is None:
        raise InputError(
            f"--host {host} lets other machines in, so a token is needed: put 32 or more random characters "
            "into ZEROSUM_TOKEN (python -c 'import secrets; print(secrets.token_urlsafe(24))')"
        )
    if token is not None and (len(token) < 32 or not token.isascii() or not token.isprintable()):
        raise InputError(
            f"ZEROSUM_TOKEN has {len(token)} characters: give 32 or more, all of printable ASCII"
        )


def _bind(host: str, port: int, tried: int) -> socket.socket:
    if not 0 <= port <= _LAST:
        raise InputError(f"--port is {port}: give 1 to {_LAST}, or 0 for any that is free")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in range(port, min(port + tried, _LAST + 1) if port else 1):
        server = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host, number))
            server.listen(_BACKLOG)  # now: the address is told before the server's loop begins
            return server
        except OSError as error:
            server.close()
            if error.errno != errno.EADDRINUSE:
                raise ZerosumError(
                    f"the studio cannot listen at {host}: {error.strerror}"
                ) from None
    raise ZerosumError(f"port {port} of {host} is taken: give another --port, or --port 0 for any")
