"""The claims of the theory as pages whose pictures can be played with.

- `lesson`: what a page is made of, and its controls; `table`: claim -> lesson
- `figure`: a picture as data, which one module of the page draws
- `sums`: integrals fast enough to follow a pointer
- `endpoints`: the routes; `measuring`: a claim measured by `zerosum theory` in a process of its own
- one file a claim: `optimal_discriminator`, `jensen_shannon`, `proposition_2`, `minimax_theorem`, `solvers`,
  `vanishing_gradient`, `parallel_segments`, `kantorovich_rubinstein`, `f_divergences`, `disjoint_supports`,
  `likelihood`, `empirical_cdf`, `mode_dropping`, `learning_process`, `duality_gap`
"""
