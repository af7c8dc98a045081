"""Every conformance case of the evaluation reference, and the test that holds it.

`CASES` holds, for each file below `tests/`, its tests (less "test_") with the cases they hold. Cases that had
no test of their own are tested below. Vendi's score is left out: nothing in the package computes it.
torchmetrics is not among the peers, as it computes the same formula as torch-fidelity.
"""

from __future__ import annotations

import ast
import json
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from zerosum.metrics.transport import sliced_wasserstein, wasserstein_1d, wasserstein_exact
from zerosum.theory.density import gaussian
from zerosum.theory.divergences import JENSEN_SHANNON, divergence_between

TESTS = Path(__file__).parent.parent
PEERS = TESTS.parent / "benchmarks" / "results" / "metric-peers.json"

CASES = {
    "metrics/test_frechet": {
        "one_dimension_has_the_closed_form": "FD of N(0, 1) and N(m, s²) is m² + (s - 1)²",
        "diagonal_covariances_have_the_closed_form": "FD of diagonal covariances",
        "rotation_and_translation_change_nothing_and_scale_is_squared": "FD moved, turned, scaled",
        "a_set_against_itself_is_zero": "FD of a set and itself is 0",
        "fewer_rows_than_features_equals_full_rank_on_padded_data": "FD of n < d on padded data",
        "five_by_five_equals_fifty_digit_arithmetic": "FD 5 x 5 in many digits",
        "the_interval_covers_the_truth_in_400_replicates": "FD intervals",
    },
    "metrics/test_conformance": {
        "kept_agreement_with_peers": "FD, KID, PRDC and transport are the peers'",
        "one_column_equals_pot": "W_p by sorting is POT's",
        "exact_transport_is_the_assignment": "emd2 is linear_sum_assignment",
        "mind_of_a_shift_is_three_times_its_square": "MIND is 3d SW²",
        "jensen_shannon_of_gaussians_has_the_printed_digits": "JSD of Gaussians",
    },
    "metrics/test_mmd": {
        "over_all_70_splits_of_8_points_the_estimate_averages_to_zero": "MMD over all 70 splits",
        "gaussian_kernel_of_shifted_gaussians_has_its_closed_form": "MMD, RBF closed form 0.0241285786",
        "the_kid_of_given_subsets_equals_numpys": "KID of torch-fidelity's draws, NumPy",
        "the_interval_covers_the_truth_in_400_replicates_of_1000_rows": "KID intervals",
        "p_is_uniform_where_the_laws_are_equal": "p-values are uniform",
    },
    "metrics/test_transport": {
        "a_shift_costs_its_length": "W1 of a shift",
        "sliced_of_a_shift_has_mean_square_length_over_dimension": "SW² of a shift",
        "sliced_equals_pot_on_the_same_projections": "SW with POT's projections",
    },
    "metrics/test_ks": {
        "two_samples_equal_scipy_also_with_ties": "KS with ties is scipy's",
        "shifted_uniforms_are_a_fifth_apart": "KS of U(0, 1) and U(.2, 1.2)",
    },
    "theory/test_divergences": {
        "jensen_shannon_of_shifted_gaussians_to_twelve_digits": "GAN value is 2 JSD - 2 ln 2",
    },
    "metrics/test_two_sample": {
        "bayes_accuracy_is_reached": "Bayes accuracy of C2ST",
        "two_halves_of_real_data_cannot_be_told_apart": "C2ST of two halves",
    },
    "metrics/test_prdc": {
        "without_ties_the_counts_are_the_definitions": "PRDC without ties",
        "expected_coverage_has_its_known_values": "E[coverage] .8756, .9691",
        "a_perfect_model_has_the_expected_coverage_and_density_one": "E[density] is 1",
        "a_tight_cluster_far_away_scores_zero_everywhere": "a far cluster scores 0",
        "fakes_equal_to_the_reals_score_one": "fakes that are the reals score 1",
    },
    "metrics/test_authenticity": {
        "copies_score_zero_and_far_rows_one": "authenticity of copies and of far rows",
        "half_copies_in_the_plane_read_half_the_null_and_not_the_index_bug": "authenticity of half copies",
    },
    "metrics/test_data_copying": {
        "all_generated_nearer_than_all_held_out": "C_T where all generated are nearer",
        "it_is_the_published_statistic_for_given_cells": "C_T of given cells",
        "without_copying_z_is_standard_normal_and_p_uniform": "C_T's null sd",
    },
    "metrics/test_inception_score": {
        "sure_and_even_is_the_number_of_classes": "IS of even one-hot rows is C",
        "one_answer_for_every_row_is_one": "IS of constant rows is 1",
    },
    "metrics/test_modes": {
        "the_floor_of_a_thousand_modes_is_the_published_one": "KL of a perfect model of 1000 modes",
        "the_true_mixture_scores_98_89_percent_and_no_divergence": "high quality of the true mixture",
    },
    "metrics/test_ndb": {
        "ndb_of_a_perfect_model_is_the_level_against_held_out_rows": "NDB/K of a perfect model",
    },
    "metrics/test_path_length": {
        "a_linear_generator_has_twice_its_squared_norm_for_any_step": "PPL of a linear generator",
        "float32_is_enough_for_the_step_and_256_levels_are_not": "PPL and 256 levels",
    },
    "training/test_duality": {
        "on_uv_in_the_square_the_gap_is_the_sum_of_absolute_values": "duality gap of uv",
    },
    "latent/test_inversion": {
        "a_linear_generator_is_inverted_by_projection": "inversion of a linear generator to 1e-6",
    },
    "metrics/test_manifold": {
        "pictures_of_triangles_are_on_the_manifold": "distance of a true triangle",
    },
    "metrics/test_ais": {
        "the_error_shrinks_with_temperatures_and_both_bounds_hold_the_truth": "AIS, linear decoder",
        "a_thousand_temperatures_are_within_a_tenth_of_a_nat": "AIS at 1000 temperatures",
        "a_curved_generator_of_one_latent_agrees_with_quadrature": "AIS against quadrature",
    },
    "metrics/test_parzen": {
        "the_perfect_model_of_fifty_dimensions_is_given_twenty_nats_too_few": "Parzen's bias",
    },
    "metrics/test_downstream": {
        "a_copy_of_the_real_table_teaches_exactly_as_much": "TSTR of a copy is TRTR",
    },
    "metrics/test_prdc_intervals": {
        "intervals_hold_the_mean_score_in_400_replicates_of_1000_rows": "PRDC intervals",
    },
}


