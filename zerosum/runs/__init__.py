"""Runs: from data and settings to a judged generator. What the command line and the estimator share.

- `job`: data and settings -> everything one training needs
- `session`: a job in a run folder: begin, resume, conclude
- `judging`: the evidence about a generator, and the arrays of the report's pictures
- `saving`: samples to files a person can open
"""
