"""The studio as a person starts it: a port of the loopback, an address with a token, until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable
from dataclasses import replace

import uvicorn

from zerosum.errors import InputError, ZerosumError
from zerosum.studio.app import build
from zerosum.studio.settings import LOOPBACK, Settings
from zerosum.studio.socket import MAX_MESSAGE

_TRIED = 20  # ports after the wanted one


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
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    config = uvicorn.Config(
        build(settings), log_level="warning", access_log=False, server_header=False,
        ws="websockets-sansio", ws_max_size=MAX_MESSAGE, ws_max_queue=8, timeout_graceful_shutdown=2,
        limit_concurrency=256, h11_max_incomplete_event_size=1 << 16, lifespan="off", proxy_headers=False,
    )  # fmt: skip
    ready(f"http://{shown}:{settings.port}/?token={settings.token}")
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[taken])


def check_host(host: str, token: str | None) -> None:
    """Refuse to be heard by other machines without a token of one's own.

    Raises:
        InputError: another host than the loopback and no token, or one that can be guessed.
    """
    if host not in LOOPBACK and token is None:
        raise InputError(
            f"--host {host} lets other machines in, so a token is needed: put 32 or more random characters "
            "into ZEROSUM_TOKEN (python -c 'import secrets; print(secrets.token_urlsafe(24))')"
        )
    if token is not None and (len(token) < 32 or not token.isascii() or not token.isprintable()):
        raise InputError(
            "ZEROSUM_TOKEN is too short or odd: give 32 or more printable ASCII characters"
        )


def _bind(host: str, port: int, tried: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in range(port, port + tried if port else 1):
        server = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host, number))
            return server
        except OSError as error:
            server.close()
            reason = error.strerror
    raise ZerosumError(f"the studio cannot listen at {host}:{port}: {reason}; give another --port")
