"""The tasks of each assignment and the mistakes known in them: all that `check` knows."""

from . import adadelta, adagrad, adam, adamax, choosing, descent, nadam, rmsprop, schedules, sparse

ASSIGNMENTS = (descent, sparse, adagrad, rmsprop, adadelta, adam, adamax, nadam, schedules, choosing)
TASKS = {task.name: task for assignment in ASSIGNMENTS for task in assignment.TASKS}
