"""torchgan 0.1.0: the real `Trainer.train_iter`, and what its `train` does after it for each batch.

The case's networks are grafted in as torchgan models; the losses are its Minimax pair (whose
generator is non-saturating by default), on logits of shape (batch,) as its DCGANDiscriminator
returns them. Its gradient logger runs, as it does by default; board and console are off.

Not grafted: WGAN-GP. Its penalty takes one norm over the whole batch and one interpolation weight
for all samples, and steps the optimiser apart from the Wasserstein loss: another algorithm.
"""

from __future__ import annotations

import os
import tempfile

import torch
from torch import Tensor, nn

from benchmarks.cases import BETAS, LEARNING_RATE, Case, Step
from benchmarks.peers import stubs

_RESULTS = ("generator_losses", "discriminator_losses", "generator_iters", "discriminator_iters")


def build(case: Case) -> Step:
    """Return a callable that does one torchgan iteration: generator, then discriminator."""
    os.environ.update(TENSORBOARD_LOGGING="0", VISDOM_LOGGING="0", CONSOLE_LOGGING="0")
    stubs.install()
    from torchgan.losses import MinimaxDiscriminatorLoss, MinimaxGeneratorLoss
    from torchgan.models import Discriminator, Generator
    from torchgan.trainer import Trainer

    generator, discriminator = case.networks()
    folder = tempfile.mkdtemp()
    models = {
        "generator": _spec(_grafted(Generator), generator, case.latent),
        "discriminator": _spec(_grafted(Discriminator), discriminator, case.event_shape[0]),
    }
    trainer = Trainer(
        models,
        [MinimaxGeneratorLoss(), MinimaxDiscriminatorLoss()],
        device=torch.device("cpu"),
        sample_size=1,
        checkpoints=f"{folder}/model/gan",
        recon=f"{folder}/images",
    )
    trainer.batch_size = case.batch
    batches = case.batches()

    def step() -> None:
        trainer.real_inputs = next(batches)
        results = trainer.train_iter()
        for name, value in zip(_RESULTS, results, strict=True):
            trainer.loss_information[name] += value
        trainer.logger.run_mid_epoch(trainer)

    return step


def _grafted(base: type[nn.Module]) -> type[nn.Module]:
    class Grafted(base):  # type: ignore[misc, valid-type]
        def __init__(self, network: nn.Module, size: int) -> None:
            super().__init__(size)
            self.network = network

        def forward(self, x: Tensor) -> Tensor:
            return self.network(x)

    return Grafted


def _spec(model: type[nn.Module], network: nn.Module, size: int) -> dict[str, object]:
    adam = {"name": torch.optim.Adam, "args": {"lr": LEARNING_RATE, "betas": BETAS}}
    return {"name": model, "args": {"network": network, "size": size}, "optimizer": adam}
