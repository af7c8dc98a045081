"""Studies: many games, run as numbered chunks whose results outlive any death on the way.

- `task`: what a worker does with one chunk, and what it says of it
- `ledger`: SQLite, one writer: which chunks are done, and the hash of each result
- `results`: the chunks' arrays, streamed or joined in order
- `memory`: how many workers the machine's free memory holds
- `local`: one single-threaded process a core
- `drive`: the driver's loop, its progress and how it is interrupted
- `study`: `run_study`, begun or gone on with
"""
