"""The estimator: scikit-learn's conventions, every kind of data, and the way there and back."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone

import zerosum as zs
from tests.tiny_runs import settings, small_pictures
from zerosum import noise
from zerosum.gan import GAN, load
from zerosum.metrics.evidence import Evidence
from zerosum.records.events import read_events

TINY = settings(run={"steps": 2})


def points(n=120, d=2):
    return noise.normal(7, (n, d), dtype=torch.float64).numpy() * 3 + 5


def fitted(data=None, y=None, **over):
    """Fit without a word on stderr."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return GAN(**{"settings": TINY, **over}).fit(points() if data is None else data, y)


@pytest.fixture(scope="module")
def simple():
    return fitted()


def test_parameters_are_kept_as_given_and_cloned():
    given = {
        "recipe": "wgan-gp", "seed": 3, "steps": 7, "batch": 9, "conditional": False,
        "device": "cpu", "precision": "fp32", "holdout": 0.1, "settings": {"latent": 2},
        "boost": {"components": 2}, "out": "runs",
    }  # fmt: skip
    gan = GAN(**given)
    assert gan.get_params() == given
    copy = clone(gan)
    assert copy is not gan and copy.get_params() == given
    assert copy.set_params(seed=4, recipe=None) is copy
    assert (copy.seed, copy.recipe, gan.seed) == (4, None, 3)
    with pytest.raises(ValueError, match="Invalid parameter 'sede'"):
        gan.set_params(sede=1)


def test_the_constructor_only_stores():
    gan = GAN(recipe="no such recipe", seed=-5, steps=-1, settings={"nonsense": 1})
    assert vars(gan).keys() == gan.get_params().keys()
    with pytest.raises(zs.InputError, match="unknown recipe 'no such recipe'"):
        gan.fit(points())


def test_fitting_sets_what_ends_in_an_underscore(simple):
    own = {name for name in vars(simple) if name.endswith("_")}
    assert own == {"config_", "generator_", "n_features_in_", "run_"}
    assert simple.n_features_in_ == 2 and simple.run_ is None
    assert simple.config_.run.steps == 2 and simple.config_.data.spec == "(given in Python)"
    assert fitted(simple.sample(60)).get_params() == GAN(settings=TINY).get_params()


def test_fit_returns_self_and_a_clone_is_not_fitted(simple):
    gan = GAN(settings=TINY)
    with warnings.catch_warnings(action="ignore"):
        assert gan.fit(points()) is gan
    assert np.array_equal(gan.sample(5), simple.sample(5))
    with pytest.raises(zs.InputError, match="no generator yet: call fit first, or load one"):
        clone(gan).sample()


@pytest.mark.parametrize("call", [GAN.sample, GAN.evaluate, lambda g: g.save("nowhere")])
def test_what_needs_a_fit_says_so(call):
    with pytest.raises(zs.InputError, match="call fit first"):
        call(GAN())


def test_another_seed_gives_another_generator_and_the_same_one_the_same(simple):
    assert np.array_equal(fitted(seed=0).sample(5), simple.sample(5))
    assert not np.array_equal(fitted(seed=1).sample(5), simple.sample(5))


def test_fitting_leaves_the_global_streams_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state(), np.random.get_state()[1].copy()
    fitted()
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])


def test_arguments_win_over_the_recipe_and_settings_over_arguments():
    gan = fitted(
        steps=3, batch=11, holdout=0.5, recipe="ns-r1", settings=settings(run={"steps": 1})
    )
    config = gan.config_
    assert (config.run.steps, config.run.batch, config.data.holdout) == (1, 16, 0.5)
    assert config.recipe == "ns-r1"
    assert fitted(batch=11, settings={"run": {"steps": 1}}).config_.run.batch == 11


