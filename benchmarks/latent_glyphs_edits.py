"""Edits of glyphs by their latents: ways to change an attribute, their length, and what the judge says.

    z' = to_shell(z ± s u, ‖z‖),   + where the attribute is lacking, - where it is there

u is a unit direction, or a shift "bold A - A" of its own length: s = 1 is then the arithmetic as it is
written, and other s are steps of its direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.latent_glyphs_data import ATTRIBUTES, LETTERS
from benchmarks.latent_glyphs_judges import Judge, Judges, Reading
from zerosum import noise
from zerosum.generator import Generator
from zerosum.latent.arithmetic import analogy, class_means
from zerosum.latent.directions import difference, orthogonal_to, probe
from zerosum.latent.norms import to_shell
from zerosum.metrics.intervals import wilson

GOALS = 0.8, 0.7  # shares of edits: attribute changed, character kept
FEWEST = 20  # examples of a mean
STEPS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)


@dataclass(frozen=True)
class Drawn:
    """Latents with what the labeller sees in their glyphs.

    Attributes:
        z: (n, d). asked: (n,) class numbers given to the generator, or None.
        seen: the character (the one asked for, where there is one) and the attributes.
    """

    z: Tensor
    asked: Tensor | None
    seen: Reading

    def __len__(self) -> int:
        return len(self.z)


@dataclass(frozen=True)
class Way:
    """One way to change one attribute: shifts (n, d) towards having it, and facts about it."""

    shifts: Tensor
    facts: dict[str, Any]


@dataclass(frozen=True)
class Terms:
    """Of "bold A - A + B" for each B: the letter A (n,), and the mean latents (n, d) of both kinds of A."""

    letters: np.ndarray
    having: Tensor
    lacking: Tensor


def drawn(generator: Generator, labeller: Judge, n: int, key: int) -> Drawn:
    """Return n latents, characters in turn if the generator is told which, read by the labeller."""
    z = noise.normal(noise.fold(key, "latents"), (n, generator.sizes.latent))
    asked = generator.labels(n)
    seen = labeller.read(generator.encoded(z, asked))
    letters = seen.letters if asked is None else asked.numpy()
    return Drawn(z, asked, Reading(letters, seen.attributes))


def directions(known: Drawn, real: Drawn, attribute: int, key: int) -> dict[str, Way]:
    """Return unit directions (1, d) of an attribute.

    probe           discriminant of the labeller's yes or no on drawn latents
    probe, others kept   the same, orthogonal to the probes of the other attributes and, where the
                    generator is not told the character, to the means of the characters
    means           difference of the means of drawn latents
    real examples   difference of the means of inverted real training glyphs, by their fonts' labels

    Args: known: drawn latents. real: latents of inverted real glyphs with the truth in place of a reading.
    """
    z = known.z
    labels = torch.from_numpy(known.seen.attributes)
    probes = [probe(z, labels[:, i], key=key) for i in range(len(ATTRIBUTES))]
    own, others = probes[attribute], [p.vector for i, p in enumerate(probes) if i != attribute]
    if known.asked is None:
        means = class_means(z, known.seen.letters).means
        others += list(means - means.mean(dim=0))
    having = labels[:, attribute]
    true = torch.from_numpy(real.seen.attributes[:, attribute])
    found = {
        "probe": (own.vector, {"accuracy": own.accuracy, "base": own.base, "error": own.angle_error}),
        "probe, others kept": (orthogonal_to(own.vector, torch.stack(others)), {}),
    }  # fmt: skip
    groups = {"means": (z, having), "real examples": (real.z, true)}
    for name, (points, yes) in groups.items():
        d = difference(points[yes], points[~yes])
        found[name] = (d.vector, {"gap": d.gap, "error": d.angle_error, "examples": len(points)})
    return {
        name: Way(v[None], facts | {"cosine to the probe": float(v @ own.vector)})
        for name, (v, facts) in found.items()
    }


def terms(known: Drawn, rows: Drawn, attribute: int, key: int) -> Terms:
    """Return for each row the mean latents of bold As and of other As, A drawn by key from the others."""
    have = known.seen.attributes[:, attribute]
    names = np.array(
        [f"{LETTERS[k]}{int(h)}" for k, h in zip(known.seen.letters, have, strict=True)]
    )
    means = class_means(known.z, names)
    counts = dict(zip(means.names, means.counts.tolist(), strict=True))
    fewest = {k: min(counts.get(a + "0", 0), counts.get(a + "1", 0)) for k, a in enumerate(LETTERS)}
    others = _others(rows.seen.letters, [k for k in fewest if fewest[k] >= FEWEST], key)
    having, lacking = (torch.stack([means.of(LETTERS[k] + y) for k in others]) for y in "10")
    return Terms(np.array(others), having, lacking)


def arithmetic(known: Drawn, rows: Drawn, attribute: int, key: int) -> Way:
    """Return the shift "bold A - A" for each row."""
    t = terms(known, rows, attribute, key)
    shifts = analogy(t.having, t.lacking, torch.zeros_like(t.having))
    used = len(set(t.letters.tolist()))
    return Way(shifts, {"length": float(shifts.norm(dim=1).mean()), "characters": used})


def _others(letters: np.ndarray, some: list[int], key: int) -> list[int]:
    drawn = noise.integers(noise.fold(key, "other character"), (len(letters),), len(some)).tolist()
    return [
        some[i] if some[i] != own else some[(i + 1) % len(some)]
        for i, own in zip(drawn, letters.tolist(), strict=True)
    ]


def moved(rows: Drawn, shifts: Tensor, attribute: int, step: float) -> Tensor:
    """Return latents with the attribute added where it is lacking, taken where it is there."""
    sign = torch.from_numpy(np.where(rows.seen.attributes[:, attribute], -1.0, 1.0)).float()
    return to_shell(rows.z + step * sign[:, None] * shifts, rows.z.norm(dim=1))


def outcome(
    generator: Generator, judge: Judge, rows: Drawn, z: Tensor, attribute: int
) -> dict[str, np.ndarray]:
    """Return for each edit whether it did what it should, by the judge.

    changed: the attribute is now the opposite of what the labeller saw before.
    kept: the character is the one asked for, or the one that the labeller saw before.
    others kept: so are both other attributes.
    """
    after = judge.read(generator.encoded(z, rows.asked))
    agree = after.attributes == rows.seen.attributes
    changed, kept = ~agree[:, attribute], after.letters == rows.seen.letters
    others = np.delete(agree, attribute, axis=1).all(axis=1)
    return {"changed": changed, "kept": kept, "both": changed & kept, "others kept": others}


def tuned(
    generator: Generator, judge: Judge, rows: Drawn, shifts: Tensor, attribute: int
) -> tuple[float, list[dict[str, float]]]:
    """Return the step with most edits that change the attribute and keep the character, and all steps."""
    curve = []
    for step in STEPS:
        found = outcome(generator, judge, rows, moved(rows, shifts, attribute, step), attribute)
        curve.append({"step": step} | {name: float(v.mean()) for name, v in found.items()})
    return max(curve, key=lambda point: point["both"])["step"], curve


def figures(found: Mapping[str, np.ndarray], had: np.ndarray) -> dict[str, Any]:
    """Return shares with Wilson's 95 % intervals, of all edits and of those either way."""
    whole = {name: asdict(wilson(int(v.sum()), len(v))) for name, v in found.items()}
    ways = {
        f"changed, {name}": asdict(wilson(int(found["changed"][rows].sum()), int(rows.sum())))
        for name, rows in (("given", ~had), ("taken", had))
    }
    reached = whole["changed"]["value"] >= GOALS[0] and whole["kept"]["value"] >= GOALS[1]
    return whole | ways | {"reached": reached}


