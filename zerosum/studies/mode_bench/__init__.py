"""How mode collapse is judged, and `study modes`, which judges every system by every protocol.

- `terms`, `entrants`, `training`: what is equal for all, who plays, how seeds are trained
- `bench`, `cell`, `cost`, `study`: a run of the bench as cells, one cell, how long, the public `modes`
- `found`, `tally`: arrays by system, then rows and answers; from here on nothing is trained
- `rows`, `words`, `text`, `page`, `pictures`, `files`, `result`: what a person gets

The judging:

- `protocols`: `protocol(name)`, everything that a system is trained on and judged by
- `judges`: samples -> scores by name
- `labeller`: the classifier that tells which of 1000 modes a stack of digits belongs to
- `mixtures`: AdaGAN's Gaussian mixtures
- `settings`: under which a small GAN keeps every mode of the grid
- `published`: what papers printed, as they printed it
"""
