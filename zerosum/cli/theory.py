"""Measure the lectures' claims: what is predicted, what was measured, how far apart they are."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument(
        "claims",
        nargs="*",
        metavar="CLAIM",
        help="names or numbers of `zerosum list claims` (default: all)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of every random draw (default: 0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--report",
        metavar="FILE",
        help="also write a page with a picture a claim: FILE.html, or FILE.md",
    )


def run(parsed: argparse.Namespace) -> int:
    """Print each claim as it is measured; 1 if one fails."""
    from zerosum.claims.lines import lines, to_json
    from zerosum.claims.run import measure

    names, target = _chosen(parsed.claims), _target(parsed.report)
    results = []
    for result in measure(names, _seed(parsed.seed)):
        results.append(result)
        if not parsed.json:
            print(*lines(result), sep="\n", flush=True)
    if parsed.json:
        print(json.dumps(to_json(results, parsed.seed), allow_nan=False))
    if target is not None:
        _write(results, target, parsed.seed)
    failed = [r.claim.name for r in results if not r.holds]
    if failed:
        _tell(f"{len(failed)} of {len(results)} claims fail: {', '.join(failed)}")
    return 1 if failed else 0


def _chosen(said: list[str]) -> list[str]:
    from zerosum.claims.table import CLAIMS
    from zerosum.errors import unknown

    numbers = {str(claim.number): name for name, claim in CLAIMS.items()}
    names = [numbers.get(word, word) for word in said]
    for name in names:
        if name not in CLAIMS:
            raise unknown("claim", name, CLAIMS)
    return list(dict.fromkeys(names)) or list(CLAIMS)


def _seed(seed: int) -> int:
    from zerosum.errors import InputError

    if not 0 <= seed < 2**64:
        raise InputError(f"--seed is {seed}: a whole number from 0 to 2^64 - 1 is needed")
    return seed


def _target(path: str | None) -> Path | None:
    """Return where the page goes; what cannot be written is said before minutes are spent."""
    from zerosum.errors import InputError

    if path is None:
        return None
    target = Path(path)
    if target.suffix not in (".html", ".md"):
        raise InputError(f"--report {path}: a name that ends in .html or .md is needed")
    if not target.parent.is_dir():
        raise InputError(f"--report {path}: there is no folder {target.parent}; make it first")
    return target


def _write(results: list, target: Path, seed: int) -> None:
    from zerosum.claims.markdown import write_markdown
    from zerosum.claims.page import write_html
    from zerosum.errors import InputError

    write = write_html if target.suffix == ".html" else write_markdown
    try:
        write(results, target, seed)
    except OSError as error:
        raise InputError(f"--report {target} could not be written: {error.strerror}") from None
    _tell(f"wrote {target}")


def _tell(sentence: str) -> None:
    from zerosum.cli.settings import tell

    tell(sentence)
