"""`zs.theory`: the mathematics of GANs as functions of densities and arrays.

Nothing here knows a network or a run. Densities on the real line are `Density` objects, made by
`gaussian`, `uniform`, `mixture` and `density`; distributions on a finite alphabet are rows of
probabilities; how players move is in `motion`. What is not a distribution is refused with a sentence
that names the argument.
"""

from zerosum.theory import motion
from zerosum.theory.annealing import (
    Annealed,
    Annealing,
    Bracket,
    annealed_log_likelihood,
    bracket_log_likelihood,
    sigmoid_temperatures,
)
from zerosum.theory.density import Density, density, gaussian, integrate, mixture, uniform
from zerosum.theory.discriminator import (
    Descent,
    discriminator_value,
    generator_criterion,
    mirror_descent,
    optimal_discriminator,
    optimal_logits,
)
from zerosum.theory.divergences import (
    GAN,
    JEFFREYS,
    JENSEN_SHANNON,
    KL,
    NEYMAN,
    PEARSON,
    REVERSE_KL,
    SQUARED_HELLINGER,
    TOTAL_VARIATION,
    FDivergence,
    alpha,
    divergence,
    divergence_between,
    optimal_t,
    variational_bound,
    variational_bound_between,
)
from zerosum.theory.empirical import (
    KOLMOGOROV_MEAN,
    KOLMOGOROV_VARIANCE,
    dkw_band,
    mean_distance,
    probability_within,
)
from zerosum.theory.games import (
    Equilibrium,
    bilinear,
    duality_gap,
    max_min,
    min_max,
    pursuit,
    saddle,
    solve_matrix_game,
)
from zerosum.theory.linear_gaussian import linear_gaussian_log_likelihood
from zerosum.theory.parzen import ParzenScore, parzen_log_density, parzen_score
from zerosum.theory.pushforward import pushforward
from zerosum.theory.segments import SegmentDistances, grain_distances, segment_distances
from zerosum.theory.transport import Potential, Transport, northwest_corner, potential, transport

__all__ = [
    "GAN",
    "JEFFREYS",
    "JENSEN_SHANNON",
    "KL",
    "KOLMOGOROV_MEAN",
    "KOLMOGOROV_VARIANCE",
    "NEYMAN",
    "PEARSON",
    "REVERSE_KL",
    "SQUARED_HELLINGER",
    "TOTAL_VARIATION",
    "Annealed",
    "Annealing",
    "Bracket",
    "Density",
    "Descent",
    "Equilibrium",
    "FDivergence",
    "ParzenScore",
    "Potential",
    "SegmentDistances",
    "Transport",
    "alpha",
    "annealed_log_likelihood",
    "bilinear",
    "bracket_log_likelihood",
    "density",
    "discriminator_value",
    "divergence",
    "divergence_between",
    "dkw_band",
    "duality_gap",
    "gaussian",
    "generator_criterion",
    "grain_distances",
    "integrate",
    "linear_gaussian_log_likelihood",
    "max_min",
    "mean_distance",
    "min_max",
    "mirror_descent",
    "mixture",
    "motion",
    "northwest_corner",
    "optimal_discriminator",
    "optimal_logits",
    "optimal_t",
    "parzen_log_density",
    "parzen_score",
    "potential",
    "probability_within",
    "pursuit",
    "pushforward",
    "saddle",
    "segment_distances",
    "sigmoid_temperatures",
    "solve_matrix_game",
    "transport",
    "uniform",
    "variational_bound",
    "variational_bound_between",
]
