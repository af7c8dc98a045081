"""Which members are trained in lock step: groups of one structure, in chunks that the memory holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from zerosum.data.text import counted
from zerosum.errors import InputError
from zerosum.recipes.build import choose_device
from zerosum.records.reading import size_text
from zerosum.runs.crowd import Footprint, Trained, fitting_chunk, footprint
from zerosum.runs.member_settings import Configured
from zerosum.runs.vary import structure

Room = Callable[[str], int | None]  # device -> bytes that a chunk may take there; None: unknown


@dataclass(frozen=True)
class Crowd:
    """Members that can be trained, and have not been.

    Attributes:
        members: settings and data of each.
        groups: numbers of the members of one structure, which can be trained in lock step.
        footprints: what a member of each group takes.
        wanted: members in lock step where the memory holds so many.
    """

    members: Sequence[Configured]
    groups: list[list[int]]
    footprints: list[Footprint]
    wanted: int

    @property
    def kept(self) -> int:
        """Bytes of all members when they are trained."""
        return len(self.members) * self.footprints[0].kept

    @property
    def wishes(self) -> list[int]:
        """Members that each group would train in lock step if it had the memory."""
        return [min(self.wanted, len(numbers)) for numbers in self.groups]

    def sizes(self, room: Room) -> list[int]:
        """Return how many members of each group are trained in lock step.

        Raises: InputError: a group of which the memory holds not even one member.
        """
        return [
            fitting_chunk(each, wish, room(self.device(numbers)))
            for numbers, each, wish in zip(self.groups, self.footprints, self.wishes, strict=True)
        ]

    def fits(self, room: Room) -> bool:
        """Whether the memory holds at least one member of each group."""
        try:
            self.sizes(room)
        except InputError:
            return False
        return True

    def shrunk(self, sizes: Sequence[int], room: Room) -> str:
        """Say which chunks are smaller than wanted, and why; nothing where none is."""
        for numbers, each, size, wish in zip(
            self.groups, self.footprints, sizes, self.wishes, strict=True
        ):
            if size < wish:
                left = size_text(max(0, room(self.device(numbers)) or 0))
                return (
                    f"chunks of {counted(size, 'member')} instead of {wish}, which would take "
                    f"{size_text(each.chunk(wish))} where {left} of memory are free for them"
                )
        return ""

    def chunks(self, sizes: Sequence[int]) -> list[list[int]]:
        """Return the numbers of each chunk's members, the groups one after the other.

        Args: sizes: of each group's chunks.
        """
        return [
            numbers[i : i + size]
            for numbers, size in zip(self.groups, sizes, strict=True)
            for i in range(0, len(numbers), size)
        ]

    def chunk_bytes(self, sizes: Sequence[int]) -> int:
        """Return the most bytes that a chunk takes at work."""
        return max(each.chunk(n) for each, n in zip(self.footprints, sizes, strict=True))

    def device(self, numbers: Sequence[int]) -> str:
        """Return where a group is trained."""
        return str(choose_device(self.members[numbers[0]][0].run.device))


# refuses, before it begins, what it cannot train; then gives members' numbers and what they leave
Way = Callable[[Crowd], Iterable[tuple[Sequence[int], Sequence[Trained]]]]


def crowd_of(members: Sequence[Configured], wanted: int, first: Footprint, *, alike: bool) -> Crowd:
    """Return members divided by structure.

    Args:
        members: settings and data of each. wanted: in lock step. first: what member 0 takes.
        alike: whether they are known to be of one structure.
    """
    groups = [list(range(len(members)))] if alike else _groups(members)
    shared = len({id(source) for _, source in members}) == 1
    each = [
        replace(footprint(*members[numbers[0]]) if numbers[0] else first, shared=shared)
        for numbers in groups
    ]
    return Crowd(members, groups, each, wanted)


def _groups(members: Sequence[Configured]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for number, (config, _) in enumerate(members):
        groups.setdefault(structure(config), []).append(number)
    return list(groups.values())