def edits(
    generator: Generator, judges: Judges, real: Drawn, sizes: tuple[int, int, int], key: int
) -> dict[str, Any]:
    """Return what each way does to each attribute, on latents that nothing was chosen on.

    Args: sizes: latents to find directions, to choose steps, and to report on.
    """
    roles = ("directions", "steps", "report")
    known, tuning, test = (
        drawn(generator, judges.labeller, n, noise.fold(key, role))
        for n, role in zip(sizes, roles, strict=True)
    )
    result = {}
    for i, name in enumerate(ATTRIBUTES):
        ways = {n: (way, way) for n, way in directions(known, real, i, key).items()}
        sums = [arithmetic(known, rows, i, noise.fold(key, len(rows))) for rows in (tuning, test)]
        ways["arithmetic"] = sums[0], sums[1]
        result[name] = _attribute(generator, judges.judge, tuning, test, ways, i, key)
    return result


def _attribute(
    generator: Generator, judge: Judge, tuning: Drawn, test: Drawn,
    ways: dict[str, tuple[Way, Way]], attribute: int, key: int,
) -> dict[str, Any]:  # fmt: skip
    had = test.seen.attributes[:, attribute]

    def tested(shifts: Tensor, step: float) -> dict[str, Any]:
        z = moved(test, shifts, attribute, step)
        return figures(outcome(generator, judge, test, z, attribute), had)

    found: dict[str, Any] = {}
    for name, (first, way) in ways.items():
        step, curve = tuned(generator, judge, tuning, first.shifts, attribute)
        found[name] = {"step": step, **way.facts, "test": tested(way.shifts, step), "steps": curve}
    found["arithmetic"]["test at step 1"] = tested(ways["arithmetic"][1].shifts, 1.0)
    random = to_shell(noise.normal(noise.fold(key, "random", attribute), tuple(test.z.shape)), 1.0)
    length = found["probe"]["step"]
    found["a random direction"] = {"step": length, "test": tested(random, length)}
    found["no change"] = {"step": 0.0, "test": tested(random, 0.0)}
    return found
