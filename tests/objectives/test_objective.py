"""What every objective promises, over one explicit list; a formulation missing from it fails."""

import importlib
import pkgutil

import pytest
import torch
from beartype import beartype
from jaxtyping import TypeCheckError, jaxtyped
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

import zerosum.objectives
from tests.objectives.slopes import EXTREME, pairs_of_logits, slopes
from zerosum.objectives.hinge import HINGE
from zerosum.objectives.least_squares import LEAST_SQUARES, LEAST_SQUARES_PEARSON
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.objective import Objective
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.smoothing import one_sided
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.recipes.tables import DIVERGENCES, FAMILIES

PUBLISHED = (
    MINIMAX,
    NONSATURATING,
    WASSERSTEIN,
    LEAST_SQUARES,
    LEAST_SQUARES_PEARSON,
    HINGE,
    RELATIVISTIC_PAIRING,
)
FAMILY = tuple(form(which) for form in FAMILIES.values() for which in DIVERGENCES.values())
ALL = (*PUBLISHED, one_sided(MINIMAX, 0.9), one_sided(LEAST_SQUARES, 0.9), *FAMILY)
LOSSES = [
    pytest.param(loss, id=f"{o.name}-{side}")
    for o in ALL
    for side, loss in (("discriminator", o.discriminator), ("generator", o.generator))
]
# e^88 ends float32 and bfloat16, e^709 float64: members with exponentials are held to less
FARTHEST = {o.name: 80.0 for o in FAMILY}
every_objective = pytest.mark.parametrize("objective", ALL, ids=lambda o: o.name)
every_loss = pytest.mark.parametrize("loss", LOSSES)


def test_the_list_is_complete_and_names_are_unique():
    modules = (
        importlib.import_module(f"zerosum.objectives.{m.name}")
        for m in pkgutil.iter_modules(zerosum.objectives.__path__)
    )
    found = {v.name for m in modules for v in vars(m).values() if isinstance(v, Objective)}
    assert found == {o.name for o in PUBLISHED}
    assert len({o.name for o in ALL}) == len(ALL)


@every_objective
def test_source_names_a_paper(objective):
    assert "arXiv:" in objective.source


@every_loss
def test_one_loss_a_sample_in_the_dtype_of_the_logits(loss):
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        real = torch.linspace(-2, 2, 5).to(dtype)
        value = loss(real, -real)
        assert value.shape == (5,) and value.dtype == dtype


@every_loss
def test_sample_i_depends_on_pair_i_alone(loss):
    real, fake = torch.randn(2, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    together = loss(real, fake)
    alone = torch.cat([loss(real[i : i + 1], fake[i : i + 1]) for i in range(6)])
    torch.testing.assert_close(together, alone)


@every_objective
def test_values_and_slopes_are_finite_at_extreme_logits(objective):
    real, fake = pairs_of_logits(FARTHEST.get(objective.name, EXTREME))
    for dtype in (torch.float32, torch.float64):
        for loss in (objective.discriminator, objective.generator):
            for tensor in slopes(loss, real.to(dtype), fake.to(dtype)):
                assert torch.isfinite(tensor).all()


@every_loss
def test_vmap_of_grad_equals_the_loop(loss):
    real, fake = torch.randn(
        2, 3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(2)
    )

    def mean(r, f):
        return loss(r, f).mean()

    both = torch.func.grad(mean, argnums=(0, 1))
    stacked = torch.func.vmap(both)(real, fake)
    for side in (0, 1):
        loop = torch.stack([both(real[i], fake[i])[side] for i in range(3)])
        torch.testing.assert_close(stacked[side], loop)


@every_objective
def test_players_pull_the_right_way(objective):
    """D raises real and lowers fake logits that are equal; G raises a fake logit that D rejects.

    Equal at ¼ and not at 0, since 0 is the very code that least squares wants of a fake.
    """
    equal = torch.full((1,), 0.25, dtype=torch.float64)
    _, d_real, d_fake = slopes(objective.discriminator, equal, equal)
    assert d_real.item() < 0 < d_fake.item()
    _, _, g_fake = slopes(objective.generator, equal, -equal)
    assert g_fake.item() < 0


@every_objective
def test_zero_sum_is_what_is_measured(objective):
    """The two losses' sum does not move with the fake logit, exactly where that is claimed."""
    real, fake = pairs_of_logits(FARTHEST.get(objective.name, EXTREME))
    _, _, d_fake = slopes(objective.discriminator, real, fake)
    _, _, g_fake = slopes(objective.generator, real, fake)
    assert objective.zero_sum is torch.allclose(d_fake, -g_fake, rtol=1e-12, atol=0)


@every_objective
def test_generator_looks_at_real_logits_exactly_where_pairs_is_claimed(objective):
    real = torch.linspace(-2, 2, 5, dtype=torch.float64)
    _, g_real, _ = slopes(objective.generator, real, -real)
    assert objective.pairs is bool((g_real != 0).all())
    assert objective.pairs is bool((g_real != 0).any())


@pytest.mark.parametrize("objective", [o for o in ALL if o not in FAMILY], ids=lambda o: o.name)
def test_unbounded_is_what_is_measured(objective):
    """The f-GANs' losses have a minimum wherever both sides overlap; see test_fgan."""
    far = torch.tensor([1e4], dtype=torch.float64)
    lowest = min(objective.discriminator(far, -far).item(), 0.0)
    assert objective.unbounded is (lowest < -1e4)


@every_objective
def test_logistic_is_the_cross_entropy_of_the_logit(objective):
    real, fake = pairs_of_logits(FARTHEST.get(objective.name, EXTREME))
    one, nil = torch.ones_like(real), torch.zeros_like(real)
    labels = cross_entropy(real, one, reduction="none") + cross_entropy(fake, nil, reduction="none")
    plain = objective.discriminator(real, fake)
    if "smooth" in objective.name:
        plain = MINIMAX.discriminator(real, fake) if objective.logistic else plain
    assert objective.logistic is torch.allclose(plain, labels)


@every_loss
def test_a_column_against_a_row_is_caught_by_the_shape_check(loss):
    """(4, 1) and (4,) would broadcast to (4, 4) and ruin every relativistic loss in silence."""
    checked = jaxtyped(typechecker=beartype)(loss)
    row, column = torch.zeros(4), torch.zeros(4, 1)
    assert checked(row, row).shape == (4,)
    for real, fake in ((column, row), (row, column), (column, column), (row, torch.zeros(3))):
        with pytest.raises(TypeCheckError):
            checked(real, fake)
