"""nbgrader's settings for this course. `adaptive-lr` copies this file into the course folder, so nbgrader itself and formgrader
use the same ones there. Change them in the checkout: the copy is written anew at each run."""

from adaptive_lr.course.settings import trustworthy

c = get_config()  # noqa: F821, nbgrader provides it
trustworthy(c)

c.CourseDirectory.course_id = "adaptive_lr"

# The student notebook: each answer cell keeps its own `raise NotImplementedError("Task … is not done yet")` below this stub.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# What a submission may take.
c.ExecuteWithinLimits.timeout = 10  # seconds for a cell
c.ExecuteWithinLimits.notebook_timeout = 60  # seconds for a notebook
c.ExecuteWithinLimits.output_limit = 1_000_000  # characters of output for a cell
c.ExecuteWithinLimits.notebook_output_limit = 5_000_000  # characters of output for a notebook; after that only that of tests is kept
c.LimitOutput.max_lines = 200
# c.ExecuteIsolated.limits = {"memory": 4 << 30, "together": 5 << 30}  # bytes, of a process and of all: more than the sandbox usually gives

# What being late costs: nothing, until one of these is chosen (see the book, For instructors).
# c.AssignLatePenalties.plugin_class = "adaptive_lr.course.deadlines.PerDay"  # a part of the score for each day begun
# c.PerDay.fraction = 0.1
# c.LateSubmissionPlugin.penalty_method = "zero"  # nbgrader's own: all of it
