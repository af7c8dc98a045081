"""Measure a generator against held-out data: numbers with errors, references and labels."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from zerosum.cli.sample import add_checkpoint
from zerosum.cli.settings import tell
from zerosum.errors import InputError

_LEAST_ROWS = 12

if TYPE_CHECKING:
    from zerosum.metrics.evidence import Evidence
    from zerosum.metrics.features import Extractor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("model", metavar="RUN|ARTEFACT", help="a run folder or a saved generator")
    add_checkpoint(parser)
    parser.add_argument("--data", help="real data it was never trained on (a run has its own)")
    parser.add_argument("--seed", type=int, default=0, help="of samples and subsets (default: 0)")
    parser.add_argument(
        "--duality-gap",
        type=int,
        nargs="?",
        const=200,
        metavar="STEPS",
        help="also what both networks of a run could still gain in this many steps (default: 200)",
    )
    parser.add_argument(
        "--likelihood",
        type=float,
        nargs="?",
        const=0.2,
        metavar="SIGMA",
        help="also log-likelihoods with noise of this standard deviation, encoded: a minute (default: 0.2)",
    )
    _add_features(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_features(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--features",
        action="append",
        default=[],
        metavar="NAME[=FILE]",
        help="pictures: also compare in these features: inception, dinov2, dinov2-small (may be repeated)",
    )
    parser.add_argument(
        "--resize",
        choices=("clean", "tf1"),
        default="clean",
        help="how --features resizes: as clean-fid, or as TensorFlow's code of 2017 (default: clean)",
    )
    parser.add_argument(
        "--download",
        action="store_true",
        help="fetch the weights of --features if they are not here",
    )
    parser.add_argument(
        "--rows",
        type=int,
        metavar="N",
        help="of either side that --features looks at, which its labels say (default: 2000)",
    )


def run(parsed: argparse.Namespace) -> int:
    """Print the evidence."""
    from zerosum.runs.gap import gap_of_run

    folder = Path(parsed.model)
    evidence = _evidence(folder, parsed)
    if parsed.duality_gap is None:
        print(json.dumps(evidence.to_json()) if parsed.json else evidence)
        return 0
    gap = gap_of_run(folder, parsed.duality_gap, parsed.seed)
    if parsed.json:
        print(
            json.dumps(evidence.to_json() | {"duality_gap": asdict(gap) | {"failed": gap.failed}})
        )
    else:
        print(evidence, gap, sep="\n")
    return 0


def _evidence(folder: Path, parsed: argparse.Namespace) -> Evidence:
    from zerosum.gan import load
    from zerosum.runs import session
    from zerosum.runs.checkpoints import job_at
    from zerosum.runs.translating import judge_translators
    from zerosum.translator import Translator

    data, seed, found = parsed.data, parsed.seed, load(folder, checkpoint=parsed.checkpoint)
    if isinstance(found, Translator):
        unfit = {"--data": data, "--features": parsed.features, "--likelihood": parsed.likelihood}
        given = next((flag for flag, value in unfit.items() if value), None)
        if given:
            raise InputError(
                f"{folder} holds a translator, which is judged on the two domains of its run: leave {given} "
                "out"
            )
        return judge_translators(job_at(folder, parsed.checkpoint or "last"), seed)
    extractors = _extractors(parsed, found.generator_.codec.event_shape)
    if parsed.checkpoint == "best" and data is None:
        tell(
            "this checkpoint was chosen with a look at some of these held-out rows, which flatters its "
            "numbers a little; --data judges it by rows that took no part"
        )
    if data is None:
        return session.evidence_of(folder, found.generator_, seed, extractors, parsed.likelihood)
    return found.evaluate(data, seed=seed, extractors=extractors, likelihood=parsed.likelihood)


def _extractors(parsed: argparse.Namespace, shape: tuple[int, ...]) -> dict[str, Extractor]:
    """Return what `--features` names, by name, each of which remembers what it computed."""
    from zerosum.runs.extractors import BUILT, extractor_named

    for name in parsed.features:
        if name in BUILT:
            raise InputError(f"--features {name} is taken of pictures in any case: leave it out")
    if parsed.features and len(shape) != 3:
        raise InputError(
            f"--features {parsed.features[0]} sees pictures, and these data are none: leave it out"
        )
    rows = _rows(parsed)
    return {
        text.partition("=")[0]: _remembering(
            text.partition("=")[0],
            extractor_named(
                text, (shape[0], shape[1], shape[2]), resize=parsed.resize, ask=parsed.download
            ),
            rows,
        )
        for text in parsed.features
    }


def _rows(parsed: argparse.Namespace) -> int:
    from zerosum.metrics.rows import PAIRED_LIMIT
    from zerosum.runs.remembering import MOST_ROWS

    if parsed.rows is None:
        return MOST_ROWS
    if not parsed.features or not _LEAST_ROWS <= parsed.rows <= PAIRED_LIMIT:
        raise InputError(
            f"--rows {parsed.rows} cannot be: it bounds what --features looks at, to {_LEAST_ROWS} to "
            f"{PAIRED_LIMIT} rows of either side"
        )
    return int(parsed.rows)


def _remembering(name: str, extractor: Extractor, rows: int) -> Extractor:
    """Return the extractor with its memory on this machine, telling how far it is."""
    from zerosum.cli.feature_progress import FeatureProgress
    from zerosum.metrics.rows import PAIRED_LIMIT, POOL_LIMIT
    from zerosum.runs.extractors import features_folder
    from zerosum.runs.feature_cache import limit_bytes
    from zerosum.runs.remembering import Remembering

    most = rows * (2 * PAIRED_LIMIT + POOL_LIMIT) // PAIRED_LIMIT  # both sides, and the references'
    told = FeatureProgress(name, most)
    return Remembering(extractor, features_folder(), limit_bytes(), rows, told)
