"""`zerosum VERB ...`: choose the verb, run it, turn errors into one sentence and an exit code."""

from __future__ import annotations

import argparse
import os
import re
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from typing import NoReturn

from zerosum import __version__
from zerosum.cli import (
    anomaly,
    arithmetic,
    compare,
    directions,
    doctor,
    doubt,
    evaluate,
    interpolate,
    invert,
    listing,
    neighbours,
    quiz,
    report,
    sample,
    studio,
    study,
    theory,
    train,
    translate,
)
from zerosum.errors import ZerosumError, nearest

VERBS = {
    "train": train,
    "sample": sample,
    "interpolate": interpolate,
    "invert": invert,
    "directions": directions,
    "arithmetic": arithmetic,
    "neighbours": neighbours,
    "anomaly": anomaly,
    "doubt": doubt,
    "translate": translate,
    "evaluate": evaluate,
    "quiz": quiz,
    "compare": compare,
    "report": report,
    "theory": theory,
    "studio": studio,
    "study": study,
    "list": listing,
    "doctor": doctor,
}


class Parser(argparse.ArgumentParser):
    """argparse, whose complaint is one sentence and offers the nearest known word."""

    def error(self, message: str) -> NoReturn:
        """Print the complaint and exit 2."""
        self.exit(2, f"zerosum: {message}{self._hint(message)}. See {self.prog} --help\n")

    def _hint(self, message: str) -> str:
        complaint, _, choices = message.partition("(choose from ")
        known = re.findall(r"[\w-]+", choices) or list(_flags(self))
        wrong = re.findall(r"--[\w.-]+|'[^']*'", complaint)
        near = nearest(wrong[-1].strip("'"), known) if wrong else None
        return f"; did you mean {near}?" if near else ""


def _flags(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield every flag of a parser and of its verbs."""
    for action in parser._actions:
        yield from action.option_strings
        for verb in action.choices.values() if isinstance(action.choices, dict) else ():
            yield from _flags(verb)


def build_parser() -> Parser:
    """Return the parser of every verb. Imports no torch."""
    parser = Parser(
        prog="zerosum",
        description="Train, measure and explore generative adversarial networks.",
        epilog="Begin with: zerosum train",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"zerosum {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, module in VERBS.items():
        summary = (module.__doc__ or "").splitlines()[0]
        sub = verbs.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        sub.add_argument("--debug", action="store_true", help="show the traceback of an error")
        module.add_arguments(sub)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # now, not when the interpreter ends and nobody can answer
    except BrokenPipeError:
        # the reader of our output went away (| head): not an error, but nothing more to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(arguments: Sequence[str] | None) -> int:
    parsed = build_parser().parse_args(arguments)
    warnings.showwarning = _show_warning  # type: ignore[assignment]
    try:
        return VERBS[parsed.verb].run(parsed)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        return _say("interrupted", 130)
    except (
        Exception
    ) as error:  # the last line of defence: a person gets a sentence, not a traceback
        if parsed.debug:
            traceback.print_exc()
        return _say(_sentence(error), getattr(error, "exit_code", 1))


def _sentence(error: Exception) -> str:
    if isinstance(error, ZerosumError):
        return str(error)
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return "not enough memory: use a smaller batch or narrower networks"
    what = " ".join(str(error).split())
    return f"{type(error).__name__}: {what} (this is a bug in zerosum: --debug shows where)"


def _say(sentence: str, code: int) -> int:
    print(f"zerosum: {sentence}", file=sys.stderr)
    return code


def _show_warning(message: Warning | str, *rest: object) -> None:
    print(f"zerosum: warning: {message}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
