"""A game goes on by rounds, by moves or through changes, and nobody who watches moves it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from zerosum.errors import InputError
from zerosum.studio.game import picture
from zerosum.studio.game.arena import Arena
from zerosum.studio.game.choice import Choice
from zerosum.studio.game.judge import Judge
from zerosum.studio.game.match import Match
from zerosum.studio.game.rules import prepared

SMALL = Choice(width_g=8, width_d=8, depth_g=1, depth_d=1)


def weights(arena: Arena) -> list[torch.Tensor]:
    return [
        value.clone()
        for network in arena.job.state.networks.values()
        for value in network.state_dict().values()
    ]


def same(a: list[torch.Tensor], b: list[torch.Tensor]) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def changed(arena: Arena, choice: Choice) -> tuple[str, ...]:
    return arena.change(choice, prepared(choice))


@pytest.mark.parametrize(
    "choice",
    [
        SMALL,
        replace(SMALL, k=3),
        replace(SMALL, objective="wgan", penalty="wgan-gp", weight=10.0, k=2),
        replace(SMALL, objective="hinge", penalty="none", spectral=True, noise=0.1),
        replace(SMALL, optimizer="rmsprop", clip=0.1, penalty="none"),
    ],
    ids=["rp", "k=3", "wgan-gp", "spectral", "clip"],
)
def test_moves_of_a_round_are_the_round(choice):
    whole, by_moves, mixed = Arena(choice), Arena(choice), Arena(choice)
    for i in range(4):
        whole.round()
        players = [by_moves.move() for _ in range(choice.k + 1)]
        assert players == ["discriminator"] * choice.k + ["generator"]
        if i % 2:
            mixed.move()  # begun by a move, ended as a round
        mixed.round()
    assert whole.step == by_moves.step == mixed.step == 4
    assert same(weights(whole), weights(by_moves))
    assert same(weights(whole), weights(mixed))
    assert whole.record == by_moves.record


def test_a_move_of_one_player_moves_only_that_player():
    arena = Arena(SMALL)
    before = [p.clone() for p in arena.job.state.networks["generator"].parameters()]
    arena.move_of("discriminator")
    assert same(before, list(arena.job.state.networks["generator"].parameters()))
    arena.move_of("generator")
    assert not same(before, list(arena.job.state.networks["generator"].parameters()))


def test_who_watches_changes_nothing():
    watched, alone = Match([SMALL]), Match([SMALL])
    judge = Judge(lambda kind, header: None)
    fixed = picture.still(watched)
    try:
        for _ in range(6):
            watched.round()
            picture.moving(watched, fixed)
            judge.ask(watched, fixed["box"])
            alone.round()
    finally:
        judge.close()
    assert same(weights(watched.arenas[0]), weights(alone.arenas[0]))


def test_a_watched_round_played_by_moves_is_the_same():
    watched, alone = Match([SMALL]), Match([SMALL])
    fixed = picture.still(watched)
    for _ in range(3):
        watched.move()
        picture.moving(watched, fixed)
        watched.move()
        alone.round()
    assert same(weights(watched.arenas[0]), weights(alone.arenas[0]))


def test_solvers_that_move_both_at_once_have_no_single_moves():
    arena = Arena(replace(SMALL, solver="extragradient"))
    with pytest.raises(InputError, match="moves both players at once"):
        arena.move()
    arena.round()
    assert arena.step == 1


@pytest.mark.parametrize(
    ("what", "anew"),
    [
        ({"objective": "ns", "penalty": "none"}, ()),
        ({"lr_g": 0.01, "k": 2}, ()),
        ({"solver": "optimistic"}, ()),
        ({"optimizer": "sgd"}, ()),
        ({"data": "moons"}, ()),
        ({"width_d": 16}, ("discriminator",)),
        ({"depth_g": 2}, ("generator",)),
        ({"latent": 3}, ("generator",)),
        ({"seed": 1}, ("generator", "discriminator")),
        ({"data": "bimodal"}, ("generator", "discriminator")),
    ],
    ids=str,
)
def test_a_change_keeps_the_weights_that_it_can(what, anew):
    arena = Arena(SMALL)
    for _ in range(3):
        arena.round()
    before = {n: [p.clone() for p in w.parameters()] for n, w in arena.job.state.networks.items()}
    assert sorted(changed(arena, replace(SMALL, **what))) == sorted(anew)
    assert arena.step == (0 if len(anew) == 2 else 3)
    for name, network in arena.job.state.networks.items():
        if name not in anew:
            assert same(before[name], list(network.parameters()))
    arena.round()


def test_a_change_back_to_the_same_rules_changes_nothing():
    """Adam's moments and the averages are carried over as well."""
    arena, untouched = Arena(SMALL), Arena(SMALL)
    for each in (arena, untouched):
        for _ in range(3):
            each.round()
    changed(arena, replace(SMALL, weight=5.0))
    changed(arena, SMALL)
    for each in (arena, untouched):
        for _ in range(3):
            each.round()
    assert same(weights(arena), weights(untouched))


