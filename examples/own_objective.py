"""A formulation of one's own is data and two functions of logits; here: an exponential loss."""

from dataclasses import replace

import torch

from zerosum.objectives.objective import Objective
from zerosum.runs.job import prepare


def discriminator(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """Return exp(-a(x)/2) + exp(a(x')/2), shape (batch,): AdaBoost's loss with margins halved."""
    return torch.exp(-real / 2) + torch.exp(fake / 2)


def generator(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """Return exp(-a(x')/2), shape (batch,)."""
    return torch.exp(-fake / 2)


BOOST = Objective("boost", discriminator, generator, zero_sum=False, source="this file")

job = prepare("gaussian", recipe="ns-r1", settings={"run": {"steps": 300}})
job = replace(job, game=replace(job.game, objective=BOOST))
print(job.run())

samples = job.generator().sample(5000, seed=0)
print(f"mean {samples.mean():.2f} (data: 0), standard deviation {samples.std():.2f} (data: 1)")
