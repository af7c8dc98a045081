"""torch-mimicry 0.1.16: its real `train_step` methods, in the order its Trainer calls them.

The case's networks are grafted in as subclasses of its base classes; the losses are its "gan"
(binary cross-entropy on logits, non-saturating) and "wasserstein" with its gradient penalty. Logits
are given the shape (batch, 1) that its losses ask for. A MetricLog is made for each step as its
Trainer does; the learning-rate scheduler is off and writing summaries and pictures is not timed.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from benchmarks.cases import BETAS, LEARNING_RATE, PENALTY_WEIGHT, Case, Step
from benchmarks.peers import stubs


def build(case: Case) -> Step:
    """Return a callable that does one mimicry step; for WGAN-GP the discriminator's alone."""
    stubs.install()
    from torch_mimicry.nets.gan import gan
    from torch_mimicry.nets.wgan_gp import wgan_gp_base
    from torch_mimicry.training.metric_log import MetricLog

    penalised = case.loss == "wasserstein-gp"
    base_g = wgan_gp_base.WGANGPBaseGenerator if penalised else gan.BaseGenerator
    base_d = wgan_gp_base.WGANGPBaseDiscriminator if penalised else gan.BaseDiscriminator
    loss = "wasserstein" if penalised else "gan"
    network_g, network_d = case.networks()
    generator = _grafted(base_g, network_g, nz=case.latent, ngf=0, bottom_width=4, loss_type=loss)
    extra = {"gp_scale": PENALTY_WEIGHT} if penalised else {}
    discriminator = _grafted(base_d, network_d, column=True, ndf=0, loss_type=loss, **extra)
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=LEARNING_RATE, betas=BETAS)
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=LEARNING_RATE, betas=BETAS)
    batches, labels = case.batches(), torch.zeros(case.batch, dtype=torch.int64)

    def step() -> None:
        log, real = MetricLog(), (next(batches), labels)
        common = {"real_batch": real, "device": torch.device("cpu"), "global_step": 0}
        log = discriminator.train_step(netG=generator, optD=optimizer_d, log_data=log, **common)
        if not penalised:
            generator.train_step(netD=discriminator, optG=optimizer_g, log_data=log, **common)

    return step


def _grafted(
    base: type[nn.Module], network: nn.Module, *, column: bool = False, **arguments: object
) -> nn.Module:
    class Grafted(base):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            super().__init__(**arguments)
            self.network = network

        def forward(self, x: Tensor) -> Tensor:
            out = self.network(x)
            return out.unsqueeze(1) if column else out

    return Grafted()
