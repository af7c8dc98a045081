"""A published file from the network, when somebody asked for it: whole, checked, or not there at all."""

from __future__ import annotations

import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.records import atomic
from zerosum.records.reading import size_text

_PIECE = 1 << 20  # bytes read at once
_WAIT = 60.0  # seconds without an answer

Open = Callable[..., Any]  # (url, timeout=) -> a context giving something with read(n)


def download(
    url: str, target: Path, *, sha256: str = "", limit: int, open_url: Open = urllib.request.urlopen
) -> Path:
    """Write what stands at `url` to `target` and return it; a file that is there already is left alone.

    It is written under another name first, so that an interruption leaves no half of it.

    Args:
        url: https only. target: the file, whose folders are made.
        sha256: how its hash has to begin, in hexadecimal; empty where the publisher names none.
        limit: the most bytes that are taken. open_url: how an address is opened.
    Raises:
        InputError: another scheme, no answer, too many bytes, or a hash that is not the publisher's.
    """
    if target.exists():
        return target
    if not url.startswith("https://"):
        raise InputError(f"{url} is not downloaded: only https addresses are")
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    with atomic.opening(target):
        atomic.make_folders(target.parent)
        try:
            found = _fetch(url, partial, limit, open_url)
            if not found.startswith(sha256):
                raise InputError(
                    f"what came from {url} has the SHA-256 {found[:16]}, which does not begin with the "
                    f"publisher's {sha256}: download it by hand and give the file"
                )
            atomic.rename(partial, target)
        finally:
            atomic.discard(partial)
    return target


def _fetch(url: str, partial: Path, limit: int, open_url: Open) -> str:
    """Write the answer to `partial` and return its hash."""
    found = hashlib.sha256()
    try:
        with open_url(url, timeout=_WAIT) as answer, partial.open("xb") as file:
            for piece in _pieces(answer, url, limit):
                found.update(piece)
                file.write(piece)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise InputError(
            f"{url} cannot be downloaded ({error}): look at the connection, or download it elsewhere and "
            "give the file"
        ) from error
    return found.hexdigest()


def _pieces(answer: Any, url: str, limit: int) -> Iterator[bytes]:
    taken = 0
    while piece := answer.read(_PIECE):
        taken += len(piece)
        if taken > limit:
            raise InputError(
                f"{url} holds more than {size_text(limit)}: download it by hand and give the file"
            )
        yield piece
