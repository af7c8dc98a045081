"""The run folder: a new numbered one for each run, never overwritten, and putting one in order.

runs/00007-digits-r3gan/
    config.yaml       the resolved configuration, which can be given to --config
    environment.json  versions, machine, thread counts
    events.jsonl      what happened, one JSON object a line
    checkpoints/      ckpt-000001000/ ...: all that a resume needs
    samples/          previews of the generator's average; samples/raw/: of the generator itself
    control.json      only while an order waits: pause, resume, save or stop
    model/            the artefact: config.json, model.safetensors, README.md
    report.html       the one-page report
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zerosum.errors import InputError
from zerosum.records import atomic
from zerosum.records.leftovers import settle
from zerosum.records.lock import Lock, free, take
from zerosum.records.reading import display

_NUMBERED = re.compile(r"(\d{5,9})-.*")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_PART = 40  # characters kept of the data's and the recipe's name


def create_run(root: Path, data: str, recipe: str, name: str | None = None) -> Path:
    """Make a new run folder and return its path; two runs never get the same one.

    Args:
        root: the folder of runs, made if absent.
        data: name of the data, or the path it came from.
        recipe: name of the recipe.
        name: the folder's whole name instead of `NUMBER-DATA-RECIPE`.
    Returns:
        the path of the new, empty folder.
    Errors: InputError when `root` cannot be written or `name` is taken or no plain name;
        ZerosumError when the disk is full or failing.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     [create_run(Path(root), "digits", "r3gan").name for _ in range(2)]
    ['00000-digits-r3gan', '00001-digits-r3gan']
    """
    root = Path(root)
    if name is not None and not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot name a run folder; use letters, digits and _ - . (not as the first)"
        )
    if "\0" in str(root):
        raise InputError(f"{display(root)} cannot be used: it holds a zero byte; give another path")
    with atomic.opening(root):
        atomic.make_folders(root)
        with _numbering(root):
            run = root / (name or f"{_next_number(root):05d}-{_slug(data)}-{_slug(recipe)}")
            if name is not None and run.exists():
                raise InputError(
                    f"{display(run)} exists, and a run is never overwritten; "
                    "choose another name, or resume that run"
                )
            atomic.mkdir(run)
            atomic.fsync_folder(root)
    return run


def clean_leftovers(lock: Lock) -> list[str]:
    """Finish or undo what a killed trainer left half done; to be called once, before training.

    Args:
        lock: the held lock of the run, which keeps a living trainer's files out of this.
    Returns:
        names of what was deleted or put back.
    Errors: ZerosumError when the disk refuses.
    """
    assert lock.held, "cleaning without the lock would delete a living trainer's files"
    with atomic.reporting(lock.run):
        return settle(lock.run) + settle(lock.run / "checkpoints")


@contextmanager
def _numbering(root: Path) -> Iterator[None]:
    """Let one process at a time choose a number under `root`."""
    descriptor = take(root / ".lock", wait=True)
    assert descriptor is not None
    try:
        yield
    finally:
        free(descriptor)


def _next_number(root: Path) -> int:
    numbers = (_NUMBERED.fullmatch(path.name) for path in root.iterdir())
    return max((int(n[1]) for n in numbers if n), default=-1) + 1


def _slug(text: str) -> str:
    """Return the last part of a name or path as plain ASCII that any disk accepts."""
    plain = unicodedata.normalize("NFKD", Path(text).stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.]+", "-", plain).strip("-.")[:_PART] or "unnamed"
