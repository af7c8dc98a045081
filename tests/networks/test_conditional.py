"""How labels come in: concatenation below, projection above."""

import pytest
import torch

from zerosum.errors import InputError
from zerosum.networks.conditional import EmbeddedHead, LabelledLatent, LogitHead


def test_latent_alone_passes_through():
    part = LabelledLatent(latent=3, classes=0)
    z = torch.randn(4, 3)
    assert part.size == 3 and part(z, None) is z
    assert list(part.parameters()) == []


def test_latent_is_joined_by_its_label_s_vector():
    part = LabelledLatent(latent=3, classes=2)
    z, label = torch.randn(4, 3), torch.tensor([0, 1, 1, 0])
    joined = part(z, label)
    assert part.size == joined.shape[1] == 6
    assert torch.equal(joined[:, :3], z)
    assert torch.equal(joined[:, 3:], torch.stack([part.embedding.weight[i] for i in label]))


def test_projection_adds_the_inner_product_with_the_class_vector():
    head = LogitHead(features=5, classes=3).double()
    h, label = torch.randn(4, 5).double(), torch.tensor([2, 0, 1, 2])
    w, b, e = head.linear.weight[0], head.linear.bias[0], head.embedding.weight
    by_hand = torch.stack([w @ row + b + e[i] @ row for row, i in zip(h, label, strict=True)])
    torch.testing.assert_close(head(h, label), by_hand)


def test_an_auxiliary_head_says_logit_and_classes_and_takes_no_label():
    head = LogitHead(features=5, classes=3, auxiliary=True).double()
    h = torch.randn(4, 5).double()
    w, b = head.linear.weight, head.linear.bias
    by_hand = torch.stack([torch.stack([w[j] @ row + b[j] for j in range(4)]) for row in h])
    torch.testing.assert_close(head(h, None), by_hand)
    assert torch.equal(head(h, torch.tensor([2, 0, 1, 2])), head(h, None))
    assert len(list(head.parameters())) == 2  # no projection beside it


def test_an_auxiliary_head_without_classes_is_refused():
    with pytest.raises(InputError, match="classes is 0, below the least possible"):
        LogitHead(features=5, classes=0, auxiliary=True)


def test_class_part_starts_as_large_as_the_common_part():
    """Uniform on ±1/√features, so that logits do not grow with the width."""
    head = LogitHead(features=400, classes=50)
    weight = head.embedding.weight
    assert 0.049 < weight.abs().max().item() <= 0.05
    assert abs(weight.std().item() - 0.05 / 3**0.5) < 0.001


@pytest.mark.parametrize("label", [torch.zeros(3).long(), torch.zeros(5).long()])
def test_wrong_number_of_labels_is_said(label):
    with pytest.raises(InputError, match="batch of 4"):
        _call_unchecked(LogitHead(features=5, classes=3), torch.zeros(4, 5), label)


def test_a_column_of_labels_is_said_and_not_broadcast():
    with pytest.raises(InputError, match=r"label has shape \(4, 1\)"):
        label = torch.zeros(4, 1).long()
        _call_unchecked(LogitHead(features=5, classes=3), torch.zeros(4, 5), label)


def _call_unchecked(head, h, label):
    """The forward pass without the tests' shape checks, as a user meets it."""
    forward = type(head).forward
    while hasattr(forward, "__wrapped__"):
        forward = forward.__wrapped__
    return forward(head, h, label)


def test_a_vector_of_another_length_begins_as_a_linear_map_of_the_class():
    part = LabelledLatent(latent=3, classes=100, embedding=200)
    assert part.size == 203
    deviation = 1 / 10  # N(0, 1/classes)
    error = deviation / (2 * 100 * 200) ** 0.5
    assert abs(part.embedding.weight.std().item() - deviation) < 4.5 * error


def test_an_embedded_head_multiplies_picture_and_class_in_their_space():
    head = EmbeddedHead(features=5, classes=3, embedding=7).double()
    h, label = torch.randn(4, 5).double(), torch.tensor([2, 0, 1, 2])
    w, e = head.linear.weight, head.embedding.weight
    by_hand = torch.stack([e[i] @ (w @ row) for row, i in zip(h, label, strict=True)])
    torch.testing.assert_close(head(h, label), by_hand)
    assert head.linear.bias is None


def test_first_logits_of_an_embedded_head_have_variance_one_over_classes():
    """Features of variance 1, W of 1/features, e of 1/(classes · embedding)."""
    head = EmbeddedHead(features=300, classes=25, embedding=200).double()
    h = torch.randn(400, 300).double()
    logits = head(h, torch.arange(400) % 25)
    # 25 classes each share a vector: their squared lengths vary by √(2/200), rows by √(2/400)
    assert logits.var().item() == pytest.approx(1 / 25, rel=0.45)


def test_a_missing_label_is_said():
    with pytest.raises(InputError, match="label is missing"):
        EmbeddedHead(features=5, classes=3, embedding=7)(torch.zeros(4, 5), None)
