"""adaptive_lr: the reference package of the course on adaptive learning rates."""

from . import printed, problems, sparse
from .network import Network
from .optimizers import NAG, SGD, AdaDelta, AdaGrad, Adam, AdaMax, Momentum, NAdam, RMSprop
from .rule import Rule
from .runner import Trace, minimize
from .schedules import Constant, CosineAnnealing, ExponentialDecay, InverseSqrt, StepDecay, Then, Triangular, WarmRestarts, Warmup
from .training import History, train
from .variants import AdaGradMomentum, AMSGrad, Lion, ScheduledNAdam, SimplifiedNAdam

__all__ = [
    "SGD",
    "Momentum",
    "NAG",
    "AdaGrad",
    "RMSprop",
    "AdaDelta",
    "Adam",
    "AdaMax",
    "NAdam",
    "AdaGradMomentum",
    "ScheduledNAdam",
    "SimplifiedNAdam",
    "AMSGrad",
    "Lion",
    "Rule",
    "Constant",
    "StepDecay",
    "ExponentialDecay",
    "Triangular",
    "CosineAnnealing",
    "WarmRestarts",
    "InverseSqrt",
    "Warmup",
    "Then",
    "minimize",
    "Trace",
    "train",
    "History",
    "Network",
    "problems",
    "printed",
    "sparse",
]
__version__ = "0.1.0"
