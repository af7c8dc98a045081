"""Where a study goes when nobody says."""

from __future__ import annotations

from pathlib import Path


def new_folder(name: str) -> Path:
    """Return the next free folder `studies/00007-name`, not made yet."""
    base = Path("studies")
    taken = (
        [int(p.name[:5]) for p in base.glob("[0-9][0-9][0-9][0-9][0-9]-*")] if base.is_dir() else []
    )
    return base / f"{max(taken, default=-1) + 1:05d}-{name}"
