"""Recipes: where strings become objects, and nowhere else.

- `config`: the configuration, a tree of frozen dataclasses
- `presets`: recipes by name, with published settings (no torch needed to list them)
- `tables`: name -> object for objectives, penalties, networks
- `check`: combinations that cannot work, refused with the reason
- `build`: configuration -> networks, game, plan, state
"""
