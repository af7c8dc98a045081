"""The estimator: `fit`, `sample`, `evaluate`, `save`. scikit-learn's conventions hold."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
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
from zerosum.runs import boosted, session
from zerosum.runs.gap import STEPS, gap_of_job
from zerosum.runs.job import GIVEN, Job, prepare
from zerosum.runs.judging import NO_EXTRACTORS, Rows, judge_generator
from zerosum.runs.translating import judge_translators, translators
from zerosum.training.duality import DualityGap
from zerosum.training.signals import StopRequest
from zerosum.translator import BACK, Translator, is_translator, load_translator


class GAN(BaseEstimator):
    """A generative adversarial network that is fitted to data and sampled from.

    Args:
        recipe: a name of `zerosum list recipes`; None chooses from the data's shape.
        seed: of everything random; the same seed gives the same generator.
        steps: rounds of the game; None takes the recipe's.
        batch: rows a turn; None takes the recipe's.
        conditional: give both networks the labels `y`; None means whenever `y` is given, or
                the recipe needs them.
        device: "auto", "cpu" or "cuda".
        precision: "fp32" or "bf16".
        holdout: share of the rows kept for the evidence, never trained on; 0 trains on all rows.
        boost: of a mixture of GANs, such as {"components": 5}; None takes the recipe's.
        settings: nested settings that win over the recipe's, as in config.yaml.
        out: folder of runs; None keeps no run folder.

    Attributes:
        config_: the resolved settings.
        generator_: the trained generator.
        translators_: of recipe cyclegan instead of it: first domain to second, and back.
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
        boost: dict[str, Any] | None = None,
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
        self.boost = boost
        self.settings = settings
        self.out = out

    def fit(self, X: Any, y: Any = None, *, to: Any = None) -> GAN:
        """Train on X: an array, tensor, DataFrame, path, name of a data set, or list of numbers.

        Args:
            X: the data; pictures (n, H, W[, C]), points or a table (n, d), or where they are.
            y: labels, one for each row, or None.
            to: the second domain, for recipe cyclegan, in any form that X may have.

        Raises:
            InputError: data or settings that cannot work.
            Diverged: training produced a number that is not finite.
        """
        settings = self._settings(y)
        job = prepare(_array(X), to=_array(to), labels=y, recipe=self.recipe, settings=settings)
        for note in job.notes:
            warnings.warn(note, stacklevel=2)
        self.run_: Path | None = None
        with StopRequest() as stop:
            train = boosted.fit_apart if self.out is None else self._fit_in_folder
            job, reason = train(job, stop)
        self._keep(job)
        _say_if_interrupted(reason, job, self.run_, y is not None)
        return self

    def translate(self, X: Any, *, back: bool = False) -> np.ndarray:
        """Return rows of the first domain as rows of the second, in its shape, type and units.

        Args: X: rows (n, ...) in the units of `fit`. back: rows of the second domain as rows of the first.
        """
        if not hasattr(self, "translators_"):
            raise InputError("this GAN has no translator: fit it with recipe cyclegan and to=Y")
        return self.translators_[back].translate(np.asarray(X))

    def sample(self, n: int = 1, seed: int = 0, *, label: int | str | None = None) -> np.ndarray:
        """Return n samples in the shape, type and units of the data.

        Args:
            n: how many. seed: the same one gives the same samples. label: class, if conditional.
        """
        return self._fitted().sample(n, seed, label)

    def evaluate(
        self,
        X: Any = None,
        y: Any = None,
        *,
        seed: int = 0,
        extractors: Mapping[str, Any] = NO_EXTRACTORS,
    ) -> Evidence:
        """Return the evidence about the generator, on X or on the rows held out by `fit`.

        Args:
            X: real data in the units of `fit`, never trained on; None takes the held-out rows.
            y: its labels, if any.
            seed: of the samples and subsets.
            extractors: name -> module or function of encoded rows (or an extractor, `zs.features`): further
                spaces to compare in.
        """
        if X is None and hasattr(self, "translators_"):
            return judge_translators(self._job, seed)
        generator = self._fitted()
        train, held_out = getattr(self, "_train", None), getattr(self, "_held_out", None)
        if X is not None:
            given = load_data(_array(X), options=DataOptions(), labels=y)
            # a loaded GAN has no training rows: half of X stands in for them as the reference
            half, other = split(given.n, 0.5, seed)
            index = other if train is None else np.arange(given.n)
            train, held_out = train or Rows(given, half), Rows(given, index)
        if X is None and held_out is not None and not len(held_out):
            raise InputError("this GAN was fitted with holdout 0: give evaluate some real data")
        if train is None or held_out is None:
            raise InputError("a loaded GAN has no held-out rows: give evaluate some real data")
        return judge_generator(generator, train, held_out, seed, extractors)

    def duality_gap(self, steps: int = STEPS, *, seed: int = 0) -> DualityGap:
        """Return what both networks could still gain on held-out rows; 0 at an equilibrium.

        Args:
            steps: of Adam, from copies of the networks as they stand; nothing here is changed.
            seed: of the held-out halves, batches and latents.

        Raises:
            InputError: loaded, so that there is no discriminator, or fewer than 8 held-out rows.
        """
        self._fitted()
        if not hasattr(self, "_job"):
            raise InputError(
                "a loaded GAN has no discriminator, which an artefact does not keep: call fit, or "
                "run `zerosum evaluate RUN --duality-gap` on the run folder"
            )
        return gap_of_job(self._job, steps, seed)

    def save(self, folder: str | Path) -> Path:
        """Write the generator as an artefact folder: config.json, model.safetensors, a model card.

        Of two translators each gets its own, `model` and `back` below the folder.
        """
        if not hasattr(self, "translators_"):
            return self._fitted().save(folder)
        for translator, name in zip(self.translators_, ("model", BACK), strict=True):
            translator.save(Path(folder) / name)
        return Path(folder)

    def _settings(self, y: Any) -> dict[str, Any]:
        run = {"steps": self.steps, "batch": self.batch}
        # with no word from anybody the recipe decides; most are unconditional
        wish = True if self.conditional is None and y is not None else self.conditional
        own = {
            "seed": self.seed,
            **({} if wish is None else {"conditional": wish}),
            "data": {"holdout": self.holdout},
            "boost": self.boost or {},
            "run": {
                "device": self.device,
                "precision": self.precision,
                **{k: v for k, v in run.items() if v is not None},
            },
        }
        return merge(own, self.settings or {})

    def _fit_in_folder(self, job: Job, stop: StopRequest) -> tuple[Job, str]:
        work = boosted.begin(job, Path(str(self.out)))
        self.run_ = work.run
        with Lock(work.run):
            reason = _to_the_end(work, stop)
        return work.job, reason

    def _keep(self, job: Job) -> None:
        self._job, self.config_ = job, job.config
        if job.other is not None:
            self.translators_ = translators(job)
            return
        self.generator_ = job.generator()
        self._train, self._held_out = Rows(job.source, job.trained), Rows(job.source, job.held_out)
        if job.source.kind != "image":
            self.n_features_in_ = job.sizes.event[0]

    def _fitted(self) -> Generator:
        if hasattr(self, "translators_"):
            raise InputError("this GAN translates rows and makes none from nothing: use translate")
        if not hasattr(self, "generator_"):
            raise InputError("this GAN has no generator yet: call fit first, or load one")
        return self.generator_


