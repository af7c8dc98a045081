"""Which files of a folder are candidates for pictures.

Subfolders are walked in order of their names, links to folders and files are followed once each,
and names that start with a dot are left alone. The suffix makes a file a candidate, in either case;
whether it is a picture is decided by its content.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

SUFFIXES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".gif",
    ".bmp",
    ".tif",
    ".tiff",
    ".ppm",
    ".pgm",
)


@dataclass
class Found:
    """What a walk met: candidates and broken ones by path below the root; counts of the rest."""

    paths: list[str] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    hidden: int = 0
    other: int = 0


def find_images(root: Path) -> Found:
    """Return the candidates below `root`, sorted by the bytes of their paths."""
    found, links = Found(), []
    seen = {_identity(os.stat(root))}
    folders = [""]
    while folders:
        folder = folders.pop()
        for name in _names(root, folder, found):
            path = os.path.join(folder, name)
            status = _status(root, path, found)
            if status is None:
                continue
            if stat.S_ISDIR(status.st_mode):
                folders += _unless_seen(path, status, seen)
            elif not _is_candidate(name, status):
                found.other += 1
            elif os.path.islink(root / path):
                links.append((path, status))
            else:
                found.paths.append(path)
                seen.add(_identity(status))
    # links last: a file that is there under its own name counts once, under that name
    for path, status in sorted(links, key=lambda link: os.fsencode(link[0])):
        found.paths += _unless_seen(path, status, seen)
    found.paths.sort(key=os.fsencode)
    return found


def _names(root: Path, folder: str, found: Found) -> list[str]:
    """Return the names in a folder, links after the rest, hidden ones counted and left out."""
    try:
        names = os.listdir(root / folder)
    except OSError as error:
        found.broken.append((folder, error.strerror or "cannot be listed"))
        return []
    found.hidden += sum(_may_be_image(n) for n in names if n.startswith("."))
    order = {n: (os.path.islink(root / folder / n), os.fsencode(n)) for n in names}
    return sorted((n for n in names if not n.startswith(".")), key=order.__getitem__)


def _status(root: Path, path: str, found: Found) -> os.stat_result | None:
    try:
        return os.stat(root / path)
    except OSError as error:
        reason = "a link to nothing" if os.path.islink(root / path) else error.strerror
        if _may_be_image(path):
            found.broken.append((path, reason or "cannot be looked at"))
        return None


def _may_be_image(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in SUFFIXES


def _is_candidate(name: str, status: os.stat_result) -> bool:
    # a named pipe or a device with a picture's name would block or never end
    return stat.S_ISREG(status.st_mode) and _may_be_image(name)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _unless_seen(path: str, status: os.stat_result, seen: set[tuple[int, int]]) -> list[str]:
    """Return [path] the first time its file or folder is met, [] afterwards."""
    new = _identity(status) not in seen
    seen.add(_identity(status))
    return [path] if new else []
