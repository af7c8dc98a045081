"""Pictures that a run leaves while it trains: which there are, and the bytes of one."""

from __future__ import annotations

import os
import re
from pathlib import Path

from zerosum.errors import InputError
from zerosum.records.reading import read_bytes
from zerosum.reports.read import RAW, SAMPLES
from zerosum.studio.bodies import Refused

_NAME = re.compile(r"(\d{1,12})\.png")
_MOST_SHOWN = 2000
_MAX_BYTES = 50_000_000
_END = b"IEND\xaeB`\x82"  # the last bytes of a whole PNG
OF = {"average": "", "generator": RAW}


def shown(run: Path, of: str = "average") -> list[list[int]]:
    """Return [step, version] of each preview in order, at most 2000; one half written is left out."""
    try:
        with os.scandir(run / SAMPLES / OF[of]) as entries:
            found = sorted(_numbers(entry) for entry in entries if _is_preview(entry))
    except OSError:
        return []
    if found and not _whole(_path(run, found[-1][0], of)):
        found.pop()
    every = -(-len(found) // _MOST_SHOWN) or 1
    return found[::-1][::every][::-1]


def _is_preview(entry: os.DirEntry[str]) -> bool:
    return _NAME.fullmatch(entry.name) is not None and entry.is_file(follow_symlinks=False)


def _numbers(entry: os.DirEntry[str]) -> list[int]:
    return [int(entry.name[:-4]), int(entry.stat().st_mtime * 1000) % 10**9]


def picture(run: Path, step: int, of: str) -> bytes:
    """Return the PNG of a preview.

    Raises:
        Refused: 404, there is none.
    """
    try:
        return own_bytes(run, _path(run, step, of), _MAX_BYTES)
    except (OSError, InputError):
        raise Refused(404, f"this run has no preview of step {step}") from None


def own_bytes(run: Path, path: Path, most: int) -> bytes:
    """Return a file of a run folder: of a run that came from elsewhere, a link may lead anywhere.

    Raises:
        OSError, InputError: it cannot be read, is too large, or lies outside the folder.
    """
    if not path.resolve().is_relative_to(run.resolve()):
        raise InputError(f"{path.name} leads out of its run folder")
    return read_bytes(path, most)


def _path(run: Path, step: int, of: str) -> Path:
    return run / SAMPLES / OF[of] / f"{step:06d}.png"


def _whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(-len(_END), os.SEEK_END)
            return file.read() == _END
    except OSError:
        return False
