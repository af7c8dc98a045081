"""A VEEGAN's reconstructor out of its newest checkpoint."""

from __future__ import annotations

import torch

from tests.tiny_runs import finished
from zerosum.generator import find_artefact, load_generator
from zerosum.recipes.tables import Sizes
from zerosum.records import checkpoint
from zerosum.runs import session
from zerosum.runs.reconstructor import reconstructor_of


def test_it_is_the_average_that_the_run_has_learnt(tmp_path):
    run = finished(
        tmp_path,
        game={"system": "veegan", "penalties": [], "objective": "none"},
        discriminator={"name": "mlp-pair"},
        reconstructor={"name": "mlp-encoder", "width": 8, "depth": 1},
    )
    sizes = load_generator(find_artefact(run)).sizes
    found = reconstructor_of(run, sizes)
    job = session.job_of(run)
    rows = torch.linspace(-1, 1, 10).reshape(5, 2)
    torch.testing.assert_close(
        found(rows), job.state.averages["reconstructor"](rows), rtol=0, atol=0
    )
    assert found(rows).shape == (5, sizes.latent) and not found.training
    assert checkpoint.newest_valid(run) is not None


def test_other_runs_and_artefacts_have_none(tmp_path):
    run = finished(tmp_path)
    assert reconstructor_of(run, Sizes(2, (2,))) is None
    assert reconstructor_of(run / "model", Sizes(2, (2,))) is None
