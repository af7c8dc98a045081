"""Claim -> lesson, by hand; a test holds that every claim of the theory has one."""

from __future__ import annotations

from zerosum.studio.learn import (
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
from zerosum.studio.learn.lesson import Lesson

LESSONS: dict[str, Lesson] = {
    "optimal-discriminator": optimal_discriminator.LESSON,
    "jensen-shannon": jensen_shannon.LESSON,
    "proposition-2": proposition_2.LESSON,
    "minimax-theorem": minimax_theorem.LESSON,
    "solvers": solvers.LESSON,
    "vanishing-gradient": vanishing_gradient.LESSON,
    "parallel-segments": parallel_segments.LESSON,
    "kantorovich-rubinstein": kantorovich_rubinstein.LESSON,
    "f-divergences": f_divergences.LESSON,
    "disjoint-supports": disjoint_supports.LESSON,
    "likelihood": likelihood.LESSON,
    "empirical-cdf": empirical_cdf.LESSON,
    "mode-dropping": mode_dropping.LESSON,
    "learning-process": learning_process.LESSON,
    "duality-gap": duality_gap.LESSON,
}
