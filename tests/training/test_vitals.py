"""The look itself: it changes nothing, it is the same again, and it says what it can of every system."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tests.runs.looked_at import pictures, table
from tests.training.tiny import digest_of_state
from zerosum import noise
from zerosum.metrics import kinds
from zerosum.runs.job import prepare
from zerosum.runs.vitals import look_of
from zerosum.training.vitals import signals

SMALL = {"name": "mlp", "width": 16, "depth": 2}
RUN = {"steps": 4, "batch": 16, "previews": 0}
ROWS = {"kinds", "spread", "copied", "near/p", "place/0", "cell/0", "rows"}
LOGITS = {"logit/train", "logit/held_out", "logit/fake", "told/fake", "told/train", "slope"}


def trained(what, recipe, **over):
    job = prepare(what, recipe=recipe, settings={"run": RUN, **over})
    job.run()
    return job


def looked(job, key=5):
    return signals(job.game, job.state, job.plan, look_of(job), key=key)


SYSTEMS = {
    "ring": (lambda: trained("ring", "r3gan"), ROWS | LOGITS),
    "table": (lambda: trained(table(200), "wgan-gp"), ROWS | LOGITS),
    "line": (lambda: trained("bimodal", "sngan"), ROWS | LOGITS),
    "pictures": (lambda: trained(pictures(200), "dcgan"), ROWS | LOGITS | {"droplet"}),
    "classes": (lambda: trained("digits", "acgan"), ROWS | LOGITS | {"droplet"}),
    "adaptive": (lambda: trained(pictures(200), "ada"), ROWS | LOGITS),
    "packs": (lambda: trained("ring", "pacgan"), ROWS | LOGITS),
    "unrolled": (lambda: trained("ring", "unrolled"), ROWS | LOGITS),
    "flow": (lambda: trained("ring", "adversarial-flow", latent=2), ROWS | LOGITS),
    "autoencoder": (lambda: trained("ring", "began"), ROWS | {"gradient"}),
    "reconstructor": (lambda: trained("ring", "veegan"), ROWS | {"gradient"}),
}


LONGER = ("line", "classes", "adaptive", "flow", "reconstructor")  # these say little that is new


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow) if n in LONGER else n for n in SYSTEMS]
)
def test_every_system_says_what_has_a_meaning_in_it_and_is_left_as_it_was(name):
    make, expected = SYSTEMS[name]
    job = make()
    before, modes = digest_of_state(job.state), [m.training for m in job.state.networks.values()]
    stream = torch.random.get_rng_state()
    first = looked(job)
    assert expected <= set(first) and first["progress"] == 1.0
    assert (name in ("autoencoder", "reconstructor")) == ("logit/train" not in first)
    assert all(math.isfinite(v) for v in first.values())
    assert digest_of_state(job.state) == before
    assert [m.training for m in job.state.networks.values()] == modes
    assert torch.equal(torch.random.get_rng_state(), stream)
    assert looked(job) == first != looked(job, key=6)


def test_looking_on_leaves_the_training_the_same_bits():
    """One job is looked at in the middle, the other is not."""
    first, second = (
        prepare(pictures(120), recipe="dcgan", settings={"run": RUN}) for _ in range(2)
    )

    class Look:
        def after_step(self, state, record):
            looked(first)

        def at_end(self, state, reason):
            pass

    first.run([Look()])
    second.run()
    assert digest_of_state(first.state) == digest_of_state(second.state)


def test_a_growing_network_is_looked_at_when_it_is_grown():
    job = trained(pictures(120), "progressive", latent=8)
    found = looked(job)
    assert "gradient" in found and "logit/train" in found
    level = float(job.state.networks["generator"].level)
    assert ("kinds" in found) == (level > job.state.networks["generator"].depth - 1)


def test_networks_that_are_no_longer_finite_have_fewer_numbers_and_no_error():
    job = trained("ring", "r3gan")
    with torch.no_grad():
        next(iter(job.state.networks["generator"].parameters())).fill_(math.nan)
    found = looked(job)
    assert "progress" in found and all(math.isfinite(v) for v in found.values())
    assert not {"kinds", "gradient", "logit/fake"} & set(found)
    assert "logit/train" in found


def test_the_rows_seen_are_the_generators_own():
    """Generated rows by hand from the same key: their share in each cell, and their kinds."""
    job = trained("ring", "r3gan")
    look, key = look_of(job), 5
    found = signals(job.game, job.state, job.plan, look, key=key)
    latents = noise.normal(noise.fold(noise.fold(key, "rows"), "latent"), (1000, job.plan.latent))
    with torch.no_grad():
        fake = job.state.networks["generator"](latents, None).double().numpy()
    cells = len(look.cells.centres)
    nearest = np.linalg.norm(fake[:, None] - look.cells.centres[None], axis=2).argmin(axis=1)
    counts = np.bincount(nearest, minlength=cells)
    assert [found[f"cell/{i}"] for i in range(cells)] == pytest.approx(counts / 1000, abs=1e-12)
    real = np.bincount(look.cells.of(look.features), minlength=cells)
    assert found["kinds"] == pytest.approx(kinds.kinds(real, counts).value)
    place = (fake.mean(axis=0) - look.features.mean(axis=0)) @ look.axes
    assert found["place/1"] == pytest.approx(place[1], abs=1e-6)
    # along the first axis the training set itself has deviation 1, along the others less
    first, second = (look.features @ look.axes).std(axis=0)
    assert first == pytest.approx(1.0) and second <= first
