"""How names and numbers that came from outside are written into sentences."""

from __future__ import annotations

import os
from collections.abc import Sequence


def shown(name: object) -> str:
    r"""Return a file name, label or cell as printable text on one line.

    Newlines and other control characters, and bytes that are no UTF-8, are written as escapes.

    >>> shown("new\nline.png")
    'new\\nline.png'
    """
    raw = os.fspath(name) if isinstance(name, os.PathLike) else str(name)
    text = raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def short(cell: object, width: int = 40) -> str:
    """Return a cell quoted for a message, cut to `width` characters."""
    text = shown(cell)
    return repr(text if len(text) <= width else text[: width - 3] + "...")


def listed(items: Sequence[object], most: int = 5) -> str:
    """Return the first few items joined by commas, and how many more there are."""
    head = ", ".join(shown(item) for item in items[:most])
    return head if len(items) <= most else f"{head} and {len(items) - most:,} more"


def counted(count: int, thing: str) -> str:
    """Return a count with its noun: 1 picture, 1,797 pictures."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def size_in_words(count: int | float) -> str:
    """Return a number of bytes with its unit: 210 MB, 1.3 TB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} TB"
