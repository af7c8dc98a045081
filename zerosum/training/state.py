"""The state of a run: all that changes, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor, nn
from torch.optim import Optimizer

Averaged = tuple[list[Tensor], list[Tensor], list[tuple[Tensor, Tensor]]]


@dataclass
class TrainState:
    """Networks, averages, optimisers and position of a run.

    Randomness is a function of the step's number and schedules are functions of `seen`, so neither
    has state of its own.

    Attributes:
        networks: a module for each player.
        averages: moving averages of the networks people sample from.
        optimizers: one for each player.
        vectors: spectral normalisation's singular vectors, by parameter name.
        memory: what the solver keeps from round to round, by player: one tensor a parameter.
        carried: what the game keeps from round to round, by name: a number each.
        step: rounds played.
        seen: real samples the run has been through, counted once a round.
        seconds: time spent training, over all sessions.
        best: the best judged step so far: {"step": ..., "value": ...}, or empty.
    """

    networks: Mapping[str, nn.Module]
    averages: Mapping[str, nn.Module]
    optimizers: Mapping[str, Optimizer]
    vectors: dict[str, Tensor] = field(default_factory=dict)
    memory: dict[str, list[Tensor]] = field(default_factory=dict)
    carried: dict[str, Tensor] = field(default_factory=dict)
    step: int = 0
    seen: int = 0
    seconds: float = 0.0
    best: dict[str, float] = field(default_factory=dict)
    _averaged: list[Averaged] = field(default_factory=list, repr=False)

    def averaged(self) -> list[Averaged]:
        """Return, for each average: its parameters, the network's, and the pairs of buffers.

        The lists are made once: walking the modules takes as long as a tenth of a small step.
        """
        if not self._averaged:
            for player, average in self.averages.items():
                network = self.networks[player]
                buffers = list(zip(average.buffers(), network.buffers(), strict=True))
                mine: list[Tensor] = list(average.parameters())
                theirs: list[Tensor] = list(network.parameters())
                self._averaged.append((mine, theirs, buffers))
        return self._averaged
