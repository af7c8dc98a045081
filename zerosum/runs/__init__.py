"""Runs: from data and settings to a judged generator. What the command line and the estimator share.

- `job`: data and settings -> everything one training needs
- `session`: a job in a run folder: begin, resume, conclude
- `boosting`: a mixture of GANs; `boosted`: in a run folder; `boosted_crowd`: many mixtures at once
- `vary`, `member_settings`: what the members of a population are told, and who can go in lock step
- `crowd`: one chunk of a population, and the memory it takes; `countdown`: how far it is
- `judging`: the evidence about a generator, and the arrays of the report's pictures
- `saving`: samples to files a person can open
"""