def held_in(file: str) -> set[str]:
    tree = ast.parse((TESTS / f"{file}.py").read_text(encoding="utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {name.removeprefix("test_") for name in names if name.startswith("test_")}


def test_every_case_has_its_test() -> None:
    for file, cases in CASES.items():
        assert cases.keys() <= held_in(file)


def test_kept_agreement_with_peers() -> None:
    """As `python -m benchmarks.metric_peers` found it; the peers are in an environment of their own."""
    found = json.loads(PEERS.read_text(encoding="utf-8"))["found"]

    def apart(name: str) -> dict[str, float]:
        others = {k: v for k, v in found[name].items() if isinstance(v, dict)}
        return {peer: abs(v["relative difference"]) for peer, v in others.items()}

    assert apart("FD").keys() == {"pytorch-fid", "torch-fidelity"}
    assert max(apart("FD").values()) < 1e-9
    # the peers take roots of rounded eigenvalues there
    assert max(apart("FD, fewer rows than features").values()) < 1e-6
    assert abs(found["KID"]["ours"] - found["KID"]["torch-fidelity"]["value"]) < 1e-6
    for name in ("precision", "recall", "density", "coverage"):
        assert apart(name)["prdc"] == 0.0
    for name in ("precision", "recall"):  # a mean in float32
        assert apart(name)["torch-fidelity"] < 1e-7
    assert max(apart("W1, exact")["POT"], apart("W2 squared, one column")["POT"]) < 1e-10
    assert apart("W2, sliced")["POT"] < 1e-6


@pytest.mark.parametrize(
    ("mean", "std", "printed"),
    [
        (1.0, 1.0, 0.111421482185),
        (2.0, 1.0, 0.336830820347),
        (0.5, 1.0, 0.030311300521),
        (0.0, 2.0, 0.092733381666),
        (40.0, 1.0, math.log(2)),
    ],
)
def test_jensen_shannon_of_gaussians_has_the_printed_digits(
    mean: float, std: float, printed: float
) -> None:
    found = divergence_between(JENSEN_SHANNON, gaussian(0.0, 1.0), gaussian(mean, std))
    # twelve digits are printed
    assert abs(found - printed) < 1e-12


def test_one_column_equals_pot() -> None:
    ot = pytest.importorskip("ot", reason="POT is optional; the kept agreement holds it too")
    x, y = np.random.default_rng(0).normal(size=(2, 200))
    for p in (1, 2, 3):
        theirs = float(ot.wasserstein_1d(x, 1.5 * y, p=p))
        assert_allclose(wasserstein_1d(x, 1.5 * y, p=p) ** p, theirs, rtol=1e-12)


@pytest.mark.parametrize("d", [2, 16])
def test_exact_transport_is_the_assignment(d: int) -> None:
    x, y = np.random.default_rng(1).normal(size=(2, 150, d))
    costs = cdist(x, 1.3 * y)
    rows, columns = linear_sum_assignment(costs)
    assert_allclose(wasserstein_exact(x, 1.3 * y), costs[rows, columns].mean(), rtol=1e-10)


def test_mind_of_a_shift_is_three_times_its_square() -> None:
    # in the plane the even directions average exactly: 3 d ‖δ‖²/d
    x = np.random.default_rng(2).normal(size=(50, 2))
    shift = np.array((0.3, -0.4))
    assert_allclose(3 * 2 * sliced_wasserstein(x, x + shift, p=2) ** 2, 3 * 0.25, rtol=1e-12)
