"""AdaGAN's mixtures refuse what their list of means has not."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.studies.mode_bench.mixtures import adagan_mixture


@pytest.mark.parametrize("modes", [0, 11])
def test_modes_beyond_the_list_are_refused(modes):
    with pytest.raises(InputError, match="1 to 10 modes"):
        adagan_mixture(modes)


def test_fewer_modes_are_a_part_of_more():
    assert (adagan_mixture(10).modes[:4] == adagan_mixture(4).modes).all()
