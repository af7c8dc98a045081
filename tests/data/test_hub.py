"""`hub:NAME`, against a stand-in for the `datasets` package: no network is touched."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image as Pillow

from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.errors import InputError


class Image:
    """A feature of this name marks a column of pictures."""


class Value:
    """Any other column."""


class ClassLabel:
    """A column of classes and their names."""

    def __init__(self, names):
        self.names = names


class Rows:
    """What load_dataset returns: features, rows by number, columns by name."""

    def __init__(self, features, columns):
        self.features, self.columns = features, columns

    def __len__(self):
        return len(next(iter(self.columns.values())))

    def __getitem__(self, at):
        if isinstance(at, str):
            return self.columns[at]
        return {name: values[at] for name, values in self.columns.items()}

    def to_pandas(self):
        import pandas

        return pandas.DataFrame(self.columns)


PICTURES = [Pillow.new("L", (10, 8), v) for v in (10, 20, 30)]
SETS = {
    "mnist": Rows(
        {"image": Image(), "label": ClassLabel(["zero", "one"])},
        {"image": PICTURES, "label": [1, 0, 1]},
    ),
    "two": Rows({"left": Image(), "right": Image()}, {"left": PICTURES, "right": PICTURES[::-1]}),
    "table": Rows({"a": Value(), "b": Value()}, {"a": [1.0, 2.0], "b": [3.0, 5.0]}),
    "bomb": Rows({"image": Image()}, {"image": [PICTURES[0], Pillow.new("1", (5000, 5000))]}),
}


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    """Put the stand-in where `import datasets` looks; remember how it was called."""
    calls = []

    def load_dataset(name, **options):
        calls.append((name, options))
        if name not in SETS:
            raise FileNotFoundError(f"no data set {name}\non the hub")
        return SETS[name]

    monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_dataset=load_dataset))
    return calls


def test_pictures_with_classes(stand_in):
    source = load("hub:mnist")
    assert source.rows.shape == (3, 8, 10, 1) and source.rows[:, 0, 0, 0].tolist() == [10, 20, 30]
    assert source.classes == ("zero", "one") and source.labels.tolist() == [1, 0, 1]
    assert stand_in == [("mnist", {"split": "train"})]
    assert load("hub:mnist", options=DataOptions(labels="none")).labels is None


def test_the_picture_column_is_asked_for():
    with pytest.raises(InputError, match=r"left, right.*--key"):
        load("hub:two")
    source = load("hub:two", options=DataOptions(key="right"))
    assert source.rows[0, 0, 0, 0] == 30
    with pytest.raises(InputError, match="did you mean 'right'"):
        load("hub:two", options=DataOptions(key="rigth"))


def test_tables():
    pytest.importorskip("pandas", reason="the extra [tabular] is not installed")
    np.testing.assert_array_equal(load("hub:table").rows, [[1, 3], [2, 5]])


def test_limits_hold_here_too():
    with pytest.raises(InputError, match="hub:bomb: row 1: 5,000 x 5,000 pixels"):
        load("hub:bomb")


def test_failures_are_one_sentence(monkeypatch):
    with pytest.raises(InputError, match="hub:nope cannot be loaded") as caught:
        load("hub:nope")
    assert "\n" not in str(caught.value)
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(InputError, match=r"pip install 'zerosum\[hub\]'"):
        load("hub:mnist")
