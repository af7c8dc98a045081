"""Whatever the rooms publish can be named: nothing is forgotten in a table, and nothing is there twice."""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil

import pytest
import torch
from torch import nn

import zerosum.networks
import zerosum.objectives
import zerosum.penalties
import zerosum.solvers
from zerosum.networks.mixture import MixtureGenerator
from zerosum.objectives.objective import Objective
from zerosum.penalties.penalty import Penalty
from zerosum.recipes import tables
from zerosum.recipes.build import resolve
from zerosum.recipes.config import GameConfig, NetworkConfig, OptimizerConfig
from zerosum.recipes.presets import DataShape
from zerosum.recipes.systems import SYSTEMS
from zerosum.recipes.tables import Sizes
from zerosum.training.schedule import Schedule


def modules(package):
    names = [f"{package.__name__}.{m.name}" for m in pkgutil.iter_modules(package.__path__)]
    assert len(names) > 3
    return [importlib.import_module(name) for name in names]


def public(package, kind):
    """Every public object of a kind that a room's modules hold, by the name it has there."""
    return {
        name: value
        for module in modules(package)
        for name, value in vars(module).items()
        if isinstance(value, kind) and not name.startswith("_")
    }


@pytest.mark.parametrize(
    ("package", "kind", "table"),
    [
        (zerosum.objectives, Objective, tables.OBJECTIVES),
        (zerosum.penalties, Penalty, tables.PENALTIES),
    ],
    ids=["objectives", "penalties"],
)
def test_the_table_holds_each_once_under_its_own_name(package, kind, table):
    found = public(package, kind)
    assert len(found) >= 5
    assert sorted(v.name for v in found.values()) == sorted(table)
    assert all(value.name == name for name, value in table.items())
    assert {id(v) for v in found.values()} == {id(v) for v in table.values()}


def test_every_solver_has_a_line():
    found = {
        name for module in modules(zerosum.solvers) for name in [module.__name__.split(".")[-1]]
    }
    assert found - {"field"} == tables.SOLVERS.keys()
    for name, make in tables.SOLVERS.items():
        solver = make(GameConfig(consensus=0.3))
        assert getattr(solver, "func", solver).__name__ == name
    assert tables.SOLVERS["consensus"](GameConfig(consensus=0.3)).keywords == {"weight": 0.3}


def test_every_network_is_built_by_a_line_of_the_tables():
    players = {
        value
        for module in modules(zerosum.networks)
        for name, value in vars(module).items()
        if inspect.isclass(value)
        and issubclass(value, nn.Module)
        and name.endswith(("Generator", "Discriminator", "Autoencoder"))
    } - {MixtureGenerator}  # made of generators that the tables build
    assert len(players) == 14
    sizes, config = Sizes(4, (1, 16, 16), 3), NetworkConfig(width=8, depth=1)
    built = {type(b(config, sizes)) for b in tables.GENERATORS.values()}
    built |= {type(b(config, sizes)) for b in tables.DISCRIMINATORS.values()}
    built |= {type(b(config, sizes)) for b in tables.AUTOENCODERS.values()}
    built |= {type(b(config, sizes)) for b in tables.PATCHES.values()}
    assert built == players


def fitting(table):
    """Names with events; a convolution needs a picture (recipes.check refuses the rest)."""
    events = [(2,), (1, 8, 8), (3, 20, 12)]
    pictures = ("dcgan", "residual", "upsampling", "conv-autoencoder", "progressive")
    return [(n, e) for n in table for e in events if len(e) == 3 or n not in pictures]


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize(("name", "event"), fitting(tables.GENERATORS), ids=str)
def test_generators_make_the_event_they_were_sized_for(name, event, classes):
    network = tables.GENERATORS[name](NetworkConfig(width=8, depth=1), Sizes(4, event, classes))
    label = torch.tensor([0, 2]) if classes else None
    assert network(torch.zeros(2, 4), label).shape == (2, *event)


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize(("name", "event"), fitting(tables.DISCRIMINATORS), ids=str)
def test_discriminators_give_one_logit_a_row(name, event, classes):
    network = tables.DISCRIMINATORS[name](NetworkConfig(width=8, depth=1), Sizes(4, event, classes))
    label = torch.tensor([0, 2]) if classes else None
    assert network(torch.zeros(2, *event), label, None).shape == (2,)


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize(("name", "event"), fitting(tables.AUTOENCODERS), ids=str)
def test_autoencoders_give_rows_back_through_fewer_numbers(name, event, classes):
    network = tables.AUTOENCODERS[name](NetworkConfig(width=8, depth=1), Sizes(40, event, classes))
    label = torch.tensor([0, 2]) if classes else None
    assert network(torch.zeros(2, *event), label, None).shape == (2, *event)
    # half of a row's numbers at most, and no more than the latent has
    assert network.code.out_features == {2: 1, 64: 32, 720: 40}[math.prod(event)]


def test_every_system_names_networks_that_there_are():
    for name, system in SYSTEMS.items():
        for generator, discriminator, *_ in (system.small, system.large):
            assert generator in system.generators and discriminator in system.discriminators
        assert resolve(DataShape("points", (2,), 100), "custom", {"game": {"system": name}})
    kinds = [set(system.discriminators) for system in SYSTEMS.values()]
    judges = {**tables.DISCRIMINATORS, **tables.AUTOENCODERS, **tables.PAIRS, **tables.PATCHES}
    assert set().union(*kinds) == {*judges}


def parameter():
    return [nn.Parameter(torch.zeros(3))]


def test_adam_gets_its_numbers():
    config = OptimizerConfig("adam", Schedule(0.1, 0.2, 10), 0.3, Schedule(0.4, 0.5, 10))
    built = tables.OPTIMIZERS["adam"](config, parameter())
    assert type(built) is torch.optim.Adam
    assert (built.defaults["lr"], built.defaults["betas"]) == (0.1, (0.3, 0.4))
    assert built.defaults["weight_decay"] == 0 and not built.defaults["amsgrad"]


def test_rmsprop_smooths_by_beta2_and_has_no_momentum():
    built = tables.OPTIMIZERS["rmsprop"](OptimizerConfig("rmsprop", 0.1, 0.7, 0.8), parameter())
    assert type(built) is torch.optim.RMSprop
    assert (built.defaults["lr"], built.defaults["alpha"]) == (0.1, 0.8)
    assert built.defaults["momentum"] == 0 and not built.defaults["centered"]


def test_sgd_takes_beta1_for_its_momentum():
    built = tables.OPTIMIZERS["sgd"](OptimizerConfig("sgd", 0.1, 0.7, 0.8), parameter())
    assert type(built) is torch.optim.SGD
    assert (built.defaults["lr"], built.defaults["momentum"]) == (0.1, 0.7)
    assert built.defaults["dampening"] == 0 and not built.defaults["nesterov"]


def test_every_builder_has_a_first_line_for_the_list():
    for table in (
        tables.GENERATORS, tables.DISCRIMINATORS, tables.AUTOENCODERS, tables.OPTIMIZERS
    ):  # fmt: skip
        assert all((build.__doc__ or "").strip() for build in table.values())
    assert all((system.game.__doc__ or "").strip() for system in SYSTEMS.values())
