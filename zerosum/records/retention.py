"""Which checkpoints stay: the last k, every m-th, the protected ones, and always the newest."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from zerosum.errors import InputError


def victims(
    steps: Iterable[int],
    newest: int,
    *,
    keep: int = 3,
    keep_every: int | None = None,
    protect: Collection[int] = (),
) -> list[int]:
    """Return the steps whose checkpoints may go, oldest first.

    Args:
        steps: the steps that have a checkpoint.
        newest: the step just written and verified. It stays. Later steps are not looked at: they
            are damaged, or belong to a future that was given up, and count for nothing here.
        keep: how many of the last ones stay, `newest` among them.
        keep_every: multiples of this many steps stay for good; None keeps no such.
        protect: steps that stay whatever their age, such as the best so far.
    Errors: InputError for `keep` or `keep_every` below 1.

    >>> victims([100, 200, 300, 400, 500], 500, keep=2, keep_every=200, protect=[100])
    [300]
    """
    if keep < 1:
        raise InputError(f"keep={keep} would delete every checkpoint; give at least 1")
    if keep_every is not None and keep_every < 1:
        raise InputError(f"keep_every={keep_every} is no interval; give at least 1 step, or None")
    past = sorted(step for step in steps if step <= newest)
    stay = {*past[-keep:], *protect}
    return [step for step in past if step not in stay and (not keep_every or step % keep_every)]
