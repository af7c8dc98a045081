"""The parts without the estimator: a game, its state and its rounds, on the eight-mode ring."""

import torch

from zerosum.data.load import load
from zerosum.metrics.modes import mode_statistics
from zerosum.runs.job import prepare
from zerosum.training.step import play_round

torch.set_num_threads(1)
ring = load("ring")
job = prepare(ring, recipe="r3gan", settings={"run": {"steps": 400}})

for step in range(job.plan.steps):
    record = play_round(job.game, job.state, job.plan, job.draws.step(step))
    if step % 100 == 0:
        loss = {player: float(record[f"{player}/loss"]) for player in job.game.players}
        print(f"step {step}: {loss}")

samples = job.generator().sample(2500, seed=0)
found = mode_statistics(samples, ring.toy.modes, ring.toy.scale)
print(f"{found.found} of {found.total} modes, {found.high_quality.value:.1%} within 3 sigma")
