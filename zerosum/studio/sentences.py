"""Sentences that leave the studio: short, on one line, and naming no folder."""

from __future__ import annotations

import re

LONGEST = 400  # characters; what a visitor sent may be quoted in them
_FOLDERS = re.compile(r"(?<![\w.)\]])(?:[A-Za-z]:)?(?:[/\\]+[^/\\\s'\",;:]+)+[/\\]+")


def outward(sentence: str) -> str:
    """Return a sentence without the folders of the absolute paths in it, cut if it is very long.

    >>> outward("/home/ada/runs/a/config.yaml is damaged")
    'config.yaml is damaged'
    """
    told = _FOLDERS.sub("", sentence[: 4 * LONGEST])
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in told)
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"
