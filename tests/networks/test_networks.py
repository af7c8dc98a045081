"""What every network promises, over one explicit list; a network missing from it fails."""

import importlib
import pkgutil

import pytest
import torch
from torch.func import functional_call, grad, stack_module_state, vmap

import zerosum.networks
from tests.networks.zoo import ALL, BATCH, CLASSES, LATENT
from zerosum.errors import InputError
from zerosum.penalties.penalty import logits_and_gradient
from zerosum.penalties.zero_centred import R1

GENERATORS = [e for e in ALL if e.is_generator]
DISCRIMINATORS = [e for e in ALL if not e.is_generator]
UNCOUPLED = [e for e in ALL if not e.couples_samples]


def over(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda e: e.name)


def test_the_list_is_complete():
    modules = (
        importlib.import_module(f"zerosum.networks.{m.name}")
        for m in pkgutil.iter_modules(zerosum.networks.__path__)
    )
    found = {n for m in modules for n in vars(m) if n.endswith(("Generator", "Discriminator"))}
    # a map of logits, and generators made before: test_patch.py and test_mixture.py hold them to their own
    others = {"PatchDiscriminator", "MixtureGenerator"}
    assert found == {e.make.__name__ for e in ALL} | others


@over(GENERATORS)
def test_generator_gives_samples_of_the_event_shape(entry):
    z, label = entry.inputs()
    network = entry.build()
    assert network(z, label).shape == (BATCH, *entry.event_shape)
    assert network.float()(z.float(), label).dtype == torch.float32


@over(DISCRIMINATORS)
def test_discriminator_gives_one_raw_logit_a_sample(entry):
    x, label = entry.inputs()
    network = entry.build()
    assert network(x, label).shape == (BATCH,)
    assert network(x, label, 7).shape == (BATCH,)
    assert network.float()(x.float(), label, None).dtype == torch.float32


@over(ALL)
def test_gradient_reaches_every_named_parameter(entry):
    network = entry.build()
    x, label = entry.inputs()
    network(x, label).square().sum().backward()
    silent = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []
    assert all(torch.isfinite(p.grad).all() for p in network.parameters())


@over(ALL)
def test_gradient_reaches_the_input(entry):
    x, label = entry.inputs()
    x.requires_grad_()
    entry.build()(x, label).square().sum().backward()
    assert x.grad.flatten(1).any(dim=1).all()


@over(ALL)
def test_state_dict_round_trip(entry):
    first, second = entry.build(seed=1).eval(), entry.build(seed=2).eval()
    x, label = entry.inputs()
    assert not torch.allclose(first(x, label), second(x, label))
    second.load_state_dict(first.state_dict())
    assert torch.equal(first(x, label), second(x, label))


@over(ALL)
def test_same_seed_builds_the_same_network_and_forward_draws_nothing(entry):
    first, second = entry.build(seed=3), entry.build(seed=3)
    assert all(
        torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True)
    )
    x, label = entry.inputs()
    before = torch.get_rng_state()
    assert torch.equal(first(x, label), second(x, label))
    assert torch.equal(torch.get_rng_state(), before)


@over(ALL)
def test_buffers_belong_to_batchnorm_alone(entry):
    names = {n.rsplit(".")[-1] for n, _ in entry.build().named_buffers()}
    allowed = {"running_mean", "running_var", "num_batches_tracked"}
    assert names == (allowed if entry.couples_samples else set())


@over(ALL)
def test_vmap_over_stacked_members_equals_the_loop(entry):
    """Values and gradients; BatchNorm's buffers are stacked too and updated for each member."""
    members = [entry.build(seed=s) for s in range(3)]
    parameters, buffers = stack_module_state(members)
    base, label = members[0], entry.inputs()[1]
    x = torch.stack([entry.inputs(seed=s)[0] for s in range(3)])

    def loss(p, b, x):
        return functional_call(base, (p, b), (x, label)).square().mean()

    slopes = vmap(grad(loss))(parameters, buffers, x)
    for i, member in enumerate(members):
        alone = member(x[i], label).square().mean()
        wanted = torch.autograd.grad(alone, list(member.parameters()))
        for (name, _), reference in zip(member.named_parameters(), wanted, strict=True):
            torch.testing.assert_close(slopes[name][i], reference)
        for name, buffer in member.named_buffers():
            torch.testing.assert_close(buffers[name][i], buffer)


