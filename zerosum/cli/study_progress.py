"""A study's progress on stderr: one redrawn line on a terminal, a line each elsewhere."""

from __future__ import annotations

import os
import sys

from zerosum.cli.settings import tell


class ProgressLine:
    """Told each line; a terminal shows the last one only."""

    def __init__(self) -> None:
        self._redrawn = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._open = False

    def __call__(self, line: str) -> None:
        """Show a line of progress."""
        if not self._redrawn:
            tell(line)
            return
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()
        self._open = True

    def tell(self, sentence: str) -> None:
        """Say something that stays, below the progress so far."""
        self.close()
        tell(sentence)

    def close(self) -> None:
        """End the line, so that what follows begins its own."""
        if self._open:
            sys.stderr.write("\n")
            sys.stderr.flush()
        self._open = False
