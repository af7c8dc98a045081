"""A generator in memory and as an artefact: the same rows to the bit, and nothing hostile gets in."""

from __future__ import annotations

import hashlib
import json
import pickle
import time
import tracemalloc

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from zerosum.data.codec import ImageCodec
from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.errors import InputError
from zerosum.generator import Generator, find_artefact, load_generator
from zerosum.recipes.build import build_generator
from zerosum.recipes.config import NetworkConfig
from zerosum.recipes.tables import GENERATORS, Sizes

IMAGE = ImageCodec((1, 8, 8), "nhw", "|u1", 0.0, 255.0)
SMALL = {"width": 8, "depth": 1}


def codec_of(rows):
    return load(np.repeat(rows, 8, axis=0), options=DataOptions()).codec


def make(name="mlp", classes=(), codec=IMAGE, seed=0, **over):
    """A freshly initialised generator, as training would leave it."""
    config = NetworkConfig(**{"name": name, **SMALL, **over})
    sizes = Sizes(5, codec.event_shape, len(classes))
    network = build_generator(config, sizes, seed).eval().requires_grad_(False)
    return Generator(network, config, sizes, codec, tuple(classes), {"data": "made up"})


@pytest.mark.parametrize("classes", [(), ("cat", "dog", "3")], ids=["plain", "conditional"])
@pytest.mark.parametrize("name", GENERATORS)
def test_an_artefact_samples_the_same_bits(tmp_path, name, classes):
    generator = make(name, classes, norm="batch" if name == "dcgan" else "none")
    again = load_generator(generator.save(tmp_path / "model"))
    a, b = generator.sample(9, seed=4), again.sample(9, seed=4)
    assert a.dtype == b.dtype == np.uint8 and a.shape == (9, 8, 8)
    assert np.array_equal(a, b) and len(np.unique(a)) > 3
    x, y = (g.encoded(g.latents(9, 4), g.labels(9)) for g in (generator, again))
    assert torch.equal(x, y)
    assert (again.config, again.sizes, again.codec) == (
        generator.config, generator.sizes, generator.codec,
    )  # fmt: skip
    assert (again.classes, again.provenance) == (tuple(classes), {"data": "made up"})


@pytest.mark.parametrize("name", GENERATORS)
def test_row_i_does_not_depend_on_how_many_are_asked_for(name):
    generator = make(name, norm="batch" if name == "dcgan" else "none")
    many = generator.sample(200, seed=1)
    for n in (1, 10, 63, 64, 65, 128):
        assert np.array_equal(generator.sample(n, seed=1), many[:n])
    assert not np.array_equal(generator.sample(10, seed=2), many[:10])


def test_the_network_only_ever_sees_one_size_of_batch():
    # another size may take another matrix product, which rounds otherwise: the rows would depend on n
    generator, sizes = make(classes=("cat", "dog")), set()
    generator.network.register_forward_pre_hook(lambda m, x: sizes.add((len(x[0]), len(x[1]))))
    for n in (1, 63, 64, 65, 200):
        assert len(generator.sample(n)) == n
    assert len(sizes) == 1


def test_samples_come_in_the_users_units():
    generator = make(codec=codec_of(np.array([[100.0, -3.0], [300.0, -5.0]])))
    rows = generator.sample(50)
    assert rows.shape == (50, 2) and rows.dtype == np.float64
    encoded = generator.encoded(generator.latents(50)).double().numpy()
    np.testing.assert_allclose(rows, encoded * [100.0, 1.0] + [200.0, -4.0], rtol=1e-6)


def test_latents_are_standard_normal_and_rows_unrelated():
    z = make().latents(20_000, seed=3)
    assert z.shape == (20_000, 5) and z.dtype == torch.float32
    assert z.mean().abs() < 0.02 and (z.std() - 1).abs() < 0.02
    assert torch.corrcoef(torch.stack((z[:-1, 0], z[1:, 0])))[0, 1].abs() < 0.03


