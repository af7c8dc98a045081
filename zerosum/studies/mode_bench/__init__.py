"""How mode collapse is judged: published protocols as data, judge, and the papers' own rows.

- `protocols`: `protocol(name)`, everything that a system is trained on and judged by
- `judges`: samples -> scores by name
- `labeller`: the classifier that tells which of 1000 modes a stack of digits belongs to
- `mixtures`: AdaGAN's Gaussian mixtures
- `settings`: under which a small GAN keeps every mode of the grid
- `published`: what papers printed, as they printed it
"""
