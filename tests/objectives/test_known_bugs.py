"""Losses that other GAN code got wrong; each test fails if the same slip is made here.

The numbers are those of the project's list of known bugs.
"""

import pytest
import torch
from beartype import beartype
from jaxtyping import TypeCheckError, jaxtyped

from tests.objectives.slopes import slopes
from zerosum.objectives.least_squares import LEAST_SQUARES
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.smoothing import one_sided

LOGITS = torch.tensor([-2.0, 0.0, 3.0], dtype=torch.float64)


def test_bug_09_relativistic_generator_is_not_plain_cross_entropy():
    plain = NONSATURATING.generator(LOGITS, LOGITS)
    paired = RELATIVISTIC_PAIRING.generator(LOGITS + 1, LOGITS)
    assert not torch.isclose(plain, paired).any()
    torch.testing.assert_close(paired, paired[:1].expand(3))  # only the difference, 1, counts


def test_bug_14_least_squares_is_on_the_raw_logit():
    """A sigmoid in front would cap the loss at ½ and let its slope vanish at logit 100."""
    far = torch.tensor([100.0], dtype=torch.float64)
    value, d_real, d_fake = slopes(LEAST_SQUARES.discriminator, far, far)
    assert (value.item(), d_real.item(), d_fake.item()) == (0.5 * 99**2 + 0.5 * 100**2, 99, 100)


def test_bug_14_factor_one_half_is_in_both_players():
    one = torch.ones(1, dtype=torch.float64)
    assert LEAST_SQUARES.discriminator(one, one).item() == 0.5
    assert LEAST_SQUARES.generator(one, -one).item() == 2.0


@pytest.mark.parametrize("objective", [MINIMAX, NONSATURATING], ids=lambda o: o.name)
def test_bug_15_no_epsilon_and_no_sigmoid_inside_the_log(objective):
    """log(D + 1e-8) would stop at 18.4 and lose its slope; in logits a wrong D costs its logit."""
    wrong = torch.tensor([-1e4], dtype=torch.float32)
    value, d_real, d_fake = slopes(objective.discriminator, wrong, -wrong)
    assert (value.item(), d_real.item(), d_fake.item()) == (2e4, -1.0, 1.0)


@pytest.mark.parametrize("objective", [NONSATURATING, RELATIVISTIC_PAIRING], ids=lambda o: o.name)
def test_bug_15_the_generators_slope_stays_at_extreme_logits(objective):
    """-log(D + 1e-8) would be flat where the discriminator is surest, and so teach nothing."""
    real = torch.tensor([1e4], dtype=torch.float32)
    value, _, d_fake = slopes(objective.generator, real, -real)
    assert value.item() == (2e4 if objective.pairs else 1e4)
    assert d_fake.item() == -1.0


def test_bug_16_names_say_which_generator_it_is():
    sure = torch.tensor([-20.0], dtype=torch.float64)
    _, _, saturating = slopes(MINIMAX.generator, sure, sure)
    _, _, kept = slopes(NONSATURATING.generator, sure, sure)
    assert MINIMAX.name == "mm" and saturating.abs().item() < 1e-8
    assert NONSATURATING.name == "ns" and kept.abs().item() > 0.99


def test_bug_17_signs_of_the_relativistic_losses():
    """D is content where real is far above fake, G where fake is far above real."""
    low, high = torch.zeros(1, dtype=torch.float64), torch.full((1,), 40.0, dtype=torch.float64)
    assert RELATIVISTIC_PAIRING.discriminator(high, low).item() < 1e-15
    assert RELATIVISTIC_PAIRING.discriminator(low, high).item() == pytest.approx(40)
    assert RELATIVISTIC_PAIRING.generator(low, high).item() < 1e-15
    assert RELATIVISTIC_PAIRING.generator(high, low).item() == pytest.approx(40)


def test_bug_28_smoothing_goes_by_the_real_logits():
    """The soft label belongs to D(x); targets shaped after the fakes broke on unequal batches."""
    smoothed = one_sided(MINIMAX, 0.9).discriminator
    extra = smoothed(LOGITS, LOGITS.flip(0)) - MINIMAX.discriminator(LOGITS, LOGITS.flip(0))
    torch.testing.assert_close(extra, 0.1 * LOGITS)
    with pytest.raises(TypeCheckError):
        jaxtyped(typechecker=beartype)(smoothed)(LOGITS, LOGITS[:2])
