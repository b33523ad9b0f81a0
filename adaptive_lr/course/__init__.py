"""What an instructor runs: student notebooks from their sources, and autograding. Needs the extra `adaptive-lr[course]`."""

import sys

# jsonschema's check of addresses, which no notebook needs, compiles a grammar: most of a second in every process.
sys.modules.setdefault("rfc3987_syntax", None)


class CourseError(Exception):
    """Something that the instructor can put right: the message says what is wrong, why, and what to do."""


DATABASE = "ADAPTIVE_LR_GRADEBOOK"  # the environment variable that may hold the gradebook's URL

# For processes of which each has a core to itself: in products as small as ours, BLAS's threads mostly wait for one another.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# For a process that grades: how many objects it makes until Python looks for cycles. At Python's own 700 that takes a sixth of its start.
SELDOM = 50_000
