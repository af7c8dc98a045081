"""Games: who plays, in which turns, for which losses.

- `protocol`: what training asks of any game (players, turns, one loss method)
- `two_player`: a generator against a discriminator, for every objective and penalty
"""
