"""Our rules beside trajectories recorded from PyTorch, optax and Keras by record.py, which describes the data.

Where a library differs by design, the row of a rule in ROWS says how its options are put in our terms.
"""

import json
from dataclasses import dataclass, replace
from math import log, sqrt
from pathlib import Path

import numpy as np

from adaptive_lr import (
    NAG,
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdaMax,
    AMSGrad,
    Constant,
    CosineAnnealing,
    ExponentialDecay,
    Lion,
    Momentum,
    NAdam,
    RMSprop,
    Rule,
    ScheduledNAdam,
    StepDecay,
    Then,
    Triangular,
    WarmRestarts,
    Warmup,
    minimize,
    problems,
)

DATA = np.load(Path(__file__).parent / "recorded.npz")
GRADIENTS, KEPT, FED, RAVINE = DATA["gradients"], DATA["kept"], DATA["fed"], DATA["ravine"]
RECORDS = json.loads(str(DATA["records"]))
SCHEDULES = json.loads(str(DATA["schedules"]))


@dataclass(frozen=True)
class Converted(Rule):
    """A rule of ours, and in `step` what a library does differently."""

    rule: Rule

    @property
    def lr(self):
        return self.rule.lr

    def init(self, x):
        return self.rule.init(x)


@dataclass(frozen=True)
class EpsOutside(Converted):
    """ε outside the root, as PyTorch places it, from our rule at ε = 0: the reciprocal rates add.

    rate = η / (√v + ε)   ⇔   1 / rate = 1 / rate₀ + ε / η,   rate₀ = η / √v
    """

    outside: float

    def step(self, t, lr, g, state):
        direction, rate, state = self.rule.step(t, lr, g, state)
        return direction, 1 / (1 / rate + self.outside / lr), state


def adagrad(library, lr, options):
    """An accumulator that starts at v₀ is part of our ε, since both stand inside the root: √(v₀ + Σg² + ε)."""
    start = options["initial_accumulator_value"]
    if library == "PyTorch":
        return EpsOutside(AdaGrad(lr, eps=start), options["eps"])
    return AdaGrad(lr, eps=start + eps(options))


@dataclass(frozen=True)
class EpsHat(Converted):
    """Keras corrects the learning rate instead of v, so its ε is ours times √(1 − β₂ᵗ) ("ε̂" in Kingma & Ba 2015, §2)."""

    def step(self, t, lr, g, state):
        return replace(self.rule, eps=self.rule.eps / sqrt(1 - self.rule.beta2**t)).step(t, lr, g, state)


@dataclass(frozen=True)
class EpsInMax(Converted):
    """u ← max(β₂ u, |g| + ε), as PyTorch and optax guard AdaMax against 0/0: the rate of |g| + ε on the direction of g."""

    eps: float

    def step(self, t, lr, g, state):
        direction, _, (m, _) = self.rule.step(t, lr, g, state)
        _, rate, (_, u) = self.rule.step(t, lr, np.abs(g) + self.eps, state)
        return direction, rate, (m, u)


@dataclass(frozen=True)
class MaxOfCorrected(Rule):
    """optax's AMSGrad: Adam with the maximum of v̂, or of v where its options leave the corrections out."""

    adam: Adam
    correct_m: bool
    correct_v: bool

    @property
    def lr(self):
        return self.adam.lr

    def init(self, x):
        return *self.adam.init(x), np.zeros_like(x)

    def step(self, t, lr, g, state):
        *moments, largest = state
        m_hat, _, (m, v) = self.adam.step(t, lr, g, tuple(moments))
        largest = np.maximum(largest, v / (1 - self.adam.beta2**t) if self.correct_v else v)
        return m_hat if self.correct_m else m, lr / (np.sqrt(largest) + self.adam.eps), (m, v, largest)


def first(options, *names):
    """The option by whichever of these names the library knows it."""
    return next(options[name] for name in names if name in options)


def eps(options):
    return first(options, "eps", "epsilon")


def betas(options):
    return options["betas"] if "betas" in options else (first(options, "b1", "beta_1"), first(options, "b2", "beta_2"))


def rmsprop(library, lr, options):
    beta = first(options, "alpha", "decay", "rho")
    outside = library == "PyTorch" or not options.get("eps_in_sqrt", True)
    return EpsOutside(RMSprop(lr, beta, eps=0), eps(options)) if outside else RMSprop(lr, beta, eps(options))


def adam(library, lr, options):
    rule = Adam(lr, *betas(options), eps(options))
    return EpsHat(rule) if library == "Keras" else rule


def amsgrad(library, lr, options):
    if library == "optax":
        return MaxOfCorrected(Adam(lr, *betas(options), eps(options)), options["bias_correction_mu"], options["bias_correction_nu"])
    rule = AMSGrad(lr, *betas(options), eps(options))
    return EpsHat(rule) if library == "Keras" else rule


def adamax(library, lr, options):
    rule = AdaMax(lr, *betas(options))
    return EpsOutside(rule, eps(options)) if library == "Keras" else EpsInMax(rule, eps(options))


def nadam(library, lr, options):
    if library == "optax":
        return NAdam(lr, *betas(options), eps(options))
    return ScheduledNAdam(lr, *betas(options), eps(options), psi=options.get("momentum_decay", 1.0))


