"""The command line: one file a verb; nothing heavy is imported before the verb is known.

stdout carries the result only; progress, notes and errors go to stderr. Exit codes: 0 done, 1 failed,
2 wrong usage, config or data, 3 diverged, 130 and 143 interrupted and saved.
"""
