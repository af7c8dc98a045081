"""The auxiliary classifier's terms, against cross-entropies written out by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch.func import functional_call, grad, vmap
from torch.testing import assert_close

from tests.games.small import CLASSES, EVENT, TOLERANCE, draw, gradients, networks
from zerosum.errors import InputError
from zerosum.games.auxiliary import classification, parts
from zerosum.games.protocol import Draw
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator
from zerosum.recipes.tables import OBJECTIVES, PENALTIES

WEIGHT = 0.6


def naming_networks(seed=0):
    """The small conditional generator against a smooth discriminator that says classes."""
    nets = networks(CLASSES, seed)
    torch.manual_seed(seed + 1)
    discriminator = MLPDiscriminator(
        event_shape=EVENT, width=7, depth=2, classes=CLASSES, auxiliary=True, activation="softplus"
    )
    return nets | {"discriminator": discriminator.double()}


def logit_only(nets):
    return nets | {"discriminator": lambda *a: nets["discriminator"](*a)[:, 0]}


def entropy_by_hand(numbers, label):
    """-log of the share that the label's class has of the exponentials, row by row."""
    rows = [
        -math.log(math.exp(r[y]) / sum(map(math.exp, r)))
        for r, y in zip(numbers, label, strict=True)
    ]
    return sum(rows) / len(rows)


def test_a_verdict_is_a_logit_and_a_number_a_class():
    verdict = torch.tensor([[5.0, 1.0, 2.0], [6.0, 3.0, 4.0]])
    logits, classes = parts(verdict)
    assert logits.tolist() == [5.0, 6.0] and classes.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert parts(torch.tensor([5.0, 6.0]))[1] is None


def test_cross_entropy_and_share_by_hand():
    numbers = torch.tensor([[0.0, 1.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 3.0]]).double()
    label = torch.tensor([1, 2, 2])
    loss, right = classification(numbers, label)
    expected = entropy_by_hand(numbers.tolist(), label.tolist())
    assert_close(float(loss), expected, rtol=1e-12, atol=0)
    assert_close(float(right), 2 / 3, rtol=1e-12, atol=0)


@pytest.mark.parametrize("joint", [False, True], ids=["apart", "jointly"])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_both_players_lose_the_classes_they_get_wrong(name, joint):
    """The discriminator on real and generated rows, the generator on its own."""
    nets, at = naming_networks(), draw(CLASSES)
    penalties = (PENALTIES["r1"], PENALTIES["wgan-gp"])
    weights = {"r1": 0.5, "wgan-gp": 0.3}
    game = TwoPlayer(OBJECTIVES[name], penalties, joint_pass=joint)
    numbers = {
        "real": nets["discriminator"](at.real)[:, 1:],
        "fake": nets["discriminator"](nets["generator"](at.latent, at.label))[:, 1:],
    }
    for player, sides in (("discriminator", ("real", "fake")), ("generator", ("fake",))):
        plain = game.loss(player, logit_only(nets), at, weights)
        found = game.loss(player, nets, at, weights | {"auxiliary": WEIGHT})
        terms = {s: entropy_by_hand(numbers[s].tolist(), at.label.tolist()) for s in sides}
        assert_close(
            found.loss.item(), plain.loss.item() + WEIGHT * sum(terms.values()), **TOLERANCE
        )
        for side in sides:
            of = "" if player == "generator" else f"/{side}"
            assert_close(float(found.record[f"class_loss{of}"]), terms[side], **TOLERANCE)
            right = (numbers[side].argmax(1) == at.label).double().mean()
            assert_close(found.record[f"class_accuracy{of}"], right, **TOLERANCE)
        assert {k: found.record[k] for k in plain.record} == plain.record
        slopes = gradients(found.loss, nets[player])
        without = gradients(plain.loss, nets[player])
        assert any(not torch.equal(slopes[k], without[k]) for k in slopes)


@pytest.mark.parametrize("joint", [False, True], ids=["apart", "jointly"])
@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalty_is_on_the_slope_of_the_logit_alone(name, joint):
    nets, at = naming_networks(), draw(CLASSES)
    game = TwoPlayer(OBJECTIVES["ns"], (PENALTIES[name],), joint_pass=joint)
    found = game.loss("discriminator", nets, at, {name: 0.7, "auxiliary": WEIGHT})
    plain = game.loss("discriminator", logit_only(nets), at, {name: 0.7})
    assert_close(found.record[f"penalty/{name}"], plain.record[f"penalty/{name}"], **TOLERANCE)
    assert found.record[f"penalty/{name}"] > 1e-4


def test_the_logit_does_not_see_the_label():
    nets, at = naming_networks(), draw(CLASSES)
    verdicts = [nets["discriminator"](at.real, label) for label in (at.label, None)]
    assert torch.equal(*verdicts) and verdicts[0].shape == (len(at.real), 1 + CLASSES)


@pytest.mark.parametrize("nets", [networks(), naming_networks()], ids=["no classes", "no labels"])
def test_a_weight_without_classes_or_labels_is_refused_in_one_sentence(nets):
    at = draw()
    if "embedding" in str(nets["generator"]):
        nets = nets | {"generator": networks()["generator"]}
    for player in ("discriminator", "generator"):
        with pytest.raises(
            InputError, match=r"game\.auxiliary has a weight, but there are no labels"
        ):
            TwoPlayer(OBJECTIVES["ns"]).loss(player, nets, at, {"auxiliary": 1.0})


def test_both_players_go_down_the_same_cross_entropy():
    """The class terms are no zero-sum game: the generator's slope is that of getting its class right."""
    nets, at = naming_networks(), draw(CLASSES)
    game = TwoPlayer(OBJECTIVES["ns"])
    with_classes = gradients(
        game.loss("generator", nets, at, {"auxiliary": 1.0}).loss, nets["generator"]
    )
    without = gradients(game.loss("generator", nets, at, {}).loss, nets["generator"])
    fake = nets["generator"](at.latent, at.label)
    numbers = nets["discriminator"](fake)[:, 1:]
    picked = numbers.log_softmax(1)[torch.arange(len(at.label)), at.label]
    own = gradients(-picked.mean(), nets["generator"])
    assert_close({k: with_classes[k] - without[k] for k in own}, own, **TOLERANCE)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_members_under_vmap_have_their_own_gradients(player):
    nets, draws = naming_networks(), [draw(CLASSES, key=k) for k in (5, 6, 7)]
    game = TwoPlayer(OBJECTIVES["ns"], (PENALTIES["r1"],))
    own = {k: p.detach() for k, p in nets[player].named_parameters()}

    def loss(own, weight, *at):
        bound = nets | {player: lambda *a: functional_call(nets[player], own, a)}
        return game.loss(player, bound, Draw(*at), {"r1": 0.5, "auxiliary": weight}).loss

    fields = ("real", "latent", "label", "key")
    at = (torch.stack([getattr(d, f) for d in draws]) for f in fields)
    weights = torch.tensor([0.2, 0.7, 1.5]).double()
    found = vmap(grad(loss), in_dims=(None, 0, 0, 0, 0, 0))(own, weights, *at)
    for i, one in enumerate(draws):
        numbers = {"r1": 0.5, "auxiliary": float(weights[i])}
        alone = gradients(game.loss(player, nets, one, numbers).loss, nets[player])
        assert_close({k: g[i] for k, g in found.items()}, alone, rtol=1e-10, atol=1e-11)
