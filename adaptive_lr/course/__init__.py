"""What an instructor runs: student notebooks from their sources, and autograding. Needs the extra `adaptive-lr[course]`."""


class CourseError(Exception):
    """Something that the instructor can put right: the message says what is wrong, why, and what to do."""
