"""Stand-ins for published weights: right names and shapes, drawn numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from zerosum.errors import InputError
from zerosum.metrics.dinov2 import DINOv2
from zerosum.metrics.features import Pixels, RandConv, extract
from zerosum.metrics.inception import Inception
from zerosum.runs import extractors
from zerosum.runs.extractors import PUBLISHED, cache_folder, extractor_named

SHAPE = (3, 8, 8)
PICTURES = torch.linspace(-1, 1, 2 * 3 * 64).reshape(2, *SHAPE)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    place = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    torch.save(Inception().state_dict(), place / "inception.pth")
    save_file(DINOv2("small").state_dict(), place / "dinov2.safetensors")
    return place


def test_built_in_ones_by_name():
    assert extractor_named("randconv", SHAPE) == RandConv(SHAPE)
    assert extractor_named("pixels", SHAPE) == Pixels(SHAPE)


def test_published_ones_from_a_file(files):
    one = extractor_named(f"inception={files / 'inception.pth'}", SHAPE)
    assert one.id.startswith("inception-v3-compat:2048d:clean-299:") and one.dim == 2048
    assert extract(one, PICTURES).shape == (2, 2048)
    two = extractor_named(f"dinov2={files / 'dinov2.safetensors'}", SHAPE, resize="tf1")
    assert two.id.startswith("dinov2-vit14:384d:tf1-224:")
    assert np.ptp(extract(two, PICTURES), axis=0).max() > 0


def test_nothing_is_downloaded_unasked_and_what_is_cached_is_used(files, tmp_path, monkeypatch):
    monkeypatch.setenv("ZEROSUM_CACHE", str(tmp_path))
    asked = []

    def publisher(url, target, *, sha256, limit):
        asked.append((url, sha256, limit))
        target.parent.mkdir(parents=True)
        target.write_bytes((files / "inception.pth").read_bytes())
        return target

    monkeypatch.setattr(extractors, "download", publisher)
    with pytest.raises(
        InputError, match=r"not on this machine: give inception=FILE, or add --download .*96"
    ):
        extractor_named("inception", SHAPE)
    assert not asked
    first = extractor_named("inception", SHAPE, ask=True)
    again = extractor_named("inception", SHAPE)
    assert first.id == again.id and len(asked) == 1
    url, digest, limit = asked[0]
    assert url.startswith("https://") and digest in url and limit >= PUBLISHED["inception"].size


def test_where_weights_are_kept(monkeypatch, tmp_path):
    monkeypatch.delenv("ZEROSUM_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "zerosum"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder().parts[-2:] == (".cache", "zerosum")


def test_what_there_is_not_is_refused(files):
    with pytest.raises(
        InputError, match="unknown feature extractor 'incepton'; did you mean 'inception'"
    ):
        extractor_named("incepton", SHAPE)
    with pytest.raises(InputError, match="unknown feature extractor 'pixels'"):
        extractor_named("pixels=x.pth", SHAPE)  # it has no weights
    with pytest.raises(InputError, match="not those of Inception-v3"):
        extractor_named(f"inception={files / 'dinov2.safetensors'}", SHAPE)
    with pytest.raises(InputError, match=r"none\.pth"):
        extractor_named("inception=none.pth", SHAPE)