@over([e for e in DISCRIMINATORS if not e.couples_samples])
def test_gradient_penalty_under_vmap_equals_eager_double_backward(entry):
    members = [entry.build(seed=s) for s in range(2)]
    parameters, _ = stack_module_state(members)
    (x, label), base = entry.inputs(), members[0]

    def penalty(p):
        def bound(x):
            return functional_call(base, p, (x, label))

        return R1.measure(logits_and_gradient(bound, x)[1]).mean()

    slopes = vmap(grad(penalty))(parameters)
    for i, member in enumerate(members):
        points = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(member(points, label).sum(), points, create_graph=True)
        alone = 0.5 * slope.square().sum() / BATCH
        names, weights = zip(*member.named_parameters(), strict=True)
        wanted = torch.autograd.grad(alone, weights, allow_unused=True, materialize_grads=True)
        for name, reference in zip(names, wanted, strict=True):
            torch.testing.assert_close(slopes[name][i], reference)


@over(UNCOUPLED)
def test_bug_06_a_sample_does_not_depend_on_its_batch_mates(entry):
    network, (x, label) = entry.build(), entry.inputs()
    together = network(x, label)
    alone = [
        network(x[i : i + 1], None if label is None else label[i : i + 1]) for i in range(BATCH)
    ]
    torch.testing.assert_close(together, torch.cat(alone))


@over([e for e in ALL if e.couples_samples])
def test_bug_06_batchnorm_couples_samples_in_training_only(entry):
    network, (x, label) = entry.build(), entry.inputs()
    half = None if label is None else label[:3]
    assert not torch.allclose(network(x, label)[:3], network(x[:3], half))
    network.eval()
    torch.testing.assert_close(network(x, label)[:3], network(x[:3], half))


@over([e for e in ALL if e.sizes.get("classes")])
def test_labels_matter_and_must_be_there(entry):
    network, (x, label) = entry.build().eval(), entry.inputs()
    assert not torch.isclose(network(x, label), network(x, (label + 1) % 3)).any()
    with pytest.raises(InputError, match=r"label is missing.*classes 3"):
        network(x)


@over([e for e in ALL if e.sizes.get("classes") and not e.is_generator])
def test_a_network_that_says_classes_is_not_told_them(entry):
    network, (x, label) = entry.build(auxiliary=True).eval(), entry.inputs()
    verdict = network(x)
    assert verdict.shape == (BATCH, 1 + CLASSES) and verdict.unique(dim=1).shape == verdict.shape
    assert torch.equal(network(x, label), verdict)


@over([e for e in ALL if not e.sizes.get("classes")])
def test_a_network_without_classes_ignores_labels(entry):
    network, (x, _) = entry.build().eval(), entry.inputs()
    assert torch.equal(network(x), network(x, torch.arange(BATCH)))


@over(GENERATORS)
def test_wrong_latent_is_said(entry):
    with pytest.raises(InputError, match=f"z has shape .* latent {LATENT}"):
        entry.build()(torch.zeros(BATCH, LATENT + 1).double(), entry.inputs()[1])
    for latent in (0, -1):
        with pytest.raises(InputError, match="latent is"):
            entry.build(latent=latent)


@over(DISCRIMINATORS)
def test_wrong_event_shape_is_said(entry):
    network, (x, label) = entry.build(), entry.inputs()
    for wrong in (x.flatten(1)[:, 1:], x.transpose(1, -1), x[:, :1].flatten(1), x.unsqueeze(1)):
        with pytest.raises(InputError, match="event_shape"):
            network(wrong, label)


@over(ALL)
def test_sizes_below_one_are_said(entry):
    with pytest.raises(InputError, match="classes is -1"):
        entry.build(classes=-1)
    for shape in ((), (0,), (3, 0, 8)):
        with pytest.raises(InputError, match="event_shape"):
            entry.build(event_shape=shape)
    sized = {"width": 0} if "width" in entry.sizes else {"channels": (8, 0, 4)}
    with pytest.raises(InputError, match=next(iter(sized))):
        entry.build(**sized)
