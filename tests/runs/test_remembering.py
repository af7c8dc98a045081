"""An extractor that remembers: the same numbers, computed once, and never those of other rows or networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zerosum.errors import InputError
from zerosum.metrics.features import Extractor, extract
from zerosum.metrics.wrapped import Wrapped
from zerosum.runs import remembering
from zerosum.runs.remembering import PART, Remembering

ROWS = torch.linspace(-1, 1, 150 * 3 * 16).reshape(150, 3, 4, 4)
ROOM = 1_000_000


class Counted:
    """A linear map of pictures that counts the rows it is asked about."""

    def __init__(self, name: str = "own:1", scale: float = 1.0) -> None:
        self.asked: list[int] = []
        self.weight = torch.sin(torch.arange(48 * 5).float()).reshape(48, 5) * scale
        self.extractor = Wrapped(self._call, name, 5)

    def _call(self, batch):
        self.asked.append(len(batch))
        return batch.flatten(1) @ self.weight


def asked(network: Counted, folder, rows=ROWS, limit=ROOM, **more):
    network.asked.clear()
    found = extract(Remembering(network.extractor, folder, limit, **more), rows)
    return found, sum(network.asked)


def test_the_second_time_nothing_is_computed_and_the_numbers_are_the_same_bits(tmp_path):
    network = Counted()
    first, n = asked(network, tmp_path)
    second, none = asked(network, tmp_path)
    assert (n, none) == (150, 0) and first.tobytes() == second.tobytes()
    plain = extract(network.extractor, ROWS)
    # 64 rows at a time or 512: sums of 48 terms of size 1 in another order, float32
    np.testing.assert_allclose(first, plain, atol=48 * 2**-23)
    assert isinstance(Remembering(network.extractor, tmp_path, 0), Extractor)


def test_what_was_done_before_an_interruption_is_not_done_again(tmp_path):
    network = Counted()
    asked(network, tmp_path, ROWS[: 2 * PART])
    assert asked(network, tmp_path)[1] == 150 - 2 * PART


@pytest.mark.parametrize("change", ["rows", "name", "shape", "dtype", "format", "torch"])
def test_anything_else_is_computed(tmp_path, monkeypatch, change):
    network, rows, other = Counted(), ROWS[:10], Counted()
    asked(network, tmp_path, rows)
    if change == "rows":
        rows = rows.clone()
        rows[9, 2, 3, 3] += 1e-6
    elif change == "name":
        other = Counted("own:2")
    elif change == "shape":
        rows = rows.reshape(10, 1, 12, 4)
    elif change == "dtype":
        rows, other.weight = rows.double(), other.weight.double()
    elif change == "format":
        monkeypatch.setattr(remembering, "_FORMAT", "another")
    else:
        monkeypatch.setattr(torch, "__version__", "another")
    assert asked(other, tmp_path, rows)[1] == 10
    assert asked(other, tmp_path, rows)[1] == 0


def test_a_damaged_entry_is_computed_again_and_mended(tmp_path):
    network = Counted()
    first, _ = asked(network, tmp_path, ROWS[:10])
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(entry.read_bytes()[:-40])
    again, n = asked(network, tmp_path, ROWS[:10])
    assert n == 10 and again.tobytes() == first.tobytes()
    assert asked(network, tmp_path, ROWS[:10])[1] == 0


def test_a_limit_of_nothing_keeps_nothing(tmp_path):
    network = Counted()
    assert (
        asked(network, tmp_path / "none", limit=0)[1]
        == asked(network, tmp_path / "none", limit=0)[1]
    )
    assert not (tmp_path / "none").exists()


def test_a_place_that_cannot_be_written_is_said_and_harms_nothing(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.warns(UserWarning, match="features are not kept"):
        found, n = asked(Counted(), tmp_path / "file", ROWS[:10])
    assert n == 10 and found.shape == (10, 5)


def test_numbers_that_are_not_finite_are_refused_and_not_remembered(tmp_path):
    network = Counted(scale=float("nan"))
    for _ in range(2):
        with pytest.raises(InputError, match="own:1 features holds NaN"):
            asked(network, tmp_path, ROWS[:10])
    assert list(tmp_path.iterdir()) == []


def test_it_is_told_part_by_part_what_was_known(tmp_path):
    parts = []
    asked(Counted(), tmp_path, ROWS[:PART])
    asked(Counted(), tmp_path, told=lambda n, known: parts.append((n, known)))
    assert parts == [(64, True), (64, False), (22, False)]


def test_a_published_network_has_its_resize_and_weights_in_its_id():
    """The key rests on the id: it has to differ when either does."""
    from zerosum.metrics.dinov2 import DINOv2
    from zerosum.metrics.inception import Inception
    from zerosum.metrics.pretrained import DinoV2, InceptionV3

    with torch.device("meta"):
        networks = (InceptionV3, Inception()), (DinoV2, DINOv2("small"))
    for kind, network in networks:
        ids = {
            kind(network, digest, resize).id
            for digest in ("0123456789", "1123456789")
            for resize in ("clean", "tf1")
        }
        assert len(ids) == 4
