"""Other libraries' own training steps, in an environment of their own (see install.py)."""
