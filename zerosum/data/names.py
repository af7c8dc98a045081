"""The data sets that a name reaches, one line each. Imports nothing, so listing is instant."""

from __future__ import annotations

NAMES: dict[str, str] = {
    "digits": "1,797 scans of handwritten digits, 8 x 8, ten classes (shipped by scikit-learn)",
    "gaussian": "toy: the standard normal on the line; density and distribution function known",
    "bimodal": "toy: two equal normals on the line, at -2 and 2, sigma 0.5",
    "ring": "toy: 8 Gaussians on the unit circle, sigma 0.01 (PacGAN's ring)",
    "grid": "toy: 25 Gaussians on {-4, -2, 0, 2, 4} squared, sigma 0.05 (PacGAN's grid)",
    "manifolds-1200": "toy: ten Gaussians, each on 700 of 1200 axes (after VEEGAN's; ours in detail)",
    "stacked-digits": "three digits in the channels of 8 x 8 x 3 pictures, 1000 modes; 128,000 of them",
    "swissroll": "toy: a spiral in the plane with Gaussian noise, about 1.9 units in radius",
    "moons": "toy: two interleaved half circles with Gaussian noise",
    "triangles": "toy: grey pictures of triangles, 28 x 28 (data.size: another); manifold known exactly",
}
