"""Add and subtract classes in the latents of a generator: "8 - 3 + 0"."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("model", metavar="RUN|ARTEFACT", help="a run folder or a saved generator")
    parser.add_argument(
        "expression", metavar='"A - B + C"', help="classes of the labels, spaces round the signs"
    )
    parser.add_argument("--data", help="labelled pictures (a run has its own)")
    parser.add_argument(
        "--by", default="samples",
        help="means over samples that a classifier names, or over inverted examples (default: samples)",
    )  # fmt: skip
    parser.add_argument("-n", type=int, default=8, help="results (default: 8)")
    parser.add_argument("--label", help="class, for a conditional generator")
    parser.add_argument(
        "--seed", type=int, default=0, help="of samples and classifier (default: 0)"
    )
    parser.add_argument(
        "--out", default="arithmetic.png", metavar="FILE",
        help="x.png: a strip for each result, the terms first; or x.npz (default: arithmetic.png)",
    )  # fmt: skip


def run(parsed: argparse.Namespace) -> int:
    """Print what the judge calls the results and write the pictures."""
    from zerosum.errors import unknown
    from zerosum.explore import adding
    from zerosum.explore.judging import judge_of, require_labelled, require_untold
    from zerosum.generator import find_artefact, load_generator
    from zerosum.runs.own_rows import labelled_rows
    from zerosum.runs.saving_strips import check_strips_target, save_sum

    model, out = Path(parsed.model), Path(parsed.out)
    generator = load_generator(find_artefact(model))
    check_strips_target(out, generator.codec)
    if parsed.by not in ("samples", "examples"):
        raise unknown("source of latents", parsed.by, ("samples", "examples"))
    require_untold(generator, parsed.label)
    given = labelled_rows(parsed.data, generator.codec, model)
    require_labelled(generator, given.rows, given.labels)
    terms = adding.parsed(parsed.expression, sorted(set(given.labels)))
    judge = judge_of(generator, given.rows, given.labels, seed=parsed.seed)
    if parsed.by == "samples":
        latents = adding.class_latents_of_samples(
            generator, judge, label=parsed.label, seed=parsed.seed
        )
    else:
        names = [term.name for term in terms]
        latents = adding.class_latents_of_examples(
            generator, given.rows, given.labels, names, label=parsed.label
        )
    found = adding.add(generator, terms, latents, judge, n=parsed.n, label=parsed.label)
    right = judge.accuracy
    print(f"judge: right on {right.value:.1%} of {right.n} real rows it has not seen")
    for term, count in zip(found.terms, found.counts, strict=True):
        print(f"{'+' if term.weight > 0 else '-'} {term.name}: mean of {count:,} latents")
    print(f"{found.terms[-1].name} before: {_listed(found.before)}; after: {_listed(found.after)}")
    print(save_sum(out, found, generator.codec))
    return 0


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} called {name}" for name, n in counts.items())
