"""What a report needs from a run folder, read without trusting it and without the training code."""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from zerosum.errors import InputError
from zerosum.records.events import FILE as EVENTS
from zerosum.records.events import read_events
from zerosum.records.reading import explaining, read_bytes
from zerosum.records.text import read_json, read_yaml

SAMPLES, RAW = (
    "samples",
    "raw",
)  # previews of a run; inside, those of the generator without its average
_CONFIG = 1 << 20  # bytes
_GALLERY = 1 << 30  # bytes, unpacked


class Absent(Exception):
    """A section has nothing to show; the message is the one line that says why."""


@dataclass(frozen=True)
class Run:
    """One run folder's content, as far as it could be read."""

    folder: Path
    config: str = ""  # as written
    settings: Mapping[str, Any] = field(default_factory=dict)  # as read
    environment: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Mapping[str, Any], ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    mixture: Mapping[str, Any] = field(default_factory=dict)  # of several GANs; {} for one
    gallery: Mapping[str, np.ndarray] = field(default_factory=dict)
    previews: tuple[Path, ...] = ()
    trouble: Mapping[str, str] = field(default_factory=dict)  # file -> why it was not read

    @property
    def name(self) -> str:
        """The folder's own name, such as 00007-digits-r3gan."""
        return self.folder.name

    @cached_property
    def ticks(self) -> tuple[Mapping[str, Any], ...]:
        """The events that measure training, in order."""
        return tuple(event for event in self.events if event.get("kind") == "tick")

    def why(self, file: str, otherwise: str) -> Absent:
        """Return why a file gave nothing: its trouble if it had one, else `otherwise`."""
        return Absent(self.trouble.get(file, otherwise))

    def array(self, name: str) -> np.ndarray:
        """Return one array of the gallery, or raise `Absent`."""
        if name not in self.gallery:
            raise self.why("gallery.npz", f"gallery.npz holds no array named {name}.")
        return self.gallery[name]

    @property
    def kind(self) -> str:
        """What one sample is: image, line (1-D), plane (2-D) or table."""
        real = self.gallery.get("real", self.gallery.get("fake"))
        if real is None:
            raise self.why("gallery.npz", "gallery.npz holds no samples.")
        if real.ndim in (3, 4):
            return "image"
        if real.ndim != 2 or not real.shape[1]:
            raise Absent(f"gallery.npz holds samples of shape {real.shape}, which no figure shows.")
        facts = self.evidence.get("facts")
        if isinstance(facts, dict) and facts.get("kind") == "table":
            return "table"
        return {1: "line", 2: "plane"}.get(real.shape[1], "table")


def read_run(folder: Path) -> Run:
    """Read a run folder; what is missing or damaged is noted in `trouble` and left empty.

    Raises:
        InputError: the folder does not exist.
    """
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise InputError(f"{folder.name!r} is no run folder; give one such as runs/00001-digits-ns")
    trouble: dict[str, str] = {}
    return Run(
        folder=folder,
        config=_read(_text, folder / "config.yaml", trouble) or "",
        settings=_read(read_yaml, folder / "config.yaml", {}) or {},
        environment=_object(folder, "environment.json", trouble),
        events=tuple(_read(lambda path: read_events(path.parent), folder / EVENTS, trouble) or ()),
        evidence=_object(folder, "evidence.json", trouble),
        mixture=_object(folder, "mixture.json", trouble),
        gallery=dict(_gallery(folder, trouble)),
        previews=_previews(folder),
        trouble=trouble,
    )


def value(source: object, *keys: str) -> float:
    """Return the number at nested keys, NaN where there is none.

    >>> value({"loss": {"generator": 0.5}}, "loss", "generator")
    0.5
    """
    for key in keys:
        source = source.get(key) if isinstance(source, Mapping) else None
    if isinstance(source, bool) or not isinstance(source, (int, float)):
        return math.nan
    try:
        return float(source)
    except OverflowError:
        return math.inf


def text(source: object, *keys: str) -> str | None:
    """Return the non-empty string at nested keys, None where there is none."""
    for key in keys:
        source = source.get(key) if isinstance(source, Mapping) else None
    return source.strip() if isinstance(source, str) and source.strip() else None


def _read(read: Callable[[Path], Any], path: Path, trouble: dict[str, str]) -> Any:
    if not path.exists():
        trouble[path.name] = f"The run folder holds no {path.name}."
        return None
    try:
        return read(path)
    except (InputError, RecursionError) as error:
        said = str(error).replace(str(path), path.name)  # a page says nothing of where it was made
        trouble[path.name] = f"{path.name} could not be read: {said}."
        return None


def _object(folder: Path, name: str, trouble: dict[str, str]) -> dict[str, Any]:
    found = _read(partial(read_json, finite=False), folder / name, trouble)
    if isinstance(found, dict):
        return found
    trouble.setdefault(name, f"{name} holds no JSON object.")
    return {}


def _text(path: Path) -> str:
    with explaining(path):
        return read_bytes(path, _CONFIG).decode("utf-8", "replace")


def _gallery(folder: Path, trouble: dict[str, str]) -> Iterator[tuple[str, np.ndarray]]:
    path = folder / "gallery.npz"
    if not path.exists():
        trouble["gallery.npz"] = "The run folder holds no gallery.npz."
        return
    try:
        with np.load(path, allow_pickle=False) as arrays:
            _refuse_large(arrays)
            found = [(name, arrays[name]) for name in arrays.files]
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, InputError) as error:
        trouble["gallery.npz"] = f"gallery.npz could not be read: {error}."
        return
    yield from found


def _refuse_large(arrays: Any) -> None:
    # a zip of a few kB can unpack to more than the memory; its directory says so beforehand
    size = sum(entry.file_size for entry in arrays.zip.infolist())
    if size > _GALLERY:
        raise InputError(f"it unpacks to {size} bytes, above the {_GALLERY} a gallery may have")


def _previews(folder: Path) -> tuple[Path, ...]:
    found = (path for path in (folder / SAMPLES).glob("*.png") if path.is_file())
    return tuple(sorted(found, key=lambda path: (step_of(path), path.name)))


def step_of(path: Path) -> int:
    """Return the last whole number in a preview's name, which is its step; -1 without one."""
    numbers = re.findall(r"\d+", path.stem)
    return int(numbers[-1][:18]) if numbers else -1
