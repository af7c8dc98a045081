"""What a visitor may choose, and what it means."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.recipes import tables
from zerosum.studio.game.choice import Choice, read
from zerosum.studio.game.endpoints import choices
from zerosum.studio.game.rules import PENALTIES, prepared, settings


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"data": "rung"}, "did you mean 'ring'"),
        ({"data": "../../etc/passwd"}, "unknown value of data"),
        ({"widht_g": 3}, "width_g"),
        ({"k": 21}, "k is 21: give 1 to 20"),
        ({"lr_g": float("nan")}, "lr_g"),
        ({"width_d": 257}, "width_d"),
        ({"latent": 17}, "latent"),
        ({"data": "drawn"}, "0 points were drawn"),
        ({"data": "drawn", "points": [1.0] * 4004}, "2,002 points"),
        ({"data": "drawn", "points": [1.0, 2.0] * 10 + [3.0]}, "10 points"),
        ({"data": "drawn", "points": [1e9, 0.0] * 20}, r"points\[0\] is 1e\+09: give -100 to 100"),
        ({"data": "drawn", "points": [0.5, 0.1] * 20}, "further apart"),
        ({"data": "drawn", "points": [0.5, 1.0, 0.5, 2.0] * 10}, "further apart"),
        ({"data": "drawn", "points": [1.0, 2.0, 3.0, 4.0] * 4}, "8 points were drawn"),
        ({"data": "drawn-line", "points": [1.0, 2.0] * 1500}, "3,000 points were drawn"),
        ({"points": "somewhere"}, "points"),
    ],
    ids=lambda given: given if isinstance(given, str) else "values",
)
def test_what_cannot_be_is_refused_in_a_sentence(values, said):
    with pytest.raises(InputError, match=said):
        read(values)


def test_every_choice_of_the_page_can_be_made():
    known = choices()
    for objective in known["objectives"]:
        assert prepared(read({"objective": objective, "penalty": "r1"})).game
    for divergence in known["divergences"]:
        prepared(read({"objective": "fgan", "divergence": divergence}))
    for penalty in PENALTIES:
        prepared(read({"objective": "ns", "penalty": penalty}))
    for solver in tables.SOLVERS:
        prepared(read({"solver": solver}))


@pytest.mark.parametrize("data", ["drawn", "drawn-line"])
def test_few_points_can_be_learnt(data):
    points = [float(i % 7) - 0.3 * (i % 3) for i in range(24)]
    job = prepared(read({"data": data, "points": points}))
    assert job.plan.batch == len(job.trained) < 24
    assert read({"data": data, "points": points}).dimensions == (2 if data == "drawn" else 1)


def test_networks_are_shared_by_what_they_are_made_of():
    assert Choice().network("generator") == Choice(width_d=3).network("generator")
    assert Choice().network("discriminator") == Choice(latent=9).network("discriminator")
    assert Choice().network("generator") != Choice(latent=9).network("generator")


def test_every_number_of_a_choice_gets_where_it_belongs():
    choice = Choice(
        lr_g=0.01, lr_d=0.02, width_g=3, width_d=4, depth_g=1, depth_d=2, weight=7.0, k=5, clip=0.5,
        consensus=0.3, noise=0.6, spectral=True, seed=8, latent=9, penalty="r1+r2", solver="consensus",
    )  # fmt: skip
    found = settings(choice)
    players = ("generator", "discriminator")
    assert [found[f"{player}_optimizer"]["lr"] for player in players] == [0.01, 0.02]
    assert [(found[player]["width"], found[player]["depth"]) for player in players] == [
        (3, 1),
        (4, 2),
    ]
    assert (found["seed"], found["latent"]) == (8, 9)
    assert found["game"] == {
        "objective": "rp", "penalties": [{"name": "r1", "weight": 7.0}, {"name": "r2", "weight": 7.0}],
        "discriminator_steps": 5, "solver": "consensus", "consensus": 0.3, "clip": 0.5,
        "spectral": True, "instance_noise": 0.6,
    }  # fmt: skip