def test_sampling_does_not_touch_the_global_stream():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    make().sample(5)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("n", [0, -1, 10_000_001])
def test_a_count_that_cannot_be_made_is_refused(n):
    with pytest.raises(InputError, match=rf"n is {n}: .* from 1 to 10,000,000"):
        make().sample(n)


def test_labels_by_name_by_index_or_all_in_turn():
    generator = make(classes=("cat", "dog", "3"))
    assert generator.labels(7).tolist() == [0, 1, 2, 0, 1, 2, 0]
    assert generator.labels(3, "dog").tolist() == [1, 1, 1]
    assert generator.labels(2, 3).tolist() == [2, 2]  # the class called 3
    cats, dogs = (generator.sample(4, label=c) for c in ("cat", "dog"))
    assert not np.array_equal(cats, dogs)
    assert np.array_equal(generator.sample(4)[0], cats[0])


@pytest.mark.parametrize("label", ["cow", 0, -1, ""])
def test_an_unknown_label_is_refused_with_those_there_are(label):
    with pytest.raises(InputError, match=r"unknown label .*: this generator has cat, dog, 3"):
        make(classes=("cat", "dog", "3")).labels(2, label)


def test_a_label_for_an_unconditional_generator_is_refused():
    with pytest.raises(InputError, match="unconditional: leave the label out"):
        make().sample(2, label=0)
    assert make().labels(2) is None


def test_classes_without_names_go_by_number():
    generator = make(classes=("a", "b"))
    nameless = Generator(generator.network, generator.config, generator.sizes, generator.codec)
    assert nameless.labels(2, 1).tolist() == [1, 1]
    with pytest.raises(InputError, match="this generator has 0, 1"):
        nameless.labels(2, 2)


