"""Generators of the index, loaded once and kept while they are used."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from zerosum.data.codec import ImageCodec
from zerosum.errors import InputError
from zerosum.generator import Generator, find_artefact, load_generator
from zerosum.runs.own_rows import OwnRows, labelled_rows
from zerosum.studio.bodies import Refused
from zerosum.studio.index import Entry, Index

MAX_LOADED = 4  # generators in memory
MAX_PARTS = 32  # derived things of one generator, such as its directions


@dataclass(frozen=True, eq=False)
class Model:
    """A generator that is explored.

    Attributes:
        entry: its place in the index. generator: itself.
        parts: what was computed of it and is kept: its data, its directions. lock: of the parts.
    """

    entry: Entry
    generator: Generator
    parts: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def kind(self) -> str:
        """What it makes: "picture", "points" (of the plane) or "table"."""
        if isinstance(self.generator.codec, ImageCodec):
            return "picture"
        return "points" if self.generator.sizes.event == (2,) else "table"

    def data(self) -> OwnRows:
        """Return the rows that it was trained on, and their classes if they have any.

        Raises:
            InputError: it is no run, or its data are gone.
        """
        return self.part("data", self._data)

    def part(self, key: Hashable, made: Callable[[], Any]) -> Any:
        """Return what `made()` gave the first time that this key was asked for.

        Called under `shared.turns.take()`, so that nothing is computed twice.
        """
        with self.lock:
            if key in self.parts:
                self.parts.move_to_end(key)
                return self.parts[key]
        found = made()
        with self.lock:
            self.parts[key] = found
            while len(self.parts) > MAX_PARTS:
                self.parts.popitem(last=False)
        return found

    def _data(self) -> OwnRows:
        if self.entry.kind != "run":
            raise InputError("this is a generator alone: its training data are not with it")
        try:
            return labelled_rows(None, self.generator.codec, self.entry.path)
        except (InputError, OSError):  # which name paths
            raise InputError("the data that this run was trained on cannot be read here") from None


class Models:
    """The generators that visitors look at, the last few of them in memory.

    Args: index: where they are found.
    """

    def __init__(self, index: Index) -> None:
        self._index, self._lock = index, threading.Lock()
        self._loaded: OrderedDict[tuple[str, int], Model] = OrderedDict()

    def of(self, number: str) -> Model:
        """Return the generator with this number of the index, loaded anew if it has changed.

        Raises:
            Refused: 404, no such number. InputError: it holds no generator, or not yet.
        """
        entry = self._index.find(number)
        with self._lock:
            key = (entry.id, _changed(entry))
            if key not in self._loaded:
                self._loaded[key] = Model(entry, _generator(entry))
            self._loaded.move_to_end(key)
            while len(self._loaded) > MAX_LOADED:
                self._loaded.popitem(last=False)
            return self._loaded[key]

    def entries(self) -> list[Entry]:
        """Return what there is in the index."""
        return self._index.entries()


def _changed(entry: Entry) -> int:
    try:
        return (find_artefact(entry.path) / "config.json").stat().st_mtime_ns
    except (InputError, OSError):
        raise InputError("this run has no trained generator yet: finish its training") from None


def _generator(entry: Entry) -> Generator:
    try:
        return load_generator(find_artefact(entry.path))
    except InputError as error:
        raise InputError(_without_path(str(error))) from None
    except OSError:
        raise Refused(404, "its files are gone") from None


def _without_path(sentence: str) -> str:
    if "translator" in sentence:
        return "this is a translator, which makes rows of rows and not of noise"
    return "this generator's files are damaged or from a newer version"
