"""`zs.explore`: what people do with a trained generator, in the data's own units: `zs.latent` on an artefact.

Functions take a `Generator`: `zs.load("RUN").generator_`, or that of a fitted GAN.

- `generating`     an artefact as a function of latents that has slopes
- `interpolating`  rows on the way from one sample to the next
- `rows`           rows and masks in the data's units, ready for it
- `classes`        which classes a row may be of
- `encoders`       an encoder taught by the generator's own rows
- `control`        what a search finds of the generator's own samples
- `inverting`      the latents that make given rows, with the control
- `painting`       an edited row, projected to what it can make
- `odd`            rows that it explains worse than normal ones
- `judging`        a classifier of real pictures that says what samples show
- `directing`      directions of its latents, unsupervised or towards a class
- `adding`         "A - B + C" on the latents of classes
- `nearing`        the training rows nearest to samples
- `doubting`       samples that a judge is least sure of
"""

from zerosum.explore.adding import (
    Sum,
    add,
    class_latents_of_examples,
    class_latents_of_samples,
    parsed,
)
from zerosum.explore.control import Control
from zerosum.explore.directing import directions, first_weight, label_directions, strips
from zerosum.explore.doubting import Doubted, doubted
from zerosum.explore.encoders import own_encoder
from zerosum.explore.generating import generating
from zerosum.explore.interpolating import interpolate
from zerosum.explore.inverting import Inverted, Search, invert
from zerosum.explore.judging import Judge, judge_of, judged_samples
from zerosum.explore.nearing import Near, neighbours
from zerosum.explore.odd import Odd, odd
from zerosum.explore.painting import Projected, paint
from zerosum.latent.inversion import Effort

__all__ = [
    "Control",
    "Doubted",
    "Effort",
    "Inverted",
    "Judge",
    "Near",
    "Odd",
    "Projected",
    "Search",
    "Sum",
    "add",
    "class_latents_of_examples",
    "class_latents_of_samples",
    "directions",
    "doubted",
    "first_weight",
    "generating",
    "interpolate",
    "invert",
    "judge_of",
    "judged_samples",
    "label_directions",
    "neighbours",
    "odd",
    "own_encoder",
    "paint",
    "parsed",
    "strips",
]
