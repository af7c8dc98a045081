"""The checker behind `tests/test_architecture.py`.

- `source`: reads a package into syntax trees and resolves every import in it
- `rooms`: the table of rooms, and who may import what
- `habits`: sizes, annotations, and where strings may become objects
"""
