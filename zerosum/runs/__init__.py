"""Runs: from data and settings to a judged generator. What the command line and the estimator share.

- `job`: data and settings -> everything one training needs; `reading`: how the data are to be read;
  `domains`: a second one beside them; `environment`: what a run depends on besides
- `session`: a job in a run folder: begin, resume, conclude; `made`: what its generator is beside weights
- `boosting`: a mixture of GANs; `boosted`: in a run folder; `boosted_crowd`: many mixtures at once
- `vary`, `member_settings`: what the members of a population are told; `chunking`: who go in lock step
- `crowd`: one chunk of a population, and the memory it takes; `countdown`: how far it is
- `judging`: the evidence about a generator, and the arrays of the report's pictures; `translating`: of two
  translators; `extractors`: feature extractors by name; `gap`: the duality gap
- `saving`: samples to files a person can open; `inputs`: rows from such files
- `precision`: what a precision costs on this machine
"""
