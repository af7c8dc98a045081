"""A run that a page follows: {"open": "run", "id": ...}; frames "now", "curves" and "evidence".

now       where it is, its speed, the answer to the last order, which previews there are
curves    one array for each series: (4, points) of step, mean, least and greatest value
evidence  evaluations, alarms, notes, and the final evidence once it is there
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.studio.channel import Channel, Post
from zerosum.studio.runs.follower import Followers
from zerosum.studio.shared import Shared
from zerosum.studio.socket import Opener


def opener(shared: Shared) -> Opener:
    """Return what opens a run for a visitor."""
    followers = Followers()

    def open_run(message: Mapping[str, Any], post: Post) -> Channel:
        entry = shared.index.find(str(message.get("id")))
        if entry.kind != "run":
            raise InputError("this is a saved generator: a training cannot be followed in it")
        return RunChannel(followers, entry.path, post)

    return open_run


class RunChannel:
    """One page's look at one run."""

    def __init__(self, followers: Followers, run: Path, post: Post) -> None:
        self._followers, self._run = followers, run
        followers.begin(run, self, post)

    def do(self, command: Mapping[str, Any]) -> None:
        """Refuse: orders to a training go by HTTP, where it is checked who may give them."""
        raise InputError("a run is only watched here")

    def close(self) -> None:
        """Watch no more."""
        self._followers.end(self._run, self)
