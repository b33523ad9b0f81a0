"""One idea each, ready to be taken in hand: explorers set up so that a single thing is to be seen."""

from __future__ import annotations

import numpy as np

from .. import printed, problems
from ..optimizers import NAG, SGD, AdaDelta, AdaGrad, Adam, AdaMax, RMSprop
from ..schedules import WarmRestarts
from .widget import Explorer


def sparse_features(**settings) -> Explorer:
    """How often a feature fires, and what each rule does with its weight: gradient descent moves it p times as far as a dense one's, AdaGrad √p times."""
    return _explorer(
        settings, name="sparse-features", rule=SGD(lr=0.1), second=AdaGrad(lr=0.1), third=RMSprop(lr=0.1), problem=problems.Sparse(share=0.05), steps=400,
        panels=("way", "rate"), log_time=True, controls=["problem.share", "problem.size", "rule.lr", "second.lr", "third.lr", "third.beta", "steps"],
    )


def adagrad_decay(**settings) -> Explorer:
    """AdaGrad's rate under steady gradients: η/(|g|√t), a straight line of slope −½ in logarithmic time. It falls exponentially while gradients grow so."""
    expected = [
        ("rate", "η/(|g₁|√t)", lambda t, rule, problem: rule.lr / (np.abs(problem.first) * np.sqrt(t))),
        ("rate", "η/(|g₂|√t)", lambda t, rule, problem: rule.lr / (np.abs(problem.second) * np.sqrt(t))),
    ]
    return _explorer(
        settings, name="adagrad-decay", rule=AdaGrad(lr=0.5), problem=problems.Steady(), steps=500, panels=("rate",), log_time=True, guides=expected,
        controls=["rule.lr", "rule.eps", "problem.first", "problem.second", "problem.growth", "noise", "steps"],
    )


def rmsprop_orbit(**settings) -> Explorer:
    """RMSprop does not come to rest: it ends in jumps of ±η/2 across the minimum, whatever the curvature, whatever β."""
    return _explorer(
        settings, name="rmsprop-orbit", rule=RMSprop(lr=0.2, beta=0.9), problem=problems.Ravine(condition=5.0), x0=[-2.0, 0.3], steps=200, panels=("size",),
        guides=[("size", "η/2", lambda t, rule, problem: rule.lr / 2 + 0 * t)], controls=["rule.lr", "rule.beta", "problem.condition", "steps"],
    )


def adadelta_start(**settings) -> Explorer:
    """AdaDelta's first step is √ε/√(1 − β), however steep the slope: ε decides how long it takes to get going."""
    first = [("step", "√ε/√(1−β)", lambda t, rule, problem: np.sqrt(rule.eps / (1 - rule.beta)) + 0 * t)]
    return _explorer(
        settings, name="adadelta-start", rule=AdaDelta(), second=AdaDelta(eps=1e-4), problem=problems.ravine, steps=300, panels=("step", "loss"), guides=first,
        controls=["rule.eps", "rule.beta", "second.eps", "second.beta", "problem.condition", "steps"],
    )


def bias_correction(**settings) -> Explorer:
    """Adam's first steps with and without bias correction. Without it the first is (1 − β₁)/√(1 − β₂) times as long: 3.16 at the defaults."""
    first = [("step", "η", lambda t, rule, problem: rule.lr + 0 * t)]
    return _explorer(
        settings, name="bias-correction", rule=Adam(lr=0.1), second=printed.Adam(lr=0.1), problem=problems.Steady(), steps=20, panels=("step", "moments"),
        guides=first, controls=["rule.beta1", "rule.beta2", "second.beta1", "second.beta2", "noise", "steps"],
    )


def max_norm(**settings) -> Explorer:
    """Gradients that alternate, then vanish, under an L2 norm (RMSprop's) and under the max norm (AdaMax's), which at the same β forgets twice as fast."""
    return _explorer(
        settings, name="max-norm", rule=RMSprop(lr=0.1, beta=0.9), second=AdaMax(lr=0.1, beta1=0.0, beta2=0.9), problem=problems.Alternating(), steps=90,
        panels=("rate",), controls=["rule.beta", "second.beta2", "problem.high", "problem.low", "problem.until", "steps"],
    )


def look_ahead(**settings) -> Explorer:
    """NAG twice. The rewritten form walks the very points at which the look-ahead form takes its gradients, the tips of its feelers."""
    return _explorer(
        settings, name="look-ahead", rule=NAG(lr=0.02, beta=0.8), second=printed.NAG(lr=0.02, beta=0.8), problem=problems.ravine, steps=30, panels=("x",),
        controls=["rule.lr", "rule.beta", "second.lr", "second.beta", "problem.condition", "steps"],
    )


def schedule_workbench(**settings) -> Explorer:
    """Any schedule, bent by sliders, drives a descent on noisy gradients; beside it the constant rate that it begins with."""
    return _explorer(
        settings, name="schedule-workbench", rule=SGD(lr=WarmRestarts(0.001, 0.08, 25, 2)), second=SGD(lr=0.08), problem=problems.ravine, noise=1.0, steps=175,
        panels=("schedule", "loss"),
    )


def _explorer(settings, **ready) -> Explorer:
    """The explorer with what the caller would have otherwise."""
    made = ready | settings
    return Explorer(made.pop("rule"), made.pop("problem"), **made)
