"""One-sided label smoothing: cross-entropy with a soft real label, the fake label left alone."""

import pytest
import torch

from tests.objectives.slopes import check, log_one_plus_exp, sigma, slopes
from zerosum.errors import InputError
from zerosum.objectives.hinge import HINGE
from zerosum.objectives.least_squares import LEAST_SQUARES, LEAST_SQUARES_PEARSON
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.smoothing import one_sided
from zerosum.objectives.wasserstein import WASSERSTEIN

T = 0.9


@pytest.mark.parametrize("objective", [MINIMAX, NONSATURATING], ids=lambda o: o.name)
def test_logistic_is_the_cross_entropy_with_target_t(objective):
    check(
        one_sided(objective, T).discriminator,
        lambda r, f: T * log_one_plus_exp(-r) + (1 - T) * log_one_plus_exp(r) + log_one_plus_exp(f),
        lambda r, f: sigma(r) - T,
        lambda r, f: sigma(f),
    )


def test_least_squares_regresses_real_on_t():
    check(
        one_sided(LEAST_SQUARES, T).discriminator,
        lambda r, f: ((r - T) ** 2 + f**2) / 2,
        lambda r, f: r - T,
        lambda r, f: f,
    )


@pytest.mark.parametrize("objective", [MINIMAX, NONSATURATING, LEAST_SQUARES], ids=lambda o: o.name)
def test_target_one_changes_no_value_and_the_generator_is_kept(objective):
    real = torch.linspace(-4, 4, 9, dtype=torch.float64)
    plain, smoothed = objective.discriminator, one_sided(objective, 1.0)
    torch.testing.assert_close(smoothed.discriminator(real, -real), plain(real, -real))
    assert smoothed.generator is objective.generator
    assert smoothed.zero_sum is objective.zero_sum


def test_best_discriminator_is_t_p_over_p_plus_q():
    """E over p of the smoothed real term plus E over q of the fake term is flat at that logit."""
    p = torch.tensor([0.5, 0.3, 0.15, 0.05], dtype=torch.float64)
    q = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64)
    best = T * p / (p + q)
    logit = torch.log(best / (1 - best))
    _, d_real, d_fake = slopes(one_sided(MINIMAX, T).discriminator, logit, logit)
    torch.testing.assert_close(p * d_real + q * d_fake, torch.zeros_like(p), rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    "objective",
    [WASSERSTEIN, HINGE, RELATIVISTIC_PAIRING, LEAST_SQUARES_PEARSON],
    ids=lambda o: o.name,
)
def test_no_label_to_smooth_is_said(objective):
    with pytest.raises(InputError, match=rf"'{objective.name}'.*no 0/1 label"):
        one_sided(objective, T)


@pytest.mark.parametrize("target", [0.5, 0.0, -1.0, 1.01, float("nan")])
def test_bad_target_is_said(target):
    with pytest.raises(InputError, match="smoothing target"):
        one_sided(MINIMAX, target)


def test_smoothing_twice_is_refused_for_least_squares():
    with pytest.raises(InputError):
        one_sided(one_sided(LEAST_SQUARES, T), T)
