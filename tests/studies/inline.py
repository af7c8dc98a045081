"""An executor without processes: chunks are done in this one, in order, where faults can be planted."""

from __future__ import annotations

from zerosum.studies.task import perform


class Inline:
    """Does one chunk a look."""

    def __init__(self, task, demand):
        self.task, self.demand, self.waiting, self.closed = task, demand, [], False

    def submit(self, number):
        self.waiting.append(number)

    def outcomes(self, timeout):
        return [perform(self.task, self.waiting.pop(0))]

    def close(self):
        self.closed = True
