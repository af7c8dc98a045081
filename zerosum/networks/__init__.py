"""`nn.Module`s made from sizes; nothing about training.

mlp · maxout (Goodfellow 2014) · dcgan (Radford 2016) · residual (R3GAN 2024) · autoencoder (BEGAN 2017) ·
progressive, of equalised layers (Karras 2018) · pairs of a row and a latent (VEEGAN 2017) · translator and
patch (CycleGAN 2017), and parts that they share: conditional (how a label comes in), dropout and checks
(what a size must be). `mixture` makes one generator of several.

Every generator is `forward(z, label=None) -> samples` and every discriminator
`forward(x, label=None, key=None) -> logits (batch,)`. A network without classes ignores a label, a
discriminator without dropout ignores the key. Sizes are keyword-only. torch's global random numbers
are used in `__init__` alone; the forward pass draws nothing and, but for DCGAN's BatchNorm, writes
nothing, so every network runs under `functional_call` and `vmap` with stacked parameters.
"""
