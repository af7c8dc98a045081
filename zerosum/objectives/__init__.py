"""What the two players want: one frozen `Objective` and one short file for each formulation.

minimax · nonsaturating · wasserstein · least_squares · hinge · relativistic, and the wrapper
smoothing. `objective` holds the dataclass and says what every formulation promises.
"""
