"""What a request brings, read with a cap while it streams: JSON into a dataclass, or a file's bytes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request

from zerosum.errors import InputError
from zerosum.studio.bounds import read

MAX_JSON = 1 << 20  # bytes
MAX_FILE = 20_000_000  # bytes
PATIENCE = 30  # seconds for a whole body


class Refused(InputError):
    """A request that is not read further; `status` is the HTTP status that says so."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


async def read_bytes(request: Request, most: int) -> bytes:
    """Return a body; what the client says of its length is not believed.

    Raises:
        Refused: 413, as soon as more than `most` bytes have come. 408, after `PATIENCE`.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return b"".join(await _parts(request, most))
    except TimeoutError:
        raise Refused(408, f"the body did not come within {PATIENCE} seconds") from None
    except ClientDisconnect:
        raise Refused(400, "the request ended before its body did") from None


async def _parts(request: Request, most: int) -> list[bytes]:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Refused(413, f"more than {most:,} bytes were sent: send less")
        parts.append(part)
    return parts


async def read_json(request: Request, cls: type) -> Any:
    """Return a JSON body as the dataclass `cls`.

    Raises:
        Refused: 415 another type, 413 too long.
        InputError: no JSON, unknown keys, wrong types, values out of bounds.
    """
    _of_type(request, ("application/json",))
    raw = await read_bytes(request, MAX_JSON)
    try:
        values = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise InputError("the body is not JSON") from None
    return read(values, cls)


def read_query(request: Request, cls: type) -> Any:
    """Return the query as the dataclass `cls`.

    Raises:
        InputError: unknown or repeated keys, wrong types, values out of bounds.
    """
    pairs = request.query_params.multi_items()
    if len({key for key, _ in pairs}) < len(pairs):
        raise InputError("a key stands twice in the query: give each once")
    return read(dict(pairs), cls)


async def read_file(request: Request, types: Sequence[str]) -> bytes:
    """Return an uploaded file's bytes.

    Raises:
        Refused: 415 a type that is not taken, 413 too long, 400 empty.
    """
    _of_type(request, types)
    content = await read_bytes(request, MAX_FILE)
    if not content:
        raise Refused(400, "the file is empty")
    return content


def _of_type(request: Request, types: Sequence[str]) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in types:
        raise Refused(415, f"the body is {given or 'of no type'}: send {' or '.join(types)}")


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)
