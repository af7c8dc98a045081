"""Solvers: how players move, given each one's gradient.

- `alternating`: one after the other, each seeing where the others already are
"""
