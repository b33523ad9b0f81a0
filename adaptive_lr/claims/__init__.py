"""The lecture notes' claims on trial: each gets an experiment, numbers, and a verdict that follows from the numbers.

    finding = claims.try_claim(5)
    finding.verdict, finding.condition, finding.evidence, finding.numbers

The numbering is that of the whole course; a chapter's claims stand in a module of its name. An experiment measures, and a
function beside it, `judge_…`, turns its measurements into the verdict. The chapters plot `numbers`; the tests ask that the
verdicts still stand, and that other measurements would have led to others.
"""

from . import adadelta, adagrad, adam, adamax, descent, nadam, rmsprop, schedules, sparse
from .trial import CLAIMS, FAILS, HOLDS, HOLDS_WHEN, Claim, Finding, claim, try_claim

__all__ = [
    "CLAIMS", "FAILS", "HOLDS", "HOLDS_WHEN", "Claim", "Finding", "claim", "try_claim",
    "adadelta", "adagrad", "adam", "adamax", "descent", "nadam", "rmsprop", "schedules", "sparse",
]
