"""What people do with a trained generator, in the data's own units: the tools of `latent/` on an artefact.

- `generating`     an artefact as a function of latents that has slopes
- `interpolating`  rows on the way from one sample to the next
"""
