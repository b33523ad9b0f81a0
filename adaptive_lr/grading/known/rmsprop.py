"""The RMSprop assignment: its coding tasks, and what goes wrong in them."""

from ...optimizers import RMSprop
from ..steps import Step
from .everywhere import IN_THE_AVERAGE, IN_THE_DENOMINATOR, OUTSIDE, WITH_STATE

rmsprop = Step(RMSprop, state=("v",), slips=(*WITH_STATE, *IN_THE_DENOMINATOR, *IN_THE_AVERAGE), open_forms=(OUTSIDE,))

TASKS = (rmsprop,)
