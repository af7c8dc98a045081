"""What describes a population: its members' settings come back from it, and it is small."""

from __future__ import annotations

import numpy as np
import pytest

from tests.studies.populations.crowds import DATA, many
from zerosum.recipes.config import to_mapping
from zerosum.runs.crowd import Footprint
from zerosum.studies import ledger
from zerosum.studies.populations.work import config_of, described

FALLING = {"start": 1e-3, "end": 1e-4, "over": 100, "shape": "linear"}
VARY = {
    "generator_optimizer.lr": [1e-3, FALLING, 2e-3, 1e-3],
    "game.penalties": [[{"name": "r1", "weight": w}] for w in (1.0, 2.0, 2.0, 1.0)],
    "game.clip": [None, 0.1, 0.2, None],
    "generator.width": [8, 8, 4, 8],
}


@pytest.fixture(autouse=True)
def unmetered(monkeypatch):
    """No member is played to see what it takes."""
    for place in ("population", "runs.chunking"):
        monkeypatch.setattr(
            f"zerosum.{place}.footprint", lambda *member: Footprint(0, 0, 0, 1, 1.0)
        )


def crowd(population, data=DATA):
    found = []
    population.fit_by(lambda crowd: found.append(crowd) or [], data)
    return found[0]


def test_settings_come_back_from_the_ledger():
    members = crowd(many(vary=VARY))
    description = ledger.plain(described(members, [3]))
    assert [config_of(description, i) for i in range(4)] == [
        config for config, _ in members.members
    ]
    assert set(description["vary"]) == {*VARY, "seed"}
    assert description["run.steps"] == to_mapping(members.members[0][0])["run"]["steps"]


def test_it_depends_on_every_row_and_on_which_member_has_it():
    turned = np.stack([DATA[1], DATA[0], *DATA[2:]])
    spoilt = DATA.copy()
    spoilt[3, 59, 1] = np.nextafter(spoilt[3, 59, 1], 9)
    hashes = [described(crowd(many(), data), [3])["data"] for data in (DATA, turned, spoilt)]
    assert len(set(hashes)) == 3


def test_many_members_that_differ_by_their_seed_are_few_words():
    members = crowd(many(members=200), np.repeat(DATA, 50, axis=0))
    description = described(members, [200])
    assert set(description["vary"]) == {"seed"}
    assert len(repr(description)) < 5_000