def test_a_change_in_the_middle_of_a_round_begins_it_again():
    arena = Arena(SMALL)
    arena.round()
    arena.move()
    changed(arena, replace(SMALL, lr_g=0.002))
    assert arena.move() == "discriminator"
    assert arena.step == 1


def test_a_combination_that_cannot_work_leaves_every_game_as_it_was():
    match = Match([SMALL, replace(SMALL, objective="ns")])
    match.round()
    before = [weights(arena) for arena in match.arenas]
    impossible = replace(SMALL, solver="optimistic", clip=0.1)
    with pytest.raises(InputError, match="optimistic"):
        match.change([replace(SMALL, width_d=16), impossible])
    assert match.choices == [SMALL, replace(SMALL, objective="ns")]
    assert all(same(b, weights(a)) for b, a in zip(before, match.arenas, strict=True))


def test_two_games_start_from_the_same_weights_and_see_the_same_data():
    match = Match([SMALL, replace(SMALL, objective="ns", data="moons", seed=5)])
    a, b = match.arenas
    assert (b.choice.data, b.choice.seed) == (a.choice.data, a.choice.seed)
    assert same(weights(a), weights(b))
    assert torch.equal(a.job.draws.step(3)[0][0].real, b.job.draws.step(3)[0][0].real)
    match.round()
    assert (a.step, b.step) == (1, 1)
    assert not same(weights(a), weights(b))


def test_a_second_game_begins_both_anew():
    match = Match([SMALL])
    match.round()
    match.change([SMALL, replace(SMALL, objective="ns")])
    assert [arena.step for arena in match.arenas] == [0, 0]
    assert same(weights(match.arenas[0]), weights(Arena(SMALL)))
    assert "same seed" in match.notes[0]


def test_again_returns_to_the_first_weights():
    match = Match([SMALL])
    first = weights(match.arenas[0])
    match.round()
    match.again()
    assert match.step == 0
    assert same(first, weights(match.arenas[0]))


@pytest.mark.parametrize(
    ("what", "note"),
    [
        ({"objective": "ns"}, "The weights were kept."),
        ({"width_d": 4}, "D's network was started anew, the other's weights were kept."),
        ({"depth_g": 2}, "G's network was started anew, the other's weights were kept."),
        ({"seed": 3}, "Both networks were started anew."),
    ],
    ids=str,
)
def test_a_change_says_whose_weights_were_kept(what, note):
    match = Match([SMALL])
    match.round()
    rows = match.arenas[0].job.state.seen
    match.change([replace(SMALL, **what)])
    assert match.notes == [note]
    assert match.arenas[0].job.state.seen == (0 if "Both" in note else rows) and rows > 0
    match.again()
    assert match.notes == [""]


def test_two_games_by_one_clock_where_one_has_no_single_moves():
    match = Match([SMALL, replace(SMALL, solver="extragradient")])
    before = [weights(arena) for arena in match.arenas]
    with pytest.raises(InputError, match="moves both players at once"):
        match.move_of("generator")
    assert all(same(b, weights(a)) for b, a in zip(before, match.arenas, strict=True))
    match.move()
    assert [arena.moved for arena in match.arenas] == ["discriminator", "round"]


def test_two_games_see_the_same_drawn_points():
    points = tuple(float(i % 7) - 0.3 * (i % 3) for i in range(40))
    drawn = replace(SMALL, data="drawn", points=points)
    match = Match([drawn, replace(SMALL, data="drawn", points=points[::-1])])
    assert [choice.points for choice in match.choices] == [points, points]
