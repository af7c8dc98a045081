"""What stands behind a channel of the WebSocket: something that takes commands and posts frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np

from zerosum.studio import frames
from zerosum.studio.mailbox import Mailbox
from zerosum.studio.sentences import outward


@runtime_checkable
class Channel(Protocol):
    """A game, a run that is followed, a generator that is dragged through."""

    def do(self, command: Mapping[str, Any]) -> None:
        """Take a command; must return at once. Raises InputError for one that cannot be obeyed."""

    def close(self) -> None:
        """Stop whatever was begun; the channel's browser has gone."""


class Post:
    """Where a channel's frames go: packed with the channel's number, newest only."""

    def __init__(self, number: int, mailbox: Mailbox) -> None:
        self.number, self._mailbox = number, mailbox

    @property
    def wanted(self) -> bool:
        """Whether a frame made now would be drawn soon."""
        return self._mailbox.wanted

    def __call__(
        self, kind: str, header: Mapping[str, Any], arrays: Mapping[str, np.ndarray] | None = None
    ) -> None:
        """Post a frame of this kind; an older one of the same kind that still waits is forgotten."""
        told = {"channel": self.number, "kind": kind, **header}
        if "error" in told:
            told["error"] = outward(str(told["error"]))
        self._mailbox.post(kind, frames.pack(told, arrays or {}))
