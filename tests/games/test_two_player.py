"""The game's losses and gradients are those of a loop written out by hand, in every combination."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.func import functional_call, grad, vmap
from torch.testing import assert_close

from tests.games import by_hand
from zerosum import noise
from zerosum.games.protocol import Draw, Game
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.maxout import MaxoutDiscriminator
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.penalties.gradient_penalty import WGAN_GP
from zerosum.penalties.zero_centred import R1, R2
from zerosum.recipes.tables import OBJECTIVES, PENALTIES

BATCH, LATENT, EVENT, CLASSES = 6, 3, (2, 2), 4
TOLERANCE = {"rtol": 1e-10, "atol": 1e-12}
WEIGHT = 0.7


def networks(classes=0, seed=0):
    """A smooth generator and discriminator in float64."""
    torch.manual_seed(seed)
    generator = MLPGenerator(
        latent=LATENT, event_shape=EVENT, width=5, depth=1, classes=classes, activation="tanh"
    )
    discriminator = MLPDiscriminator(
        event_shape=EVENT, width=7, depth=2, classes=classes, activation="softplus"
    )
    return {"generator": generator.double(), "discriminator": discriminator.double()}


def draw(classes=0, key=11, batch=BATCH):
    label = noise.integers(key + 3, (batch,), classes) if classes else None
    real = 2 + noise.normal(key + 1, (batch, *EVENT), dtype=torch.float64)
    latent = noise.normal(key + 2, (batch, LATENT), dtype=torch.float64)
    return Draw(real, latent, label, torch.tensor(key))


def gradients(loss, module):
    """Gradients by parameter name; None where there is none."""
    names, parameters = zip(*module.named_parameters(), strict=True)
    return dict(zip(names, torch.autograd.grad(loss, parameters, allow_unused=True), strict=True))


class Recording:
    """A network that notes what it is called with."""

    def __init__(self, module):
        self.module, self.calls = module, []

    def __call__(self, *arguments):
        self.calls.append(arguments)
        return self.module(*arguments)


def recorded(classes=0):
    return {name: Recording(module) for name, module in networks(classes).items()}


def assert_same_turn(game, player, nets, at, coefficients, expected):
    outcome = game.loss(player, nets, at, coefficients)
    assert_close(outcome.loss, expected, **TOLERANCE)
    assert outcome.loss.dtype == torch.float64
    mine, theirs = gradients(outcome.loss, nets[player]), gradients(expected, nets[player])
    assert_close(mine, theirs, **TOLERANCE)
    assert sum(g.abs().sum() for g in theirs.values()) > 1e-3


def test_is_a_game():
    game = TwoPlayer(MINIMAX, discriminator_steps=3)
    assert isinstance(game, Game)
    assert game.players == ("discriminator", "generator")
    assert game.turns == ("discriminator",) * 3 + ("generator",)


@pytest.mark.parametrize("classes", [0, CLASSES])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_losses_and_gradients_are_those_written_by_hand(name, classes):
    nets, at = networks(classes), draw(classes)
    game = TwoPlayer(OBJECTIVES[name])
    expected = by_hand.discriminator_loss(name, *nets.values(), at)
    assert_same_turn(game, "discriminator", nets, at, {}, expected)
    expected = by_hand.generator_loss(name, *nets.values(), at)
    assert_same_turn(game, "generator", nets, at, {}, expected)


@pytest.mark.parametrize("joint", [False, True], ids=["apart", "jointly"])
@pytest.mark.parametrize("name", PENALTIES)
def test_penalties_are_those_of_double_backward(name, joint):
    nets, at = networks(CLASSES), draw(CLASSES)
    seen = []

    def points(real, fake, key):
        seen.append(PENALTIES[name].points(real, fake, key))
        return seen[-1]

    penalty = PENALTIES[name]
    penalty = replace(penalty, points=points) if penalty.points else penalty
    game = TwoPlayer(NONSATURATING, penalties=(penalty,), joint_pass=joint)
    outcome = game.loss("discriminator", nets, at, {name: WEIGHT})

    fake = nets["generator"](at.latent, at.label).detach()
    where = {"real": at.real, "fake": fake}.get(penalty.at, seen[0] if seen else None)
    terms = ((name, WEIGHT, where),)
    expected = by_hand.discriminator_loss("ns", *nets.values(), at, terms)
    assert_close(outcome.loss, expected, **TOLERANCE)
    mine = gradients(outcome.loss, nets["discriminator"])
    theirs = gradients(expected, nets["discriminator"])
    assert_close(mine, theirs, **TOLERANCE)
    plain = by_hand.discriminator_loss("ns", *nets.values(), at)
    term = outcome.record[f"penalty/{name}"]
    assert_close(plain + WEIGHT * term, outcome.loss, **TOLERANCE)
    assert term > 1e-4  # or the comparison would say nothing of the penalty


def test_several_penalties_add_up_and_have_points_of_their_own():
    nets, at = networks(), draw()
    seen = {}

    def spying(name):
        def points(real, fake, key):
            seen[name] = PENALTIES["wgan-gp"].points(real, fake, key)
            return seen[name]

        return replace(WGAN_GP, name=name, points=points)

    game = TwoPlayer(RELATIVISTIC_PAIRING, (R1, spying("a"), R2, spying("b")))
    weights = {"r1": 0.3, "a": 0.5, "r2": 0.7, "b": 1.1}
    fake = nets["generator"](at.latent).detach()
    outcome = game.loss("discriminator", nets, at, weights)
    terms = (("r1", 0.3, at.real), ("a", 0.5, seen["a"]), ("r2", 0.7, fake), ("b", 1.1, seen["b"]))
    expected = by_hand.discriminator_loss("rp", *nets.values(), at, terms)
    assert_close(outcome.loss, expected, **TOLERANCE)
    assert (seen["a"] - seen["b"]).abs().max() > 0.01


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_joint_pass_gives_the_numbers_of_two(name):
    nets, at = networks(CLASSES), draw(CLASSES)
    weights, gammas = {"r1": 0.4, "r2": 1.6, "wgan-gp": 2.0}, (R1, WGAN_GP, R2)
    apart = TwoPlayer(OBJECTIVES[name], gammas).loss("discriminator", nets, at, weights)
    game = TwoPlayer(OBJECTIVES[name], gammas, joint_pass=True)
    jointly = game.loss("discriminator", nets, at, weights)
    assert_close(jointly.loss, apart.loss, **TOLERANCE)
    assert_close(jointly.record, apart.record, **TOLERANCE)
    assert_close(
        gradients(jointly.loss, nets["discriminator"]),
        gradients(apart.loss, nets["discriminator"]),
        **TOLERANCE,
    )


def test_a_joint_pass_is_one_call():
    nets, at = recorded(), draw()
    game = TwoPlayer(RELATIVISTIC_PAIRING, (R1, R2), joint_pass=True)
    game.loss("discriminator", nets, at, {"r1": 1.0, "r2": 1.0})
    assert len(nets["discriminator"].calls) == 1
    nets = recorded()
    TwoPlayer(RELATIVISTIC_PAIRING, (R1, R2)).loss(
        "discriminator", nets, at, {"r1": 1.0, "r2": 1.0}
    )
    assert len(nets["discriminator"].calls) == 2  # R1 and R2 share the loss's own passes


@pytest.mark.parametrize("joint", [False, True])
def test_the_discriminators_turn_leaves_the_generator_alone(joint):
    nets, at = networks(), draw()
    game = TwoPlayer(RELATIVISTIC_PAIRING, (R1, R2, WGAN_GP), joint_pass=joint)
    weights = {"r1": 1.0, "r2": 1.0, "wgan-gp": 1.0}
    game.loss("discriminator", nets, at, weights).loss.backward()
    assert all(p.grad is None for p in nets["generator"].parameters())
    assert all(p.grad is not None for p in nets["discriminator"].hidden.parameters())


def test_samples_with_a_graph_are_cut_from_it_in_the_discriminators_turn():
    nets, at = networks(), draw()
    fake = nets["generator"](at.latent)  # as shared samples come: with their graph
    shared = nets | {"generator": lambda latent, label: fake}
    game = TwoPlayer(NONSATURATING, (R2, WGAN_GP))
    loss = game.loss("discriminator", shared, at, {"r2": 1.0, "wgan-gp": 1.0}).loss
    assert all(g is None for g in gradients(loss, nets["generator"]).values())


def test_in_the_generators_turn_the_real_pass_has_no_graph():
    nets, at = networks(), draw()
    real = at.real.clone().requires_grad_(True)
    outcome = TwoPlayer(RELATIVISTIC_PAIRING).loss("generator", nets, replace(at, real=real), {})
    assert torch.autograd.grad(outcome.loss, real, allow_unused=True) == (None,)


def test_only_a_pairing_objective_judges_real_rows_in_the_generators_turn():
    for objective, passes in ((RELATIVISTIC_PAIRING, 2), (NONSATURATING, 1)):
        nets = recorded()
        TwoPlayer(objective).loss("generator", nets, draw(), {})
        assert len(nets["discriminator"].calls) == passes


def test_the_generators_relativistic_loss_moves_with_the_real_logits():
    nets, at = networks(), draw()
    far = replace(at, real=at.real + 3)
    game = TwoPlayer(RELATIVISTIC_PAIRING)
    losses = [game.loss("generator", nets, d, {}).loss for d in (at, far)]
    expected = [by_hand.generator_loss("rp", *nets.values(), d) for d in (at, far)]
    assert_close(losses, expected, **TOLERANCE)
    assert (losses[0] - losses[1]).abs() > 1e-3


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_labels_reach_both_networks(player):
    nets, at = recorded(CLASSES), draw(CLASSES)
    TwoPlayer(RELATIVISTIC_PAIRING, (WGAN_GP,)).loss(player, nets, at, {"wgan-gp": 1.0})
    for net in nets.values():
        assert net.calls
        assert all(torch.equal(call[1], at.label) for call in net.calls)


def test_labels_are_doubled_for_a_joint_pass():
    nets, at = recorded(CLASSES), draw(CLASSES)
    TwoPlayer(NONSATURATING, joint_pass=True).loss("discriminator", nets, at, {})
    (call,) = nets["discriminator"].calls
    assert torch.equal(call[1], torch.cat((at.label, at.label)))


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_instance_noise_reaches_both_sides(player):
    sigma, nets, at = 0.5, recorded(), draw(batch=2000)
    TwoPlayer(RELATIVISTIC_PAIRING).loss(player, nets, at, {"instance_noise": sigma})
    fake = nets["generator"].module(at.latent)
    seen = [call[0].detach() for call in nets["discriminator"].calls]
    real_seen, fake_seen = seen if player == "discriminator" else seen[::-1]
    added = (real_seen - at.real).flatten(), (fake_seen - fake.detach()).flatten()
    for noise_added in added:  # 8000 numbers: standard error of the deviation 0.004
        assert abs(noise_added.mean()) < 0.025
        assert abs(noise_added.std() - sigma) < 0.02
    assert abs(torch.corrcoef(torch.stack(added))[0, 1]) < 0.05


def test_instance_noise_keeps_the_generators_graph():
    nets, at = networks(), draw()
    outcome = TwoPlayer(WASSERSTEIN).loss("generator", nets, at, {"instance_noise": 0.3})
    assert all(g is not None for g in gradients(outcome.loss, nets["generator"]).values())
    silent = TwoPlayer(WASSERSTEIN).loss("generator", nets, at, {"instance_noise": 0.0})
    assert_close(silent.loss, by_hand.generator_loss("wgan", *nets.values(), at), **TOLERANCE)


def keys_of(player, nets, at):
    before = len(nets["discriminator"].calls)
    TwoPlayer(RELATIVISTIC_PAIRING).loss(player, nets, at, {"instance_noise": 0.1})
    return [int(call[2]) for call in nets["discriminator"].calls[before:]]


def test_dropout_keys_differ_between_sides_and_turns():
    nets, at, later = recorded(), draw(key=11), draw(key=2**40)
    keys = []
    for one in (at, later):  # both turns of a round may look at one draw
        keys += keys_of("discriminator", nets, one) + keys_of("generator", nets, one)
    assert len(keys) == len(set(keys)) == 8


def test_a_shared_draw_has_noise_of_its_own_in_each_turn():
    nets, at = recorded(), draw()
    for player in ("discriminator", "generator"):
        TwoPlayer(NONSATURATING).loss(player, nets, at, {"instance_noise": 1.0})
    fakes = [nets["discriminator"].calls[i][0] for i in (1, 2)]
    assert (fakes[0] - fakes[1]).abs().min() > 1e-6


def test_dropout_is_a_function_of_the_draws_key():
    torch.manual_seed(0)
    nets = networks() | {
        "discriminator": MaxoutDiscriminator(event_shape=EVENT, width=16, depth=2).double()
    }
    game = TwoPlayer(MINIMAX)
    losses = [game.loss("discriminator", nets, draw(key=11), {}).loss for _ in range(2)]
    other = game.loss("discriminator", nets, replace(draw(key=11), key=torch.tensor(12)), {}).loss
    assert torch.equal(*losses)
    assert not torch.equal(losses[0], other)


@pytest.mark.parametrize(
    ("objective", "real", "fake"),
    [(NONSATURATING, 4 / 6, 2 / 6), (OBJECTIVES["lsgan"], 3 / 6, 3 / 6)],
)
def test_accuracy_counts_the_rows_on_the_right_side(objective, real, fake):
    logits = {
        "real": torch.tensor([-1.0, -0.5, 0.2, 0.6, 0.7, 3.0]).double(),
        "fake": torch.tensor([-1.0, -0.1, 0.3, 0.6, 0.7, 3.0]).double(),
    }
    passes = iter(logits.values())
    nets = networks() | {"discriminator": lambda x, label, key: next(passes)}
    record = TwoPlayer(objective).loss("discriminator", nets, draw(), {}).record
    assert_close(record["accuracy/real"].double(), torch.tensor(real).double())
    assert_close(record["accuracy/fake"].double(), torch.tensor(fake).double())
    assert_close(record["logit/real"], logits["real"].mean())
    assert_close(record["logit/fake"], logits["fake"].mean())


def test_relativistic_accuracy_is_taken_from_the_middle_of_the_means():
    passes = iter(
        (torch.tensor([10.0, 12.0, 2.0]).double(), torch.tensor([4.0, 5.0, 9.0]).double())
    )
    nets = networks() | {"discriminator": lambda x, label, key: next(passes)}
    record = TwoPlayer(RELATIVISTIC_PAIRING).loss("discriminator", nets, draw(batch=3), {}).record
    assert_close([float(record[f"accuracy/{s}"]) for s in ("real", "fake")], [2 / 3, 2 / 3])


def test_records_hold_no_graph():
    nets, at = networks(), draw()
    game = TwoPlayer(RELATIVISTIC_PAIRING, (R1,))
    for player in game.players:
        record = game.loss(player, nets, at, {"r1": 1.0}).record
        assert not any(v.requires_grad for v in record.values())


def test_bfloat16_logits_give_a_float32_loss():
    nets, at = networks(), draw()
    rough = nets | {"discriminator": lambda *a: nets["discriminator"](*a).bfloat16()}
    assert TwoPlayer(MINIMAX).loss("discriminator", rough, at, {}).loss.dtype == torch.float32


MEMBERS = 3
MANY = [
    ("mm", ()), ("rp", ("r1", "r2")), ("wgan", ("wgan-gp",)), ("ns", ("dragan-code",)),
]  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("player", ["discriminator", "generator"])
@pytest.mark.parametrize(("objective", "names"), MANY, ids=[m[0] for m in MANY])
def test_vmap_over_members_gives_each_members_own_gradients(objective, names, player):
    members = [networks(CLASSES, seed=i) for i in range(MEMBERS)]
    draws = [draw(CLASSES, key=100 + 7 * i) for i in range(MEMBERS)]
    game = TwoPlayer(
        OBJECTIVES[objective], tuple(PENALTIES[n] for n in names), joint_pass=objective == "rp"
    )
    weights = dict.fromkeys(names, 0.5) | {"instance_noise": 0.1}
    other = next(p for p in game.players if p != player)

    def loss(own, others, at):
        bound = {player: own, other: others}
        nets = {
            name: lambda *a, _n=name: functional_call(members[0][_n], bound[_n], a)
            for name in game.players
        }
        return game.loss(player, nets, Draw(*at), weights).loss

    def stacked(name):
        each = [dict(m[name].named_parameters()) for m in members]
        return {k: torch.stack([e[k].detach() for e in each]) for k in each[0]}

    at = tuple(
        torch.stack([getattr(d, f) for d in draws]) for f in ("real", "latent", "label", "key")
    )
    found = vmap(grad(loss))(stacked(player), stacked(other), at)
    for i, (member, one) in enumerate(zip(members, draws, strict=True)):
        own = gradients(game.loss(player, member, one, weights).loss, member[player])
        own = {k: torch.zeros_like(found[k][i]) if g is None else g for k, g in own.items()}
        assert_close({k: g[i] for k, g in found.items()}, own, rtol=1e-10, atol=1e-11)


def linear_networks():
    """a(x) = w x + b and G(z) = u z + v on the line, with their four numbers."""
    generator = MLPGenerator(latent=1, event_shape=(1,), width=1, depth=0).double()
    discriminator = MLPDiscriminator(event_shape=(1,), width=1, depth=0).double()
    numbers = {"u": 0.6, "v": -0.4, "w": 1.3, "b": 0.2}
    values = torch.tensor(list(numbers.values()), dtype=torch.float64)
    with torch.no_grad():
        for p, v in zip(
            (*generator.parameters(), *discriminator.parameters()), values, strict=True
        ):
            p.fill_(v)
    return {"generator": generator, "discriminator": discriminator}, numbers


def test_minimax_gradients_of_linear_players_are_the_derived_ones():
    nets, n = linear_networks()
    x, z = torch.tensor([[1.0, -0.5, 2.0], [0.3, -1.2, 0.8]], dtype=torch.float64)
    at = Draw(x[:, None], z[:, None], None, torch.tensor(1))
    fake = n["u"] * z + n["v"]
    d_real, d_fake = (1 / (1 + torch.exp(-(n["w"] * t + n["b"]))) for t in (x, fake))
    game = TwoPlayer(MINIMAX)
    found = gradients(game.loss("discriminator", nets, at, {}).loss, nets["discriminator"])
    by_w = (-(1 - d_real) * x + d_fake * fake).mean()
    by_b = (-(1 - d_real) + d_fake).mean()
    assert_close([g.reshape(()) for g in found.values()], [by_w, by_b], **TOLERANCE)
    found = gradients(game.loss("generator", nets, at, {}).loss, nets["generator"])
    by_u, by_v = (-d_fake * n["w"] * z).mean(), (-d_fake * n["w"]).mean()
    assert_close([g.reshape(()) for g in found.values()], [by_u, by_v], **TOLERANCE)


def test_wgan_gp_gradients_of_a_linear_critic_are_the_derived_ones():
    nets, n = linear_networks()
    x, z = torch.tensor([[1.0, -0.5, 2.0], [0.3, -1.2, 0.8]], dtype=torch.float64)
    at = Draw(x[:, None], z[:, None], None, torch.tensor(1))
    outcome = TwoPlayer(WASSERSTEIN, (WGAN_GP,)).loss("discriminator", nets, at, {"wgan-gp": 10.0})
    fake = n["u"] * z + n["v"]
    # the slope is w wherever it is measured: the penalty is (|w| - 1)^2
    assert_close(
        outcome.record["penalty/wgan-gp"], torch.tensor(0.09, dtype=torch.float64), **TOLERANCE
    )
    by_w, by_b = gradients(outcome.loss, nets["discriminator"]).values()
    assert_close(by_w.reshape(()), (fake - x).mean() + 10 * 2 * (1.3 - 1), **TOLERANCE)
    assert by_b.item() == 0  # a constant added to a critic changes nothing
