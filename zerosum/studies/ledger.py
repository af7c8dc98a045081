"""The ledger of a study: which chunks are done, in SQLite with one writer, the driver.

`ledger.sqlite` holds the study's description and one row a chunk:

    number · state (waiting, done, failed) · file and SHA-256 of the result · seconds · attempts · note

Every change is one transaction, synchronised before it counts. A new ledger is built in memory and
put in its place whole, so that one cut short never exists. The rollback journal is used, not the
write-ahead log, which network disks corrupt.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from zerosum.errors import InputError, ZerosumError
from zerosum.records import atomic
from zerosum.records.leftovers import replace_file
from zerosum.records.reading import display
from zerosum.records.text import dump_json, parse_json
from zerosum.studies.task import Outcome, result_number

NAME = "ledger.sqlite"
VERSION = 1
MOST_CHUNKS = 1_000_000
_APPLICATION = 0x7A735354  # "zsST": which program's file this is, in SQLite's header
_WAIT = 5.0  # seconds a reader waits for the writer's transaction to end

_TABLES = {
    "study": "CREATE TABLE study (description TEXT NOT NULL, chunks INTEGER NOT NULL)",
    "chunk": """CREATE TABLE chunk (
    number INTEGER PRIMARY KEY,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'failed')),
    file TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT '',
    seconds REAL NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT ''
)""",
}


@dataclass(frozen=True)
class Row:
    """One chunk's line in the ledger.

    Attributes:
        number: from 0.
        state: "waiting", "done" or "failed".
        file: name of the result in `results/`, when done.
        sha256: of the result, in hexadecimal, when done.
        seconds: its computation took.
        attempts: results and deaths it has had; one more than the deaths when it is done.
        note: why it failed, or how the last worker on it ended.
    """

    number: int
    state: str
    file: str
    sha256: str
    seconds: float
    attempts: int
    note: str


class Ledger:
    """An open ledger; only the holder of the study's lock may call what changes it."""

    def __init__(self, folder: Path) -> None:
        """Open and check the ledger of a study's folder.

        Errors: InputError when there is none, it is damaged, or of another version.
        """
        self.path = Path(folder) / NAME
        if not self.path.is_file():
            raise InputError(f"{display(folder)} holds no study; give a folder with a {NAME}")
        uri = f"{self.path.resolve().as_uri()}?mode=rw"
        with self._reading():
            self._base = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_WAIT)
        try:
            with self._reading():
                self._check()
                self._check_content()
        except BaseException:
            self._base.close()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._base.close()

    def rows(self) -> tuple[Row, ...]:
        """Return every chunk's row, in order of number."""
        with self._reading():
            found = self._base.execute("SELECT * FROM chunk ORDER BY number").fetchall()
        return tuple(Row(*values) for values in found)

    def check_same(self, description: dict[str, Any], chunks: int) -> None:
        """Raise InputError naming what differs between this study and a description of one."""
        mine = {**self.description, "(chunks)": self.chunks}
        theirs = {**description, "(chunks)": chunks}
        keys = [k for k in {**mine, **theirs} if mine.get(k, ...) != theirs.get(k, ...)]
        if keys:
            was, now = (_shown(study, keys[0]) for study in (mine, theirs))
            more = f" ({len(keys) - 1} more differ)" if keys[1:] else ""
            raise InputError(
                f"the study in {display(self.path.parent)} has {keys[0]} {was} where {now} is given"
                f"{more}; give the same again to go on with it, or another folder for another study"
            )

    def finish(self, outcome: Outcome) -> None:
        """Count a waiting chunk done; its result is on the disk."""
        self._change(
            outcome.number,
            "state = 'done', file = ?, sha256 = ?, seconds = ?, attempts = attempts + 1, note = ''",
            (outcome.file, outcome.sha256, outcome.seconds),
        )

    def fail(self, number: int, note: str) -> None:
        """Give a waiting chunk up, and note why."""
        self._change(number, "state = 'failed', note = ?", (note,))

    def blame(self, number: int, note: str) -> int:
        """Note that a waiting chunk's worker ended; return how many attempts it has had."""
        self._change(number, "attempts = attempts + 1, note = ?", (note,))
        with self._reading():
            query = "SELECT attempts FROM chunk WHERE number = ?"
            return int(self._base.execute(query, (number,)).fetchone()[0])

    def wait_again(self, number: int, note: str) -> None:
        """Let a chunk that was done or failed wait again, as if it had never been tried."""
        values = "state = 'waiting', file = '', sha256 = '', seconds = 0, attempts = 0, note = ?"
        self._change(number, values, (note,), before=("done", "failed"))

    def _change(
        self, number: int, what: str, values: tuple, before: tuple[str, str] = ("waiting", "")
    ) -> None:
        command = f"UPDATE chunk SET {what} WHERE number = ? AND state IN (?, ?)"
        try:
            changed = self._base.execute(command, (*values, number, *before)).rowcount
        except sqlite3.Error as error:
            raise ZerosumError(
                f"cannot write {display(self.path)}: {_line(error)}; what was done before is untouched: "
                "free some space or mend the disk, then go on with the study"
            ) from error
        assert changed == 1, f"chunk {number} is not {before[0]}: two drivers, or an outcome twice"

    def _check(self) -> None:
        """Refuse what is not a ledger of this version, before anything else is read from it."""
        self._base.execute("PRAGMA trusted_schema = OFF")
        self._base.execute("PRAGMA synchronous = FULL")
        if self._pragma("application_id") != _APPLICATION:
            self._refuse("it is not a ledger of zerosum")
        version = self._pragma("user_version")
        if version != VERSION:
            raise InputError(
                f"{display(self.path)} is a ledger of version {version} and this zerosum reads "
                f"version {VERSION}; go on with the zerosum that began the study, or begin it again "
                "in another folder"
            )
        if self._pragma("quick_check") != "ok":
            self._refuse("SQLite's check of it fails")
        found = self._base.execute("SELECT name, sql FROM sqlite_master").fetchall()
        if dict(found) != _TABLES:
            self._refuse("its tables are not a ledger's")

    def _check_content(self) -> None:
        """Read the description, and refuse rows that no driver writes."""
        studies = self._base.execute("SELECT description, chunks FROM study").fetchall()
        if len(studies) != 1:
            self._refuse(f"it describes {len(studies)} studies")
        self.chunks = int(studies[0][1])
        try:
            self.description: dict[str, Any] = parse_json(studies[0][0].encode(), "its description")
        except (InputError, AttributeError) as error:
            self._refuse(str(error).partition(";")[0])
        if not isinstance(self.description, dict):
            self._refuse("its description is not a JSON object")
        rows = self.rows()
        if [row.number for row in rows] != list(range(self.chunks)):
            self._refuse(f"it should list chunks 0 to {self.chunks - 1}, each once")
        for row in rows:
            if row.state == "done" and result_number(row.file) != row.number:
                self._refuse(f"chunk {row.number} has no result of its own")

    def _pragma(self, name: str) -> Any:
        return self._base.execute(f"PRAGMA {name}").fetchone()[0]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise ZerosumError(
                f"cannot read {display(self.path)}: {_line(error)}; see that it may be read and written, "
                "then try again"
            ) from error
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self._refuse(_line(error))

    def _refuse(self, why: str) -> NoReturn:
        raise InputError(
            f"{display(self.path)} is damaged: {why}; put a copy of it back, or begin the study "
            "again in another folder (the results beside it are untouched)"
        )


