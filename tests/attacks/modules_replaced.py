"""Modules that the kernel imports later are not what they were."""
# points: 0 *

import sys
import types

for name in ("adaptive_lr", "json", "numpy", "socket", "struct", "adaptive_lr.grading", "adaptive_lr.course.isolation.wire"):
    sys.modules[name] = types.SimpleNamespace()


def square(x):
    return x
