"""Training: the loop that drives any game, and everything a run is made of.

- `schedule`: numbers that change with the samples seen
- `plan`: what a run is told: lengths, batch, schedules
- `draws`: data, noise and keys of a step, a pure function of its number
- `state`: networks, averages, optimisers, position
- `step`: one round of a game on that state
- `allocator`: freed memory kept between steps (glibc)
- `memory`, `meter`: how much memory is free, and how much a piece of work takes
- `loop`: rounds until done, interrupted or diverged
- `checkpoint`: state to files and back, bit for bit
- `recorder`: events, previews and checkpoints of a run folder
- `control`: pause, resume, save and stop, asked for by a file in the run folder
- `vitals`: what alarms look at, taken beside a training; `verdicts`: what its players would say now
"""