def plain(description: dict[str, Any]) -> dict[str, Any]:
    """Return a description as it comes back from JSON: tuples as lists, keys in order.

    Errors: InputError naming what JSON cannot hold.
    """
    data = dump_json(description, "the study's description", indent=None)
    return json.loads(json.dumps(json.loads(data), sort_keys=True))


def create(folder: Path, description: dict[str, Any], chunks: int) -> None:
    """Put a new ledger, whole, into a study's folder; every chunk waits.

    Args:
        folder: of the study; its lock is held.
        description: of the study, made `plain`.
        chunks: how many, 1 to 1,000,000.
    Errors: ZerosumError when the disk refuses.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as base:
        base.execute(f"PRAGMA application_id = {_APPLICATION}")
        base.execute(f"PRAGMA user_version = {VERSION}")
        base.execute("BEGIN")
        for command in _TABLES.values():
            base.execute(command)
        base.execute("INSERT INTO study VALUES (?, ?)", (json.dumps(description), chunks))
        base.executemany("INSERT INTO chunk (number) VALUES (?)", ((n,) for n in range(chunks)))
        base.execute("COMMIT")
        data = base.serialize()
    with atomic.reporting(folder / NAME, len(data)):
        replace_file(folder / NAME, data)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())  # SQLite quotes what it stumbles over, line ends and all


def _shown(study: dict[str, Any], key: str) -> str:
    return "nothing" if key not in study else display(json.dumps(study[key]))[:80]
