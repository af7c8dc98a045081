"""Dropout by counter: replayable, different where it must differ, right in expectation."""

import math

import pytest
import torch
from scipy import stats

from zerosum.errors import InputError
from zerosum.networks.dropout import dropout, layer_key

ONES = torch.ones(200, 300, dtype=torch.float64)


@pytest.mark.parametrize("keep", [0.5, 0.8, 0.1])
def test_kept_units_are_scaled_and_their_share_is_the_probability(keep):
    y = dropout(ONES, keep, 3)
    assert set(y.unique().tolist()) == {0.0, 1 / keep}
    kept, n = int((y > 0).sum()), y.numel()
    assert abs(kept - n * keep) < 4 * math.sqrt(n * keep * (1 - keep))


def test_each_sample_and_each_unit_is_kept_equally_often():
    kept = dropout(ONES, 0.5, 3) > 0
    for axis, draws in ((0, 200), (1, 300)):
        counts = kept.sum(axis).numpy()
        score = ((counts - draws / 2) ** 2 / (draws / 4)).sum()
        assert stats.chi2.sf(score, len(counts)) > 1e-3


def test_expectation_over_keys_is_the_input():
    x = torch.linspace(-2, 2, 12, dtype=torch.float64).reshape(3, 4)
    mean = torch.stack([dropout(x, 0.8, key) for key in range(4000)]).mean(0)
    error = x.abs() * math.sqrt((1 - 0.8) / 0.8 / 4000)
    assert ((mean - x).abs() <= 4.5 * error).all()


def test_the_same_key_gives_the_same_mask_and_another_key_another():
    first = dropout(ONES, 0.5, 3)
    assert torch.equal(first, dropout(ONES, 0.5, 3))
    agreement = (first == dropout(ONES, 0.5, 4)).double().mean().item()
    assert abs(agreement - 0.5) < 0.01


def test_each_sample_has_its_own_mask():
    y = dropout(ONES, 0.5, 3)
    same = [(y[0] == y[i]).double().mean().item() for i in range(1, 200)]
    assert max(same) < 0.7 and min(same) > 0.3


def test_layers_have_unrelated_masks_also_when_shifted():
    """Layer keys must not read one stream at different places."""
    first = dropout(ONES[:1], 0.5, layer_key(3, 0))[0]
    for layer in (1, 2, 3):
        other = dropout(ONES[:1], 0.5, layer_key(3, layer))[0]
        for shift in range(-20, 21):
            same = (first == other.roll(shift)).double().mean().item()
            assert 0.3 < same < 0.7


def test_layer_keys_are_distinct_and_the_first_is_the_key_itself():
    assert layer_key(3, 0) == 3
    assert len({layer_key(key, layer) for key in range(50) for layer in range(50)}) == 2500


@pytest.mark.parametrize("key", [0, 5, -7, 2**63 - 1, -(2**63)])
def test_tensor_keys_equal_integer_keys_at_any_size(key):
    for layer in (0, 1, 9):
        tensor = layer_key(torch.tensor(key), layer)
        assert tensor.item() == layer_key(key, layer)
        assert torch.equal(dropout(ONES, 0.5, tensor), dropout(ONES, 0.5, layer_key(key, layer)))


def test_vmap_over_keys_equals_the_loop():
    keys = torch.tensor([1, -9, 2**62])
    together = torch.func.vmap(lambda k: dropout(ONES[:4], 0.5, layer_key(k, 2)))(keys)
    for i, key in enumerate(keys.tolist()):
        assert torch.equal(together[i], dropout(ONES[:4], 0.5, layer_key(key, 2)))


def test_no_key_or_probability_one_keeps_everything():
    assert dropout(ONES, 0.5, None) is ONES
    assert dropout(ONES, 1.0, 3) is ONES


def test_gradient_flows_through_kept_units_only():
    x = torch.ones(5, 6, dtype=torch.float64, requires_grad=True)
    y = dropout(x, 0.5, 3)
    y.sum().backward()
    assert torch.equal(x.grad, y.detach())


def test_a_batch_of_keys_is_said():
    with pytest.raises(InputError, match="takes one key"):
        dropout(ONES, 0.5, torch.tensor([1, 2]))


def test_dtype_is_kept():
    for dtype in (torch.float32, torch.bfloat16):
        assert dropout(ONES.to(dtype), 0.5, 3).dtype == dtype
