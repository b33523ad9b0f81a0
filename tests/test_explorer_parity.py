"""The page's own JavaScript, printed from the rules and problems, against `minimize`: the same runs in Chromium and in Python."""

from __future__ import annotations

import base64
import itertools
from dataclasses import fields

import numpy as np
import pytest

import adaptive_lr
from adaptive_lr import Rule, minimize, problems

NAMED = [getattr(adaptive_lr, name) for name in adaptive_lr.__all__]
RULES = [rule for rule in NAMED if isinstance(rule, type) and issubclass(rule, Rule) and rule is not Rule]
PLANES = {name: problem for name, problem in vars(problems).items() if type(problem).__module__ == "adaptive_lr.problems.plane"}

# exponents; angles are degrees, decay rates lie in 0 … 0.99
RANGES = {"lr": (-4, 1), "eps": (-12, 0), "psi": (-4, 0), "condition": (0, 3), "steepness": (0, 3), "width": (-1, 1)}
# A rule whose memory of gradients forgets divides by little near a minimum, and blows rounding errors up, unless it forgets slowly and its steps are short.
FORGETS_BY = dict.fromkeys(("RMSprop", "AdaDelta"), "beta") | dict.fromkeys(("Adam", "AdaMax", "NAdam", "ScheduledNAdam", "SimplifiedNAdam"), "beta2")
IN_PAGE = """async (cases) => {
    const models = Object.values(JSON.parse(document.querySelector('script[type$="widget-state+json"]').textContent).state);
    const views = models.map(({ state }) => state).filter((state) => state._esm);
    const module = await import(URL.createObjectURL(new Blob([views[0]._esm], { type: "text/javascript" })));
    const parts = new Map(views.flatMap(({ program }) => [...program.rules, program.problem]).map((part) => [part.name, module.compile(part.source)]));
    return cases.map(([rule, problem, settings]) => {
        const run = module.descend({ rule: parts.get(rule), problem: parts.get(problem) }, settings);
        const slopes = run.x.map((x) => parts.get(problem).grad(x, settings.problem));
        const bytes = new Uint8Array(Float64Array.from([run.x, slopes, run.loss, run.rate].flat(2)).buffer);
        return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    });
}"""


def random_runs(count, calm=False):
    """`count` random runs of every rule on every problem: (rule, problem, start, steps). Calm ones keep to settings without chaos."""
    rng = np.random.default_rng(0)

    def anything(cls):
        memory = FORGETS_BY.get(cls.__name__) if calm else None
        ranges = RANGES | {"lr": (-4, -2), "eps": (-8, 0)} if memory else RANGES
        return cls(**{f.name: value(f.name, ranges, f.name == memory) for f in fields(cls)})

    def value(name, ranges, slow):
        if name in ranges:
            return 10 ** rng.uniform(*ranges[name])
        return rng.uniform(0, 90) if name == "angle" else rng.uniform(0.99, 0.999) if slow else rng.uniform(0, 0.99)

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
        x, grad, self.loss, rate = np.split(numbers, [2 * steps + 2, 4 * steps + 4, 5 * steps + 5])
        self.x, self.grad, self.rate = x.reshape(-1, 2), grad.reshape(-1, 2), rate.reshape(-1, 2)


@pytest.fixture(scope="module")
def site(publish):
    """A page with explorers of every rule and of every problem of the plane."""
    explorers = [f"Explorer({rule.__name__}(), problems.{plane})" for rule, plane in zip(RULES, itertools.cycle(PLANES))]
    return publish({"index": ["from adaptive_lr import *\nfrom adaptive_lr.explorer import Explorer", *explorers]})


def in_the_page(site, visit, runs):
    """What the page's own code makes of each run, some hundred at a time."""
    page = visit(f"{site}/index.html").page
    cases = [
        [type(rule).__name__, type(problem).__name__, {"start": start.tolist(), "steps": steps, "rule": vars(rule), "problem": vars(problem)}]
        for rule, problem, start, steps in runs
    ]
    for some in range(0, len(runs), 300):
        answers = page.evaluate(IN_PAGE, cases[some : some + 300])
        yield from (PageRun(answer, steps) for answer, (*_, steps) in zip(answers, runs[some:]))


def along(rule, x, gradients):
    """What Python makes of each point of the page's path and the gradient there: the next point, and the rate. The rule remembers the whole path before."""
    state, after, rates = rule.init(x[0]), [x[0]], []
    for t, (point, g) in enumerate(zip(x[:-1], gradients), start=1):
        direction, rate, state = rule.step(t, rule.lr, g, state)
        after.append(point - rate * direction)
        rates.append(np.broadcast_to(rate, point.shape))
    return np.array(after), np.array(rates)


def largest_so_far(values):
    return np.maximum.accumulate(np.abs(values).max(axis=1, keepdims=True))


def test_every_gradient_and_every_step_of_the_page_is_pythons(site, visit):
    """All runs, also those of which no two machines agree on the whole: the same gradient at the same point, the same step with the same past."""
    runs = list(random_runs(50))
    worst = {rule.__name__: 0.0 for rule in RULES} | {type(plane).__name__: 0.0 for plane in PLANES.values()}
    for (rule, problem, start, steps), there in zip(runs, in_the_page(site, visit, runs)):
        finite = np.abs(np.column_stack([there.x, there.grad])).max(axis=1) < 1e100  # beyond, squares overflow; NaN compares false
        end = len(finite) if finite.all() else np.argmin(finite)
        x, grad = there.x[:end], there.grad[:end]
        after, rates = along(rule, x, grad)
        off = np.abs(rates - there.rate[: len(rates)]) / np.maximum(rates, 1e-300)
        steps_off = max(np.max(np.abs(after - x) / largest_so_far(x)), off.max(initial=0))
        slopes_off = np.max(np.abs(problem.grad(x) - grad) / np.maximum(largest_so_far(grad), 1e-300))
        for name, found in ((type(rule).__name__, steps_off), (type(problem).__name__, slopes_off)):
            worst[name] = np.maximum(worst[name], found)  # NaN stays
    print(f"{len(runs)} runs, worst relative difference of a step or a gradient: " + ", ".join(f"{name} {value:.1e}" for name, value in worst.items()))
    assert len(runs) == 300 * len(RULES) and np.max(list(worst.values())) < 1e-12


def test_the_page_computes_what_minimize_computes(site, visit):
    """Whole runs of every rule on every problem."""
    runs = list(random_runs(50, calm=True))
    assert len(runs) == 300 * len(RULES)
    worst, chaotic = {rule.__name__: 0.0 for rule in RULES}, 0
    for (rule, problem, start, steps), there in zip(runs, in_the_page(site, visit, runs)):
        here = minimize(problem, rule, start, steps)
        assert here.diverged == (not (np.isfinite(there.loss).all() and np.isfinite(there.x).all())), (rule, problem, start)
        if here.diverged:
            continue
        # where a change of the start by 1e-12 grows a thousandfold (SGD's cubic map on the saddle), no two machines agree
        if distance(here, minimize(problem, rule, start * (1 + 1e-12), steps)) > 1e-9:
            chaotic += 1
            continue
        worst[type(rule).__name__] = np.maximum(worst[type(rule).__name__], distance(here, there))
    print(f"{len(runs)} runs, {chaotic} chaotic, worst relative difference: " + ", ".join(f"{name} {value:.1e}" for name, value in worst.items()))
    assert np.max(list(worst.values())) < 1e-12
    assert chaotic <= len(runs) / 50