def load(folder: str | Path) -> GAN | Translator:
    """Return what an artefact folder, or the `model/` of a run folder, holds: a GAN or a translator.

    A GAN samples; a translator turns rows of one domain into rows of another by its `translate`.

    Raises:
        InputError: not an artefact, damaged, or made by a newer version.
    """
    artefact = find_artefact(Path(folder))
    if is_translator(artefact):
        return load_translator(artefact)
    gan = GAN()
    gan.generator_ = load_generator(artefact)
    return gan


def resume(run: str | Path, X: Any = None, y: Any = None, *, to: Any = None) -> GAN:
    """Go on with a run that was stopped or killed, bit for bit, and return its GAN.

    Args:
        run: the run folder.
        X: the data again, where `fit` was given rows and not a name or path; else None.
        y: their labels again, if `fit` was given labels.
        to: the second domain again, where `fit` was given its rows.

    Raises:
        InputError: not a run folder, no data, or other data than the run's.
        Diverged: training produced a number that is not finite.
    """
    folder = Path(run)
    config = session.read_config(folder)
    gan = GAN(config.recipe, seed=config.seed, out=folder.parent)
    data = None if X is None else _array(X)
    with Lock(folder) as lock, StopRequest() as stop:
        work = boosted.resume(folder, lock, _warn, data, y, to=_array(to))
        reason = _to_the_end(work, stop)
    gan.run_ = folder
    gan._keep(work.job)
    _say_if_interrupted(reason, work.job, folder, y is not None)
    return gan


def _to_the_end(work: session.Session | boosted.Boosted, stop: StopRequest) -> str:
    reason = work.train(stop)
    if reason == "done":
        work.conclude()
    return reason


def _say_if_interrupted(reason: str, job: Job, run: Path | None, labelled: bool) -> None:
    if reason != "interrupted":
        return
    again = [", X"] if job.config.data.spec == GIVEN else []
    again += [", y=y"] if labelled else []
    again += [", to=Y"] if job.config.data.to == GIVEN else []
    call = f"to go on: zerosum.resume({str(run)!r}{''.join(again)})"
    kept = "the generator so far is kept" if run is None else call
    raise KeyboardInterrupt(f"stopped at step {job.state.step}; {kept}")


def _warn(sentence: str) -> None:
    warnings.warn(sentence, stacklevel=3)


def _array(data: Any) -> Any:
    return np.asarray(data) if isinstance(data, list | tuple) else data
