"""`zs.Population`: the estimator of many GANs, in the units of its users."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone

import zerosum as zs

RNG = np.random.default_rng(7)
DATA = 5 + 2 * RNG.normal(size=(4, 60, 2))
SMALL = {"generator": {"width": 8, "depth": 1}, "discriminator": {"width": 8, "depth": 1}}


def gan(**over):
    return zs.GAN(
        recipe="ns-r1", seed=3, steps=12, batch=16, settings={"latent": 2, **SMALL}, **over
    )


@pytest.fixture(scope="module")
def fitted():
    return zs.Population(gan(), members=4, chunk=3).fit(DATA)


def test_every_member_is_the_gan_fitted_alone(fitted):
    found = fitted.sample(50, seed=2)
    assert found.shape == (4, 50, 2) and found.dtype == DATA.dtype
    for i in range(4):
        alone = gan().set_params(seed=3 + i).fit(DATA[i])
        # single precision, twelve steps; the units are the data's
        assert_allclose(found[i], alone.sample(50, seed=2), atol=1e-4)
        assert fitted.configs_[i] == alone.config_
    assert fitted.alive_.all() and (fitted.stopped_ == -1).all()


@pytest.mark.parametrize("chunk", [1, 2, 4])
def test_the_chunk_does_not_matter(fitted, chunk):
    again = zs.Population(gan(), members=4, chunk=chunk).fit(list(DATA))
    assert_allclose(again.sample(20), fitted.sample(20), atol=1e-4)


def test_one_data_set_may_be_shared():
    many = zs.Population(gan(), members=2).fit(DATA[0])
    assert many.sample(5).shape == (2, 5, 2)
    assert not np.allclose(*many.sample(5))  # their seeds differ


def test_numbers_and_structure_may_vary():
    vary = {
        "generator_optimizer.lr": [1e-3, 1e-2, 1e-3, 1e-3],
        "game.objective": ["ns", "ns", "lsgan", "ns"],
        "game.penalties": [[{"name": "r1", "weight": w}] for w in (1.0, 1.0, 1.0, 9.0)],
    }
    many = zs.Population(gan(), members=4, vary=vary).fit(DATA)
    assert [c.game.objective for c in many.configs_] == vary["game.objective"]
    for i in (1, 2, 3):
        over = {
            "generator_optimizer": {"lr": vary["generator_optimizer.lr"][i]},
            "game": {
                "objective": vary["game.objective"][i],
                "penalties": vary["game.penalties"][i],
            },
        }
        alone = gan()
        alone.set_params(seed=3 + i, settings={**alone.settings, **over}).fit(DATA[i])
        assert_allclose(many.sample(20)[i], alone.sample(20), atol=1e-4)


def test_it_is_an_estimator():
    many = zs.Population(gan(), members=3, chunk=2)
    copy = clone(many)
    assert copy.get_params(deep=False)["chunk"] == 2 and copy.gan is not many.gan
    assert copy.set_params(members=2, gan__seed=9).gan.seed == 9


def test_a_member_that_diverges_is_reported():
    wild = {"name": "sgd", "lr": 1e30}
    vary = {f"{p}_optimizer": [{}, wild, {}] for p in ("generator", "discriminator")}
    vary = {k: [v or {"name": "sgd", "lr": 1e-3} for v in values] for k, values in vary.items()}
    many = zs.Population(gan(), members=3, vary=vary).fit(DATA[:3])
    assert many.alive_.tolist() == [True, False, True] and many.stopped_[1] >= 0


def test_artefacts(fitted, tmp_path):
    fitted.save(tmp_path / "many")
    one = zs.load(tmp_path / "many" / "00002")
    assert_allclose(one.sample(4), fitted.sample(4)[2], atol=1e-6)
    with pytest.raises(zs.InputError, match="exists already"):
        fitted.save(tmp_path / "many")


def spoilt():
    data = DATA.copy()
    data[2, 7, 1] = np.nan
    return data


@pytest.mark.parametrize(
    ("members", "data", "over", "said"),
    [
        (0, DATA, {}, "members is 0: a population has at least one"),
        (3, DATA, {}, "datasets holds 4 data sets for 3 members"),
        (2, [DATA[0], DATA[1][:50]], {}, "member 1 has 50 rows and member 0 has 60"),
        (4, spoilt(), {}, "member 2: the array: sample 7"),
        (4, DATA, {"chunk": 0}, "chunk is 0"),
        (4, DATA, {"vary": {"latent": [1, 2]}}, "holds 2 values for 4 members"),
        (
            4,
            DATA,
            {"vary": {"latemt": [1] * 4}},
            "member 0: unknown setting 'latemt'; did you mean 'latent'",
        ),
    ],
)
def test_bad_input_is_one_sentence_before_any_training(members, data, over, said, monkeypatch):
    def train(*arguments):
        raise AssertionError("trained before the data were looked at")

    monkeypatch.setattr("zerosum.population.train_members", train)
    with pytest.raises(zs.InputError, match=said):
        zs.Population(gan(), members=members, **over).fit(data)


def test_sampling_before_fit():
    with pytest.raises(zs.InputError, match="call fit first"):
        zs.Population(gan()).sample(1)
