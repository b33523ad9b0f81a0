"""What a trial is: a claim of the lecture notes, the experiment that tries it, and the finding that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

HOLDS, HOLDS_WHEN, FAILS = VERDICTS = ("holds", "holds when", "fails")


@dataclass(frozen=True)
class Finding:
    """A verdict, what it depends on, the sentences of evidence with their numbers in them, and what the chapter plots.

    `condition` completes HOLDS_WHEN, and no other verdict has one.
    """

    verdict: str
    condition: str
    evidence: str
    numbers: dict

    def __post_init__(self):
        if self.verdict not in VERDICTS:
            raise ValueError(f"verdict = {self.verdict!r}: one of {', '.join(VERDICTS)}")
        if (self.verdict == HOLDS_WHEN) != bool(self.condition):
            raise ValueError(f"condition = {self.condition!r} with verdict = {self.verdict!r}: {HOLDS_WHEN!r} needs one, the others have none")

    def __str__(self):
        return f"{self.verdict} {self.condition}".strip() + f". {self.evidence}"


@dataclass(frozen=True)
class Claim:
    """What the notes say (in our words), in which module, and the experiment that tries it."""

    number: int
    module: str
    says: str
    experiment: Callable[[], Finding]


CLAIMS: dict[int, Claim] = {}


def claim(number: int, module: str, says: str):
    """Put the experiment below on the list of trials."""

    def register(experiment):
        if number in CLAIMS:
            raise ValueError(f"claim {number} is on trial already: {CLAIMS[number].says}")
        CLAIMS[number] = Claim(number, module, says, experiment)
        return experiment

    return register


def try_claim(number: int) -> Finding:
    """Run the experiment of one claim: the same numbers every time."""
    if number not in CLAIMS:
        raise KeyError(f"claim {number}: those on trial so far are {sorted(CLAIMS)}")
    return CLAIMS[number].experiment()
