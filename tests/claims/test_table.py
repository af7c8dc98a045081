"""Every claim of the lectures' list stands in the table, and can be printed, drawn and explained."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.claims.claim import RELATIONS
from zerosum.claims.table import CLAIMS

LECTURES = 13


def test_every_claim_of_the_list_is_there_in_its_order():
    numbers = [claim.number for claim in CLAIMS.values()]
    assert numbers == sorted(set(numbers)) and set(range(1, LECTURES + 1)) <= set(numbers)
    assert all(name == claim.name for name, claim in CLAIMS.items())


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_says_what_why_and_where_from(name):
    claim = CLAIMS[name]
    assert claim.statement.endswith(".") and len(claim.statement) < 400
    assert len(claim.derivation) == 3 and all(claim.derivation)
    assert claim.source and claim.caption.endswith(".")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_holds_and_is_a_function_of_its_seed(name, seed):
    found = CLAIMS[name].measure(seed)
    assert [f.what for f in found.findings if not f.holds] == []
    assert all(f.relation in RELATIONS and f.reason and f.what for f in found.findings)
    if seed == 0:
        again = CLAIMS[name].measure(seed)
        assert again.findings == found.findings
        assert all(
            np.array_equal(again.data[k], v, equal_nan=True)
            for k, v in found.data.items()
            if v.dtype.kind == "f"
        )
