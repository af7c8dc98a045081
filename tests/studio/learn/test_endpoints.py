"""The lessons' routes: what they tell, and what they refuse in one sentence."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.studio.conftest import visitor
from tests.studio.running import TOKEN
from zerosum.claims.table import CLAIMS
from zerosum.studio.learn.endpoints import _state
from zerosum.studio.learn.measuring import Desk
from zerosum.studio.learn.table import LESSONS
from zerosum.studio.settings import Settings


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> TestClient:
    """A studio without runs: lessons need none."""
    with visitor(Settings(root=tmp_path_factory.mktemp("runs"), token=TOKEN)) as client:
        yield client


def test_the_list_is_in_the_lectures_order(studio):
    claims = studio.get("/api/learn").json()["claims"]
    assert [claim["name"] for claim in claims] == list(CLAIMS)
    assert [claim["number"] for claim in claims] == list(range(1, len(CLAIMS) + 1))
    assert claims[0]["statement"] == CLAIMS["optimal-discriminator"].statement
    assert {claim["state"] for claim in claims} == {"none"}


@pytest.mark.parametrize("name", LESSONS)
def test_each_page_and_its_picture(studio, name):
    page = studio.get(f"/api/learn/{name}").json()
    lesson = LESSONS[name]
    assert [page[k] for k in ("predicts", "measures", "words", "slip", "caption")] == [
        lesson.predicts, lesson.measures, lesson.words, lesson.slip, lesson.caption,
    ]  # fmt: skip
    assert page["source"] == CLAIMS[name].source and page["derivation"] == list(
        CLAIMS[name].derivation
    )
    first = {control["name"]: control["default"] for control in page["controls"]}
    plain, asked = (
        studio.get(f"/api/learn/{name}/picture", params=params) for params in ({}, first)
    )
    assert plain.status_code == 200 and plain.json() == asked.json()
    assert plain.json()["panels"]


def test_pages_know_their_neighbours(studio):
    first, last = (studio.get(f"/api/learn/{list(CLAIMS)[at]}").json() for at in (0, -1))
    assert first["before"] is None and first["after"]["name"] == "jensen-shannon"
    assert last["after"] is None and last["before"]["name"] == "learning-process"


def test_controls_change_the_picture(studio):
    path = "/api/learn/parallel-segments/picture"
    numbers = [
        {n["name"]: n["value"] for n in studio.get(path, params={"theta": theta}).json()["numbers"]}
        for theta in (0.25, -1)
    ]
    assert [each["W₁"] for each in numbers] == [0.25, 1.0]
    assert numbers[0]["KL(P_0‖P_θ)"] == "inf"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("theta=2", "theta is 2: give -1.5 to 1.5"),
        ("theta=nan", "theta is"),
        ("theta=inf", "theta is"),
        ("theta=a", "theta is 'a': a number is needed"),
        ("grains=1.5", "grains"),
        ("grains=1000000", "grains is 1e+06: give 1 to 64"),
        ("theta=0&theta=1", "twice"),
        ("angle=1", "angle"),
    ],
)
def test_what_cannot_be_drawn_is_refused(studio, query, said):
    answer = studio.get(f"/api/learn/parallel-segments/picture?{query}")
    assert answer.status_code == 400 and said in answer.json()["error"]


def test_unknown_names(studio):
    for path in (
        "/api/learn/nothing",
        "/api/learn/nothing/picture",
        "/api/learn/nothing/measurement",
    ):
        assert studio.get(path).status_code == 404
    assert studio.post("/api/learn/nothing/measurement", json={}).status_code == 404
    answer = studio.get("/api/learn/solvers/picture?game=chess")
    assert answer.status_code == 400 and "chess" in answer.json()["error"]


@pytest.mark.parametrize("body", [{"seed": -1}, {"seed": 2**31 + 1}, {"seed": "a"}, {"claim": "x"}])
def test_a_measurement_takes_a_seed_within_bounds(studio, body):
    assert studio.post("/api/learn/solvers/measurement", json=body).status_code == 400
    assert studio.get("/api/learn/solvers/measurement").json()["state"] == "none"


def test_bounds_are_in_the_description(studio):
    paths = studio.get("/api/openapi.json").json()["paths"]
    theta = next(
        p
        for p in paths["/api/learn/parallel-segments/picture"]["get"]["parameters"]
        if p["name"] == "theta"
    )
    assert (theta["schema"]["minimum"], theta["schema"]["maximum"]) == (-1.5, 1.5)
    assert {f"/api/learn/{name}/picture" for name in LESSONS} <= paths.keys()


@pytest.mark.parametrize(
    ("look", "state"),
    [
        ({"state": "done", "found": {"holds": True}}, "holds"),
        ({"state": "done", "found": {"holds": False}}, "fails"),
        ({"state": "stopped", "found": None}, "stopped"),
    ],
)
def test_the_list_says_what_a_measurement_found(look, state):
    assert _state(look) == state


def test_a_measurement_is_started_with_its_seed_and_stopped(studio, monkeypatch):
    asked = []
    for name in ("start", "stop"):
        monkeypatch.setattr(
            Desk, name, lambda self, *given, name=name: asked.append((name, *given)) or {}
        )
    studio.post("/api/learn/solvers/measurement", json={"seed": 7})
    studio.delete("/api/learn/solvers/measurement")
    assert asked == [("start", "solvers", 7), ("stop", "solvers")]
