"""Files that are what they should be, and a sentence where they are not."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Unusable(Exception):
    """What was given cannot be used; the message says why and what to do."""


def checked(path: Path, sha256: str) -> Path:
    """Return a file's path if its contents have this SHA-256.

    Raises: Unusable: no such file, or another content.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unusable(
            f"{path.name} cannot be read ({error.strerror}): give another file"
        ) from None
    if found != sha256:
        raise Unusable(
            f"{path.name} has SHA-256 {found}, and not {sha256}: download that version again"
        )
    return path


@contextmanager
def finish() -> Iterator[None]:
    """End the program with the sentence, and code 2, where something is unusable."""
    try:
        yield
    except Unusable as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
