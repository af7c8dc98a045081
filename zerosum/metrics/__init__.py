"""Evidence about a generator: numbers with errors, with what real data gets, and with labels.

Contents, lowest first; import the file you need (nothing is loaded from here):

- `checks`      turns what was given into finite float64 arrays, or says why it cannot
- `intervals`   Wilson and binomial intervals; standard errors from half samples
- `holm`        p-values corrected for their number
- `frechet`     Fréchet distance between two feature sets, debiased, with its standard error
- `neighbours`  distances in chunks, k-nearest radii, nearest training rows
- `prdc`        precision, recall, density and coverage with standard errors
- `kernels`     polynomial and Gaussian kernels, the median distance
- `mmd`         squared maximum mean discrepancy (KID) with its error and a permutation p-value
- `alpha_precision`  alpha-precision and beta-recall, curves and their integrals
- `authenticity`  share of rows that are not crowded onto a training row
- `cells`       k-means cells of the training rows
- `data_copying`  C_T: distances to training against those of held-out rows, cell by cell
- `ndb`         bins with another share of generated rows, Jensen-Shannon divergence of shares
- `memorisation`  closer to training than to held-out rows; copies; the most copied pairs
- `transport`   Wasserstein distances: 1-D, sliced, exact
- `ks`          Kolmogorov-Smirnov distances and the DKW band
- `quantile_coverage`  AdaGAN's coverage of the true law
- `modes`       modes found, high-quality share, reverse KL over modes or classes
- `features`    extractors: identity, pixels, randconv-v1
- `classifier`  a small classifier of the training labels, as an extractor and as a judge of classes
- `inception`, `dinov2`  published networks, without weights
- `pretrained`  these as extractors, with weights and a way to resize
- `wrapped`     any module or function as an extractor
- `inception_score`, `path_length`, `parzen`, `ais`  the Inception Score, perceptual path length, likelihoods
- `two_sample`  what a classifier can still see: AUC with its error
- `human`       what a person's answers to "real or fake?" say, against guessing
- `downstream`  train on synthetic rows, test on real ones
- `density_ratio`  the ratio of two densities at rows, by a classifier that has not seen them
- `asked`       whether a class is made that was asked for
- `droplets`    artefacts at one place of many pictures; `droplet_panel`: as a measurement
- `names`       what each measurement is, in a line; `tables`: numbers with errors as text
- `evidence`    Reference, Measurement, Evidence: printing, JSON, comparison
- `effort`      how hard a least distance is looked for
- `manifold`    distance to a manifold that is known exactly
- `inversion`   distance to everything a generator can make
- `manifold_scores`  precision, recall and F from these two; the judge of a study
- `manifold_panel`   the same in an evaluation, from samples only
- `panels`      which numbers are taken in a feature space, and their real-vs-real references:
  `difference_panel`, `copying_panel`, `class_panel`, `teaching_panel` for further questions
- `rows`        which rows an evaluation looks at
- `watched`     a few of these, cheap enough to be taken during training
- `kinds`       how many kinds of rows are made, how widely they spread, whether two looks saw the same
- `nearness`    whether rows trained on are nearer than rows held out, exactly
- `deserted`    whether kinds of rows that real rows are of are hardly made, exactly
- `sight`       one look at a training, as alarms read it
- `alarms`      when each of seven alarms rings; `diagnosis`: from a training's looks to alarms and advice
- `evaluate`    the whole evaluation of one generator
"""
