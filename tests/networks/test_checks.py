"""What is said about wrong sizes."""

import pytest
import torch

from zerosum.errors import InputError
from zerosum.networks import checks


def test_the_first_bad_size_is_named_with_its_value():
    checks.require_sizes(width=1, depth=3)
    with pytest.raises(InputError, match=r"depth is 0.*give 1 or more"):
        checks.require_sizes(width=1, depth=0, pieces=0)


def test_event_shape_becomes_a_tuple():
    assert checks.event_shape_of([3, 4]) == (3, 4)
    for bad in ((), (0,), (2, -1)):
        with pytest.raises(InputError, match="event_shape"):
            checks.event_shape_of(bad)


def test_image_shape_has_three_sizes_and_sides_of_the_least_size():
    assert checks.image_shape_of((1, 4, 9), least=4) == (1, 4, 9)
    for bad in ((4, 4), (1, 3, 9), (1, 9, 3), (1, 1, 4, 4)):
        with pytest.raises(InputError, match="sides of at least 4"):
            checks.image_shape_of(bad, least=4)


def test_batches_are_compared_with_what_the_network_was_made_for():
    checks.require_event(torch.zeros(5, 1, 2), (1, 2))
    checks.require_latent(torch.zeros(5, 3), 3)
    with pytest.raises(InputError, match=r"\(5, 2, 1\).*\(batch, 1, 2\)"):
        checks.require_event(torch.zeros(5, 2, 1), (1, 2))
    for z in (torch.zeros(5), torch.zeros(5, 4), torch.zeros(5, 3, 1)):
        with pytest.raises(InputError, match=r"give \(batch, 3\)"):
            checks.require_latent(z, 3)
