"""A small classifier of the training labels: class-aware features, and a judge of class shares.

3x3 convolutions (16, 32, 64, 64 channels, as many as bring the larger side to 4 pixels or fewer), a
hidden layer of 64 units (the features) and one logit a class; AdamW with a one-cycle rate (Smith
and Topin 2017, arXiv:1708.07120) and smoothed labels (Szegedy et al. 2015, arXiv:1512.00567).
Pictures of 16 pixels or more are shifted at random during training. Weights, batches and shifts
come from `zerosum.noise`, so one key means one classifier on one machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional as F

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import features, intervals

HIDDEN = 64
_WIDTHS = (16, 32, 64, 64)
_PASSES = 60_000  # pictures seen in training, or 6 passes over the data when that is more
_BATCH = 64
_RATE = 3e-3
_SMOOTHING = 0.05
_CHUNK = 512


@dataclass(frozen=True)
class Classifier:
    """A trained classifier; as a callable it returns the 64 hidden units.

    Fields:
        weights: (weight, bias) of each convolution, then of the two linear layers, flat, float32.
        event_shape: (channels, rows, columns) of a picture.
        classes: number of classes. key: the noise key it was trained with.
    """

    weights: tuple[Tensor, ...]
    event_shape: tuple[int, int, int]
    classes: int
    key: int
    input_range: str = "[-1, 1]"
    dim: int = HIDDEN

    @property
    def id(self) -> str:
        """`classifier-v1`, number of features and a hash of the weights."""
        return f"classifier-v1:{self.dim}d:{features.digest([w.numpy() for w in self.weights])}"

    def __call__(self, batch: Float[Tensor, "n c h w"]) -> Float[Tensor, "n d"]:
        """Return the hidden features of pictures in [-1, 1]."""
        return _forward(self.weights, batch.float())[0]

    def logits(self, batch: Float[Tensor, "n c h w"]) -> Float[Tensor, "n k"]:
        """Return the logit of each class, with slopes in the pictures."""
        return _forward(self.weights, batch.float())[1]

    def predict(self, batch: Float[Tensor, "n c h w"]) -> Int[np.ndarray, " n"]:
        """Return the most likely class of each picture."""
        with torch.no_grad():
            parts = [self.logits(p).argmax(1) for p in batch.split(_CHUNK)]
        return torch.cat(parts).numpy()

    def probabilities(self, batch: Float[Tensor, "n c h w"]) -> Float[np.ndarray, "n k"]:
        """Return how likely each class is, rows that sum to 1."""
        with torch.no_grad():
            parts = [self.logits(p).double() for p in batch.split(_CHUNK)]
        return torch.cat(parts).softmax(1).numpy()

    def accuracy(self, batch: Float[Tensor, "n c h w"], labels: np.ndarray) -> intervals.Share:
        """Return the share of right predictions with Wilson's 95 % interval."""
        right = self.predict(batch) == np.asarray(labels)
        return intervals.wilson(int(right.sum()), len(right))


def train_classifier(
    pictures: Float[Tensor, "n c h w"], labels: np.ndarray, classes: int, *, key: int = 0
) -> Classifier:
    """Return a classifier trained on the given pictures only (never pass held-out ones).

    Args:
        pictures: encoded TRAIN pictures in [-1, 1].
        labels: (n,) integers from 0 to classes - 1.
        classes: number of classes, at least 2.
        key: noise key of weights, batches and shifts.

    Raises:
        InputError: labels of another length or outside the range, or fewer than two classes.
    """
    y = _labels(labels, len(pictures), classes)
    x = pictures.detach().float()
    weights = _initial(tuple(x.shape[1:]), classes, noise.fold(key, "classifier-weights"))
    steps = max(_PASSES, 6 * len(x)) // _BATCH
    optimizer = torch.optim.AdamW(weights, lr=_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps)
    for step, rows in enumerate(_batches(len(x), steps, noise.fold(key, "classifier-batches"))):
        batch = _shifted(x[rows], noise.fold(key, "classifier-shifts", step))
        logits = _forward(weights, batch)[1]
        loss = F.cross_entropy(logits, y[rows], label_smoothing=_SMOOTHING)
        optimizer.zero_grad()
        torch.autograd.backward(loss, inputs=weights)
        optimizer.step()
        schedule.step()
    shape = (int(x.shape[1]), int(x.shape[2]), int(x.shape[3]))
    return Classifier(tuple(w.detach() for w in weights), shape, classes, key)


def _labels(labels: np.ndarray, n: int, classes: int) -> Tensor:
    y = np.asarray(labels)
    if y.shape != (n,):
        raise InputError(
            f"{n} pictures came with labels of shape {y.shape}: give one for each picture"
        )
    if classes < 2 or y.min() < 0 or y.max() >= classes:
        raise InputError(
            f"labels run from {y.min()} to {y.max()} for {classes} classes: "
            "number at least two classes from 0"
        )
    return torch.from_numpy(y.astype(np.int64))


def _strides(height: int, width: int) -> list[int]:
    # stride 2 until the larger side is 4 or less; small pictures get one layer at full size first
    halvings = max(1, math.ceil(math.log2(max(height, width) / 4)))
    return [1, 2] if halvings == 1 else [2] * halvings


def _initial(shape: tuple[int, ...], classes: int, key: int) -> list[Tensor]:
    inputs, height, width = shape
    shapes: list[tuple[int, ...]] = []
    for i, stride in enumerate(_strides(height, width)):
        outputs = _WIDTHS[min(i, len(_WIDTHS) - 1)]
        shapes.append((outputs, inputs, 3, 3))
        inputs, height, width = outputs, -(-height // stride), -(-width // stride)
    shapes += [(HIDDEN, inputs * height * width), (classes, HIDDEN)]
    gains = [2.0] * (len(shapes) - 1) + [1.0]
    weights = []
    for i, (size, gain) in enumerate(zip(shapes, gains, strict=True)):
        scale = math.sqrt(gain / math.prod(size[1:]))
        weights += [noise.normal(noise.fold(key, i), size) * scale, torch.zeros(size[0])]
    return [w.requires_grad_() for w in weights]


def _forward(weights: list[Tensor] | tuple[Tensor, ...], x: Tensor) -> tuple[Tensor, Tensor]:
    for i, stride in enumerate(_strides(x.shape[2], x.shape[3])):
        x = F.relu(F.conv2d(x, weights[2 * i], weights[2 * i + 1], stride=stride, padding=1))
    hidden = F.relu(F.linear(x.flatten(1), weights[-4], weights[-3]))
    return hidden, F.linear(hidden, weights[-2], weights[-1])


def _batches(n: int, steps: int, key: int) -> list[Tensor]:
    size = min(_BATCH, n)
    epochs = -(-steps * size // n)
    order = torch.cat([noise.permutation(noise.fold(key, e), n) for e in range(epochs)])
    return list(order[: steps * size].split(size))


def _shifted(batch: Tensor, key: int) -> Tensor:
    # one pixel of an 8-pixel digit is a large move, and measured to cost 1 % of accuracy there
    n, _, height, width = batch.shape
    by = min(height, width) // 16
    if by == 0:
        return batch
    padded = F.pad(batch, (by, by, by, by), mode="replicate")
    move = noise.integers(key, (2, n, 1), 2 * by + 1)
    rows = (move[0] + torch.arange(height))[:, None, :, None]
    columns = (move[1] + torch.arange(width))[:, None, None, :]
    own = torch.arange(n)[:, None, None, None]
    return padded[own, torch.arange(batch.shape[1])[None, :, None, None], rows, columns]
