"""The small games: paths by hand, fields by hand, bounds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from zerosum.errors import InputError
from zerosum.studio.bounds import read
from zerosum.studio.game.toy import ToyAsked, choices, played


def path(solver: str, **asked: object) -> np.ndarray:
    found = played(ToyAsked(solvers=(solver,), **asked))
    return np.array(found["paths"][solver]["points"])


def test_simultaneous_on_bilinear_by_hand():
    # x <- x - eta y, y <- y + eta x
    points = path("simultaneous", game="bilinear", x=1.0, y=0.0, step=0.5, rounds=2)
    np.testing.assert_allclose(points, [[1, 0], [1, 0.5], [0.75, 1.0]])


@pytest.mark.parametrize(
    ("solver", "second"),
    [
        ("alternating", (0.75, 0.875)),  # y moves with the new x
        ("extragradient", (0.3125, 0.75)),  # z <- z - eta v(z - eta v(z))
        ("optimistic", (0.5, 1.0)),  # z <- z - eta (2 v(z) - v(before))
        ("consensus", (0.39, 0.8)),  # and -eta w z, the slope of w/2 |v|^2 = w/2 |z|^2
    ],
)
def test_two_rounds_of_every_solver_on_bilinear_by_hand(solver, second):
    points = path(solver, game="bilinear", x=1.0, y=0.0, step=0.5, rounds=2, consensus=0.4)
    np.testing.assert_allclose(points[2], second, atol=1e-12)


def test_alternating_on_the_saddle_by_hand():
    # x <- x - eta (2x + y), then y <- y + eta (-2y + x)
    points = path("alternating", game="saddle", x=1.0, y=1.0, step=0.1, rounds=1)
    np.testing.assert_allclose(points[1], [0.7, 0.87])


def test_the_field_of_the_saddle():
    field = played(ToyAsked(game="saddle", rounds=1))["field"]
    at, move = np.array(field["at"]), np.array(field["move"])
    x, y = at.T
    np.testing.assert_allclose(move, np.stack((-(2 * x + y), x - 2 * y), axis=1), atol=1e-12)


def test_the_field_of_the_dirac_gan():
    # ns: theta descends softplus(-psi theta), psi descends softplus(psi theta) + softplus(0)
    field = played(ToyAsked(game="dirac", objective="ns", rounds=1))["field"]
    theta, psi = np.array(field["at"]).T
    expected = np.stack((psi * expit(-psi * theta), -theta * expit(psi * theta)), axis=1)
    np.testing.assert_allclose(field["move"], expected, atol=1e-12)


def test_a_penalty_pulls_on_the_dirac_discriminator_by_its_weight():
    # r1: weight/2 |D'|^2 = weight/2 psi^2, whose slope is weight psi
    def move(**asked: object) -> np.ndarray:
        asked = {"game": "dirac", "objective": "ns", "rounds": 1, **asked}
        return np.array(played(ToyAsked(**asked))["field"]["move"])

    bare = played(ToyAsked(game="dirac", objective="ns", rounds=1))["field"]
    psi = np.array(bare["at"])[:, 1]
    for weight in (1.0, 3.0):
        pull = move(penalty="r1", weight=weight) - np.array(bare["move"])
        np.testing.assert_allclose(pull, np.stack((0 * psi, -weight * psi), axis=1), atol=1e-12)


def test_factors_are_those_of_the_theory():
    found = played(ToyAsked(game="bilinear", step=0.1, rounds=1))["paths"]
    assert found["simultaneous"]["factor"] == pytest.approx(np.sqrt(1.01), abs=1e-9)
    assert found["alternating"]["factor"] == pytest.approx(1.0, abs=1e-9)
    assert found["extragradient"]["factor"] == pytest.approx(np.sqrt(1 - 0.01 + 1e-4), abs=1e-9)
    # optimistic: z² = z + iη(2z − 1), from the memory of the last field
    roots = np.roots([1, -(1 + 0.2j), 0.1j])
    assert found["optimistic"]["factor"] == pytest.approx(np.abs(roots).max(), abs=1e-8)
    by_adam = played(ToyAsked(game="bilinear", step=0.1, rounds=1, adam=True))["paths"]
    assert {path["factor"] for path in by_adam.values()} == {None}  # it has no fixed matrix


def test_a_path_that_leaves_is_cut_and_said_to():
    found = played(ToyAsked(game="saddle", step=2.0, rounds=400, solvers=("simultaneous",)))
    assert found["paths"]["simultaneous"]["far"]
    assert np.abs(found["paths"]["simultaneous"]["points"]).max() < 1e6


@pytest.mark.parametrize("solver", ["simultaneous", "optimistic"])
def test_a_path_that_overflows_is_shown_up_to_there(solver):
    """Least squares on the Dirac-GAN leaves so fast that its losses are not finite before the cut."""
    asked = {"game": "dirac", "objective": "lsgan", "x": 3.0, "y": 3.0, "step": 0.3}
    found = played(ToyAsked(rounds=400, solvers=(solver,), **asked))["paths"][solver]
    assert found["far"] and len(found["points"]) > 3
    short = path(solver, rounds=2, **asked)
    np.testing.assert_array_equal(found["points"][:3], short)


@pytest.mark.parametrize(
    ("objective", "penalty"),
    [(each, "none") for each in choices()["objectives"]]
    + [("wgan", each) for each in choices()["penalties"]],
)
def test_every_dirac_gan_is_played(objective, penalty):
    asked = ToyAsked(game="dirac", objective=objective, penalty=penalty, rounds=1, adam=True)
    found = played(asked)
    assert np.isfinite(found["field"]["move"]).all()
    assert len(found["paths"]) == 5


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"game": "sadle"}, "did you mean 'saddle'"),
        ({"rounds": 401}, "rounds"),
        ({"step": 0.0}, "step"),
        ({"x": float("inf")}, "x is beyond all bounds"),
        ({"solvers": ("adam",)}, "unknown value of solvers\\[0\\] 'adam'"),
        ({"objective": "xyz"}, "unknown value of objective 'xyz'"),
        ({"penalty": "xyz"}, "unknown value of penalty 'xyz'"),
        ({"solvers": ("consensus",) * 6}, "solvers holds 6: give 0 to 5"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(asked, said):
    with pytest.raises(InputError, match=said):
        read(asked, ToyAsked)


def test_over_http(studio):
    answer = studio.post("/api/toy", json={"game": "saddle", "rounds": 3})
    assert answer.status_code == 200
    assert len(answer.json()["paths"]["consensus"]["points"]) == 4
    assert studio.post("/api/toy", json={"rounds": 1e9}).status_code == 400
    assert studio.post("/api/toy", json={"rounds": 3, "steps": 1}).status_code == 400
    assert set(studio.get("/api/toy").json()["games"]) == {"saddle", "bilinear", "pursuit", "dirac"}
