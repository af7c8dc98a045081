"""Populations of small games, and the same games alone."""

from __future__ import annotations

import torch

from tests.training.rounds import make, weights
from zerosum.training.member_draws import MemberDraw
from zerosum.training.member_plans import MemberPlans
from zerosum.training.population import play_members
from zerosum.training.stacked import stack


class Stacked:
    """The draws of some rounds, stacked here by hand."""

    def __init__(self, somes):
        self._somes = somes

    def step(self, number):
        made, turns = {}, []
        each = [some.draw(number) for some in self._somes]
        for turn in range(len(each[0])):
            key = id(each[0][turn][0])
            if key not in made:
                draws = [member[turn][0] for member in each]
                fields = {
                    f: None
                    if getattr(draws[0], f) is None
                    else torch.stack([getattr(d, f) for d in draws])
                    for f in ("real", "latent", "label", "key")
                }
                made[key] = MemberDraw(**fields)
            turns.append(made[key])
        return turns


class Crowd:
    """B members of a recipe, with what each is varied by; `over` is laid on all."""

    def __init__(self, recipe, count, vary=(), dtype=torch.float64, first=0, fast=True, **over):
        vary = vary or [{}] * count
        self.over = [{**over, **v, "seed": first + i} for i, v in enumerate(vary)]
        self.recipe, self.dtype = recipe, dtype
        self.somes = [make(recipe, dtype=dtype, **o) for o in self.over]
        self.members = stack([s.state for s in self.somes], fast=fast)
        self.plans = MemberPlans(
            [s.plan for s in self.somes], [s.state.optimizers for s in self.somes]
        )
        self.draws = Stacked(self.somes)

    def play(self, rounds):
        record = {}
        for _ in range(rounds):
            step = self.draws.step(self.members.step)
            record = play_members(self.somes[0].game, self.members, self.plans, step)
        return record

    def alone(self, number, rounds):
        some = make(self.recipe, dtype=self.dtype, **self.over[number])
        some.play(rounds)
        return some.state

    def difference(self, number, rounds):
        """The largest difference of any weight or average between a member and the same GAN alone."""
        state, found = self.alone(number, rounds), []
        for player, module in state.networks.items():
            mine = self.members.weights[player]
            found += [
                (mine[k][number].detach() - v).abs().max() for k, v in weights(module).items()
            ]
        for player, module in state.averages.items():
            mine = self.members.averages[player]
            found += [(mine[k][number] - v).abs().max() for k, v in weights(module).items()]
        return float(torch.stack(found).max())
