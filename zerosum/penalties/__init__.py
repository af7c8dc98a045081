"""What restrains the discriminator: penalties on its slope, constraints on its weights, noise.

penalty (the dataclass and the shared gradient) · zero_centred (R1, R2) · gradient_penalty (WGAN-GP,
DRAGAN) · clipping · spectral · instance_noise.
"""
