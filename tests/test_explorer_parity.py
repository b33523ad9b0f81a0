"""The page's own JavaScript, printed from the rules and problems, against `minimize`: the same runs in Chromium and in Python."""

from __future__ import annotations

import base64
from dataclasses import fields

import numpy as np
import pytest

import adaptive_lr
from adaptive_lr import Rule, minimize, problems

NAMED = [getattr(adaptive_lr, name) for name in adaptive_lr.__all__]
RULES = [rule for rule in NAMED if isinstance(rule, type) and issubclass(rule, Rule) and rule is not Rule]
PLANES = {"ravine": problems.ravine, "saddle": problems.saddle}

RANGES = {"lr": (-4, 1), "eps": (-12, 0), "psi": (-4, 0), "condition": (0, 3)}  # exponents; decay rates lie in 0 … 0.99
IN_PAGE = """async (cases) => {
    const models = Object.values(JSON.parse(document.querySelector('script[type$="widget-state+json"]').textContent).state);
    const views = models.map(({ state }) => state).filter((state) => state._esm);
    const module = await import(URL.createObjectURL(new Blob([views[0]._esm], { type: "text/javascript" })));
    const parts = new Map(views.flatMap(({ program }) => [...program.rules, program.problem]).map((part) => [part.name, module.compile(part.source)]));
    return cases.map(([rule, problem, settings]) => {
        const run = module.descend({ rule: parts.get(rule), problem: parts.get(problem) }, settings);
        const bytes = new Uint8Array(Float64Array.from([run.x, run.loss, run.rate].flat(2)).buffer);
        return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    });
}"""


def random_runs(count):
    """`count` random runs of every rule on every problem: (rule, problem, start, steps)."""
    rng = np.random.default_rng(0)

    def anything(cls):
        return cls(**{f.name: 10 ** rng.uniform(*RANGES[f.name]) if f.name in RANGES else rng.uniform(0, 0.99) for f in fields(cls)})

    for rule in RULES:
        for plane in PLANES.values():
            left, right, low, high = plane.bounds
            for _ in range(count):
                yield anything(rule), anything(type(plane)), rng.uniform((left, low), (right, high)), int(rng.integers(1, 501))


def distance(a, b):
    """The greatest relative difference: of iterates and losses against the largest of the run, of rates one by one."""
    largest = [np.abs(a.x).max(axis=0), np.abs(a.loss).max(), np.abs(a.rate)]
    return max(np.max(np.abs(one - two) / size) for one, two, size in zip((a.x, a.loss, a.rate), (b.x, b.loss, b.rate), largest))


class PageRun:
    def __init__(self, text, steps):
        numbers = np.frombuffer(base64.b64decode(text))
        self.x, self.loss, self.rate = np.split(numbers, [2 * steps + 2, 3 * steps + 3])
        self.x, self.rate = self.x.reshape(-1, 2), self.rate.reshape(-1, 2)


@pytest.fixture(scope="module")
def site(publish):
    """A page with an explorer of every rule on every problem of the plane."""
    explorers = [f"Explorer({rule.__name__}(), problems.{plane})" for rule in RULES for plane in PLANES]
    return publish({"index": ["from adaptive_lr import *\nfrom adaptive_lr.explorer import Explorer", *explorers]})


def in_the_page(site, visit, runs):
    cases = [
        [type(rule).__name__, type(problem).__name__, {"start": start.tolist(), "steps": steps, "rule": vars(rule), "problem": vars(problem)}]
        for rule, problem, start, steps in runs
    ]
    answers = visit(f"{site}/index.html").page.evaluate(IN_PAGE, cases)
    return [PageRun(answer, steps) for answer, (*_, steps) in zip(answers, runs)]


def along(rule, problem, x):
    """What Python makes of each point of the page's path: the next one, and the rate. The rule remembers the whole path before."""
    state, after, rates = rule.init(x[0]), [x[0]], []
    for t, point in enumerate(x[:-1], start=1):
        direction, rate, state = rule.step(t, rule.lr, problem.grad(point), state)
        after.append(point - rate * direction)
        rates.append(np.broadcast_to(rate, point.shape))
    return np.array(after), np.array(rates)


def test_every_step_of_the_page_is_the_rules(site, visit):
    """All runs, also those of which no two machines agree on the whole: the same step from the same point with the same past."""
    runs = list(random_runs(50))
    worst = {rule.__name__: 0.0 for rule in RULES}
    for (rule, problem, start, steps), there in zip(runs, in_the_page(site, visit, runs)):
        finite = np.isfinite(there.x).all(axis=1) & (np.abs(there.x).max(axis=1) < 1e100)  # beyond, gradients overflow
        x = there.x[: len(finite) if finite.all() else np.argmin(finite)]
        after, rates = along(rule, problem, x)
        scale = np.maximum.accumulate(np.abs(x).max(axis=1, keepdims=True))
        off = np.abs(rates - there.rate[: len(rates)]) / np.maximum(rates, 1e-300)
        worst[type(rule).__name__] = max(worst[type(rule).__name__], np.max(np.abs(after - x) / scale), off.max(initial=0))
    print(f"{len(runs)} runs, worst relative difference of a step: " + ", ".join(f"{name} {value:.1e}" for name, value in worst.items()))
    assert len(runs) >= 300 and max(worst.values()) < 1e-12


def test_the_page_computes_what_minimize_computes(site, visit):
    """Whole runs, of the rules whose update is no more sensitive than the gradient itself."""
    runs = [run for run in random_runs(50) if type(run[0]).__name__ in ("SGD", "Momentum", "AdaGrad", "AdaGradMomentum", "NAG")]
    assert len(runs) >= 300
    worst, chaotic = 0.0, 0
    for (rule, problem, start, steps), there in zip(runs, in_the_page(site, visit, runs)):
        here = minimize(problem, rule, start, steps)
        assert here.diverged == (not (np.isfinite(there.loss).all() and np.isfinite(there.x).all())), (rule, problem, start)
        if here.diverged:
            continue
        # where a change of the start by 1e-12 grows a thousandfold (SGD's cubic map on the saddle), no two machines agree
        if distance(here, minimize(problem, rule, start * (1 + 1e-12), steps)) > 1e-9:
            chaotic += 1
            continue
        worst = max(worst, distance(here, there))
    print(f"{len(runs)} runs: worst relative difference {worst:.1e}, {chaotic} chaotic")
    assert worst < 1e-12
    assert chaotic <= len(runs) / 50
