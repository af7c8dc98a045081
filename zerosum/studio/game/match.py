"""One game, or two side by side on the same data, from the same seed, by the same clock."""

from __future__ import annotations

from dataclasses import replace

from zerosum.studio.game.arena import Arena
from zerosum.studio.game.choice import Choice
from zerosum.studio.game.rules import prepared

PLAYERS = {"generator": "G", "discriminator": "D"}


class Match:
    """The games that a visitor plays.

    Attributes: arenas: one or two. notes: a sentence for each, of what its last change did.
    """

    def __init__(self, choices: list[Choice]) -> None:
        self.arenas = [Arena(choice) for choice in _shared(choices)]
        self.notes = [""] * len(self.arenas)

    @property
    def choices(self) -> list[Choice]:
        """What the games are played with."""
        return [arena.choice for arena in self.arenas]

    @property
    def step(self) -> int:
        """Rounds played."""
        return self.arenas[0].step

    def round(self) -> None:
        """Play a round of each game."""
        for arena in self.arenas:
            arena.round()

    def move(self) -> None:
        """Play one move of each game; a round where its solver moves both players at once."""
        for arena in self.arenas:
            arena.move() if arena.choice.solver == "alternating" else arena.round()

    def move_of(self, player: str) -> None:
        """Play moves of each game until this player has made one.

        Raises:
            InputError: a solver moves both players at once; nobody has moved.
        """
        for arena in self.arenas:
            arena.require_moves()
        for arena in self.arenas:
            arena.move_of(player)

    def again(self) -> None:
        """Start each game anew, from the first weights of its seed."""
        for arena in self.arenas:
            arena.again()
        self.notes = [""] * len(self.arenas)

    def change(self, choices: list[Choice]) -> None:
        """Go on with other choices, each game with the weights that its networks allow.

        Where the number of games changes, all start anew: from the same seed, at the same time.

        Raises:
            InputError: a combination that cannot work; every game goes on as it was.
        """
        choices = _shared(choices)
        if len(choices) != len(self.arenas):
            fresh = Match(choices)
            self.arenas = fresh.arenas
            self.notes = ["Begun anew, from the same seed."] * len(choices)
            return
        # every game is prepared before one is changed
        jobs = [
            prepared(choice) if choice != arena.choice else None
            for arena, choice in zip(self.arenas, choices, strict=True)
        ]
        for i, (arena, choice, job) in enumerate(zip(self.arenas, choices, jobs, strict=True)):
            if job is not None:
                self.notes[i] = _note(arena.change(choice, job))


def _shared(choices: list[Choice]) -> list[Choice]:
    first = choices[0]
    return [replace(c, data=first.data, points=first.points, seed=first.seed) for c in choices]


def _note(anew: tuple[str, ...]) -> str:
    if not anew:
        return "The weights were kept."
    if len(anew) == len(PLAYERS):
        return "Both networks were started anew."
    return f"{PLAYERS[anew[0]]}'s network was started anew, the other's weights were kept."
