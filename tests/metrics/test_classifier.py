"""The small classifier: accuracy on unseen digits, determinism, shapes, refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import classifier as module
from zerosum.metrics.classifier import Classifier, train_classifier
from zerosum.metrics.features import Extractor, extract
from zerosum.metrics.intervals import Share


def digits() -> tuple[torch.Tensor, np.ndarray]:
    data = load_digits()
    return torch.from_numpy(data.images / 8.0 - 1.0).float()[:, None], data.target


def accuracy_on_unseen(seed: int) -> tuple[Share, Classifier]:
    x, y = digits()
    order = noise.permutation(noise.fold(seed, "classifier-test"), len(x)).numpy()
    unseen, seen = order[:360], order[360:]
    found = train_classifier(x[seen], y[seen], 10, key=seed)
    return found.accuracy(x[unseen], y[unseen]), found


def test_unseen_digits_are_read_97_percent_right() -> None:
    share, found = accuracy_on_unseen(0)
    assert share.value >= 0.97 and share.low < share.value < share.high
    assert isinstance(found, Extractor)
    features = extract(found, digits()[0][:50])
    assert features.shape == (50, 64) and (features >= 0).all()


def test_logits_are_what_predictions_and_shares_are_of_and_have_slopes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_PASSES", 3000)
    x, y = digits()
    found = train_classifier(x[:300], y[:300], 10)
    batch = x[300:310].clone().requires_grad_()
    logits = found.logits(batch)
    assert (logits.detach().argmax(1).numpy() == found.predict(x[300:310])).all()
    shares = logits.detach().double().softmax(1).numpy()
    np.testing.assert_allclose(shares, found.probabilities(x[300:310]), atol=1e-6)  # float32
    logits[:, 3].sum().backward()
    step = 1e-3 * noise.normal(1, batch.shape)
    with torch.no_grad():
        up, down = (found.logits(x[300:310] + s * step)[:, 3] for s in (1, -1))
    assert batch.grad is not None
    along = (batch.grad * step).sum(dim=(1, 2, 3))
    # a central difference of what is linear in pieces: wrong by float32's rounding of logits near 5
    # and by kinks that the step crosses, of the order of its square times some hundred units
    assert along.abs().max() > 1e-3
    torch.testing.assert_close((up - down) / 2, along, rtol=0, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 7))
def test_unseen_digits_are_read_97_percent_right_for_any_split(seed: int) -> None:
    assert accuracy_on_unseen(seed)[0].value >= 0.97


def test_one_key_is_one_classifier_and_torch_randomness_is_untouched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_PASSES", 3000)
    x, y = digits()
    state = torch.get_rng_state()
    a, b, c = (train_classifier(x[:300], y[:300], 10, key=k) for k in (1, 1, 2))
    assert torch.equal(state, torch.get_rng_state())
    assert a.id == b.id != c.id
    assert all(torch.equal(u, v) for u, v in zip(a.weights, b.weights, strict=True))
    assert a.id.startswith("classifier-v1:64d:")


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 28, 20), (1, 4, 4), (4, 64, 64)])
def test_other_pictures_are_learnt_too(
    shape: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # two classes: bright in the upper or in the lower half, under noise
    monkeypatch.setattr(module, "_PASSES", 1500)
    y = np.arange(120) % 2
    x = 0.3 * noise.normal(5, (120, *shape))
    x[y == 0, :, : shape[1] // 2] += 0.5
    x[y == 1, :, shape[1] // 2 :] += 0.5
    found = train_classifier(x[:80], y[:80], 2)
    assert found.accuracy(x[80:], y[80:]).value >= 0.9


def test_shifts_move_whole_pictures_by_two_pixels_at_most() -> None:
    batch = torch.zeros(200, 1, 32, 32)
    batch[:, 0, 16, 16] = 1.0
    moved = module._shifted(batch, 3)
    where = moved.flatten(1).argmax(dim=1)
    rows, columns = where // 32 - 16, where % 32 - 16
    assert (moved.sum(dim=(1, 2, 3)) == 1.0).all()
    assert set(rows.tolist()) == set(columns.tolist()) == {-2, -1, 0, 1, 2}
    assert module._shifted(batch[:, :, :8, :8], 3) is not None


def test_labels_that_do_not_fit_are_refused() -> None:
    x, y = digits()
    with pytest.raises(InputError, match="one for each picture"):
        train_classifier(x[:10], y[:9], 10)
    with pytest.raises(InputError, match="from 0"):
        train_classifier(x[:10], y[:10], 5)
    with pytest.raises(InputError, match="at least two"):
        train_classifier(x[:10], np.zeros(10, dtype=np.int64), 1)
