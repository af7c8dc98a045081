"""Games: who plays, in which turns, for which losses.

- `protocol`: what training asks of any game (players, turns, one loss method)
- `bound`: a network that can be asked what it would say with other parameters
- `two_player`: a generator against a discriminator, for every objective and penalty
- `boosting`: AdaGAN's arithmetic, which takes any game as its weak learner
"""
