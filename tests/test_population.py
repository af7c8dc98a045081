"""`zs.Population`: the estimator of many GANs, in the units of its users."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone

import zerosum as zs
from zerosum.runs.crowd import Trained

RNG = np.random.default_rng(7)
DATA = 5 + 2 * RNG.normal(size=(4, 60, 2))
LABELS = np.arange(60) % 3
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
    assert fitted.n_features_in_ == 2 == alone.n_features_in_
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
    assert "members=3" in repr(many) and "GAN(" in repr(many)
    assert copy.get_params(deep=False)["chunk"] == 2 and copy.gan is not many.gan
    assert copy.set_params(members=2, gan__seed=9).gan.seed == 9


def test_a_member_that_diverges_is_reported():
    wild = {"name": "sgd", "lr": 1e30}
    vary = {f"{p}_optimizer": [{}, wild, {}] for p in ("generator", "discriminator")}
    vary = {k: [v or {"name": "sgd", "lr": 1e-3} for v in values] for k, values in vary.items()}
    many = zs.Population(gan(), members=3, vary=vary).fit(DATA[:3])
    assert many.alive_.tolist() == [True, False, True] and many.stopped_[1] >= 0
    assert all(w.isfinite().all() for w in many.generators_[1].network.state_dict().values())
    tame = {k: [values[0]] * 3 for k, values in vary.items()}
    without = zs.Population(gan(), members=3, vary=tame).fit(DATA[:3])
    for i in (0, 2):
        assert np.array_equal(many.sample(9)[i], without.sample(9)[i])  # to the bit


def test_another_way_of_training_gives_the_members(fitted):
    def way(crowd):
        assert [config.seed for config, _ in crowd.members] == [3, 4, 5, 6] and crowd.wishes == [3]
        found = [Trained(g, c, 7) for g, c in zip(fitted.generators_, fitted.configs_, strict=True)]
        return [([2, 0], [found[2], found[0]]), ([1, 3], [found[1], found[3]])]

    def refuse(crowd):
        raise zs.InputError("not here")

    many = zs.Population(gan(), members=4, chunk=3).fit_by(way, DATA)
    assert many.generators_ == fitted.generators_ and many.configs_ == fitted.configs_
    assert many.stopped_.tolist() == [7] * 4 and not many.alive_.any() and many.n_features_in_ == 2
    with pytest.raises(zs.InputError, match="not here"):
        many.fit_by(refuse, DATA)
    assert many.generators_ == fitted.generators_  # what was refused has cost nothing


def test_artefacts(fitted, tmp_path):
    fitted.save(tmp_path / "many")
    one = zs.load(tmp_path / "many" / "00002")
    assert_allclose(one.sample(4), fitted.sample(4)[2], atol=1e-6)
    with pytest.raises(zs.InputError, match="exists already"):
        fitted.save(tmp_path / "many")


def refuse_training(monkeypatch):
    def train(*arguments):
        raise AssertionError("trained before all was looked at")

    monkeypatch.setattr("zerosum.population.train_chunk", train)


def test_labels():
    many = zs.Population(gan(), members=2).fit(DATA[:2], LABELS)
    alone = gan().set_params(seed=4).fit(DATA[1], LABELS)
    assert_allclose(many.sample(9, label=2)[1], alone.sample(9, label=2), atol=1e-4)


def test_names_and_shared_data_are_read_once(monkeypatch):
    import zerosum.runs.job as job

    read, load = [], job.load
    monkeypatch.setattr(job, "load", lambda data, **how: read.append(data) or load(data, **how))
    many = zs.Population(gan(), members=3).fit(["ring", "grid", "ring"])
    assert [c.data.spec for c in many.configs_] == ["ring", "grid", "ring"]
    assert read.count("ring") <= 1


def test_little_memory_means_smaller_chunks(fitted, monkeypatch):
    from zerosum.runs.crowd import footprint

    one = gan()
    each = footprint(fitted.configs_[0], source(DATA[0], one))
    monkeypatch.setattr(
        "zerosum.population.free_memory", lambda *device: each.chunk(2) + 4 * each.kept
    )
    with pytest.warns(UserWarning, match="chunks of 2 members instead of 4"):
        fewer = zs.Population(one, members=4).fit(DATA)
    assert_allclose(fewer.sample(20), fitted.sample(20), atol=1e-4)


def source(data, one):
    from zerosum.runs.job import configure

    return configure(data, recipe=one.recipe, settings=one._settings(None))[1]


def test_too_little_memory_for_one_member(monkeypatch):
    refuse_training(monkeypatch)
    monkeypatch.setattr("zerosum.population.free_memory", lambda *device: 2_000_000)
    with pytest.raises(zs.InputError, match=r"one member takes up to .* MB in training, where 1"):
        zs.Population(gan(), members=4).fit(DATA)


def test_it_says_how_far_it_is_only_when_asked(capsys, monkeypatch):
    monkeypatch.setattr("zerosum.runs.countdown._EVERY", 0.0)
    zs.Population(gan(), members=2).fit(DATA[:2])
    assert capsys.readouterr() == ("", "")
    zs.Population(gan(), members=2, chunk=1, verbose=True).fit(DATA[:2])
    out, said = capsys.readouterr()
    assert out == "" and said.startswith("2 members, 2 chunks, at most ")
    assert "chunk 2/2  1 of 2 members  step 6/12  0:0" in said
    assert said.endswith("2 members trained, 0 diverged\n")


def test_an_interruption_keeps_the_chunks_that_are_done(monkeypatch):
    import zerosum.population as module

    train, calls = module.train_chunk, []

    def interrupted(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return train(*arguments)

    monkeypatch.setattr(module, "train_chunk", interrupted)
    many = zs.Population(gan(), members=4, chunk=2)
    with pytest.raises(KeyboardInterrupt, match="stopped after 2 of 4 members"):
        many.fit(DATA)
    assert many.generators_[1].sample(2).shape == (2, 2) and many.generators_[2] is None
    with pytest.raises(zs.InputError, match="2 of 4 members have not been trained"):
        many.sample(1)


def test_half_precision_is_that_of_the_gan_alone():
    sgd = {"name": "sgd", "lr": 0.1, "beta1": 0.0}
    over = {f"{p}_optimizer": sgd for p in ("generator", "discriminator")}

    def moved(estimator, data, one=0):
        estimator.fit(data)
        made = getattr(estimator, "generators_", None) or [estimator.generator_]
        return np.concatenate([v.numpy().ravel() for v in made[one].network.state_dict().values()])

    def one(precision, seed=3, steps=1):
        settings = {"latent": 2, **SMALL, **over, "run": {"ema_half_life": 0.0}}
        return zs.GAN(
            "ns-r1", seed=seed, steps=steps, batch=16, precision=precision, settings=settings
        )

    start = moved(one("fp32", 4).set_params(settings={**one("fp32").settings, **still()}), DATA[1])
    many = moved(zs.Population(one("bf16"), members=2), DATA[:2], 1) - start
    alone = moved(one("bf16", 4), DATA[1]) - start
    exact = moved(one("fp32", 4), DATA[1]) - start
    # one step of plain descent: every product rounds to 8 bits (relative 2^-9), in a chain of about
    # eight products there and back; a population that ignored bf16 would be 1e-6 from fp32
    scale = np.abs(exact).max()
    assert np.abs(many - alone).max() < 8 * 2**-9 * scale
    assert np.abs(many - exact).max() > 2**-12 * scale


def still():
    return {f"{p}_optimizer": {"name": "sgd", "lr": 1e-30} for p in ("generator", "discriminator")}


def test_a_full_disk_leaves_no_half_of_a_population(fitted, tmp_path, monkeypatch):
    from zerosum.records import atomic

    write, written = atomic.write, []

    def full(descriptor, data):
        written.append(1)
        if len(written) > 7:  # three files a member: in the third
            raise OSError(28, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(atomic, "write", full)
    with pytest.raises(zs.ZerosumError, match="No space left"):
        fitted.save(tmp_path / "deep" / "many")
    assert len(written) > 7 and list((tmp_path / "deep").iterdir()) == []
