"""Inversion against least squares, and on generators whose rows are known to be theirs."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from tests.latent.small_generators import dcgan, mlp
from zerosum import noise
from zerosum.latent import inversion
from zerosum.latent.inversion import Effort, invert

FEW = Effort(starts=3, steps=20, polish=40, drawn=64)


def normal(key, *shape, dtype=torch.float64):
    return noise.normal(key, shape, dtype=dtype)


def affine(latent=4, features=30, dtype=torch.float64):
    matrix, centre = normal(1, latent, features, dtype=dtype), normal(2, features, dtype=dtype)
    return matrix, centre, lambda z: z @ matrix + centre


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_a_linear_generator_is_inverted_by_projection(dtype):
    matrix, centre, generate = affine(dtype=dtype)
    rows = normal(3, 25, 30, dtype=dtype)
    found = invert(generate, rows, 4, effort=FEW)
    latents = np.linalg.lstsq(matrix.double().T.numpy(), (rows - centre).double().T.numpy())[0]
    rest = (rows - centre).double().numpy() - latents.T @ matrix.double().numpy()
    # evaluation.md's 1e-6 for float32, whose rounding of 30 squares near 1 is below that
    close = 1e-6 if dtype == torch.float32 else 1e-12
    got = found.error.double().numpy()
    np.testing.assert_allclose(30 * got**2, np.square(rest).sum(axis=1), rtol=close)
    np.testing.assert_allclose(found.latents.numpy(), latents.T, atol=close**0.5)
    assert_close(found.reconstruction, generate(found.latents))
    assert found.errors.shape == (25, 3) and found.latents.dtype == dtype


def own(generate, latent, n, effort=inversion.USUAL):
    rows = generate(noise.normal(noise.fold(7, "own"), (n, latent)))
    return invert(generate, rows, latent, effort=effort, key=1)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_own_rows_of_an_mlp_come_back(activation):
    found = own(mlp(activation=activation), 8, 64, Effort(starts=4, steps=100, polish=50))
    assert (found.relative < 0.01).float().mean() >= 0.95


def test_own_pictures_of_a_dcgan_come_back():
    found = own(dcgan(), 16, 16, Effort(starts=2, steps=20, polish=25, drawn=256))
    assert (found.relative < 0.01).float().mean() >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize(
    ("generate", "latent", "effort"),
    [
        (mlp(2 * 16, 256, output="tanh"), 32, Effort(starts=16, steps=400)),
        (mlp(8, 2), 8, inversion.USUAL),
        (dcgan(64), 64, Effort(starts=2, steps=100)),
    ],
    ids=["mlp 32 to 256", "mlp 8 to 2", "dcgan of 64"],
)
def test_own_rows_of_larger_generators_come_back(generate, latent, effort):
    found = own(generate, latent, 64, effort)
    assert (found.relative < 0.01).float().mean() >= 0.95


def test_unknown_numbers_do_not_count_and_may_be_nan():
    matrix, centre, generate = affine()
    rows, mask = normal(3, 9, 30), noise.uniform(4, (9, 30)) < 0.5
    found = invert(generate, torch.where(mask, rows, torch.nan), 4, mask=mask, effort=FEW)
    for x, m, z, error in zip(rows, mask.numpy(), found.latents, found.error, strict=True):
        at, wanted = matrix.T.numpy()[m], (x - centre).numpy()[m]
        exact = np.linalg.lstsq(at, wanted, rcond=None)[0]
        np.testing.assert_allclose(z, exact, atol=1e-6)
        assert float(error) == pytest.approx(np.sqrt(np.mean((at @ exact - wanted) ** 2)))


def test_weights_are_those_of_weighted_least_squares():
    matrix, centre, generate = affine()
    rows, mask = normal(3, 1, 30), noise.uniform(4, (30,), dtype=torch.float64)
    found = invert(generate, rows, 4, mask=mask, effort=FEW)
    root = mask.sqrt().numpy()
    exact = np.linalg.lstsq(root[:, None] * matrix.T.numpy(), root * (rows - centre)[0].numpy())[0]
    np.testing.assert_allclose(found.latents[0], exact, atol=1e-6)


def test_features_must_agree_too():
    matrix, centre, generate = affine()
    rows, extractor = normal(3, 1, 30), normal(5, 30, 7)
    found = invert(generate, rows, 4, features=lambda x: x @ extractor, weight=3.0, effort=FEW)
    apart = (rows - centre)[0]
    # mean squares of 30 numbers and, three times as heavy, of 7
    a = torch.cat((matrix / 30**0.5, matrix @ extractor * (3 / 7) ** 0.5), dim=1).T.numpy()
    b = torch.cat((apart / 30**0.5, apart @ extractor * (3 / 7) ** 0.5)).numpy()
    np.testing.assert_allclose(found.latents[0], np.linalg.lstsq(a, b)[0], atol=1e-6)
    assert float(found.value[0]) > float(found.error[0] ** 2)


def test_features_see_nothing_of_unknown_numbers():
    _, _, generate = affine()
    rows, mask = generate(normal(3, 2, 4)), noise.uniform(4, (30,)) < 0.5
    extractor = normal(5, 30, 7)
    rows = torch.where(mask, rows, torch.nan)
    found = invert(generate, rows, 4, mask=mask, features=lambda x: x @ extractor, effort=FEW)
    assert_close(found.value, torch.zeros_like(found.value), rtol=0, atol=1e-12)


def test_the_prior_draws_to_the_shell_as_far_as_it_weighs():
    # G(z) = z in d numbers: least of (r - t)²/d + p ((t² - m)/2 - m/2 log(t²/m)), m = d - 1, over
    # the norm t, so (2/d + p) t² - (2/d) r t - p m = 0
    d, p, m = 20, 0.3, 19
    rows = normal(3, 6, d) * torch.linspace(0.1, 3, 6, dtype=torch.float64)[:, None]
    found = invert(lambda z: z, rows, d, prior=p, effort=FEW)
    r = rows.norm(dim=1)
    t = (2 * r / d + ((2 * r / d) ** 2 + 4 * (2 / d + p) * p * m).sqrt()) / (2 * (2 / d + p))
    assert_close(found.latents, rows * (t / r)[:, None], rtol=0, atol=1e-6)


def three_valleys(z):
    return torch.cat((z**3 - 3 * z, 0.5 * z), dim=1)


def test_starts_that_disagree_are_told_and_the_best_is_taken():
    # z³ - 3z is 1.159 at 1.9, -0.41 and -1.49, where the second number is off by 1.1 and 1.7
    rows = three_valleys(torch.tensor([[1.9]]))
    found = invert(three_valleys, rows, 1, effort=Effort(starts=8, steps=50, polish=20, drawn=64))
    assert found.errors.max() > 0.5
    assert found.error < 1e-5  # rounding of numbers of about 1
    assert_close(found.latents, torch.tensor([[1.9]]), rtol=0, atol=1e-5)
    assert_close(found.error, found.errors.min(dim=1).values)
    assert_close(found.spread, found.errors.std(dim=1, correction=0))
    one = invert(three_valleys, rows, 1, effort=Effort(starts=1, steps=50, polish=20, drawn=64))
    assert one.spread == 0


def test_rows_that_are_not_found_are_looked_for_from_further_starts():
    rows = three_valleys(torch.linspace(-2.3, 2.3, 24)[:, None])
    told = []

    def search(again):
        effort = Effort(starts=32, steps=0, polish=30, drawn=32, again=again)
        return invert(three_valleys, rows, 1, effort=effort, watch=told.append)

    once, often = search(0), search(31)
    trapped = once.relative >= 0.01
    assert 0 < trapped.sum() < len(rows)
    assert (often.relative < 0.01).all()
    assert_close(often.latents[~trapped], once.latents[~trapped], rtol=0, atol=0)
    assert_close(often.errors[~trapped], once.errors[~trapped], rtol=0, atol=0)
    again = [len(m.latents) for m in told if m.stage == "again"]
    assert again[0] == trapped.sum() and again == sorted(again, reverse=True)
    assert_close(often.error, often.errors.min(dim=1).values)


def test_a_row_that_nothing_makes_keeps_the_best_of_its_starts():
    # the curve's own point at 1.9, and a number that no latent reaches beside it
    def generate(z):
        return torch.cat((three_valleys(z), torch.zeros_like(z)), dim=1)

    rows = torch.cat((generate(torch.tensor([[1.9]]))[:, :2], torch.tensor([[3.0]])), dim=1)
    values = []
    for again in (0, 1, 2, 4, 31):
        effort = Effort(starts=32, steps=0, polish=30, drawn=32, again=again)
        values.append(float(invert(generate, rows, 1, effort=effort).value))
    assert values == sorted(values, reverse=True)
    assert values[-1] == pytest.approx(3.0, abs=1e-6)  # 3² over three numbers


def test_without_a_step_it_is_the_nearest_of_the_drawn():
    pool = noise.normal(noise.fold(3, "inversion"), (64, 5))
    rows = normal(4, 9, 5, dtype=torch.float32)
    found = invert(lambda z: z, rows, 5, effort=Effort(4, 0, 0, 64), key=3)
    want = torch.cdist(rows, pool).min(dim=1)
    assert_close(found.latents, pool[want.indices])
    assert_close(found.error, want.values / 5**0.5)
    drawn = (rows - pool[0]).square().mean(dim=1).sqrt()
    assert_close(found.errors[:, 3], drawn)


def test_each_row_keeps_its_own_starts_when_rows_go_in_chunks(monkeypatch):
    rows, settings = normal(4, 9, 5), {"effort": Effort(4, 0, 0, 64)}
    together = invert(lambda z: z, rows, 5, **settings)
    monkeypatch.setattr(inversion, "_AT_ONCE", 8)  # two rows of four starts
    assert torch.equal(invert(lambda z: z, rows, 5, **settings).errors, together.errors)


def test_relative_is_by_the_spread_of_what_is_made():
    z, rows = noise.normal(noise.fold(0, "inversion"), (64, 3)), normal(4, 5, 3).float()
    found = invert(lambda z: z, rows, 3, effort=Effort(1, 0, 0, 64))
    scale = z.var(dim=0, correction=0).mean().sqrt()
    assert_close(found.relative, found.error / scale)
    moved = invert(lambda z: 5 * z + 100, 5 * rows + 100, 3, effort=Effort(1, 0, 0, 64))
    # 100 in float32 has a rounding error of 4e-6, beside a scale of 5
    assert_close(moved.relative, found.relative, rtol=1e-4, atol=0)


def test_a_generator_that_makes_nan_of_some_latents_gives_none():
    def generate(z):  # the root of a negative number is NaN
        return torch.cat((z, (1 - z[:, :1]).sqrt()), dim=1)

    rows = torch.tensor([[3.0, 0.0, 0.0], [0.0, 0.5, 1.0], [0.99, 0.0, 0.0]])
    found = invert(generate, rows, 2, effort=Effort(8, 60, 20, 128))
    for name in ("latents", "reconstruction", "error", "relative", "value", "errors", "spread"):
        assert getattr(found, name).isfinite().all(), name
    assert found.error[1] < 1e-5 and found.latents[0, 0] <= 1


def test_a_start_that_diverges_is_dropped():
    _, _, generate = affine()
    rows, first = normal(3, 2, 30), normal(4, 2, 4)
    first[0, 0] = torch.nan
    found = invert(generate, rows, 4, first=first, effort=FEW)
    assert found.errors.isinf().sum(dim=1).tolist() == [1, 0]
    assert found.spread.isfinite().all()
    assert_close(found.latents, invert(generate, rows, 4, effort=FEW).latents, rtol=0, atol=1e-6)


def test_a_guess_replaces_a_start_and_is_kept_where_it_is_best():
    _, _, generate = affine()
    first = normal(4, 6, 4)
    found = invert(generate, generate(first), 4, first=first, effort=Effort(1, 0, 0, 16))
    assert torch.equal(found.latents, first) and found.errors.shape == (6, 1)
    none = invert(generate, generate(first), 4, effort=Effort(1, 0, 0, 16))
    assert (none.error > found.error).all()


def test_a_function_of_the_key():
    generate = mlp(3, 5)
    rows = generate(noise.normal(6, (4, 3)))
    runs = [invert(generate, rows, 3, effort=FEW, key=k) for k in (0, 0, 1)]
    assert torch.equal(runs[0].latents, runs[1].latents)
    assert not torch.equal(runs[0].errors, runs[2].errors)


def test_a_row_is_inverted_alike_among_others_and_in_chunks(monkeypatch):
    _, _, generate = affine()
    rows, mask = normal(3, 7, 30), noise.uniform(4, (7, 30)) + 0.1
    together = invert(generate, rows, 4, mask=mask, effort=FEW)
    monkeypatch.setattr(inversion, "_AT_ONCE", 6)  # two rows of three starts
    chunked = invert(generate, rows, 4, mask=mask, effort=FEW)
    alone = invert(generate, rows[5:6], 4, mask=mask[5:6], effort=FEW)
    assert_close(chunked.latents, together.latents, rtol=0, atol=1e-6)
    assert_close(alone.latents, together.latents[5:6], rtol=0, atol=1e-6)
    assert_close(chunked.relative, together.relative)


def test_weights_of_the_generator_get_no_slopes():
    generate = mlp(3, 5).requires_grad_(True)
    invert(generate, generate(noise.normal(6, (2, 3))).detach(), 3, effort=FEW)
    assert all(p.grad is None for p in generate.parameters())
