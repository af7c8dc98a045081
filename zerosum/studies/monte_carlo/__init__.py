"""`study inference`: a GAN on each of many data sets of a known truth; what are its samples worth?

- `truths`, `functionals`: what data are drawn from, and what is asked of them
- `work`: one chunk: data, GANs, samples, statistics; `study`: the public `inference`, of one n or several
- `statistics`, `distances`: numbers of each member; from here on nothing is trained
- `cells`, `table`, `functional_table`, `rate`: numbers of all members, with their errors
- `figures`, `pictures`, `page`, `made`, `part`, `result`: what a person gets
- `own_data`: intervals for somebody's own numbers
"""
