"""What each measurement of an evaluation is, in a line. Imports nothing, so that listing is quick."""

from __future__ import annotations

NAMES = {
    "FD randconv": "pictures: Fréchet distance in random-convolution features (texture, artefacts)",
    "FD pixels": "pictures: Fréchet distance of pixels",
    "FD classifier": "labelled pictures: Fréchet distance in a trained classifier's features",
    "FD columns": "tables: Fréchet distance of standardised rows",
    "precision": "share of generated rows near real ones",
    "recall": "share of real rows near generated ones",
    "density": "how many real neighbourhoods a generated row lies in, on average",
    "coverage": "share of real rows whose neighbourhood holds a generated one",
    "closer to train": "share of training rows that generated rows are nearer to than to held-out ones",
    "droplet": "pictures: how far one place stands out of the rest, in standard errors",
    "KL classes": "labelled pictures: divergence of class shares, less its floor",
    "asked class": "conditional, labelled pictures: share named as the class they were asked for",
    "W1": "points on a line: exact Wasserstein-1 distance",
    "W1 exact": "points in the plane: Wasserstein-1 by optimal assignment",
    "W1 sliced": "points in the plane: mean Wasserstein-1 over directions",
    "KS held-out": "points on a line: Kolmogorov-Smirnov distance to held-out rows",
    "KS true law": "points on a line: Kolmogorov-Smirnov distance to the known law",
    "KS worst column": "tables: largest Kolmogorov-Smirnov distance of a column",
    "modes found": "known mixtures: modes with a sample within 3 sigma",
    "high quality": "known mixtures: share of samples within 3 sigma of a mode",
    "precision manifold": "triangles: share of generated pictures within half a pixel of a triangle",
    "distance manifold": "triangles: mean distance of generated pictures to the nearest triangle",
    "recall manifold": "triangles: share of real pictures that a generated one comes as near to",
    "KL modes": "known mixtures: divergence of mode shares, less its floor",
}
