"""A trained generator as an artefact: a folder that samples in the user's own units, on any machine.

`config.json` says which network it is and how its output becomes the user's data; `model.safetensors`
holds the weights. Loading reads numbers and names from a table, and runs no code from the folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from zerosum import noise
from zerosum.data.codec import Codec, codec_from_json
from zerosum.errors import InputError
from zerosum.networks.mixture import MixtureGenerator
from zerosum.recipes.build import build_generator
from zerosum.recipes.config import NetworkConfig, from_mapping, to_mapping
from zerosum.recipes.tables import Sizes
from zerosum.records.artefact import read_artefact, write_artefact
from zerosum.training.checkpoint import module_tensors

# rows made at once, always exactly so many: memory stays flat, and a matrix product rounds row i
# alike whatever n is, because its shape never changes
_CHUNK = 64
_MOST = 10_000_000


@dataclass(frozen=True)
class Generator:
    """A network, what it needs to be called, and the way back to the user's units.

    Attributes:
        network: latents (n, latent) and labels -> encoded rows (n, *event).
        config: which network it is, or each component of a mixture.
        sizes: latent dimension, event shape, classes.
        codec: encoded rows <-> the user's units.
        classes: names of the labels, () when unconditional.
        provenance: what it was trained on and how; printed, never interpreted.
        shares: of the components of a mixture, whose latent has a coordinate more than theirs
            (`networks.mixture`); () for a single network.
    """

    network: nn.Module
    config: NetworkConfig
    sizes: Sizes
    codec: Codec
    classes: tuple[str, ...] = ()
    provenance: dict[str, Any] = field(default_factory=dict)
    shares: tuple[float, ...] = ()

    def latents(self, n: int, seed: int = 0) -> Tensor:
        """Return n latents, (n, latent) float32; row i is the same whatever n is.

        Raises:
            InputError: n is not a count that can be made.
        """
        if not 0 < n <= _MOST:
            raise InputError(f"n is {n}: a number of samples from 1 to {_MOST:,} is needed")
        keys = noise.bits(noise.fold(seed, "sample"), n)
        return noise.normal(keys, (self.sizes.latent,))

    def labels(self, n: int, label: int | str | None = None) -> Tensor | None:
        """Return n class indices: the given one, or all classes in turn; None when unconditional.

        Raises:
            InputError: a label for an unconditional generator, or one it does not have.
        """
        if self.sizes.classes == 0:
            if label is None:
                return None
            raise InputError("this generator is unconditional: leave the label out")
        if label is None:
            return torch.arange(n) % self.sizes.classes
        known = {str(c): i for i, c in enumerate(self.classes)} | {
            str(i): i for i in range(self.sizes.classes) if not self.classes
        }
        if str(label) not in known:
            raise InputError(f"unknown label {str(label)!r}: this generator has {', '.join(known)}")
        return torch.full((n,), known[str(label)])

    @torch.no_grad()
    def encoded(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return encoded rows at the latents, (n, *event) float32, made in chunks of one size."""
        device = next(self.network.parameters()).device
        short = -len(latents) % _CHUNK
        latents = torch.cat((latents, latents[:1].expand(short, -1))).to(device)
        if labels is not None:
            labels = torch.cat((labels, labels[:1].expand(short))).to(device)
        parts = []
        for i in range(0, len(latents), _CHUNK):
            y = None if labels is None else labels[i : i + _CHUNK]
            parts.append(self.network(latents[i : i + _CHUNK], y).float().cpu())
        return torch.cat(parts)[: len(latents) - short]

    def sample(self, n: int, seed: int = 0, label: int | str | None = None) -> np.ndarray:
        """Return n samples in the user's shape, dtype and units.

        Args:
            n: how many rows.
            seed: of the latents; the same seed gives the same rows, and a larger n more of them.
            label: class name or index, for a conditional generator.
        """
        latents = self.latents(n, seed)
        return self.codec.decode(self.encoded(latents, self.labels(n, label)))

    def save(self, folder: str | Path) -> Path:
        """Write config.json, model.safetensors and a model card into a new folder.

        Raises:
            InputError: the folder exists already and is not empty.
        """
        config = {
            "network": to_mapping(self.config),
            "latent": self.sizes.latent,
            "event_shape": list(self.sizes.event),
            "number_of_classes": self.sizes.classes,
            "classes": list(self.classes),
            "codec": self.codec.to_json(),
            "provenance": self.provenance,
        } | ({"mixture": list(self.shares)} if self.shares else {})
        return write_artefact(Path(folder), config, module_tensors(self.network), _card(self))


