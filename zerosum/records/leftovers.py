"""Names for what is half done, and putting in order what a killed process left half done.

`.tmp-NAME-PID`  is being written and will become NAME; incomplete, so it is deleted.
`.del-NAME-PID`  was NAME and is being deleted; the deletion is finished.
`.old-NAME-PID`  was NAME and is being replaced; it becomes NAME again when NAME is missing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from zerosum.records import atomic

_MARKED = re.compile(r"\.(tmp|del|old)-(.+)-(\d{1,19})")


def marked(path: Path, kind: str) -> Path:
    """Return the name `path` has while this process writes, deletes or replaces it.

    >>> marked(Path("run/model"), "tmp").name == f".tmp-model-{os.getpid()}"
    True
    """
    return path.with_name(f".{kind}-{path.name}-{os.getpid()}")


def standing_in(folder: Path) -> dict[str, Path]:
    """Return, by its true name, each entry whose replacement was cut short, so that none is lost.

    Args:
        folder: where to look.
    Returns:
        name -> path of the `.old-` entry, only for names that are missing in `folder`.
    """
    found = {}
    for path in sorted(folder.glob(".old-*")):
        parts = _MARKED.fullmatch(path.name)
        if parts and not os.path.lexists(folder / parts[2]):
            found[parts[2]] = path
    return found


def settle(folder: Path, name: str | None = None) -> list[str]:
    """Finish or undo what dead processes left half done in a folder.

    Args:
        folder: where to look; one that does not exist holds nothing.
        name: only what belongs to this name; everything by default.
    Returns:
        the names of the entries that were deleted or put back.
    Errors: OSError.
    """
    done = []
    for path in sorted(folder.glob(".*")):
        parts = _MARKED.fullmatch(path.name)
        if not parts or name not in (None, parts[2]) or _at_work(int(parts[3])):
            continue
        original = folder / parts[2]
        if parts[1] == "old" and not os.path.lexists(original):
            atomic.rename(path, original)
        else:
            atomic.delete_tree(path)
        done.append(path.name)
    if done:
        atomic.fsync_folder(folder)
    return done


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that a reader finds the former content or the new one, never a part.

    Errors: OSError, with the former content in place and nothing left beside it.
    """
    temporary = marked(path, "tmp")
    atomic.discard(temporary)
    try:
        atomic.write_new(temporary, data)
        atomic.rename(temporary, path)
        atomic.fsync_folder(path.parent)
    finally:
        atomic.discard(temporary)


def place_folder(folder: Path, files: Mapping[str, bytes]) -> Path | None:
    """Write a folder so that it is there with all its files or not at all.

    Args:
        folder: its final path.
        files: name -> content, written in this order.
    Returns:
        where the folder of that name that was there before is kept, or None; the caller deletes
        it, or puts it back with `put_back`.
    Errors: OSError, with the former folder in place and nothing left beside it.
    """
    temporary, former = marked(folder, "tmp"), marked(folder, "old")
    atomic.discard(temporary)
    replaced = os.path.lexists(folder)
    try:
        atomic.write_new_folder(temporary, files)
        if replaced:
            atomic.rename(folder, former)
        atomic.rename(temporary, folder)
        atomic.fsync_folder(folder.parent)
    except BaseException:
        if replaced and not os.path.lexists(folder):
            _rename_quietly(former, folder)
        raise
    finally:
        atomic.discard(temporary)
    return former if replaced else None


def put_back(folder: Path, former: Path | None) -> None:
    """Undo `place_folder`: delete the new folder and give the former one its name again."""
    delete([folder])
    if former is not None:
        atomic.rename(former, folder)
        atomic.fsync_folder(folder.parent)


def delete(folders: Iterable[Path]) -> None:
    """Delete folders of one parent: renamed away first, so that a kill leaves no half of one.

    Errors: OSError; what was renamed is deleted at the next start.
    """
    victims = []
    for folder in folders:
        victim = marked(folder, "del")
        atomic.discard(victim)
        atomic.rename(folder, victim)
        victims.append(victim)
    for parent in {victim.parent for victim in victims}:
        atomic.fsync_folder(parent)
    for victim in victims:
        atomic.delete_tree(victim)


def _rename_quietly(source: Path, target: Path) -> None:
    """Rename on the way out of an error; if that fails too, `settle` does it at the next start."""
    with suppress(OSError):
        atomic.rename(source, target)


def _at_work(pid: int) -> bool:
    """Whether a process other than this one has that number.

    This process has left nothing half done when it asks. In a container each trainer may get the
    same number, so its own number is that of a dead predecessor.
    """
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
