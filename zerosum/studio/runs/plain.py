"""Text of a run folder as a page may show it: without the folders of the machine it was made on."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

# /home/me/data/faces.npz or ../faces/; not the slash of "samples/s" or of " / "
_PATH = re.compile(r"(?<![\w.)|\]<])(?:~|\.{1,2})?/[^\s'\",:;/\])]+(?:/[^\s'\",:;/\])]+)*")
_MOST = 2000  # characters of a text


def plain(text: object) -> str:
    """Return a text with each path in it cut down to its last part.

    >>> plain("read from /home/me/data/faces.npz: 12 rows, 3 / 4 of them at 5 samples/s")
    'read from faces.npz: 12 rows, 3 / 4 of them at 5 samples/s'
    """
    return _PATH.sub(lambda found: found[0].rpartition("/")[2], str(text))[:_MOST]


def named(spec: object) -> str:
    """Return what a path is called: its last part, whatever the rest of it holds.

    >>> named("/home/my data/faces.npz"), named("hub:org/faces"), named("digits")
    ('faces.npz', 'hub:org/faces', 'digits')
    """
    text = str(spec)
    return text[:200] if text.startswith("hub:") else text.rstrip("/").rpartition("/")[2][:200]


def tidy(value: Any) -> Any:
    """Return what JSON can hold with every text in it made plain, and null for what is no finite number."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {plain(k): tidy(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [tidy(v) for v in value]
    return value
