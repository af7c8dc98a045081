"""Names from outside, written so that any terminal and any JSON file can hold them."""

from pathlib import Path

import pytest

from zerosum.data.text import counted, listed, short, shown, size_in_words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain.png", "plain.png"),
        ("表情 é.png", "表情 é.png"),
        ("a\nb\x1b[31m\t.png", r"a\nb\x1b[31m\t.png"),
        ("latin1_\udce9.png", r"latin1_\xe9.png"),
        (Path("a/b"), "a/b"),
        ("right\u202eleft", r"right\u202eleft"),
    ],
)
def test_shown(name, text):
    assert shown(name) == text
    assert shown(name).encode("utf-8")


def test_lists_and_counts():
    assert listed("abc", 2) == "a, b and 1 more" and listed("ab") == "a, b"
    assert counted(1, "row") == "1 row" and counted(1234, "row") == "1,234 rows"
    assert short("x" * 100) == repr("x" * 37 + "...")


def test_sizes():
    assert [size_in_words(n) for n in (64, 197_000, 210e6, 1.26e12)] == [
        *("64 bytes", "197 kB", "210 MB", "1.26 TB")
    ]
