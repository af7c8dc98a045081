"""Explore: what a trained generator can make, dragged, mixed and added by a visitor.

- `models`: generators of the index, loaded once; `facts`: what a page must know of one
- `points`: a place among the latents as a visitor says it; `axes`: the directions and class means that it
  may hold; `classes`: classes mixed
- `shown`: rows as pixels or numbers; `rows`: at any points; `channel`: at the newest point, while dragging
- `strip`: from one sample to the next; `film`: as an animated picture
- `lines`: what directions and classes there are; `cloud`: many rows of numbers
- `real`: the real rows of a run; `neighbours`: training rows near to samples; `tables`: a sampled table
- `fitting`: a visitor's picture made ready; `inverting`: a search for its latent; `invert_channel`: its
  thread
- `quiz`: real or fake, going on; `quiz_endpoints`: what it asks of the studio
- `endpoints`: every endpoint of this view
"""