ROWS = {  # rule -> how to build it from a record's library, learning rate (a number or a schedule) and options
    "SGD": lambda library, lr, options: SGD(lr),
    "Momentum": lambda library, lr, options: Momentum(lr, options["momentum"]),
    "NAG": lambda library, lr, options: NAG(lr, options["momentum"]),
    "AdaGrad": adagrad,
    "RMSprop": rmsprop,
    "AdaDelta": lambda library, lr, options: AdaDelta(lr, options["rho"], eps(options)),
    "Adam": adam,
    "AMSGrad": amsgrad,
    "AdaMax": adamax,
    "NAdam": nadam,
    "Lion": lambda library, lr, options: Lion(lr, *betas(options)),
}


def annealing(lr, options):
    """PyTorch's cosine goes up again after T_max; ours has arrived. On the way up t runs backwards."""
    down = CosineAnnealing(options["eta_min"], lr, options["T_max"])
    return lambda t: down(options["T_max"] - np.abs(options["T_max"] - t % (2 * options["T_max"])))


def cosine(lr, options):
    """optax and Keras give the lowest rate as a share of the first."""
    return annealing(lr, options) if "T_max" in options else CosineAnnealing(options["alpha"] * lr, lr, options["decay_steps"])


def exponential(lr, options):
    steps = options.get("transition_steps", options.get("decay_steps", 1))
    return ExponentialDecay(lr, -log(first(options, "gamma", "decay_rate")) / steps)


def restarts(lr, options):
    lowest = options["eta_min"] if "eta_min" in options else options["alpha"] * lr
    return WarmRestarts(lowest, lr, first(options, "T_0", "first_decay_steps"), int(first(options, "T_mult", "t_mul")))


def warmup_and_cosine(lr, options):
    """optax reaches the peak at t = warmup_steps, where its cosine begins; our rise by (t + 1)/T is there at t = T − 1."""
    rise, peak = options["warmup_steps"], options["peak_value"]
    assert np.isclose(lr, peak / (rise + 1))
    return Then(Warmup(rise + 1, Constant(peak)), rise, CosineAnnealing(options["end_value"], peak, options["decay_steps"] - rise))


FLOAT32 = ("keras.CosineDecayRestarts",)  # its π has seven digits

SCHEDULE_ROWS = {  # schedule -> how to build it from a library's first rate and options
    "StepDecay": lambda lr, options: StepDecay(lr, first(options, "gamma", "decay_rate"), first(options, "step_size", "transition_steps", "decay_steps")),
    "ExponentialDecay": exponential,
    "Triangular": lambda lr, options: Triangular(options["base_lr"], options["max_lr"], options["step_size_up"]),
    "CosineAnnealing": cosine,
    "WarmRestarts": restarts,
    "Warmup": lambda lr, options: Warmup(options["total_iters"] + 1, Constant(lr)),
    "Then": warmup_and_cosine,
}


def learning_rate(record):
    """The record's learning rate in our terms: PyTorch's schedules, and its Adagrad's lr_decay, are functions of t."""
    lr, decay = record["lr"], record["options"].get("lr_decay", 0.0)
    schedule, options = record["schedule"] or ("", {})
    if schedule == "StepLR":
        return StepDecay(lr, options["gamma"], options["step_size"])
    if schedule == "ExponentialLR":
        return ExponentialDecay(lr, -log(options["gamma"]))
    return (lambda t: lr / (1 + decay * t)) if decay else lr


def fed(rule, x0, weight_decay):
    """Iterates 1 … 200 of a rule that is given the recorded gradients, whatever x is."""
    x, iterates = np.array(x0), []
    state = rule.init(x)
    with np.errstate(divide="ignore"):  # at ε = 0 the rate of an untouched coordinate is 1/0 until EpsOutside bounds it
        for t, g in enumerate(GRADIENTS, start=1):
            lr = rule.lr(t - 1) if callable(rule.lr) else rule.lr
            direction, rate, state = rule.step(t, lr, g, state)
            x = x - rate * direction - lr * weight_decay * x
            iterates.append(x)
    return np.array(iterates)


def difference(record, rows=ROWS):
    """Largest difference between our iterates and a record's, relative to the largest |x| of that coordinate up to then."""
    rule = rows[record["rule"]](record["library"], learning_rate(record), record["options"])
    weight_decay = record["options"].get("weight_decay", 0.0)
    if record["feed"] == "gradients":
        recorded, ours = FED[record["index"]], fed(rule, record["x0"], weight_decay)
    else:
        ravine = problems.Ravine(condition=20.0)
        recorded, ours = RAVINE[record["index"]], minimize(ravine, rule, record["x0"], len(GRADIENTS), weight_decay=weight_decay).x[1:]
    size = np.maximum(np.maximum.accumulate(np.abs(recorded), axis=0), np.abs(record["x0"]))
    off = np.abs(ours[KEPT - 1] - recorded)
    return np.max(np.divide(off, size, out=np.where(off == 0, 0.0, np.inf), where=size > 0))


def name(record):
    options = {"lr": record["lr"]} | record["options"]
    schedule = [record["schedule"][0]] if record["schedule"] else []
    return " ".join([record["rule"], record["library"], record["feed"], *(f"{k}={v}" for k, v in options.items()), *schedule])


def table():
    """Rule → library → (how many trajectories were compared, the largest difference among them)."""
    found = {}
    for record in RECORDS:
        count, largest = found.setdefault(record["rule"], {}).get(record["library"], (0, 0.0))
        found[record["rule"]][record["library"]] = count + 1, max(largest, difference(record))
    return found
