"""The estimator: `fit`, `sample`, `evaluate`, `save`. scikit-learn's conventions hold."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from zerosum.data.load import load as load_data
from zerosum.data.options import DataOptions
from zerosum.data.split import split
from zerosum.errors import InputError
from zerosum.generator import Generator, find_artefact, load_generator
from zerosum.metrics.evidence import Evidence
from zerosum.recipes.config import merge
from zerosum.records.lock import Lock
from zerosum.runs import session
from zerosum.runs.job import Job, prepare
from zerosum.runs.judging import Rows, judge_generator
from zerosum.training.signals import StopRequest


class GAN(BaseEstimator):
    """A generative adversarial network that is fitted to data and sampled from.

    Args:
        recipe: a name of `zerosum list recipes`; None chooses from the data's shape.
        seed: of everything random; the same seed gives the same generator.
        steps: rounds of the game; None takes the recipe's.
        batch: rows a turn; None takes the recipe's.
        conditional: give both networks the labels `y`; None means whenever `y` is given.
        device: "auto", "cpu" or "cuda".
        precision: "fp32" or "bf16".
        holdout: share of the rows kept for the evidence, never trained on.
        settings: nested settings that win over the recipe's, as in config.yaml.
        out: folder of runs; None keeps no run folder.

    Attributes:
        config_: the resolved settings.
        generator_: the trained generator.
        n_features_in_: columns, for points and tables.
        run_: the run folder, if one was asked for.

    >>> gan = GAN(steps=2, batch=8).fit([[0.0], [1.0], [0.5], [0.2], [0.9]] * 4)
    >>> gan.sample(3, seed=1).shape
    (3, 1)
    """

    def __init__(
        self,
        recipe: str | None = None,
        *,
        seed: int = 0,
        steps: int | None = None,
        batch: int | None = None,
        conditional: bool | None = None,
        device: str = "auto",
        precision: str = "fp32",
        holdout: float = 0.2,
        settings: dict[str, Any] | None = None,
        out: str | Path | None = None,
    ) -> None:
        self.recipe = recipe
        self.seed = seed
        self.steps = steps
        self.batch = batch
        self.conditional = conditional
        self.device = device
        self.precision = precision
        self.holdout = holdout
        self.settings = settings
        self.out = out

    def fit(self, X: Any, y: Any = None) -> GAN:
        """Train on X: an array, tensor, DataFrame, path, name of a data set, or list of numbers.

        Args:
            X: the data; pictures (n, H, W[, C]), points or a table (n, d), or where they are.
            y: labels, one for each row, or None.

        Raises:
            InputError: data or settings that cannot work.
            Diverged: training produced a number that is not finite.
        """
        job = prepare(_array(X), labels=y, recipe=self.recipe, settings=self._settings(X, y))
        for note in job.source.notes:
            warnings.warn(note, stacklevel=2)
        self.run_: Path | None = None
        with StopRequest() as stop:
            reason = job.run(stop=stop) if self.out is None else self._fit_in_folder(job, stop)
        self._keep(job)
        if reason == "interrupted":
            raise KeyboardInterrupt(
                f"stopped at step {job.state.step}; the generator so far is kept"
            )
        return self

    def sample(self, n: int = 1, seed: int = 0, *, label: int | str | None = None) -> np.ndarray:
        """Return n samples in the shape, type and units of the data.

        Args:
            n: how many. seed: the same one gives the same samples. label: class, if conditional.
        """
        return self._fitted().sample(n, seed, label)

    def evaluate(self, X: Any = None, y: Any = None, *, seed: int = 0) -> Evidence:
        """Return the evidence about the generator, on X or on the rows held out by `fit`.

        Args:
            X: real data in the units of `fit`, never trained on; None takes the held-out rows.
            y: its labels, if any.
            seed: of the samples and subsets.
        """
        generator = self._fitted()
        train, held_out = getattr(self, "_train", None), getattr(self, "_held_out", None)
        if X is not None:
            given = load_data(_array(X), options=DataOptions(), labels=y)
            # a loaded GAN has no training rows: half of X stands in for them as the reference
            half, other = split(given.n, 0.5, seed)
            index = other if train is None else np.arange(given.n)
            train, held_out = train or Rows(given, half), Rows(given, index)
        if train is None or held_out is None:
            raise InputError("a loaded GAN has no held-out rows: give evaluate some real data")
        return judge_generator(generator, train, held_out, seed)

    def save(self, folder: str | Path) -> Path:
        """Write the generator as an artefact folder: config.json, model.safetensors, a model card."""
        return self._fitted().save(folder)

    def _settings(self, X: Any, y: Any) -> dict[str, Any]:
        run = {"steps": self.steps, "batch": self.batch}
        conditional = self.conditional if self.conditional is not None else y is not None
        named = str(X) if isinstance(X, str | Path) else session.GIVEN
        own = {
            "seed": self.seed,
            "conditional": conditional,
            "data": {"spec": named, "holdout": self.holdout},
            "run": {
                "device": self.device,
                "precision": self.precision,
                **{k: v for k, v in run.items() if v is not None},
            },
        }
        return merge(own, self.settings or {})

    def _fit_in_folder(self, job: Job, stop: StopRequest) -> str:
        work = session.begin(job, Path(str(self.out)))
        self.run_ = work.run
        with Lock(work.run):
            reason = work.train(stop)
            if reason == "done":
                work.conclude()
        return reason

    def _keep(self, job: Job) -> None:
        self.config_ = job.config
        self.generator_ = job.generator()
        self._train, self._held_out = Rows(job.source, job.trained), Rows(job.source, job.held_out)
        if job.source.kind != "image":
            self.n_features_in_ = job.sizes.event[0]

    def _fitted(self) -> Generator:
        if not hasattr(self, "generator_"):
            raise InputError("this GAN has no generator yet: call fit first, or load one")
        return self.generator_


def load(folder: str | Path) -> GAN:
    """Return a GAN that samples from an artefact folder, or from the `model/` of a run folder.

    Raises:
        InputError: not an artefact, damaged, or made by a newer version.
    """
    gan = GAN()
    gan.generator_ = load_generator(find_artefact(Path(folder)))
    return gan


def _array(data: Any) -> Any:
    return np.asarray(data) if isinstance(data, list | tuple) else data
