"""Spectral normalisation against exact singular values, torch's own version, and the loop."""

import copy
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from tests.penalties.discriminators import draw
from zerosum.penalties import spectral


def network(seed=0):
    """A convolution, a transposed one, a linear layer and an embedding, in float64."""
    modules = {
        "conv": nn.Conv2d(3, 4, 3),
        "up": nn.ConvTranspose2d(3, 5, 2),
        "linear": nn.Linear(7, 6),
        "table": nn.Embedding(4, 3),
    }
    net = nn.ModuleDict(modules).double()
    for i, p in enumerate(net.parameters()):
        p.data.copy_(draw(*p.shape, seed=seed * 100 + i))
    return net


def weights(net):
    return dict(net.named_parameters())


def exact(weight):
    return torch.linalg.svd(weight.flatten(1)).S[0]


def settled(net, steps=3000):
    vectors = spectral.initial_vectors(net, 3)
    return spectral.power_iteration(weights(net), vectors, steps=steps)


def test_vectors_are_unit_and_belong_to_the_matrices():
    net = network()
    vectors = spectral.initial_vectors(net, 3)
    matrices = {n: p.flatten(1) for n, p in weights(net).items() if p.ndim > 1}
    assert set(vectors) == {f"{n}.{side}" for n in matrices for side in "uv"}
    for name, matrix in matrices.items():
        u, v = vectors[f"{name}.u"], vectors[f"{name}.v"]
        assert (u.shape[0], v.shape[0]) == tuple(matrix.shape)
        one = torch.ones((), dtype=torch.float64)
        torch.testing.assert_close(u.norm(), one)
        torch.testing.assert_close(v.norm(), one)


def test_vectors_replay_from_their_key():
    first, again = (spectral.initial_vectors(network(), 3) for _ in range(2))
    other = spectral.initial_vectors(network(), 4)
    assert all(torch.equal(first[n], again[n]) for n in first)
    assert not torch.equal(first["linear.weight.u"], other["linear.weight.u"])


def test_largest_singular_value_is_one_after_many_iterations():
    net = network()
    normalised = spectral.normalise(weights(net), settled(net))
    for name, weight in weights(net).items():
        if weight.ndim > 1:
            torch.testing.assert_close(normalised[name], weight / exact(weight))
            torch.testing.assert_close(exact(normalised[name]).item(), 1.0)
        else:
            assert normalised[name] is weight  # biases are passed on


def test_each_iteration_raises_sigma_towards_its_value():
    net = network()
    matrix = net["linear"].weight
    vectors = spectral.initial_vectors(net, 3)
    sigmas = []
    for _ in range(30):
        u, v = vectors["linear.weight.u"], vectors["linear.weight.v"]
        sigmas.append((u @ matrix @ v).item())
        vectors = spectral.power_iteration(weights(net), vectors)
    assert all(b >= a - 1e-12 for a, b in pairwise(sigmas))
    assert sigmas[-1] <= exact(matrix).item() + 1e-12


def test_slope_through_w_over_sigma_equals_autograd_of_the_exact_one():
    net = network()
    vectors = settled(net)
    for name, weight in weights(net).items():
        if weight.ndim == 1:
            continue
        direction = draw(*weight.shape, seed=9)
        ours = (spectral.normalise(weights(net), vectors)[name] * direction).sum()
        theirs = (weight / torch.linalg.matrix_norm(weight.flatten(1), 2) * direction).sum()
        got, wanted = (torch.autograd.grad(loss, weight)[0] for loss in (ours, theirs))
        torch.testing.assert_close(got, wanted, rtol=1e-6, atol=1e-8)


def test_vectors_carry_no_graph_and_old_ones_are_left_alone():
    net = network()
    vectors = spectral.initial_vectors(net, 3)
    before = copy.deepcopy(vectors)
    after = spectral.power_iteration(weights(net), vectors)
    assert not any(t.requires_grad for t in after.values())
    assert all(torch.equal(vectors[n], before[n]) for n in vectors)
    assert not torch.equal(after["linear.weight.u"], before["linear.weight.u"])


@pytest.mark.parametrize("module", ["conv", "linear"])
def test_same_vectors_give_what_torch_gives(module):
    """Torch iterates once in the training forward, then normalises: so do we, in two calls."""
    net = network()
    theirs = spectral_norm(copy.deepcopy(net[module]))
    inner = theirs.parametrizations.weight[0]
    vectors = {f"{module}.weight.u": inner._u.clone(), f"{module}.weight.v": inner._v.clone()}
    for _ in range(3):
        reference = theirs.train().weight
        vectors = spectral.power_iteration(weights(net), vectors)
        ours = spectral.normalise(weights(net), vectors)[f"{module}.weight"]
        torch.testing.assert_close(ours, reference)
        torch.testing.assert_close(vectors[f"{module}.weight.u"], inner._u)
        torch.testing.assert_close(vectors[f"{module}.weight.v"], inner._v)
    direction = draw(*ours.shape, seed=9)
    (got,) = torch.autograd.grad((ours * direction).sum(), net[module].weight)
    original = theirs.parametrizations.weight.original
    (wanted,) = torch.autograd.grad((reference * direction).sum(), original)
    torch.testing.assert_close(got, wanted)


def test_vmap_over_members_equals_the_loop_with_its_gradient():
    nets = [network(seed) for seed in range(3)]
    vectors = [spectral.initial_vectors(net, seed) for seed, net in enumerate(nets)]
    stacked, _ = torch.func.stack_module_state(nets)
    state = {n: torch.stack([v[n] for v in vectors]) for n in vectors[0]}

    def loss(parameters, state):
        state = spectral.power_iteration(parameters, state, steps=2)
        normalised = spectral.normalise(parameters, state)
        return sum(w.sin().sum() for w in normalised.values()), state

    slope, new = torch.func.vmap(torch.func.grad(loss, has_aux=True))(stacked, state)
    for i, net in enumerate(nets):
        value, alone = loss(weights(net), vectors[i])
        grads = torch.autograd.grad(value, list(net.parameters()))
        for name, wanted in zip(weights(net), grads, strict=True):
            torch.testing.assert_close(slope[name][i], wanted)
        for name, wanted in alone.items():
            torch.testing.assert_close(new[name][i], wanted)


def test_a_zero_weight_stays_zero_and_starts_once_it_moves():
    """R3GAN's last convolutions start at 0, where W / σ would be NaN."""
    net = nn.ModuleDict({"leave": nn.Linear(3, 2, bias=False)}).double()
    weight = net["leave"].weight
    nn.init.zeros_(weight)
    vectors = spectral.power_iteration(weights(net), spectral.initial_vectors(net, 1))
    normalised = spectral.normalise(weights(net), vectors)["leave.weight"]
    (slope,) = torch.autograd.grad(normalised.sum(), weight)
    assert (normalised == 0).all() and torch.isfinite(slope).all()
    weight.data = draw(2, 3)
    vectors = spectral.power_iteration(weights(net), vectors, steps=500)
    moved = spectral.normalise(weights(net), vectors)["leave.weight"]
    torch.testing.assert_close(exact(moved).item(), 1.0)
