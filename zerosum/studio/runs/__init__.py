"""Runs in the studio: a list, one that is followed while it trains, and orders to its training.

Everything shown is read from the run folder; the training never learns that somebody looks.

- `endpoints`: what is asked and ordered by HTTP; `channel`: a run, followed
- `summary`: a line of the list; `state`: what a run is doing; `about`: settings and machine
- `tail`: the log as it grows; `story`: what it tells; `series`: its numbers, thinned
- `follower`: one thread a run, however many watch it
- `previews`: pictures in the run folder; `judged`: its final evidence
- `starting`: trainings begun from the page; `plain`: text without paths
"""
