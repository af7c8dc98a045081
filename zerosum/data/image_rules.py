"""What pictures of many sizes and kinds become, and when too many of them are unusable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from zerosum.data.image_decode import Header
from zerosum.data.options import DataOptions
from zerosum.data.text import counted, shown, size_in_words
from zerosum.errors import InputError

SKIP_FILES = 10  # unusable files that are skipped in a folder of any size, up to half of it
SKIP_FRACTION = 0.01  # of the files of a larger folder
MEMORY_LIMIT = 8 << 30  # bytes of decoded pictures that are kept in memory
SIDE_BOUNDS = (8, 256)  # pixels, of a side that is chosen and not given

Skipped = Sequence[tuple[str, str]]  # path, reason


def choose_size(headers: Sequence[Header], options: DataOptions) -> tuple[tuple[int, int], str]:
    """Return (height, width) in pixels and the sentence that says why.

    The size asked for; else the one that at least half of the pictures have; else a square whose
    side is the lower quartile of the shorter sides, within 8 to 256, so that few are enlarged.
    """
    if options.size is not None:
        return options.size, "as asked"
    common, count = Counter((h.height, h.width) for h in headers).most_common(1)[0]
    if 2 * count >= len(headers):
        return common, f"the size of {count:,} of the {len(headers):,}"
    short = sorted(min(h.height, h.width) for h in headers)
    side = min(max(short[len(short) // 4], SIDE_BOUNDS[0]), SIDE_BOUNDS[1])
    return (side, side), "the lower quartile of their shorter sides; --size chooses another"


def choose_channels(headers: Sequence[Header], options: DataOptions) -> tuple[int, str]:
    """Return 3 if any picture is in colour, else 1, unless asked otherwise, and the reason."""
    if options.channels is not None:
        return options.channels, "as asked"
    coloured = sum(h.colour for h in headers)
    if coloured == 0:
        return 1, "all are grey"
    return 3, "all are in colour" if coloured == len(headers) else f"{coloured:,} are in colour"


def check_memory(n: int, size: tuple[int, int], channels: int) -> None:
    """Raise InputError if the decoded pictures would not fit into the limit."""
    need = n * size[0] * size[1] * channels
    if need > MEMORY_LIMIT:
        raise InputError(
            f"{n:,} pictures of {size[0]} x {size[1]} x {channels} would take "
            f"{size_in_words(need)} of memory, and {size_in_words(MEMORY_LIMIT)} are allowed; give "
            "a smaller --size, or fewer pictures with --n"
        )


def check_skipped(root: Path, skipped: Skipped, total: int) -> None:
    """Raise InputError if more than 10 files AND 1 % are unusable, or more than half are."""
    count = len(skipped)
    if 2 * count <= total and (count <= SKIP_FILES or count <= SKIP_FRACTION * total):
        return
    raise InputError(
        f"{count:,} of the {total:,} picture files in {shown(root)} cannot be used: "
        f"{reasons(skipped, 3)}; remove or repair them (up to {SKIP_FILES} files, or "
        f"{SKIP_FRACTION:.0%}, are skipped, but never more than half)"
    )


def reasons(skipped: Skipped, most: int) -> str:
    """Return the first few skipped files with their reasons, and how many more there are."""
    head = "; ".join(f"{shown(path)} ({why})" for path, why in skipped[:most])
    return head if len(skipped) <= most else f"{head}; and {len(skipped) - most:,} more"


def conversion_notes(
    name: str, headers: Sequence[Header], size: tuple[int, int], channels: int
) -> list[str]:
    """Return one sentence for every kind of conversion, with the number of pictures it touches."""
    grey_or_colour = [h for h in headers if h.colour != (channels >= 3)]
    other_size = [h for h in headers if (h.height, h.width) != size]
    smaller = [h for h in headers if h.height < size[0] or h.width < size[1]]
    what = "turned to RGB" if channels >= 3 else "turned to grey"
    touched = (
        (len(grey_or_colour), what),
        (len(other_size), f"cropped to the centre and resized to {size[0]} x {size[1]}"),
        (len(smaller), "smaller than that and enlarged"),
        (sum(h.alpha for h in headers) * (channels in (1, 3)), "with alpha, put on white"),
        (sum(h.deep for h in headers), "of 16 bits, scaled so that 65535 is white"),
        (sum(h.animated for h in headers), "with several frames, of which the first is used"),
    )
    return [f"{name}: {counted(count, 'picture')} {text}" for count, text in touched if count]
