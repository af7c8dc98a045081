"""The artefact, what training leaves: `config.json`, `model.safetensors` and a model card.

It holds weights and plain values only, so that reading one runs no code; the config's strings are
looked up in tables by the caller and never imported.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.records import atomic, leftovers
from zerosum.records.reading import display
from zerosum.records.tensors import (
    PICKLE_SUFFIXES,
    Tensors,
    encode,
    read_tensors,
    refuse_pickle_name,
)
from zerosum.records.text import dump_json, read_json

KIND = "zerosum artefact"
SCHEMA = 1
CONFIG, MODEL, CARD = "config.json", "model.safetensors", "README.md"
MAX_CONFIG = 1_000_000  # bytes

_KEYS = {"kind", "schema", "sha256", "config"}


def write_artefact(folder: Path, config: dict[str, Any], tensors: Tensors, card: str) -> Path:
    """Write an artefact at once: a reader finds the former one or the new one, never a mixture.

    Args:
        folder: where it goes; an artefact that is there is replaced, anything else is refused.
        config: what rebuilds the generator, as `text.dump_json` can write it.
        tensors: name -> finite tensor of any shape and device.
        card: the model card, in Markdown.
    Returns:
        the folder's absolute path.
    Errors: InputError for a folder that holds other files, a config JSON cannot hold, or tensors
        that are not finite; ZerosumError when the disk refuses, with the former artefact in place.
    """
    folder = Path(os.path.realpath(folder))
    weights = encode(tensors, display(folder / MODEL), finite=True)
    digest = hashlib.sha256(weights).hexdigest()
    envelope = {"kind": KIND, "schema": SCHEMA, "sha256": digest, "config": config}
    described = dump_json(envelope, CONFIG)
    if len(described) > MAX_CONFIG:
        raise InputError(f"the config has {len(described)} bytes; keep it below {MAX_CONFIG}")
    files = {CONFIG: described, MODEL: weights, CARD: card.encode("utf-8", "backslashreplace")}
    needed = sum(len(data) for data in files.values())
    with atomic.reporting(folder, needed):
        atomic.make_folders(folder.parent)
        leftovers.settle(folder.parent, folder.name)
        _refuse_other_files(folder)
        atomic.require_space(folder.parent, needed)
        former = leftovers.place_folder(folder, files)
        if former is not None:
            atomic.delete_tree(former)
    return folder


def read_artefact(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (config, tensors) of an artefact; nothing in it is executed or imported.

    Args:
        folder: the artefact's folder.
    Returns:
        config as given to `write_artefact`, and name -> tensor on the CPU.
    Errors: InputError, one sentence naming the file, for what is missing, damaged, not finite, a
        pickle, or made by a newer version.
    """
    folder = _find(Path(folder))
    path = folder / CONFIG
    envelope = read_json(path, limit=MAX_CONFIG)
    if not isinstance(envelope, dict) or envelope.get("kind") != KIND:
        raise InputError(f"{display(path)} describes no zerosum artefact; give one that does")
    schema = envelope.get("schema")
    if type(schema) is int and schema > SCHEMA:
        raise InputError(
            f"{display(folder)} was made by a newer version (schema {schema}, this one reads up to "
            f"{SCHEMA}); upgrade zerosum"
        )
    config, digest = envelope.get("config"), envelope.get("sha256")
    whole = set(envelope) == _KEYS and type(schema) is int and schema >= 1
    if not (whole and isinstance(config, dict) and isinstance(digest, str)):
        raise InputError(
            f"{display(path)} has missing or unknown entries ({', '.join(sorted(envelope))}); "
            "copy the artefact again"
        )
    return config, read_tensors(folder / MODEL, sha256=digest)


def _find(folder: Path) -> Path:
    """Return the folder to read, or say why there is none and what a person may have meant."""
    if (folder / CONFIG).is_file():
        return folder
    refuse_pickle_name(folder)
    if not os.path.lexists(folder):
        former = leftovers.standing_in(folder.parent).get(folder.name)
        if former is not None:
            return former
        raise InputError(f"{display(folder)} does not exist; give an artefact's folder")
    if not folder.is_dir():
        raise InputError(
            f"{display(folder)} is no folder; give the folder with {CONFIG} and {MODEL}"
        )
    pickles = sorted(p for p in folder.iterdir() if p.suffix.lower() in PICKLE_SUFFIXES)
    if pickles:
        refuse_pickle_name(pickles[0])
    raise InputError(f"{display(folder)} holds no {CONFIG}; give an artefact's folder")


def _refuse_other_files(folder: Path) -> None:
    """Never replace, and so delete, what is not an artefact."""
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise InputError(f"{display(folder)} is a file; give a folder for the artefact")
    others = sorted(p.name for p in folder.iterdir() if p.name not in (CONFIG, MODEL, CARD))
    if others:
        raise InputError(
            f"{display(folder)} holds other files ({display(others[0])}), which saving would "
            "delete; give a new folder"
        )
