"""`zs.latent`: functions of latents, and of a callable that makes rows of them.

Nothing here knows a trained generator or a run: `generate` is any function from latents (n, d) to rows
(n, ...), differentiable where a slope is taken. `zs.explore.generating` makes one of an artefact, and
`zs.explore` holds these tools on an artefact, in the data's own units. Contents, lowest first:

- `checks`        turns what was given into finite latents, or says why it cannot
- `norms`         where the latents of a generator lie: the norm of a Gaussian vector
- `paths`         straight lines, great circles, walks through anchors, random loops
- `geodesic`      the curve of least length in the generator's output
- `arithmetic`    means by class; bold A - A + B
- `directions`    directions from labels and from examples; one made orthogonal to others
- `unsupervised`  directions from features or from a weight, without labels
- `curves`        the image of a line or a grid in the plane, ready to draw
- `descent`       many small minimisations at once: Adam, then L-BFGS, row by row
- `asked`         what an inversion is asked, or why it cannot be done
- `inversion`     the latent that makes a row, with error, starts and spread
- `encoder`       a network that guesses it, as a start
- `project`       paint, then project
- `anomaly`       scores of strange rows, with p-values among normal ones
- `doubt`         rows that a classifier is least sure of
"""

from zerosum.latent.anomaly import Anomaly, anomaly, p_values
from zerosum.latent.arithmetic import ClassMeans, analogy, class_means, combination
from zerosum.latent.checks import Generate
from zerosum.latent.curves import Curve, Grid, curve, grid
from zerosum.latent.descent import Found, adam, lbfgs
from zerosum.latent.directions import Difference, Probe, along, difference, orthogonal_to, probe
from zerosum.latent.doubt import Doubtful, doubtful
from zerosum.latent.encoder import EncoderFit, encode, fit_encoder
from zerosum.latent.geodesic import Geodesic, geodesic, path_length
from zerosum.latent.inversion import Effort, Inversion, invert
from zerosum.latent.norms import norm_surprise, to_shell
from zerosum.latent.paths import linear, random_loop, spherical, walk
from zerosum.latent.project import painted, project
from zerosum.latent.unsupervised import Components, feature_directions, weight_directions

__all__ = [
    "Anomaly",
    "ClassMeans",
    "Components",
    "Curve",
    "Difference",
    "Doubtful",
    "Effort",
    "EncoderFit",
    "Found",
    "Generate",
    "Geodesic",
    "Grid",
    "Inversion",
    "Probe",
    "adam",
    "along",
    "analogy",
    "anomaly",
    "class_means",
    "combination",
    "curve",
    "difference",
    "doubtful",
    "encode",
    "feature_directions",
    "fit_encoder",
    "geodesic",
    "grid",
    "invert",
    "lbfgs",
    "linear",
    "norm_surprise",
    "orthogonal_to",
    "p_values",
    "painted",
    "path_length",
    "probe",
    "project",
    "random_loop",
    "spherical",
    "to_shell",
    "walk",
    "weight_directions",
]
