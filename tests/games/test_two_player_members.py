"""The game under vmap: many members at once have the gradients each has alone."""

from __future__ import annotations

import pytest
import torch
from torch.func import functional_call, grad, vmap
from torch.testing import assert_close

from tests.games.small import CLASSES, draw, gradients, networks
from zerosum.games.protocol import Draw
from zerosum.games.two_player import TwoPlayer
from zerosum.recipes.tables import OBJECTIVES, PENALTIES

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
