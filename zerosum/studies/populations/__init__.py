"""Somebody's own `zs.Population`, trained by other processes and kept chunk by chunk.

- `study`: the public `fit_population`
- `work`: what describes a population, what a worker does with one chunk, and what its result stands for
- `data`: the data of a chunk as a file, and back
"""
