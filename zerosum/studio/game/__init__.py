"""The game on points, live: one GAN of the line or the plane that a visitor plays, pauses and changes.

- `choice`: what a visitor chose, and the settings that it means; `arena`: the game at a point of its course
- `picture`: what there is to see of it, as arrays
- `channel`: a thread that plays and posts frames; `endpoints`: what there is to choose from
"""
