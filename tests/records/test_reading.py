"""Bounded reading of regular files, and text for messages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zerosum.errors import InputError
from zerosum.records.reading import display, explaining, read_bytes, size_text


def test_the_limit_is_the_last_size_that_is_read(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bytes(tmp_path / "a", 5) == b"12345"
    with pytest.raises(InputError, match="has 5 bytes, which is above the 4 bytes"):
        read_bytes(tmp_path / "a", 4)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "."])
def test_devices_and_folders_are_refused(path):
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(InputError, match="not a regular file"):
        read_bytes(Path(path), 10)
    assert len(os.listdir("/dev/fd")) == before


def test_reasons_are_one_sentence(tmp_path):
    with pytest.raises(InputError) as caught, explaining(tmp_path / "a\nb"):
        read_bytes(tmp_path / "a\nb", 10)
    assert "No such file" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("runs/größe 表", "runs/größe 表"),
        ("a\nb", "'a\\nb'"),
        ("\udce9", "'\\udce9'"),
        ("\x1b[0m", "'\\x1b[0m'"),
    ],
)
def test_odd_names_are_escaped(path, text):
    assert display(path) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2_500_000_000_000, "2.5 TB")],
)
def test_sizes_have_units(count, text):
    assert size_text(count) == text
