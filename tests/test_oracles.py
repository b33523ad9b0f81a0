"""Our rules against trajectories recorded from PyTorch, optax and Keras by tests/oracles/record.py, which describes the data.

Where a library differs by design, the row of a rule in ROWS says how its options are put in our terms.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import adaptive_lr
from adaptive_lr import SGD, AdaGrad, Momentum, Rule, minimize, problems

DATA = np.load(Path(__file__).parent / "oracles" / "recorded.npz")
GRADIENTS, KEPT, FED, RAVINE = DATA["gradients"], DATA["kept"], DATA["fed"], DATA["ravine"]
RECORDS = json.loads(str(DATA["records"]))
SCHEDULES = json.loads(str(DATA["schedules"]))

# What is recorded and not yet in adaptive_lr. A test compares this with the package: who adds a rule strikes it here and adds its row.
NOT_YET = {"NAG", "RMSprop", "AdaDelta", "Adam", "AMSGrad", "AdaMax", "NAdam", "Lion"}
SCHEDULES_NOT_YET = {"StepDecay", "ExponentialDecay", "Triangular", "CosineAnnealing", "WarmRestarts"}


@dataclass(frozen=True)
class EpsOutside(Rule):
    """ε outside the root, as PyTorch places it, from our rule at ε = 0: the reciprocal rates add.

    rate = η / (√v + ε)   ⇔   1 / rate = 1 / rate₀ + ε / η,   rate₀ = η / √v
    """

    rule: Rule
    outside: float

    @property
    def lr(self):
        return self.rule.lr

    def init(self, x):
        return self.rule.init(x)

    def step(self, t, lr, g, state):
        direction, rate, state = self.rule.step(t, lr, g, state)
        return direction, 1 / (1 / rate + self.outside / lr), state


def adagrad(library, lr, options):
    """An accumulator that starts at v₀ is part of our ε, since both stand inside the root: √(v₀ + Σg² + ε)."""
    start = options["initial_accumulator_value"]
    if library == "PyTorch":
        return EpsOutside(AdaGrad(lr, eps=start), options["eps"])
    return AdaGrad(lr, eps=start + options["eps" if library == "optax" else "epsilon"])


ROWS = {  # rule -> how to build it from a record's library, learning rate (a number or a schedule) and options
    "SGD": lambda library, lr, options: SGD(lr),
    "Momentum": lambda library, lr, options: Momentum(lr, options["momentum"]),
    "AdaGrad": adagrad,
}
SCHEDULE_ROWS = {}  # schedule -> how to build it from PyTorch's lr and options


def learning_rate(record):
    """The record's learning rate in our terms: PyTorch's schedules, and its Adagrad's lr_decay, are functions of t."""
    lr, decay = record["lr"], record["options"].get("lr_decay", 0.0)
    schedule, options = record["schedule"] or ("", {})
    if schedule == "StepLR":
        return lambda t: lr * options["gamma"] ** (t // options["step_size"])
    if schedule == "ExponentialLR":
        return lambda t: lr * options["gamma"] ** t
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


def test_every_recorded_rule_of_the_package_has_a_row():
    recorded = {record["rule"] for record in RECORDS}
    assert recorded - set(adaptive_lr.__all__) == NOT_YET
    assert recorded - NOT_YET == set(ROWS)


def test_every_recorded_schedule_of_the_package_has_a_row_and_agrees():
    recorded = {schedule["rule"] for schedule in SCHEDULES}
    assert recorded - set(adaptive_lr.__all__) == SCHEDULES_NOT_YET
    assert recorded - SCHEDULES_NOT_YET == set(SCHEDULE_ROWS)
    for schedule, rates in zip(SCHEDULES, DATA["rates"], strict=True):
        if schedule["rule"] in SCHEDULE_ROWS:
            ours = SCHEDULE_ROWS[schedule["rule"]](schedule["lr"], schedule["options"])
            assert np.allclose(ours(np.arange(200)), rates, rtol=1e-12, atol=0), schedule


@pytest.mark.parametrize("record", [r for r in RECORDS if r["rule"] in ROWS], ids=name)
def test_trajectory_agrees(record):
    assert difference(record) < 1e-12


def eps_elsewhere(library, lr, options):
    """AdaGrad with ε on the other side of the root than the library has it."""
    start = options["initial_accumulator_value"]
    if library == "PyTorch":
        return AdaGrad(lr, eps=start + options["eps"])
    return EpsOutside(AdaGrad(lr, eps=start), options["eps" if library == "optax" else "epsilon"])


def late(library, lr, options):
    """SGD whose first update takes schedule(1)."""
    return SGD((lambda t: lr(t + 1)) if callable(lr) else lr)


def damped(library, lr, options):
    """Momentum that adds (1 − β) g, as an exponential mean does."""
    share = 1 - options["momentum"]
    return Momentum((lambda t: lr(t) * share) if callable(lr) else lr * share, options["momentum"])


MISTAKES = {  # of the kinds that hide: what the row of a rule would be if we had made one
    "SGD, first update at schedule(1)": ("SGD", late),
    "Momentum, (1 − β) g": ("Momentum", damped),
    "Momentum, β off by 1e-9": ("Momentum", lambda library, lr, options: Momentum(lr, options["momentum"] - 1e-9)),
    "AdaGrad, ε elsewhere": ("AdaGrad", eps_elsewhere),
    "AdaGrad, accumulator from 0": ("AdaGrad", lambda library, lr, options: adagrad(library, lr, options | {"initial_accumulator_value": 0.0})),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_would_be_seen(mistake):
    rule, row = MISTAKES[mistake]
    assert max(difference(record, {rule: row}) for record in RECORDS if record["rule"] == rule) > 1e-9


@pytest.mark.parametrize("record", [r for r in RECORDS if r["rule"] == "AdaGrad"], ids=name)
def test_every_adagrad_record_tells_where_eps_stands(record):
    """Unless ε is as good as 0: then inside and outside are one rule, and PyTorch's is ours without conversion."""
    eps = record["options"].get("eps", record["options"].get("epsilon"))
    seen = difference(record, {"AdaGrad": eps_elsewhere}) > 1e-12
    assert seen == (eps > 1e-30)
