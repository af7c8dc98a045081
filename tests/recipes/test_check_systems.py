"""What a system cannot work with is refused in one sentence; what it can work with is taken."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.recipes.build import build_game, build_plan, resolve
from zerosum.recipes.config import BeganConfig
from zerosum.recipes.presets import DataShape
from zerosum.recipes.tables import OBJECTIVES
from zerosum.training.schedule import Schedule

POINTS = DataShape("points", (2,), 1000)
FACES = DataShape("image", (3, 32, 32), 1000)
LABELLED = DataShape("image", (1, 8, 8), 1000, labelled=True)
BEGAN = {"system": "began"}
NO_LOGIT = "the discriminator of system 'began' has no logit: leave it out"

REFUSED = [
    ({"system": "begn"}, {}, "unknown system 'begn'; did you mean 'began'"),
    ({**BEGAN, "penalties": [{"name": "r1"}]}, {}, f"^game.penalties restrain .* {NO_LOGIT}$"),
    ({**BEGAN, "label_smoothing": 0.1}, {}, f"^game.label_smoothing moves .* {NO_LOGIT}$"),
    ({**BEGAN, "clip": 0.1}, {}, f"^game.clip bounds .* {NO_LOGIT}$"),
    ({**BEGAN, "spectral": True}, {}, f"^game.spectral bounds .* {NO_LOGIT}$"),
    ({**BEGAN, "instance_noise": 0.1}, {}, f"^game.instance_noise blurs .* {NO_LOGIT}$"),
    ({**BEGAN, "pack": 2}, {}, f"^game.pack gives several rows .* {NO_LOGIT}$"),
    ({**BEGAN, "auxiliary": 1.0}, {"conditional": True}, f"^game.auxiliary wants .* {NO_LOGIT}$"),
    (BEGAN, {"discriminator": {"name": "mlp"}}, "'mlp' cannot play in system 'began', .* mlp-auto"),
    ({}, {"discriminator": {"name": "mlp-autoencoder"}}, "cannot play in system 'two-player'"),
    (BEGAN, {"discriminator": {"name": "mlp-autoencodr"}}, "did you mean 'mlp-autoencoder'"),
    ({"began": {"gamma": 0.7}}, {}, "game.began has numbers, which system 'two-player' does not"),
    ({**BEGAN, "began": {"gamma": 1.1}}, {}, "game.began.gamma is 1.1: it must be from 0 to 1"),
    ({**BEGAN, "began": {"gamma": -0.1}}, {}, "game.began.gamma is -0.1"),
    ({**BEGAN, "began": {"lambda_k": float("nan")}}, {}, "game.began.lambda_k is nan"),
    (
        {**BEGAN, "began": {"gamma": {"start": 0.5, "end": 2.0, "over": 9}}},
        {},
        "game.began.gamma is 2",
    ),
    (BEGAN, {"run": {"compile": True}}, "run.compile traces the two-player game only"),
]


@pytest.mark.parametrize(("game", "over", "words"), REFUSED, ids=[r[2] for r in REFUSED])
def test_what_a_system_cannot_work_with(game, over, words):
    with pytest.raises(InputError, match=words) as caught:
        resolve(LABELLED, "custom", {"game": game, **over})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", [*OBJECTIVES, "fgan", "nonsense"])
def test_no_objective_beside_losses_of_its_own(name):
    with pytest.raises(InputError, match=f"objective '{name}' says what .* {NO_LOGIT}"):
        resolve(POINTS, "began", {"game": {"objective": name}})


def test_an_autoencoder_of_pictures_is_not_for_points():
    with pytest.raises(InputError, match="discriminator 'conv-autoencoder' is convolutional"):
        resolve(POINTS, "custom", {"game": BEGAN, "discriminator": {"name": "conv-autoencoder"}})


@pytest.mark.parametrize(
    ("shape", "names"),
    [(POINTS, ("mlp", "mlp-autoencoder")), (FACES, ("upsampling", "conv-autoencoder"))],
)
def test_a_system_chooses_what_was_left_open(shape, names):
    config = resolve(shape, "custom", {"game": BEGAN})
    assert (config.generator.name, config.discriminator.name) == names
    assert config.game.objective == "none"
    assert type(build_game(config)).__name__ == "BEGAN"


def test_gamma_and_lambda_are_coefficients_with_schedules():
    gamma = {"start": 0.3, "end": 0.7, "over": 100}
    config = resolve(POINTS, "custom", {"game": {**BEGAN, "began": {"gamma": gamma}}})
    found = build_plan(config).coefficients
    assert found == {"gamma": Schedule(0.3, 0.7, 100), "lambda_k": Schedule(1e-3)}
    assert build_plan(resolve(POINTS, "ns-r1", {})).coefficients.keys() == {"r1"}


def test_what_only_looks_odd_is_taken():
    resolve(LABELLED, "began", {"conditional": True})
    resolve(POINTS, "began", {"game": {"began": {"gamma": 0.0, "lambda_k": 1.0}}})
    resolve(POINTS, "began", {"game": {"discriminator_steps": 3, "objective": "none"}})
    resolve(POINTS, "began", {"game": {"solver": "extragradient"}})
    resolve(POINTS, "custom", {"game": {"began": BeganConfig()}})
