"""The terms: everybody gets the same networks and the same number of the discriminator's gradients."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.studies.mode_bench.bench import MNIST
from zerosum.studies.mode_bench.entrants import ENTRANTS
from zerosum.studies.mode_bench.protocols import names
from zerosum.studies.mode_bench.terms import BUDGETS, SCALES, terms

DATA = ("ring", "grid", "adagan-3", "manifolds-1200", "stacked-digits", MNIST)
# gradients of the discriminator that a round takes: turns, virtual steps with the real one, components
EACH = {"wgan": 5, "wgan-gp": 5, "unrolled": 6, "adagan": None, "ensemble": None, "best": None}


@pytest.mark.parametrize("name", ENTRANTS)
@pytest.mark.parametrize("budget", BUDGETS)
def test_all_get_the_same(name, budget):
    for data in DATA:
        on = terms(data, "ours", budget)
        settings = ENTRANTS[name].settings(on)
        each = EACH.get(name, 1) or on.components
        assert settings["run"] == {
            "steps": on.updates // each,
            "batch": on.batch,
            "ema_half_life": 20_000.0,
        }
        assert settings["generator"] == on.generator
        judge = settings["discriminator"]
        same = on.discriminator
        assert (judge["width"], judge["depth"]) == (same["width"], same["depth"])


@pytest.mark.parametrize("name", ENTRANTS)
def test_what_falls_falls_over_the_whole_run(name):
    settings = ENTRANTS[name].settings(terms("ring", "ours", "quick"))
    rows = settings["run"]["steps"] * settings["run"]["batch"]
    game = settings["game"]
    falling = [settings["generator_optimizer"]["lr"], settings["discriminator_optimizer"]["lr"]]
    weights = [p["weight"] for p in game.get("penalties", [])] + [game.get("transport", 0.0)]
    falling += [weight for weight in weights if isinstance(weight, dict)]
    assert all(one["over"] == rows for one in falling)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("budget", BUDGETS)
def test_every_packing_divides_the_rows(scale, budget):
    for data in DATA:
        on = terms(data, scale, budget)
        for pack in (2, 3, 4):
            run = ENTRANTS[f"pacgan{pack}"].settings(on)["run"]
            assert run["batch"] % pack == 0
            assert run["batch"] == (pack * on.batch if on.packs else on.batch)


def test_budgets_have_the_seeds_that_were_promised():
    assert {d: terms(d, "ours", "quick").seeds for d in DATA} == {
        d: 10 if d in ("ring", "grid") else 3 for d in DATA
    }
    assert all(terms(d, "ours", "full").seeds == 10 for d in DATA)


def test_the_papers_networks_and_lengths():
    ring = terms("ring", "paper", "quick")
    assert ring == terms("ring", "paper", "quick") and ring.updates == 400 * 100_000 // 100
    assert (ring.batch, ring.latent, ring.rate, ring.last_rate, ring.beta1) == (
        100, 2, 1e-4, 1e-4, 0.8,
    )  # fmt: skip
    assert (ring.generator["width"], ring.generator["depth"], ring.generator["norm"]) == (
        400, 4, "batch",
    )  # fmt: skip
    stacked = terms(MNIST, "paper", "full")
    assert (stacked.updates, stacked.batch, stacked.latent) == (50 * 128_000 // 64, 64, 100)


def test_unknown_words_are_refused():
    with pytest.raises(InputError, match="did you mean 'paper'"):
        terms("ring", "papers", "quick")
    with pytest.raises(InputError, match="unknown budget 'fast'"):
        terms("ring", "ours", "fast")


def test_every_data_set_of_a_protocol_has_terms():
    assert all(terms(name, "ours", "quick").updates > 0 for name in names())
