from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from zerosum.errors import InputError
from zerosum.metrics.features import Extractor, Pixels, extract
from zerosum.metrics.wrapped import as_extractor, weights_digest

BATCH = torch.linspace(-1, 1, 5 * 3 * 4 * 4).reshape(5, 3, 4, 4)


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(48, 7), nn.BatchNorm1d(7), nn.Dropout(0.5))


def test_a_module_is_named_by_its_weights_and_asked_as_in_evaluation():
    module = network().train()
    wrapped = as_extractor(module, BATCH)
    assert isinstance(wrapped, Extractor) and wrapped.dim == 7
    assert wrapped.id == f"Sequential:{weights_digest(module)}:7d"
    before = module[2].running_mean.clone()
    found = extract(wrapped, BATCH)
    assert module.training and torch.equal(module[2].running_mean, before)
    module.eval()
    np.testing.assert_array_equal(found, module(BATCH).double().detach().numpy())


def test_the_hash_changes_with_any_number_and_with_nothing_else():
    one, same, other = network(), network(), network(1)
    assert weights_digest(one) == weights_digest(same) != weights_digest(other)
    with torch.no_grad():
        same[1].bias[3] += 1e-7
    assert weights_digest(one) != weights_digest(same)
    assert weights_digest(one) == weights_digest(network().train())


def test_a_function_needs_a_name():
    def corners(batch):
        return batch[:, :, ::3, ::3]

    with pytest.raises(InputError, match="give id too"):
        as_extractor(corners, BATCH)
    wrapped = as_extractor(corners, BATCH, id="corners-v1")
    assert (wrapped.id, wrapped.dim) == ("corners-v1:12d", 12)
    np.testing.assert_array_equal(
        extract(wrapped, BATCH), BATCH[:, :, ::3, ::3].flatten(1).double().numpy()
    )


def test_an_extractor_is_left_as_it_is():
    own = Pixels((3, 4, 4))
    assert as_extractor(own, BATCH) is own


def test_what_is_no_extractor_is_refused():
    with pytest.raises(InputError, match="a str is no feature extractor"):
        as_extractor("inception", BATCH)
    with pytest.raises(InputError, match=r"returned \(2, 3, 4, 4\)|returned \(1,\) for 2 rows"):
        as_extractor(lambda x: x.sum().reshape(1), BATCH, id="sum")
    with pytest.raises(InputError, match="returned float for 2 rows"):
        as_extractor(lambda x: 1.0, BATCH, id="one")
