"""The game on points, live: one GAN of the line or the plane, or two, that a visitor plays and changes.

- `choice`: what a visitor chose; `rules`: the training that it means
- `arena`: a game at a point of its course; `match`: one game, or two by the same clock
- `seen`: one look at a game; `reading`: what its discriminator says, and what the best would say
- `picture`: what there is to see of it, as arrays: `plane` and `line`
- `scores`: how far the generator is from the data; `judge`: the thread that finds out
- `channel`: the thread that plays and posts frames; `endpoints`: what there is to choose from
- `toy`: games of two numbers under each solver
"""
