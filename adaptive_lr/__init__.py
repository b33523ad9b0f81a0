"""adaptive_lr: the reference package of the course on adaptive learning rates."""

from . import problems
from .optimizers import SGD, AdaGrad, AdaGradMomentum, Momentum, Rule
from .runner import Trace, minimize

__all__ = ["SGD", "AdaGrad", "AdaGradMomentum", "Momentum", "Rule", "Trace", "minimize", "problems"]
__version__ = "0.1.0"
