"""Name -> claim, by hand, in the order of the lectures' list; what is ours comes after it."""

from __future__ import annotations

from zerosum.claims import (
    disjoint_supports,
    duality_gap,
    empirical_cdf,
    f_divergences,
    jensen_shannon,
    kantorovich_rubinstein,
    learning_process,
    likelihood,
    minimax_theorem,
    mode_dropping,
    optimal_discriminator,
    parallel_segments,
    proposition_2,
    solvers,
    vanishing_gradient,
)
from zerosum.claims.claim import Claim

CLAIMS: dict[str, Claim] = {
    "optimal-discriminator": optimal_discriminator.CLAIM,
    "jensen-shannon": jensen_shannon.CLAIM,
    "proposition-2": proposition_2.CLAIM,
    "minimax-theorem": minimax_theorem.CLAIM,
    "solvers": solvers.CLAIM,
    "vanishing-gradient": vanishing_gradient.CLAIM,
    "parallel-segments": parallel_segments.CLAIM,
    "kantorovich-rubinstein": kantorovich_rubinstein.CLAIM,
    "f-divergences": f_divergences.CLAIM,
    "disjoint-supports": disjoint_supports.CLAIM,
    "likelihood": likelihood.CLAIM,
    "empirical-cdf": empirical_cdf.CLAIM,
    "mode-dropping": mode_dropping.CLAIM,
    "learning-process": learning_process.CLAIM,
    "duality-gap": duality_gap.CLAIM,
}
