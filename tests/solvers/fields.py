"""A field written by hand, with nothing of the library's training in it: two points, plain descent."""

from __future__ import annotations

import torch

PAYOFFS = {
    "xy": lambda x, y: x * y,
    "saddle": lambda x, y: x**2 - y**2 + x * y,
}


class Pair:
    """x descends f, y climbs it, each by `step` times its slope."""

    turns = ("x", "y")

    def __init__(self, payoff, step, point):
        self._payoff, self._step, self._kept = payoff, step, {}
        self.at = {
            name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
            for name, value in zip("xy", point, strict=True)
        }

    def loss(self, player, turn):
        value = self._payoff(self.at["x"], self.at["y"])
        return value if player == "x" else -value

    def differentiate(self, player, turn):
        loss = self.loss(player, turn)
        self.accept(player, loss, torch.autograd.grad(loss, [self.at[player]]))

    def accept(self, player, loss, gradients=None):
        [self.at[player].grad] = gradients

    def parameters(self, player):
        return [self.at[player]]

    @torch.no_grad()
    def move(self, player):
        self.at[player] -= self._step * self.at[player].grad
        self.at[player].grad = None

    def recall(self, player):
        return self._kept.get(player, [])

    def keep(self, player, tensors):
        self._kept[player] = tensors

    def where(self):
        return torch.stack([self.at["x"].detach(), self.at["y"].detach()]).clone()


class Noting(Pair):
    """A field that only notes what it is asked for, with any turns."""

    def __init__(self, turns, failing=None):
        super().__init__(PAYOFFS["xy"], 0.1, (1.0, 1.0))
        self.turns, self.seen, self._failing = turns, [], failing

    def differentiate(self, player, turn):
        self.seen.append(("differentiate", player, turn))
        if player == self._failing:
            raise FloatingPointError

    def move(self, player):
        self.seen.append(("move", player))


def path(solver, payoff, step, point, rounds):
    """The points of a play, (rounds + 1, 2)."""
    field = Pair(PAYOFFS[payoff], step, point)
    points = [field.where()]
    for _ in range(rounds):
        solver(field)
        points.append(field.where())
    return torch.stack(points)


def matrix(solver, payoff, step):
    """A memoryless round of a quadratic game as a linear map: where the two unit points go."""
    ends = [path(solver, payoff, step, p, 1)[1] for p in ((1.0, 0.0), (0.0, 1.0))]
    return torch.stack(ends, dim=1)
