"""The NAdam assignment: its coding tasks, and what goes wrong in them."""

from ...optimizers import NAdam
from ..slips import slip
from ..steps import Step
from .everywhere import IN_THE_FIRST_MOMENT, IN_THE_SECOND_MOMENT, WITH_STATE

AHEAD, NOW = "self.beta1 * m / (1 - power(self.beta1, t + 1))", "(1 - self.beta1) * g / (1 - power(self.beta1, t))"
nadam = Step(
    NAdam,
    state=("m", "v"),
    signed=("m",),
    clock=True,
    slips=(
        *WITH_STATE,
        *IN_THE_FIRST_MOMENT,
        *IN_THE_SECOND_MOMENT,
        slip(
            "this is Adam: the look-ahead is missing",
            "NAdam steps by a mixture of the new average and the gradient itself.",
            f"{AHEAD} + {NOW}",
            "m / (1 - power(self.beta1, t))",
        ),
        slip(
            "the average is corrected for t, not for t + 1",
            "The look-ahead is to the average of the *next* update.",
            "(1 - power(self.beta1, t + 1))",
            "(1 - power(self.beta1, t))",
        ),
        slip("the gradient is corrected for t + 1", "The gradient is this update's.", "g / (1 - power(self.beta1, t))", "g / (1 - power(self.beta1, t + 1))"),
        slip(
            "the two weights of the look-ahead are swapped",
            "β₁ belongs to the average.",
            f"{AHEAD} + {NOW}",
            "(1 - self.beta1) * m / (1 - power(self.beta1, t + 1)) + self.beta1 * g / (1 - power(self.beta1, t))",
        ),
        slip("the gradient is missing from the look-ahead", "Two terms: the average, and what of it the gradient will be.", f" + {NOW}", ""),
        slip("the average is missing from the look-ahead", "Two terms: the average, and the gradient.", f"{AHEAD} + {NOW}", NOW),
        slip(
            "the look-ahead is not bias-corrected",
            "Each term is divided by its own 1 − β₁ to a power.",
            f"{AHEAD} + {NOW}",
            "self.beta1 * m + (1 - self.beta1) * g",
        ),
        slip("the look-ahead uses the old average", "m takes in the gradient first.", AHEAD, AHEAD.replace("m /", "state[0] /")),
        slip("β₁ is missing before the average", "β₁ m + (1 − β₁) g: both terms have a weight.", AHEAD, "m / (1 - power(self.beta1, t + 1))"),
    ),
)

TASKS = (nadam,)
