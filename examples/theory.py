"""What the theory says about two Gaussians, in numbers: divergences, the best D, transport, a game."""

import numpy as np

import zerosum as zs

theory = zs.theory
data, generator = theory.gaussian(0.0, 1.0), theory.gaussian(1.0, 1.0)

for which in (theory.KL, theory.JENSEN_SHANNON, theory.TOTAL_VARIATION, theory.PEARSON):
    print(f"{which.name:16} {theory.divergence_between(which, data, generator):.12f}")

best = theory.optimal_discriminator(data, generator)
print("D* at 0, ½, 1:", best(np.array([0.0, 0.5, 1.0])).round(6))
print("C(G), never below -log 4:", theory.generator_criterion(data, generator))

# what moving one heap of earth onto another costs, and which grain goes where
moved = theory.transport(np.array([[0.0], [1.0]]), np.array([[3.0], [5.0]]))
print("W1 =", moved.distance, "plan:", moved.plan.tolist())

# nobody gains by leaving this mixture of rock, paper and scissors
game = theory.solve_matrix_game(np.array([[0.0, 1.0, -1.0], [-1.0, 0.0, 1.0], [1.0, -1.0, 0.0]]))
print("value", game.value, "play", game.x.round(3))
for solver in (theory.motion.simultaneous_on_bilinear, theory.motion.optimistic_on_bilinear):
    print(solver.__name__, "changes the distance to rest by", round(solver(0.3), 6), "a round")
