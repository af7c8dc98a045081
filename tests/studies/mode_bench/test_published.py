"""The papers' rows stand under scores that our judges return, and say where they were read."""

from __future__ import annotations

import re

import pytest

from zerosum.studies.mode_bench.protocols import names, protocol
from zerosum.studies.mode_bench.published import PUBLISHED

NUMBER = re.compile(r"\d*\.?\d+(±\d*\.?\d+)?")


def test_every_protocol_has_its_tables_and_no_other_name_is_there():
    assert set(PUBLISHED) == set(names())


@pytest.mark.parametrize("name", PUBLISHED)
def test_rows_are_numbers_under_known_scores(name):
    scores = {s.name for s in protocol(name if "mnist" not in name else "stacked-digits").scores}
    for table in PUBLISHED[name]:
        assert "arXiv:" in table.paper and table.runs and table.differs and table.rows
        for row in table.rows:
            assert set(row.printed) <= scores
            assert all(NUMBER.fullmatch(number) for number in row.printed.values())


def test_rows_that_everybody_quotes():
    def row(name, paper, system):
        table = next(t for t in PUBLISHED[name] if paper in t.paper)
        return next(r.printed for r in table.rows if r.system == system)

    assert row("ring-veegan", "VEEGAN", "VEEGAN") == {"modes": "8", "high quality": "52.9"}
    assert row("grid", "VEEGAN", "VEEGAN") == {"modes": "24.6", "high quality": "40"}
    assert row("grid", "PacGAN", "PacGAN4")["modes"] == "24.8±0.2"
    assert row("stacked-digits", "R3GAN", "RpGAN + R1 + R2")["modes"] == "1000"


def test_what_was_not_read_from_a_table_says_so():
    assert {t.seen for n, ts in PUBLISHED.items() if "adagan" in n for t in ts} == {"recalled"}
    assert {t.seen for t in PUBLISHED["ring-pacgan"] + PUBLISHED["ring-veegan"]} == {"table"}
