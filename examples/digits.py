"""Fit a GAN to handwritten digits, sample from it, ask for the evidence, save it and load it again."""

from sklearn.datasets import load_digits

import zerosum as zs

pictures = load_digits().images  # 1,797 real scans, 8 x 8, ink from 0 to 16
gan = zs.GAN(steps=200, seed=0).fit(pictures)

fake = gan.sample(64, seed=1)
assert fake.shape == (64, *pictures.shape[1:]) and fake.dtype == pictures.dtype

print(gan.evaluate())  # on the 20 % that fit held out; 200 steps are far too few to be any good

gan.save("digits-gan")
again = zs.load("digits-gan").sample(64, seed=1)
assert (again == fake).all(), "an artefact samples what the GAN sampled, bit for bit"
