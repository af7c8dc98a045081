"""The estimator: `fit`, `sample`, `evaluate`, `save`. scikit-learn's conventions hold."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from zerosum.errors import InputError
from zerosum.explore.classes import known_labels
from zerosum.explore.inverting import SEARCH, Inverted, Search, invert
from zerosum.generator import Generator
from zerosum.metrics.evidence import Evidence
from zerosum.recipes.config import merge
from zerosum.records.lock import Lock
from zerosum.runs import boosted, session
from zerosum.runs.checkpoints import generator_of, translates, translator_of
from zerosum.runs.evaluated_rows import evaluated_rows
from zerosum.runs.fitting import say_if_interrupted, to_the_end, warn
from zerosum.runs.gap import STEPS, gap_of_job
from zerosum.runs.job import Job, prepare
from zerosum.runs.judging import NO_EXTRACTORS, judge_generator
from zerosum.runs.own_rows import given_rows
from zerosum.runs.rows import Rows
from zerosum.runs.translating import judge_translators, translators
from zerosum.training.duality import DualityGap
from zerosum.training.signals import StopRequest
from zerosum.translator import BACK, Translator


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
        say_if_interrupted(reason, job, self.run_, y is not None)
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
        likelihood: float | None = None,
    ) -> Evidence:
        """Return the evidence about the generator, on X or on the rows held out by `fit`.

        Args:
            X: real data in the units of `fit`, never trained on; None takes the held-out rows.
            y: its labels, if any.
            seed: of the samples and subsets.
            extractors: name -> module or function of encoded rows (or an extractor, `zs.features`): further
                spaces to compare in.
            likelihood: standard deviation of noise, in encoded units, with which log-likelihoods are taken
                too (annealed importance sampling and Parzen windows: a minute); None takes none.
        """
        if X is None and hasattr(self, "translators_"):
            return judge_translators(self._job, seed)
        generator = self._fitted()
        own = getattr(self, "_train", None), getattr(self, "_held_out", None)
        rows = evaluated_rows(_array(X), y, generator.codec, *own, seed)
        return judge_generator(generator, *rows, seed, extractors, likelihood=likelihood)

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

    def invert(
        self,
        X: Any = None,
        y: Any = None,
        *,
        mask: Any = None,
        search: Search = SEARCH,
        most: int = 64,
    ) -> Inverted:
        """Return the latents whose rows come nearest to X: errors, starts, spread, and the control.

        Args:
            X: rows in the units of `fit`, NaN where the mask is 0; a path or name; None: held-out rows.
            y: of a conditional generator the class of all rows, or of each; None tries each class.
            mask: 1 where a row counts and 0 where it is painted in (`zs.explore.invert`).
            search: `zs.explore.Search(by, effort, prior, encoder, seed)`. most: rows of a path or held out.
        """
        generator = self._fitted()
        held_out = getattr(self, "_held_out", None)
        given = given_rows(X, generator.codec, held_out, most=most, seed=search.seed)
        if search.encoder is None and hasattr(self, "_job"):  # of a VEEGAN
            search = replace(search, encoder=self._job.state.averages.get("reconstructor"))
        labels = known_labels(generator, given.labels) if y is None else y
        return invert(generator, given.rows, mask=_array(mask), labels=labels, search=search)

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
            reason = to_the_end(work, stop)
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


def load(folder: str | Path, *, checkpoint: str | int | None = None) -> GAN | Translator:
    """Return what an artefact folder, or the `model/` of a run folder, holds: a GAN or a translator.

    A GAN samples; a translator turns rows of one domain into rows of another by its `translate`.

    Args: checkpoint: of a run folder, finished or not: "best", "last", a step; None: as it ended.
    Raises: InputError: not an artefact, damaged, or made by a newer version; no such checkpoint.
    """
    place = Path(folder)
    if translates(place, checkpoint):
        return translator_of(place, checkpoint)
    gan = GAN()
    gan.generator_ = generator_of(place, checkpoint)
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
        work = boosted.resume(folder, lock, warn, data, y, to=_array(to))
        reason = to_the_end(work, stop)
    gan.run_ = folder
    gan._keep(work.job)
    say_if_interrupted(reason, work.job, folder, y is not None)
    return gan


def _array(data: Any) -> Any:
    return np.asarray(data) if isinstance(data, list | tuple) else data
