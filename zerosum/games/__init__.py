"""Games: who plays, in which turns, for which losses.

- `protocol`: what training asks of any game (players, turns, one loss method)
- `bound`: a network that can be asked what it would say with other parameters
- `carrying`: numbers and tensors that a game takes from round to round
- `two_player`: a generator against a discriminator, for every objective and penalty; its parts are
  `looking` (verdicts and slopes), `packing`, `auxiliary` (classes), `transport` (adversarial flow)
- `adaptive`: augmentation steered by the discriminator; `unrolled`: judged k steps ahead
- `began`, `veegan`: an autoencoder as discriminator; a reconstructor of latents beside it
- `cyclegan`: two domains, a translator each way; `pool`: former translations that are shown again
- `boosting`: AdaGAN's arithmetic, which takes any game as its weak learner
- `payoff`: two players who each choose a point
"""
