"""Runs: from data and settings to a judged generator. What the command line and the estimator share.

- `job`: data and settings -> everything one training needs; `reading`: how the data are to be read;
  `domains`: a second one beside them; `environment`: what a run depends on besides
- `session`: a job in a run folder: begin, resume, conclude; `made`: what its generator is beside weights
- `boosting`: a mixture of GANs; `boosted`: in a run folder; `boosted_crowd`: many mixtures at once
- `vary`, `member_settings`: what the members of a population are told; `chunking`: who go in lock step
- `crowd`: one chunk of a population, and the memory it takes; `countdown`: how far it is
- `rows`: some rows of a source; `judging`: the evidence about a generator; `reconstructing`, `path_panel`,
  `likelihood`: what is asked of its latents; `translating`: the evidence about two translators
- `extractors`: feature extractors by name; `remembering`: slow ones compute nothing twice, `feature_cache`:
  on the disk; `gap`: the duality gap
- `recorded`: configuration, data and rows of a run folder
- `quizzing`: which rows a person is asked about; `answers`: what a saved file of answers says
- `gallery`, `trust_gallery`, `showing`: the arrays of the report's pictures; `previewing`: samples
  while it trains
- `watching`: the evaluator during training; `quick`: a distance to training rows, which chooses among
  components; `vitals`: the rows that signals of trouble are taken beside
- `checkpoints`: the generator of a checkpoint
- `saving`: samples to files a person can open; `inputs`: rows from such files; `own_rows`: in a generator's
  own units; `saving_inverted`, `saving_strips`, `blocks`: pictures side by side
- `fitting`: how a fit in Python ends; `evaluated_rows`: what `evaluate` looks at there
- `reconstructor`: what a VEEGAN has learnt of latents
- `precision`: what a precision costs on this machine
"""
