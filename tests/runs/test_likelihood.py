"""Log-likelihoods in the evidence: a closed form, what blanks them, what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from tests.tiny_runs import settings
from zerosum.errors import InputError
from zerosum.metrics.evidence import Evidence
from zerosum.runs import likelihood
from zerosum.runs.job import prepare
from zerosum.runs.likelihood import with_likelihood
from zerosum.runs.rows import Rows
from zerosum.theory.annealing import Annealing

NOTHING = Evidence((), {})


class Linear(torch.nn.Module):
    """x = W z + b, whose law with noise is Gaussian."""

    def __init__(self, weight, bias):
        super().__init__()
        self.weight, self.bias = torch.nn.Parameter(weight), torch.nn.Parameter(bias)

    def forward(self, z, labels=None):
        return z @ self.weight.T + self.bias


@pytest.fixture(scope="module")
def job():
    rows = np.random.default_rng(0).normal(size=(120, 3)) @ np.diag([1.0, 2.0, 0.5]) + 4.0
    return prepare(rows, settings=settings(data={"n": None}))


@pytest.fixture
def short(monkeypatch):
    true = likelihood.annealed_likelihood
    how = Annealing(temperatures=80, chains=8)
    monkeypatch.setattr(
        likelihood, "annealed_likelihood", lambda *a, **k: true(*a, annealing=how, **k)
    )


def held_out(job):
    return Rows(job.source, job.held_out)


def test_a_linear_generator_has_the_likelihood_of_a_gaussian(job, short):
    generator = job.generator()
    latent = generator.sizes.latent
    weight = torch.zeros(3, latent)
    weight[:, :2] = torch.tensor([[0.8, 0.1], [0.0, 0.9], [0.3, -0.2]])
    generator = replace(generator, network=Linear(weight, torch.tensor([0.1, 0.0, -0.1])))
    found = with_likelihood(NOTHING, generator, held_out(job), 0.5)["log-likelihood"]
    w = weight.double().numpy()
    law = multivariate_normal([0.1, 0.0, -0.1], w @ w.T + 0.25 * np.eye(3))
    key = likelihood.noise.fold(likelihood.noise.fold(0, "likelihood"), "rows")
    x = job.source.codec.encode(held_out(job).some(64, key).read()).double().numpy()[:16]
    gap = float(found.note.split("rows is ")[1].split(" ± ")[0])
    truth = law.logpdf(x).mean() / 3
    assert truth - gap - 0.02 < found.value < truth + 0.02  # noise of 8 chains over 16 rows
    assert found.label.startswith("AIS[nats a number | sigma 0.5")


def test_a_wide_bracket_blanks_the_number(job, monkeypatch, short):
    monkeypatch.setattr(likelihood, "_SURE", -1.0)
    found = with_likelihood(NOTHING, job.generator(), held_out(job))
    assert found["log-likelihood"].value is None and "nats wide" in found["log-likelihood"].note
    assert found["Parzen log-likelihood"].value is not None


def test_the_width_of_windows_is_chosen_on_other_rows(job, monkeypatch, short):
    true, given = likelihood.parzen.parzen_likelihood, {}

    def spied(real, fake, validation):
        given.update(real=real, validation=validation, fake=fake)
        return true(real, fake, validation)

    monkeypatch.setattr(likelihood.parzen, "parzen_likelihood", spied)
    found = with_likelihood(NOTHING, job.generator(), held_out(job))["Parzen log-likelihood"]
    real, other = ({tuple(row) for row in given[name]} for name in ("real", "validation"))
    assert len(real) == len(other) == 12 and not real & other and len(given["fake"]) == 2000
    wanted = true(given["real"], given["fake"], given["validation"])
    assert (
        found.value == pytest.approx(wanted.value / 3) and "width of 12 other rows" in found.label
    )


def test_what_has_no_such_likelihood_is_refused(job):
    generator = job.generator()
    wide = replace(generator, sizes=replace(generator.sizes, latent=65))
    few = Rows(job.source, job.held_out[:7])
    for sentence, arguments in (
        ("sigma is 0", (generator, held_out(job), 0.0)),
        ("sigma is nan", (generator, held_out(job), float("nan"))),
        ("has 65 latents", (wide, held_out(job))),
        ("is a mixture", (replace(generator, shares=(0.5, 0.5)), held_out(job))),
        ("7 held-out rows", (generator, few)),
    ):
        with pytest.raises(InputError, match=sentence):
            with_likelihood(NOTHING, *arguments)
