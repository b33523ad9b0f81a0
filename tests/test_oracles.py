"""Our rules against trajectories recorded from PyTorch, optax and Keras: oracles/compare.py puts them side by side."""

from dataclasses import dataclass

import numpy as np
import pytest
from oracles.compare import DATA, FLOAT32, RECORDS, ROWS, SCHEDULE_ROWS, SCHEDULES, EpsHat, EpsOutside, adagrad, adam, betas, difference, eps, name, table

import adaptive_lr
from adaptive_lr import SGD, AdaDelta, AdaGrad, AdaMax, Momentum, SimplifiedNAdam


def test_every_recorded_rule_has_a_row():
    assert {record["rule"] for record in RECORDS} == set(ROWS) <= set(adaptive_lr.__all__)


def test_every_recorded_schedule_has_a_row():
    assert {schedule["rule"] for schedule in SCHEDULES} == set(SCHEDULE_ROWS) <= set(adaptive_lr.__all__)


@pytest.mark.parametrize(("schedule", "rates"), list(zip(SCHEDULES, DATA["rates"], strict=True)), ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_schedule_agrees(schedule, rates):
    ours = SCHEDULE_ROWS[schedule["rule"]](schedule["lr"], schedule["options"])
    single = schedule["call"] in FLOAT32
    assert np.allclose(ours(np.arange(200)), rates, rtol=0 if single else 1e-12, atol=1e-7 * schedule["lr"] if single else 0)


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_trajectory_agrees(record):
    assert difference(record) < 1e-12


def test_the_books_table_holds_every_trajectory():
    found = table()
    assert sum(count for row in found.values() for count, _ in row.values()) == len(RECORDS)
    assert 0 < max(largest for row in found.values() for _, largest in row.values()) < 1e-12


def eps_elsewhere(library, lr, options):
    """AdaGrad with ε on the other side of the root than the library has it."""
    start = options["initial_accumulator_value"]
    if library == "PyTorch":
        return AdaGrad(lr, eps=start + options["eps"])
    return EpsOutside(AdaGrad(lr, eps=start), eps(options))


def late(library, lr, options):
    """SGD whose first update takes schedule(1)."""
    return SGD((lambda t: lr(t + 1)) if callable(lr) else lr)


def damped(library, lr, options):
    """Momentum that adds (1 − β) g, as an exponential mean does."""
    share = 1 - options["momentum"]
    return Momentum((lambda t: lr(t) * share) if callable(lr) else lr * share, options["momentum"])


@dataclass(frozen=True)
class Late(EpsHat):
    """The step counter is incremented after the update: the exponents of the first two updates are both 1."""

    def step(self, t, lr, g, state):
        return self.rule.step(max(1, t - 1), lr, g, state)


class NewU(AdaDelta):
    """Δ takes the u that already holds the last Δ of the same gradient, as the lecture notes' list of steps has it."""

    def step(self, t, lr, g, state):
        direction, _, (v, u) = super().step(t, lr, g, state)
        return direction, lr * np.sqrt(u + self.eps) / np.sqrt(v + self.eps), (v, u)


MISTAKES = {  # of the kinds that hide: what the row of a rule would be if we had made one
    "SGD, first update at schedule(1)": ("SGD", late),
    "Momentum, (1 − β) g": ("Momentum", damped),
    "Momentum, β off by 1e-9": ("Momentum", lambda library, lr, options: Momentum(lr, options["momentum"] - 1e-9)),
    "AdaGrad, ε elsewhere": ("AdaGrad", eps_elsewhere),
    "Adam, t from 0 in the exponents": ("Adam", lambda library, lr, options: Late(adam(library, lr, options))),
    "AdaDelta, the new u": ("AdaDelta", lambda library, lr, options: NewU(lr, options["rho"], eps(options))),
    "NAdam, the simplified form": ("NAdam", lambda library, lr, options: SimplifiedNAdam(lr, *betas(options), eps(options))),
    "AdaMax, ε left out": ("AdaMax", lambda library, lr, options: AdaMax(lr, *betas(options))),
    "AdaGrad, accumulator from 0": ("AdaGrad", lambda library, lr, options: adagrad(library, lr, options | {"initial_accumulator_value": 0.0})),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_would_be_seen(mistake):
    rule, row = MISTAKES[mistake]
    assert max(difference(record, {rule: row}) for record in RECORDS if record["rule"] == rule) > 1e-9


@pytest.mark.parametrize("record", [r for r in RECORDS if r["rule"] == "AdaGrad"], ids=name)
def test_every_adagrad_record_tells_where_eps_stands(record):
    """Unless ε is as good as 0: then inside and outside are one rule, and PyTorch's is ours without conversion."""
    seen = difference(record, {"AdaGrad": eps_elsewhere}) > 1e-12
    assert seen == (eps(record["options"]) > 1e-30)
