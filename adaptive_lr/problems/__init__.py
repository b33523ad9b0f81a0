"""Problems to descend: a function, its gradient, where to start, what to draw, and the minimum where it is known.

`f(x)` and `grad(x)` work over the last axis of x, so one call serves any number of points at once.
The lower-case names are ready-made; the classes make others. Those of the plane have `bounds` and can be drawn; streams have no
landscape, only gradients that come as time goes.
"""

from .logistic import LogisticRegression, zipf_logistic
from .noisy import MiniBatches, Noisy, Tilted
from .plane import Beale, Plateau, Ravine, Rosenbrock, RotatedRavine, Saddle
from .problem import Problem
from .streams import Alternating, Sparse, Steady, Stream

__all__ = [
    "Problem",
    "Ravine",
    "RotatedRavine",
    "Saddle",
    "Beale",
    "Rosenbrock",
    "Plateau",
    "LogisticRegression",
    "zipf_logistic",
    "Noisy",
    "Tilted",
    "MiniBatches",
    "Stream",
    "Steady",
    "Sparse",
    "Alternating",
    "ravine",
    "rotated_ravine",
    "saddle",
    "beale",
    "rosenbrock",
    "plateau",
    "noisy_ravine",
    "sparse_logistic",
]

ravine = Ravine()
rotated_ravine = RotatedRavine()
saddle = Saddle()
beale = Beale()
rosenbrock = Rosenbrock()
plateau = Plateau()
noisy_ravine = Noisy(ravine)
sparse_logistic = zipf_logistic()
