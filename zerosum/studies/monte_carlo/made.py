"""How a study of inference was made, for its page: settings, seconds, failures, the command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zerosum.reports.html import Markup, element, join, pairs
from zerosum.reports.numbers import duration
from zerosum.studies.monte_carlo.part import Part


def made(parts: Sequence[Part], seed: int, command: str) -> Markup:
    """Return settings, seconds and failures of a study as a part of its page.

    Args: parts: the study of each n. seed: as given. command: what goes on with the study.
    """
    study = parts[0].study
    recipe = study.description()["recipe"]
    own = [("SHA-256 of that file", study.statistic_sha256)] if study.statistic_sha256 else []
    rows: list[tuple[object, object]] = [
        ("truth", study.truth),
        ("members", f"{study.members:,}" + (" for each n" if len(parts) > 1 else "")),
        ("n, draws in a data set", ", ".join(f"{p.study.n:,}" for p in parts)),
        ("m, samples of each GAN", f"{study.m:,}"),
        ("seed", seed),
        ("statistic T", study.statistic or "none"),
        *own,
        ("GAN", _network(recipe["settings"])),
        ("training", _training(recipe, study.n)),
        ("computing", duration(sum(p.seconds for p in parts)) + ", all workers together"),
        *((f"GANs at n = {p.study.n:,}", p.said()) for p in parts),
        *((f"chunk {i} at n = {p.study.n:,}", why) for p in parts for i, why in p.failed.items()),
    ]
    return join((pairs(rows), element("pre", command)))


def _network(settings: Mapping[str, Any]) -> str:
    made = settings["generator"]
    return (
        f"generator and discriminator of {made['depth']} layers of {made['width']} {made['activation']}, "
        f"latent N(0, 1) of {settings['latent']}, in strata"
    )


def _training(recipe: Mapping[str, Any], n: int) -> str:
    settings = recipe["settings"]
    rate, penalty = settings["generator_optimizer"]["lr"], settings["game"]["penalties"][0]
    return (
        f"{recipe['steps']} steps of all {n:,} draws, non-saturating, {penalty['name'].upper()} of weight "
        f"{penalty['weight']:g}, Adam from {rate['start']:g} to {rate['end']:g}, averaged weights"
    )
