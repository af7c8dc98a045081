"""The other side of `pictures`: a process that decodes one picture within limits and ends.

Stdin: the file's bytes. Stdout: a line of JSON, {"shape": [h, w, c]} and then the pixels, or
{"error": sentence}. A file that crashes a decoder, or makes it take all memory, crashes this process only.
"""

from __future__ import annotations

import json
import sys

from zerosum.data.image_decode import decoded
from zerosum.errors import InputError

FORMATS = ("PNG", "JPEG", "WEBP")
MEMORY = 1 << 30  # bytes of address space: 16 million pixels need about half of it
SECONDS = 10


def main() -> None:
    """Answer for one file."""
    _limit()
    out = sys.stdout.buffer
    try:
        pixels = decoded(sys.stdin.buffer.read(), FORMATS)
    except (InputError, MemoryError) as error:
        sentence = str(error) or "it takes too much memory"
        out.write(json.dumps({"error": sentence}).encode() + b"\n")
        return
    out.write(json.dumps({"shape": pixels.shape}).encode() + b"\n")
    out.write(pixels.tobytes())


def _limit() -> None:
    """Limit this process's memory and time, and forbid it to write files, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the system's own libraries reserve more than this
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
