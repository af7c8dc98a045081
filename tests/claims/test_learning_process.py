"""Claim 14: the story of figure 1 in numbers, its picture and its film, from a small made-up record."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy.special import ndtri

from zerosum.claims import learning_process
from zerosum.claims.learning_picture import ARROWS, animate
from zerosum.claims.learning_process import CLAIM, EDGES, total_variation
from zerosum.reports import svg

MIDDLES = (EDGES[1:] + EDGES[:-1]) / 2
PATH = ((1.5, 0.6), (1.5, 0.6), (0.8, 0.8), (0.3, 0.9), (0.0, 1.0))  # mean and sd of p_g, by frame


def bell(mean, sd):
    return np.exp(-(((MIDDLES - mean) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi))


def record(path=PATH):
    """A training that follows the theory to the letter: D undecided at first, then always D*."""
    real, made = bell(0, 1), np.stack([bell(*place) for place in path])
    judged = real / (real + made)
    judged[0] = 0.5
    return {
        "middles": MIDDLES,
        "real": real,
        "generated": made,
        "judged": judged,
        "mapped": np.stack([mean + sd * ndtri(ARROWS) for mean, sd in path]),
        "turns": np.array([1, 300, 0, 0, 0]),
        "rounds": np.array([0, 0, 20, 40, 600]),
        "stages": np.array([0, 1, 2, 4]),
    }


@pytest.mark.slow  # a training of 300 turns and 600 rounds: about 15 s
def test_the_claim_holds():
    measurement = CLAIM.measure(0)
    assert measurement.holds, [f for f in measurement.findings if not f.holds]
    assert len(measurement.data["turns"]) == len(measurement.data["mapped"])
    film = animate(measurement.data)
    assert len(film) < 1_000_000


def test_a_training_to_the_letter_holds():
    findings = learning_process._findings(record())
    assert all(finding.holds for finding in findings)
    # bins of 1/40: their middles miss 1e-6 of the probability beyond |x| = 5 and no more
    assert findings[3].error < 1e-6 and findings[4].error < 1e-6


def test_a_training_that_ends_beside_the_data_is_caught():
    """A mean that is off by 0.2 has a total variation of 2 Phi(0.1) - 1 = 0.0797."""
    findings = learning_process._findings(record((*PATH[:4], (0.2, 1.0))))
    assert findings[3].measured == pytest.approx(0.0797, abs=1e-3)
    assert not findings[3].holds and not findings[5].holds


def test_a_discriminator_that_did_not_learn_is_caught():
    data = record()
    data["judged"][1] = 0.5
    assert not learning_process._findings(data)[0].holds


def test_a_generator_that_flees_is_caught():
    findings = learning_process._findings(record((*PATH[:2], (2.5, 0.6), *PATH[3:])))
    assert not findings[2].holds


def test_total_variation_counts_what_lies_outside():
    assert total_variation(np.array([0.5, 0.5]), np.array([0.5, 0.25])) == 0.25


def test_the_picture_names_what_it_shows():
    data = record()
    picture = svg.draw("c", "", lambda axes: CLAIM.paint(axes, data), CLAIM.size, CLAIM.grid)
    assert all(word in picture for word in ("p_g near, but off", "p_d", ">z<", ">x<", "D = 1/2"))


def test_the_film_is_reproducible_and_waits_at_the_stages():
    data = record()
    film = animate(data)
    assert film == animate(data)
    image = Image.open(io.BytesIO(film))
    assert image.n_frames == 5 and image.info["loop"] == 0
    waits = []
    for i in range(image.n_frames):
        image.seek(i)
        waits.append(image.info["duration"])
    assert waits == [1500, 1500, 1500, 110, 3000]