def test_a_folder_with_other_files_is_not_replaced(tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(InputError, match="holds other files"):
        make().save(tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "keep me"


def test_the_card_says_where_it_comes_from(tmp_path):
    folder = make().save(tmp_path / "model")
    assert sorted(p.name for p in folder.iterdir()) == [
        "README.md", "config.json", "model.safetensors",
    ]  # fmt: skip
    assert "data: made up" in (folder / "README.md").read_text()


def test_find_artefact_knows_runs_and_artefacts(tmp_path):
    run, model = tmp_path / "run", tmp_path / "run" / "model"
    model.mkdir(parents=True)
    assert find_artefact(run) == model and find_artefact(model) == model
    model.rmdir()
    (run / "config.yaml").write_text("")
    with pytest.raises(InputError, match="no trained generator yet: finish it with zerosum train"):
        find_artefact(run)


@pytest.fixture
def artefact(tmp_path):
    """An artefact's folder, and a function that changes its configuration."""
    folder = make("mlp", ("cat", "dog")).save(tmp_path / "model")

    def change(**values):
        envelope = json.loads((folder / "config.json").read_text())
        for path, value in values.items():
            *outer, last = path.split("__")
            inside = envelope["config"]
            for name in outer:
                inside = inside[name]
            inside[last] = value
        (folder / "config.json").write_text(json.dumps(envelope))
        return folder

    return folder, change


def retensor(folder, change):
    """Change the tensors, with the digest that belongs to them."""
    tensors = load_file(folder / "model.safetensors")
    save_file(change(tensors), folder / "model.safetensors")
    envelope = json.loads((folder / "config.json").read_text())
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    (folder / "config.json").write_text(json.dumps(envelope | {"sha256": digest}))


MISFIT = "do not fit the network"
ABSURD = [
    ({"network__width": 10**12}, MISFIT),
    ({"network__width": 2**62}, "more than this machine can hold"),
    ({"network__width": 10**30}, "more than this machine can hold"),
    ({"network__depth": 10**9}, MISFIT),
    ({"network__depth": 3}, MISFIT),
    ({"network__width": 0}, "width"),
    ({"network__width": -8}, "width"),
    ({"latent": 10**12}, MISFIT),
    ({"latent": 10**30}, "more than this machine can hold"),
    ({"latent": 0}, "latent"),
    ({"latent": "many"}, "config.json: "),
    ({"latent": None}, "config.json: "),
    ({"number_of_classes": 10**12, "classes": []}, MISFIT),
    ({"number_of_classes": 3}, "contradicts itself"),
    ({"classes": ["cat"]}, "contradicts itself"),
    ({"event_shape": [1, 8, 9]}, "contradicts itself"),
    (
        {"event_shape": [1, 2**40, 2**40], "codec__event_shape": [1, 2**40, 2**40]},
        "config.json|hold",
    ),
    ({"network__name": "transformer"}, "unknown generator 'transformer'"),
    ({"network__name": "os.system"}, "unknown generator 'os.system'"),
    ({"network__name": "residual"}, MISFIT),
    ({"network__colour": "red"}, "unknown setting 'network.colour'"),
    ({"network": "mlp"}, "network must be a mapping"),
    ({"codec__kind": "pickle"}, "unknown codec kind 'pickle'"),
    ({"codec": {}}, "unknown codec kind"),
    ({"provenance": 3}, "config.json: "),
]


@pytest.mark.parametrize(("values", "words"), ABSURD, ids=[str(a[0]) for a in ABSURD])
def test_an_absurd_configuration_is_refused_at_once_and_cheaply(artefact, values, words):
    folder = artefact[1](**values)
    tracemalloc.start()
    start = time.perf_counter()
    with pytest.raises(InputError, match=words) as caught:
        load_generator(folder)
    seconds, memory = time.perf_counter() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 2 and memory < 20_000_000
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_a_missing_entry_is_refused(artefact):
    folder, _ = artefact
    envelope = json.loads((folder / "config.json").read_text())
    del envelope["config"]["latent"]
    (folder / "config.json").write_text(json.dumps(envelope))
    with pytest.raises(InputError, match=r"is not a zerosum generator: config\.json: 'latent'"):
        load_generator(folder)


TENSORS = {
    "one is missing": lambda t: dict(list(t.items())[1:]),
    "one too many": lambda t: t | {"extra": torch.zeros(3)},
    "another shape": lambda t: {k: v[..., :1].clone() for k, v in t.items()},
    "another name": lambda t: {f"x.{k}": v for k, v in t.items()},
    "half precision": lambda t: {k: v.half() for k, v in t.items()},
    "whole numbers": lambda t: {k: v.long() for k, v in t.items()},
    "not finite": lambda t: {k: v * float("nan") for k, v in t.items()},
    "infinite": lambda t: {k: v / 0 for k, v in t.items()},
}


@pytest.mark.parametrize("what", TENSORS)
def test_tensors_that_do_not_fit_are_refused(artefact, what):
    folder, _ = artefact
    retensor(folder, TENSORS[what])
    words = "holds NaN or infinity" if "finite" in what else MISFIT
    with pytest.raises(InputError, match=words):
        load_generator(folder)


def test_changed_tensors_that_do_fit_are_loaded(artefact):
    folder, _ = artefact  # or the refusals above would say nothing
    retensor(folder, lambda t: {k: v * 2 for k, v in t.items()})
    assert load_generator(folder).sample(2).shape == (2, 8, 8)


def test_a_damaged_byte_is_noticed(artefact):
    folder, _ = artefact
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[-3] ^= 1
    (folder / "model.safetensors").write_bytes(data)
    with pytest.raises(InputError, match=r"model\.safetensors"):
        load_generator(folder)


class Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_pickle_is_refused_and_not_run(artefact, tmp_path, name):
    folder, _ = artefact
    (folder / name).write_bytes(pickle.dumps(Evil(tmp_path / "ran")))
    with pytest.raises(InputError):
        load_generator(folder)
    assert not (tmp_path / "ran").exists()


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="does not exist; give an artefact's folder"):
        load_generator(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"holds no config\.json"):
        load_generator(tmp_path)
