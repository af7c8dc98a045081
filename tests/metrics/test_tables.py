"""Numbers are printed with as many digits as their error allows."""

from __future__ import annotations

import pytest

from zerosum.metrics.tables import columns, footnote, with_error


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (1.23456, 0.0123, "1.235 ± 0.012"),
        (1234.5, 321.0, "1234 ± 321"),
        (0.5, 0.0, "0.5000 ± 0.0000"),
        (8.0, None, "8"),
        (0.000123, 0.000012, "0.000123 ± 0.000012"),
    ],
)
def test_two_digits_of_the_error_are_shown(value: float, error: float | None, text: str) -> None:
    assert with_error(value, error) == text


def test_columns_line_up_and_footnotes_hang() -> None:
    lines = columns([("a", "bb"), ("ccc", "d")]).splitlines()
    assert [line.index(c) for line, c in zip(lines, ("bb", "d"), strict=True)] == [13, 13] or [
        line.index(c) for line, c in zip(lines, ("bb", "d"), strict=True)
    ] == [5, 5]
    note = footnote("[1]", "word " * 60).splitlines()
    assert note[0].startswith("[1] word") and note[1].startswith("    word")
    assert max(map(len, note)) <= 100