def find_artefact(folder: Path) -> Path:
    """Return the artefact folder meant: the folder itself, or the `model/` of a run folder.

    Raises:
        InputError: it does not exist, or is a run that has not finished.
    """
    if (folder / "model").is_dir():
        return folder / "model"
    if (folder / "config.yaml").is_file():
        raise InputError(
            f"{folder} has no trained generator yet: finish it with zerosum train --resume {folder}"
        )
    return folder


def load_generator(folder: str | Path) -> Generator:
    """Read an artefact folder back into a generator.

    Raises:
        InputError: not an artefact, damaged, made by a newer version, or tensors that do not fit.
    """
    folder = Path(folder)
    config, tensors = read_artefact(folder)
    if "translator" in config:
        raise InputError(
            f"{folder} holds a translator, which makes rows of rows and not of noise: use zerosum translate"
        )
    try:
        network_config = from_mapping(config["network"], NetworkConfig, "network.")
        sizes = Sizes(
            latent=int(config["latent"]),
            event=tuple(int(v) for v in config["event_shape"]),
            classes=int(config["number_of_classes"]),
        )
        classes, codec = tuple(map(str, config["classes"])), codec_from_json(config["codec"])
        provenance = dict(config["provenance"])
        shares = tuple(map(float, config.get("mixture", ())))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{folder} is not a zerosum generator: config.json: {error}") from None
    if codec.event_shape != sizes.event or (classes and len(classes) != sizes.classes):
        raise InputError(f"{folder}: config.json contradicts itself about shapes or classes")
    misfit = f"{folder}: the tensors of model.safetensors do not fit the network of config.json"
    network = filled_network(network_config, sizes, tensors, misfit, shares)
    return Generator(network, network_config, sizes, codec, classes, provenance, shares)


def filled_network(
    config: NetworkConfig,
    sizes: Sizes,
    tensors: dict[str, Tensor],
    misfit: str,
    shares: tuple[float, ...] = (),
) -> nn.Module:
    """Build a generator's network, or a mixture of such, around its stored tensors.

    Raises: InputError: `misfit`, when they are not those of such a network; shares that are none.
    """
    if not 0 < config.depth <= len(tensors) or len(shares) > len(tensors):
        raise InputError(misfit)
    # a config may claim any size: on the meta device a network costs no memory until it is filled
    with torch.device("meta"):
        network = _built(config, sizes, shares)
    wanted = {name: (t.shape, t.dtype) for name, t in network.state_dict().items()}
    if wanted != {name: (t.shape, t.dtype) for name, t in tensors.items()}:
        raise InputError(misfit)
    network.load_state_dict(tensors, assign=True)
    return network.eval().requires_grad_(False)


def _built(config: NetworkConfig, sizes: Sizes, shares: tuple[float, ...]) -> nn.Module:
    if not shares:
        return build_generator(config, sizes)
    of_each = replace(sizes, latent=sizes.latent - 1)
    return MixtureGenerator([build_generator(config, of_each) for _ in shares], shares)


def mixed(components: Sequence[Generator], shares: Sequence[float]) -> Generator:
    """Return the mixture of generators that differ in nothing but their weights.

    Args: components: of one network, data and codec. shares: of each, summing to 1.
    Raises: InputError: shares that are not a distribution over them.
    """
    first = components[0]
    return replace(
        first,
        network=MixtureGenerator([c.network for c in components], shares).eval(),
        sizes=replace(first.sizes, latent=first.sizes.latent + 1),
        shares=tuple(float(s) for s in shares),
    )


def _card(generator: Generator) -> str:
    facts = "\n".join(f"- {k}: {v}" for k, v in generator.provenance.items())
    return (
        "# A generator trained with zerosum\n\n"
        f"{facts}\n\n"
        "```python\nimport zerosum as zs\n\n"
        'generator = zs.load(".")\nsamples = generator.sample(64, seed=0)\n```\n\n'
        "Samples come in the units, shape and type of the training data. Loading runs no code from "
        "this folder.\n"
    )
