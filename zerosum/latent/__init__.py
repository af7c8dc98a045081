"""`zs.latent`: functions of latents, and of a callable that makes rows of them.

Nothing here knows a trained generator or a run: `generate` is any function from latents (n, d) to rows
(n, ...), differentiable where a slope is taken. Contents, lowest first; import the file you need:

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
