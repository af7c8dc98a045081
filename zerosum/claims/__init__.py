"""The lectures' claims, predicted and measured: one file a claim, and what prints and draws them.

`claim` holds the dataclasses; `table` lists the claims by name; `run` measures them; `lines`, `page`
and `markdown` are what a person reads.
"""