FLOATS = points()
KINDS = {
    "array": FLOATS,
    "float32": FLOATS.astype(np.float32),
    "tensor": torch.from_numpy(FLOATS),
    "list": FLOATS.tolist(),
    "tuple of lists": tuple(map(list, FLOATS)),
    "frame": pd.DataFrame(FLOATS, columns=["a", "b"]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_numbers_trains_alike(kind):
    rows = fitted(KINDS[kind]).sample(20)
    assert rows.shape == (20, 2)
    assert rows.dtype == (np.float32 if kind == "float32" else np.float64)
    np.testing.assert_allclose(rows, fitted().sample(20), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("suffix", ["npy", "csv", "npz"])
def test_paths(tmp_path, suffix):
    path = tmp_path / f"mine.{suffix}"
    if suffix == "npy":
        np.save(path, FLOATS)
    elif suffix == "npz":
        np.savez(path, x=FLOATS)
    else:
        pd.DataFrame(FLOATS, columns=["a", "b"]).to_csv(path, index=False)
    for given in (path, str(path)):
        gan = fitted(given)
        assert gan.sample(3).shape == (3, 2)
        assert gan.config_.data.spec == str(path)
        assert gan.generator_.provenance["data"] == "mine"


def test_names_of_data_sets():
    gan = fitted("gaussian")
    assert gan.sample(4).shape == (4, 1) and gan.n_features_in_ == 1


def test_a_name_nobody_knows_is_refused():
    with pytest.raises(zs.InputError, match="digits"):
        fitted("digitz")


@pytest.mark.parametrize(
    ("dtype", "low", "high"), [(np.uint8, 0, 255), (np.float32, 0.0, 1.0), (np.float64, 0.0, 255.0)]
)
def test_pictures_come_back_in_their_units(dtype, low, high):
    pictures = small_pictures().astype(np.float64)
    pictures = ((pictures - pictures.min()) / np.ptp(pictures) * high).astype(dtype)
    gan = fitted(pictures)
    rows = gan.sample(9)
    assert rows.shape == (9, 6, 6) and rows.dtype == dtype
    assert low <= rows.min() < rows.max() <= high
    assert not hasattr(gan, "n_features_in_")


def test_colour_pictures_keep_their_layout():
    grey = small_pictures()
    for axis in (-1, 1):
        colour = np.stack([grey, grey // 2, 255 - grey], axis=axis)
        assert fitted(colour).sample(2).shape == (2, *colour.shape[1:])


def test_labels_make_it_conditional():
    y = np.array(["cat", "dog", "cow"])[np.arange(120) % 3]
    gan = fitted(small_pictures(), y)
    assert gan.config_.conditional and gan.generator_.classes == ("cat", "cow", "dog")
    assert not np.array_equal(gan.sample(5, label="cat"), gan.sample(5, label="dog"))
    assert np.array_equal(gan.sample(3)[1:2], gan.sample(3, label="cow")[1:2])  # all in turn
    with pytest.raises(zs.InputError, match="unknown label 'cwo'"):
        gan.sample(2, label="cwo")


def test_labels_may_be_left_out_of_the_networks():
    gan = fitted(small_pictures(), np.arange(120) % 3, conditional=False)
    assert gan.generator_.classes == () and gan.generator_.sizes.classes == 0


def test_conditional_without_labels_is_refused():
    with pytest.raises(zs.InputError, match="conditional is true, but the data have no labels"):
        fitted(conditional=True)


def test_labels_of_another_length_are_refused():
    with pytest.raises(zs.InputError, match=r"119|120"):
        fitted(small_pictures(), np.arange(119) % 3)


BAD = [
    (np.array([[1.0, np.nan]] * 20), "NaN"),
    (np.zeros((0, 2)), "at least 2"),
    (np.zeros((1, 2)), "at least 2"),
    (np.array(["a", "b"]), "<U1"),
    (np.float64(3.0), "float64"),
    (None, "NoneType"),
    (object(), "object"),
    ({"a": 1}, "dict"),
]


@pytest.mark.parametrize(("data", "words"), BAD, ids=[b[1] for b in BAD])
def test_data_that_cannot_be_learnt_are_refused(data, words):
    with pytest.raises(zs.InputError, match=words):
        GAN(settings=TINY).fit(data)


def test_notes_about_the_data_are_warnings():
    rows = np.column_stack((points(), np.ones(120)))
    with pytest.warns(UserWarning, match="one value only"):
        GAN(settings=TINY).fit(rows)


def test_saved_and_loaded_it_samples_the_same(tmp_path, simple):
    folder = simple.save(tmp_path / "model")
    again = zs.load(folder)
    assert isinstance(again, GAN)
    assert np.array_equal(again.sample(20, seed=9), simple.sample(20, seed=9))
    assert np.array_equal(load(str(folder)).sample(2), simple.sample(2))


def test_evaluate_prints_a_table_and_depends_on_the_seed_alone(simple):
    evidence = simple.evaluate()
    assert isinstance(evidence, Evidence) and len(evidence.measurements) >= 2
    table = str(evidence)
    assert len(table.splitlines()) > 3
    assert all(m.name in table for m in evidence.measurements)
    assert evidence == simple.evaluate(seed=0) != simple.evaluate(seed=1)


def test_evaluate_on_other_rows(simple):
    other = points(200)[120:]
    far = simple.evaluate(other + 100.0)
    near = simple.evaluate(other)
    frechet = next(m.name for m in near.measurements if m.better == "lower")
    assert far[frechet].value > 10 * near[frechet].value


def test_a_loaded_one_has_no_rows_of_its_own(tmp_path, simple):
    again = load(simple.save(tmp_path / "model"))
    with pytest.raises(zs.InputError, match="a loaded GAN has no held-out rows: give evaluate"):
        again.evaluate()
    assert len(again.evaluate(points(200)).measurements) >= 2


def test_rows_of_another_kind_cannot_judge_it(simple):
    with pytest.raises(zs.InputError):
        simple.evaluate(points(100, d=3))


def test_out_makes_a_run_folder(tmp_path):
    gan = fitted(out=tmp_path / "runs", recipe="ns-r1")
    assert gan.run_.parent == tmp_path / "runs" and "ns-r1" in gan.run_.name
    assert {"config.yaml", "model", "report.html", "evidence.json"} <= {
        p.name for p in gan.run_.iterdir()
    }
    assert read_events(gan.run_)[-1]["kind"] == "evidence"
    assert np.array_equal(load(gan.run_).sample(3), gan.sample(3))
    assert np.array_equal(fitted(recipe="ns-r1").sample(3), gan.sample(3))


def test_fitting_again_starts_anew(simple):
    gan = fitted(small_pictures())
    with warnings.catch_warnings(action="ignore"):
        gan.fit(points())
    assert np.array_equal(gan.sample(5), simple.sample(5))


def test_the_packages_face():
    assert set(zs.__all__) <= set(dir(zs)) and zs.GAN is GAN
    with pytest.raises(AttributeError, match="module 'zerosum' has no attribute 'Gan'"):
        _ = zs.Gan


def test_holdout_0_trains_on_every_row_and_says_what_evidence_needs(tmp_path):
    rows = np.random.default_rng(0).normal(size=(40, 2))
    gan = GAN(steps=2, batch=40, holdout=0.0, recipe="ns-r1").fit(rows)
    assert len(gan._job.trained) == 40 and gan.config_.run.batch == 40
    with pytest.raises(zs.InputError, match=r"fitted with holdout 0: give evaluate some real data"):
        gan.evaluate()
    assert gan.evaluate(rows + 0.1) is not None
    with pytest.raises(zs.InputError, match=r"data.holdout is 0: a run ends with evidence"):
        GAN(steps=2, holdout=0.0, recipe="ns-r1", out=tmp_path).fit(rows)
    assert not list(tmp_path.iterdir())


def test_a_held_out_row_is_not_a_row_to_fill_a_batch_with():
    rows = np.random.default_rng(0).normal(size=(40, 2))
    with pytest.raises(zs.InputError, match=r"run.batch is 40, but only 39 rows are trained on"):
        GAN(steps=2, batch=40, holdout=0.001, recipe="ns-r1").fit(rows)
