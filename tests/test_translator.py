"""The translator's artefact: saved, read back, refused where it is damaged or something else."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

import zerosum as zs
from tests.training.test_resume_translation import TINY, pictures
from zerosum.errors import InputError
from zerosum.gan import GAN
from zerosum.records.artefact import read_artefact, write_artefact
from zerosum.translator import Translator, load_translator


@pytest.fixture(scope="module")
def gan():
    floats = np.random.default_rng(3).random((14, 8, 8), dtype=np.float32)
    return GAN("cyclegan", steps=2, settings=TINY).fit(pictures(12, 0), to=floats)


def test_each_direction_comes_back_and_speaks_in_its_own_units(gan, tmp_path):
    gan.save(tmp_path / "both")
    there, back = zs.load(tmp_path / "both"), zs.load(tmp_path / "both" / "back")
    assert isinstance(there, Translator)
    rows = pictures(3, 5)
    made = there.translate(rows)
    assert (
        made.dtype == np.float32 and made.shape == (3, 8, 8) and 0 <= made.min() <= made.max() <= 1
    )
    assert np.array_equal(made, gan.translate(rows))
    again = back.translate(made)
    assert again.dtype == np.uint8 and again.shape == rows.shape
    assert np.array_equal(again, gan.translate(made, back=True))


def test_a_row_does_not_depend_on_how_many_there_are(gan):
    there, rows = gan.translators_[0], pictures(19, 5)
    whole = there.translate(rows)
    for n in (1, 7, 8, 9):
        assert np.array_equal(there.translate(rows[:n]), whole[:n])


def test_what_is_known_of_it_is_in_the_folder(gan, tmp_path):
    config, _ = read_artefact(gan.translators_[1].save(tmp_path / "x"))
    assert config["codec"]["dtype"] == "<f4" and config["target"]["dtype"] == "|u1"
    assert config["provenance"]["rows trained on"] == [11, 10]
    assert "zs.load" in (tmp_path / "x" / "README.md").read_text()


def test_a_generator_is_no_translator(tmp_path):
    plain = GAN(steps=1, batch=4).fit(np.arange(20.0).reshape(-1, 1))
    plain.save(tmp_path / "g")
    with pytest.raises(InputError, match="holds a generator, which translates nothing"):
        load_translator(tmp_path / "g")


def _renamed(config):
    config["translator"]["name"] = "os.system"


def _wider(config):
    config["translator"]["width"] = 3


def _deeper(config):
    config["translator"]["depth"] = 10**9


def _without(config):
    del config["target"]


def _unlike(config):
    config["target"]["event_shape"] = [1, 9, 9]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_renamed, "unknown translator 'os.system'"),
        (_wider, "tensors of model.safetensors do not fit"),
        (_deeper, "tensors of model.safetensors do not fit"),
        (_without, "is not a zerosum translator"),
        (_unlike, "contradicts itself about shapes"),
    ],
)
def test_a_damaged_folder_is_refused(gan, tmp_path, change, words):
    config, tensors = read_artefact(gan.translators_[0].save(tmp_path / "x"))
    changed = json.loads(json.dumps(config))
    change(changed)
    write_artefact(tmp_path / "y", changed, tensors, "")
    with pytest.raises(InputError, match=words):
        load_translator(tmp_path / "y")


def test_encoded_rows_stay_encoded(gan):
    x = torch.zeros(2, 1, 8, 8)
    made = gan.translators_[0].encoded(x)
    assert made.shape == x.shape and not made.requires_grad
