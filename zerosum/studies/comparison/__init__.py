"""`study compare`: formulations x hyper-parameters x seeds, as populations with common random numbers.

- `spaces`, `search`: the formulations, the ranges, and which draw is tried next
- `cases`, `judges`: the data sets and how one generator is scored
- `stage`, `run`, `study`: a set of trainings, the stages in order, and the public `compare`
- `trials`: all trainings as arrays; from here on nothing is trained
- `failures`, `budget`, `paired`, `ranking`, `sensitivity`: statistics of them, joined in `table`
- `text`, `page`, `files`, `result`: what a person gets
"""
