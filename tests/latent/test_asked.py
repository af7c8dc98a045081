"""What cannot be inverted is refused in one sentence."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.inversion import Effort, invert

MATRIX = noise.normal(1, (3, 6))
QUICK = Effort(2, 2, 2, 8)


def generate(z):
    return z @ MATRIX


ROWS = generate(noise.normal(2, (4, 3)))


def with_nan():
    rows = ROWS.clone()
    rows[2, 1] = torch.nan
    return rows


@pytest.mark.parametrize(
    ("rows", "settings", "said"),
    [
        (ROWS[:, :5], {}, r"rows of shape \(4, 5\) cannot come .* rows of shape \(6,\)"),
        (ROWS[0], {}, r"rows of shape \(6,\) .* cannot be inverted"),
        (ROWS[:0], {}, r"rows of shape \(0, 6\) .* cannot be inverted"),
        (ROWS.int(), {}, r"torch.int32 cannot be inverted"),
        (with_nan(), {}, r"NaN or infinity, first in row 2"),
        (with_nan(), {"mask": torch.ones(6)}, r"NaN or infinity, first in row 2"),
        (ROWS, {"mask": torch.ones(5)}, r"mask of shape \(5,\) does not broadcast .* \(4, 6\)"),
        (ROWS, {"mask": torch.ones(3, 6)}, r"mask of shape \(3, 6\) does not broadcast"),
        (ROWS, {"mask": torch.ones(2, 4, 6)}, r"mask of shape \(2, 4, 6\) does not broadcast"),
        (ROWS, {"mask": -torch.ones(6)}, r"mask holds a negative"),
        (ROWS, {"mask": torch.full((6,), torch.nan)}, r"mask holds a negative or infinite"),
        (ROWS, {"mask": torch.tensor([[1.0], [1.0], [0.0], [1.0]])}, r"a row of zeros"),
        (ROWS, {"first": torch.zeros(4, 2)}, r"first has shape \(4, 2\).*\(4, 3\)"),
        (ROWS, {"prior": -1.0}, r"prior is -1.0"),
        (ROWS, {"weight": float("nan")}, r"weight is nan"),
    ],
)
def test_bad_rows_masks_and_guesses(rows, settings, said):
    with pytest.raises(InputError, match=said) as error:
        invert(generate, rows, 3, effort=QUICK, **settings)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "bad",
    [{"starts": 0}, {"starts": -1}, {"steps": -1}, {"polish": -1}, {"drawn": 7}, {"again": -1}],
)
def test_an_effort_that_is_none(bad):
    with pytest.raises(InputError, match="starts of 1 or more"):
        Effort(**bad)


class Noisy(nn.Module):
    """Batch norm that is still training: each row depends on the rest of its batch."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(6, affine=False)

    def forward(self, z):
        return self.norm(generate(z))


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (lambda z: generate(z) * torch.nan, "makes finite rows of 0 in 8 drawn"),
        (Noisy(), "put the network in eval mode"),
        (torch.no_grad()(generate), "without a slope"),
    ],
    ids=["nan", "training", "no slope"],
)
def test_generators_that_cannot_be_inverted(network, said):
    with pytest.raises(InputError, match=said):
        invert(network, ROWS, 3, effort=QUICK)


def test_batch_norm_in_eval_mode_is_well():
    invert(Noisy().eval(), ROWS, 3, effort=QUICK)
