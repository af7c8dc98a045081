"""Weight clipping: inside the bound nothing changes, outside it everything lands on it."""

import pytest
import torch

from zerosum.errors import InputError
from zerosum.penalties.clipping import clip_weights_


def test_weights_by_hand():
    network = torch.nn.Linear(3, 1)
    network.weight.data = torch.tensor([[-5.0, 0.004, 0.02]])
    network.bias.data = torch.tensor([-0.01])
    clip_weights_(network.parameters(), 0.01)
    assert torch.equal(network.weight.data, torch.tensor([[-0.01, 0.004, 0.01]]))
    assert torch.equal(network.bias.data, torch.tensor([-0.01]))
    assert network.weight.requires_grad and network.weight.grad_fn is None


def test_a_clipped_linear_critic_is_lipschitz():
    """‖w‖ ≤ c√n, so logits of points at distance 1 differ by at most c√n."""
    network = torch.nn.Linear(16, 1)
    clip_weights_(network.parameters(), 0.01)
    assert network.weight.norm().item() <= 0.01 * 4 + 1e-9


def test_stacked_members_are_clipped_element_by_element():
    stacked = torch.linspace(-1, 1, 12).reshape(3, 2, 2)
    wanted = stacked.clone().clamp(-0.3, 0.3)
    clip_weights_([stacked], 0.3)
    assert torch.equal(stacked, wanted)


@pytest.mark.parametrize("bound", [0.0, -0.01, float("nan")])
def test_bound_must_be_positive(bound):
    with pytest.raises(InputError, match="clipping bound"):
        clip_weights_([torch.ones(1)], bound)
