"""The trainings of a comparison: which are made side by side, and that each is itself alone."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.data.options import DataOptions
from zerosum.errors import InputError
from zerosum.gan import GAN
from zerosum.recipes.config import to_mapping
from zerosum.studies import ledger
from zerosum.studies.comparison.judges import ColumnJudge
from zerosum.studies.comparison.search import random_points
from zerosum.studies.comparison.spaces import axes, formulations
from zerosum.studies.comparison.stage import Compare, chunks, population, work

pytest.importorskip("optuna")
SMALL = Compare(
    options=DataOptions(n=200), draws=6, seeds=2, fresh=2, updates=12, batch=16, width=8, depth=1,
    latent=2,
)  # fmt: skip


def stage(study=SMALL, fresh=False):
    points = random_points(study.seed, study.draws, axes())
    draws = [[f.values(p) for p in points] for f in formulations(study.objectives)]
    return ledger.plain(study.stage("search-00", draws, fresh))


def test_every_training_is_in_one_chunk_with_its_like():
    made = stage()
    found = chunks(made)
    assert sorted(n for chunk in found for n in chunk) == list(range(7 * 6 * 2))
    for chunk in found:
        objectives = {n // 12 for n in chunk}
        draws = [made["draws"][n // 12][n // 2 % 6] for n in chunk]
        assert len(objectives) == 1 and len({(d["k"], d.get("batch_norm")) for d in draws}) == 1


def test_a_stage_differs_where_its_results_would():
    made = stage()
    assert made["seeds"] != stage(fresh=True)["seeds"] and made["rows"] == "validation"
    assert not set(made["seeds"]) & set(stage(fresh=True)["seeds"])
    assert stage(fresh=True)["rows"] == "test"


@pytest.mark.parametrize("objective", range(7))
def test_a_member_is_configured_as_the_draw_says(objective):
    made = stage()
    number = objective * 12 + 3  # draw 1, second seed
    numbers = next(c for c in chunks(made) if number in c)
    many = population(made, numbers).fit(SMALL.case().train)
    config = to_mapping(many.configs_[numbers.index(number)])
    drawn = made["draws"][objective][1]
    assert config["seed"] == made["seeds"][1]
    assert config["run"]["steps"] == 12 // int(drawn["k"])
    for player in ("generator", "discriminator"):
        assert config[f"{player}_optimizer"]["lr"] == drawn["lr"]
        assert config[f"{player}_optimizer"]["beta1"] == drawn["beta1"]
    weights = [p["weight"] for p in config["game"]["penalties"]]
    assert weights == [drawn.get("weight", drawn.get("gamma"))] * len(weights)
    assert config["game"]["clip"] == drawn.get("clip")
    assert (config["discriminator"]["norm"] == "batch") == (drawn.get("batch_norm") == 1.0)


def test_a_training_is_the_gan_that_its_settings_describe():
    made, data = stage(), SMALL.case().train
    many = population(made, chunks(made)[0]).fit(data)
    config = many.configs_[-1]
    alone = GAN("custom", seed=config.seed, holdout=0.0, settings=_nested(config)).fit(data)
    # float32, a dozen steps: rounding only
    assert np.allclose(many.generators_[-1].sample(50), alone.sample(50), atol=1e-5)


def _nested(config):
    given = to_mapping(config)
    return {k: given[k] for k in given if k not in ("recipe", "seed", "data")}


def test_work_scores_every_training_of_its_chunk():
    made = stage()
    found = work(made, 0)
    assert list(found["training"]) == chunks(made)[0] and found["alive"].all()
    assert set(found) == {"training", "alive", "W1_sliced", "modes_found", "high_quality"}
    assert np.isfinite(found["W1_sliced"]).all()
    again = work(made, 0)
    assert all(np.array_equal(found[name], again[name]) for name in found)


def test_a_generator_that_cannot_be_judged_has_no_scores(monkeypatch):
    made = stage()
    first = work(made, 0)
    names = list(chunks(made)[0])

    def judged(self, generator, seed):
        if generator.provenance["seed"] == made["seeds"][1]:
            raise InputError("the samples are not finite")
        return dict.fromkeys(self.names, 1.0)

    monkeypatch.setattr(ColumnJudge, "scores", judged)
    found = work(made, 0)
    expected = [n % 2 == 0 for n in names]
    assert list(found["alive"]) == expected and first["alive"].all()
    assert list(np.isnan(found["W1_sliced"])) == [not ok for ok in expected]


def test_data_that_changed_are_refused():
    with pytest.raises(InputError, match="ring has changed since"):
        work({**stage(), "fingerprint": "0" * 64}, 0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"draws": 1}, "--draws is 1: at least 2"),
        ({"fresh": 1}, "--fresh is 1"),
        ({"seed": -1}, "--seed is -1"),
        ({"search": "grid"}, "unknown search 'grid'"),
        ({"objectives": ("wgn",)}, "did you mean 'wgan'"),
    ],
)
def test_numbers_of_which_there_is_no_comparison(wrong, said):
    with pytest.raises(InputError, match=said):
        Compare(**wrong).check()
