"""Ask a person: a page of held-out rows and samples, "real or fake?", and what the answers say."""

from __future__ import annotations

import argparse
from pathlib import Path

from zerosum.cli.sample import add_checkpoint
from zerosum.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument(
        "model", metavar="RUN|ARTEFACT", nargs="?", help="a run folder or a saved generator"
    )
    add_checkpoint(parser)
    parser.add_argument("--data", help="real data it was never trained on (a run has its own)")
    parser.add_argument("--n", type=int, default=24, help="questions (default: 24)")
    parser.add_argument("--seed", type=int, default=0, help="of rows and order (default: 0)")
    parser.add_argument(
        "--out", default="quiz.html", metavar="FILE", help="the page (default: quiz.html)"
    )
    parser.add_argument(
        "--score", metavar="FILE", help="instead: score the answers that the page saved"
    )


def run(parsed: argparse.Namespace) -> int:
    """Write the page and print where it is, or print the score of a file of answers."""
    if (parsed.model is None) == (parsed.score is None):
        raise InputError(
            "a quiz is about a generator, a score about answers: give RUN, or --score answers.json"
        )
    if parsed.score is not None:
        if parsed.checkpoint is not None:
            raise InputError("--checkpoint is of a quiz and says nothing to a score: leave it out")
        from zerosum.runs.answers import score_file

        print(score_file(Path(parsed.score)))
        return 0
    return _write(parsed)


def _write(parsed: argparse.Namespace) -> int:
    from zerosum.records import atomic
    from zerosum.reports.document import write_page
    from zerosum.runs.quizzing import quiz

    out = Path(parsed.out)
    if out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"--out {out} is no page: give a name that ends in .html")
    if not out.parent.is_dir():
        raise InputError(f"{out} cannot be written: the folder {out.parent} does not exist")
    text = quiz(
        Path(parsed.model),
        data=parsed.data,
        n=parsed.n,
        seed=parsed.seed,
        checkpoint=parsed.checkpoint,
    )
    with atomic.opening(out):
        print(write_page(out, text))
    return 0
