"""Distances to a generator's range, against linear algebra and against the ball's edge."""

from __future__ import annotations

import numpy as np
import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.metrics.effort import Effort
from zerosum.metrics.inversion import inversion, nearest_sample

ENOUGH = Effort(starts=4, early=30, late=150)


def test_nearest_sample_by_hand():
    pictures = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    samples = torch.tensor([[1.0, 0.0], [0.0, 0.1], [torch.nan, 0.0]])
    distance, which = nearest_sample(pictures, samples)
    assert which[:, 0].tolist() == [1, 0]
    assert_close(distance, torch.tensor([0.1, 1.0]) / 2**0.5)


def test_a_linear_generator_is_inverted_by_projection():
    matrix, centre = noise.normal(1, (4, 30)), noise.normal(2, (30,))
    latents = noise.normal(3, (500, 4))
    pictures = noise.normal(5, (20, 4)).clamp(-1, 1) @ matrix + centre
    pictures = pictures + 0.3 * noise.normal(4, (20, 30))
    found = inversion(lambda z: z @ matrix + centre, latents, pictures, ENOUGH)
    basis = np.linalg.qr(matrix.numpy().T)[0]
    rest = (pictures - centre).numpy()
    exact = np.sqrt(np.square(rest - rest @ basis @ basis.T).mean(axis=1))
    # Adam's last steps are 0.2 / 150 in each of 4 numbers, on slopes of about 1: squared, 7e-6
    np.testing.assert_allclose(found.numpy(), exact, atol=1e-4)


def test_latents_longer_than_any_drawn_do_not_count():
    latents = noise.normal(6, (300, 3))
    radius = latents.norm(dim=1).max()
    pictures = torch.tensor([[10.0, 0.0, 0.0], [0.5, 0.5, 0.5]])
    found = inversion(lambda z: z, latents, pictures, ENOUGH)
    want = torch.stack(((10 - radius) / 3**0.5, torch.tensor(0.0)))
    # the last step moves each number by at most 0.2 / 150
    assert_close(found, want, atol=2e-3, rtol=0)


def test_without_steps_it_is_the_nearest_of_the_drawn():
    latents, pictures = noise.normal(7, (50, 3)), noise.normal(8, (9, 3))
    found = inversion(lambda z: z, latents, pictures, Effort(2, 0, 0))
    assert_close(found, nearest_sample(pictures, latents)[0])
    assert (inversion(lambda z: z, latents, pictures, Effort(2, 3, 3)) <= found).all()


def test_several_starts_find_the_valley_that_the_nearest_one_misses():
    # x = (z^3 - 3 z) has three latents for a picture near 0; a second pixel tells them apart
    def generate(z):
        return torch.cat((z**3 - 3 * z, torch.relu(z - 1)), dim=1)

    latents = torch.tensor([[-1.7], [1.2], [3.0], [-3.0]])
    picture = generate(torch.tensor([[1.6]])) + torch.tensor([[0.6, -0.6]])
    one, two = (inversion(generate, latents, picture, Effort(k, 40, 40)) for k in (1, 3))
    assert two <= one


def test_a_generator_of_nan_is_infinitely_far():
    latents, pictures = noise.normal(9, (20, 3)), noise.normal(10, (4, 3))
    found = inversion(lambda z: z * torch.nan, latents, pictures, Effort(2, 2, 2))
    assert found.isinf().all()
