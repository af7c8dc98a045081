"""Solvers: how players move, given each one's gradient. All take a `Field`, and none knows a network.

- `alternating`: one after the other, each seeing where the others already are
- `simultaneous`: all at once
- `extragradient`: all at once, by the gradients one step ahead
- `optimistic`: all at once, by the last step extrapolated
- `consensus`: all at once, and down the length of the field together
"""
