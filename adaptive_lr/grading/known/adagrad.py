"""The AdaGrad assignment: its coding tasks, and what goes wrong in them."""

from ...optimizers import AdaGrad
from ..slips import slip
from ..steps import Step
from .everywhere import IN_THE_DENOMINATOR, OUTSIDE, WITH_STATE

adagrad = Step(
    AdaGrad,
    state=("v",),
    slips=(
        *WITH_STATE,
        OUTSIDE,
        *IN_THE_DENOMINATOR,
        slip("the gradient is summed without its square", "Gradients of either sign have to count alike.", "v + g**2", "v + g"),
        slip("the size of the gradient is summed, not its square", "Is v a sum of |g| or of g²?", "v + g**2", "v + np.abs(g)"),
        slip("v is averaged", "AdaGrad's memory is a sum; it is RMSprop's that fades.", "v + g**2", "(v + g**2) / 2"),
    ),
)

TASKS = (adagrad,)
