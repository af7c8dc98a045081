"""Runs and generators by opaque numbers: a visitor never names a path, and none is told to one.

A number is a hash of where the folder lies, so that an address stays good when the studio is started again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from zerosum.errors import InputError
from zerosum.studio.bodies import Refused
from zerosum.studio.settings import Settings

MAX_LISTED = 2000


@dataclass(frozen=True)
class Entry:
    """Something that can be opened.

    Attributes:
        id: its number. name: what it is called. path: where it lies; for this side of the door only.
        kind: "run" (a folder with a config.yaml) or "artefact" (a saved generator or translator).
    """

    id: str
    name: str
    path: Path
    kind: str


class Index:
    """What lies in the studio's folder of runs, and what was named at its start.

    Raises:
        InputError: something was named that is neither a run nor an artefact.
    """

    def __init__(self, settings: Settings) -> None:
        self._root = settings.root
        self._named = [_entry(path) for path in settings.named]
        for path, entry in zip(settings.named, self._named, strict=True):
            if entry is None:
                raise InputError(f"{path} is neither a run folder nor a saved generator")

    def entries(self) -> list[Entry]:
        """Return everything that can be opened, what was named first, then the newest run first."""
        found = [*self._named, *(_entry(path) for path in self._below())]
        by_id = {entry.id: entry for entry in reversed(found) if entry is not None}
        return list(reversed(by_id.values()))

    def find(self, number: str) -> Entry:
        """Return what has this number.

        Raises:
            Refused: 404.
        """
        for entry in self.entries():
            if entry.id == number:
                return entry
        raise Refused(404, "there is no such run or generator here")

    def _below(self) -> list[Path]:
        if not self._root.is_dir():
            return []
        folders = [p for p in self._root.iterdir() if p.is_dir() and not p.is_symlink()]
        return sorted(folders, key=lambda p: p.name, reverse=True)[:MAX_LISTED]


def _entry(path: Path) -> Entry | None:
    """Return what lies there, or None if it can not be opened."""
    kind = "run" if (path / "config.yaml").is_file() else "artefact"
    if kind == "artefact" and not (path / "config.json").is_file():
        return None
    whole = path.resolve()
    return Entry(hashlib.sha256(str(whole).encode()).hexdigest()[:12], whole.name, whole, kind)
