"""A saved file of answers to a quiz, as its page writes it: JSON, or CSV with the same columns."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.metrics.human import HumanScore, score
from zerosum.records.reading import display, explaining, read_bytes
from zerosum.records.text import parse_json
from zerosum.reports.quiz import FORMAT

_MOST = 1_000_000  # bytes
_COLUMNS = ("question", "truth", "said", "score_in_sight")
_WORDS = {"real": True, "fake": False, "": None}
_SIGHT = {"true": True, "false": False, True: True, False: False}


def score_file(path: Path) -> HumanScore:
    """Return the score of a saved file of answers.

    Raises:
        InputError: a file that is not there, or is no such file.
    """
    with explaining(path):
        data = read_bytes(path, _MOST)
    name = display(path)
    rows = _from_csv(data, name) if path.suffix.lower() == ".csv" else _from_json(data, name)
    real = [_known(row, "truth", _WORDS, name) for row in rows]
    said = [_known(row, "said", _WORDS, name) for row in rows]
    sight = [_known(row, "score_in_sight", _SIGHT, name) for row in rows]
    if None in real:
        raise InputError(
            f"{name} has a question whose truth is neither real nor fake: save it again"
        )
    return score([bool(r) for r in real], said, in_sight=sum(map(bool, sight)))


def _from_json(data: bytes, name: str) -> list[dict[str, Any]]:
    found = parse_json(data, name)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise InputError(
            f"{name} is no file of answers: give one that the quiz page saved, of format {FORMAT!r}"
        )
    answers = found.get("answers")
    if not isinstance(answers, list) or not all(isinstance(a, dict) for a in answers):
        raise InputError(f"{name} holds no list of answers: save it again from the quiz page")
    return answers


def _from_csv(data: bytes, name: str) -> list[dict[str, Any]]:
    lines = csv.DictReader(io.StringIO(data.decode("utf-8", "replace"), newline=""))
    if tuple(lines.fieldnames or ()) != _COLUMNS:
        raise InputError(
            f"{name} is no file of answers: its first line has to be {','.join(_COLUMNS)}"
        )
    return list(lines)


def _known(row: dict[str, Any], key: str, words: dict[Any, Any], name: str) -> bool | None:
    value = row.get(key)
    if not isinstance(value, (str, bool)) or value not in words:
        raise InputError(
            f"{name}: question {row.get('question')!r} has {value!r} as its {key}, which the quiz page never "
            "writes: save it again"
        )
    found: bool | None = words[value]
    return found
