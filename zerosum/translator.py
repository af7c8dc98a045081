"""A trained translator as an artefact: a folder that turns rows of one domain into rows of another.

What `zerosum.generator` is to latents this is to rows. `config.json` holds two codecs: how a row of the
first domain is read, and how a row of the second is given. Loading runs no code from the folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum.data.codec import Codec, codec_from_json
from zerosum.errors import InputError, unknown
from zerosum.generator import find_artefact
from zerosum.recipes.build import placed
from zerosum.recipes.config import NetworkConfig, from_mapping, to_mapping
from zerosum.recipes.tables import TRANSLATORS, Sizes
from zerosum.records.artefact import read_artefact, write_artefact
from zerosum.training.checkpoint import module_tensors

BACK = "back"  # folder of the other direction, beside `model`
# rows made at once, always exactly so many, so that row i does not depend on how many there are
_CHUNK = 8


@dataclass(frozen=True)
class Translator:
    """A network from rows to rows, and the two codecs around it.

    Attributes:
        network: encoded rows (n, *event) of the first domain -> encoded rows of the second.
        config: which network it is.
        codec: the first domain's units <-> encoded rows.
        target: encoded rows <-> the second domain's units.
        provenance: what it was trained on and how; printed, never interpreted.
    """

    network: nn.Module
    config: NetworkConfig
    codec: Codec
    target: Codec
    provenance: dict[str, Any] = field(default_factory=dict)

    @torch.no_grad()
    def encoded(self, x: Float[Tensor, " n *event"]) -> Float[Tensor, " n *event"]:
        """Return translations of encoded rows, (n, *event) float32, made in chunks of one size."""
        device = next(self.network.parameters()).device
        parts = []
        for part in x.split(_CHUNK):
            short = _CHUNK - len(part)
            full = torch.cat((part, part[:1].expand(short, *part.shape[1:])))
            made = self.network(full.to(device)).float().cpu()
            parts.append(made[: len(part)])
        return torch.cat(parts)

    def translate(self, rows: np.ndarray, codec: Codec | None = None) -> np.ndarray:
        """Return rows (n, ...) of the first domain as rows of the second, in its shape, type and units.

        Args:
            rows: in the first domain's shape and units.
            codec: of the rows, where they are in others: 8-bit pictures for one.

        Raises:
            InputError: no row, rows of another shape than the first domain's, or no numbers.
        """
        rows, codec = np.asarray(rows), codec or self.codec
        wanted = codec.decode(torch.zeros(1, *codec.event_shape)).shape[1:]
        if rows.ndim == 0 or rows.shape[1:] != wanted or not len(rows):
            raise InputError(
                f"rows have shape {rows.shape}, but this translator reads (n, {_listed(wanted)}): give "
                "rows of the size and channels that it was trained on"
            )
        if rows.dtype.kind not in "biuf" or not np.isfinite(rows).all():
            raise InputError(
                "a row to be translated holds something that is no finite number: leave it out"
            )
        return self.target.decode(self.encoded(codec.encode(rows)))

    def save(self, folder: str | Path) -> Path:
        """Write config.json, model.safetensors and a model card into a new folder.

        Raises:
            InputError: the folder exists already and is not empty.
        """
        config = {
            "translator": to_mapping(self.config),
            "codec": self.codec.to_json(),
            "target": self.target.to_json(),
            "provenance": self.provenance,
        }
        return write_artefact(Path(folder), config, module_tensors(self.network), _card(self))


def find_translator(folder: Path, *, back: bool = False) -> Path:
    """Return the artefact folder meant: the folder itself, or `model/` or `back/` of what a run leaves.

    Raises:
        InputError: it does not exist, is a run that has not finished, or has no way back.
    """
    place = find_artefact(folder)
    if not back:
        return place
    beside = folder / BACK if place != folder else folder.parent / BACK
    if not beside.is_dir():
        raise InputError(
            f"{folder} has no translator back beside it: give the run folder, or leave --back out"
        )
    return beside


def is_translator(folder: Path) -> bool:
    """Return whether an artefact folder holds a translator (and not a generator).

    Raises: InputError: not an artefact, damaged, or made by a newer version.
    """
    return "translator" in read_artefact(folder)[0]


def load_translator(folder: str | Path) -> Translator:
    """Read an artefact folder back into a translator.

    Raises:
        InputError: not a translator, damaged, made by a newer version, or tensors that do not fit.
    """
    folder = Path(folder)
    config, tensors = read_artefact(folder)
    if "translator" not in config:
        raise InputError(
            f"{folder} holds a generator, which translates nothing: use zerosum sample {folder}"
        )
    try:
        network_config = from_mapping(config["translator"], NetworkConfig, "translator.")
        codec, target = (codec_from_json(config[name]) for name in ("codec", "target"))
        provenance = dict(config["provenance"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{folder} is not a zerosum translator: config.json: {error}") from None
    if codec.event_shape != target.event_shape:
        raise InputError(f"{folder}: config.json contradicts itself about shapes")
    misfit = f"{folder}: the tensors of model.safetensors do not fit the network of config.json"
    network = filled_translator(network_config, codec.event_shape, tensors, misfit)
    return Translator(network, network_config, codec, target, provenance)


def filled_translator(
    config: NetworkConfig, event: tuple[int, ...], tensors: dict[str, Tensor], misfit: str
) -> nn.Module:
    """Build a translator's network around its stored tensors.

    Raises: InputError: `misfit`, when they are not those of such a network; an unknown network.
    """
    if config.name not in TRANSLATORS:
        raise unknown("translator", config.name, TRANSLATORS)
    if not 0 < config.depth <= len(tensors):
        raise InputError(misfit)
    # a config may claim any size: on the meta device a network costs no memory until it is filled
    with torch.device("meta"):
        network = TRANSLATORS[config.name](config, Sizes(1, event))
    wanted = {name: (t.shape, t.dtype) for name, t in network.state_dict().items()}
    if wanted != {name: (t.shape, t.dtype) for name, t in tensors.items()}:
        raise InputError(misfit)
    network.load_state_dict(tensors, assign=True)
    # laid out as it was in training, so that it gives the same bits
    placed(network, Sizes(1, event), torch.device("cpu"))
    return network.eval().requires_grad_(False)


def _listed(shape: tuple[int, ...]) -> str:
    return ", ".join(map(str, shape))


def _card(translator: Translator) -> str:
    facts = "\n".join(f"- {k}: {v}" for k, v in translator.provenance.items())
    return (
        "# A translator trained with zerosum\n\n"
        f"{facts}\n\n"
        "```python\nimport zerosum as zs\n\n"
        'translator = zs.load(".")\ntranslated = translator.translate(rows)\n```\n\n'
        "Rows are read in the units, shape and type of the first domain's training data and given in the "
        "second's. Loading runs no code from this folder.\n"
    )
