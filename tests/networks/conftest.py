"""Networks draw their first weights from torch's global numbers: each test starts from one seed."""

import pytest
import torch


@pytest.fixture(autouse=True)
def one_seed():
    torch.manual_seed(0)
