"""The page's own JavaScript, printed from rules, schedules and problems, against `minimize`: the same runs in Chromium and in Python."""

from __future__ import annotations

import base64
from dataclasses import fields

import numpy as np
import pytest

from adaptive_lr import minimize, problems
from adaptive_lr.explorer.catalogue import PROBLEMS, RULES, SCHEDULES, field_of, first, to_json
from adaptive_lr.schedules import CheckedSchedule

# A rule whose memory of gradients forgets divides by little near a minimum, and blows rounding errors up, unless it forgets slowly and its steps are short.
FORGETS_BY = dict.fromkeys(("RMSprop", "AdaDelta", "printed.AdaDelta"), "beta")
FORGETS_BY |= dict.fromkeys(("Adam", "AdaMax", "NAdam", "ScheduledNAdam", "SimplifiedNAdam", "printed.Adam", "printed.NAdam", "printed.AdaMax"), "beta2")
TILTS = np.array([problems.Noisy(problems.ravine, 1.0).at(t).slope for t in range(1, 501)])
RUNS = 300  # of every rule, of every schedule and of every problem, at least
IN_PAGE = """async (cases) => {
    const models = Object.values(JSON.parse(document.querySelector('script[type$="widget-state+json"]').textContent).state);
    const { _esm } = models.map(({ state }) => state).find((state) => state._esm);
    const module = await import(URL.createObjectURL(new Blob([_esm], { type: "text/javascript" })));
    return cases.map(([rule, problem, settings]) => {
        const run = module.descend(rule, problem, settings);
        const bytes = new Uint8Array(Float64Array.from([run.x, run.grad, run.rate, run.loss, run.eta, run.state.at(-1)].flat(3)).buffer);
        return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    });
}"""


class Random:
    """Random rules, schedules and problems, anywhere on their sliders; calm ones keep to settings without chaos."""

    def __init__(self, seed, calm=False):
        self.rng, self.calm = np.random.default_rng(seed), calm

    def part(self, name, **given):
        made = first(name)
        memory = FORGETS_BY.get(name) if self.calm else None
        values = {field.name: self.value(type(made), field.name, getattr(made, field.name), memory) for field in fields(made)}
        if "lr_max" in values:
            values["lr_min"], values["lr_max"] = sorted([values["lr_min"], values["lr_max"]])
        return type(made)(**values | given)

    def value(self, cls, name, now, memory):
        if isinstance(now, CheckedSchedule):
            return self.part(self.rng.choice([each for each in SCHEDULES if each not in ("Warmup", "Then")]))
        field, rng = field_of(cls, name, now), self.rng
        if memory and name == memory:
            return rng.uniform(0.99, 0.999)
        low, high = (-4, -2) if memory and field.rate else (-8, 0) if memory and name == "eps" else (field.low, field.high)
        if field.whole:
            return int(rng.integers(low, high + 1))
        return float(10 ** rng.uniform(low, high) if field.log else rng.uniform(low, high))

    def run(self, rule, problem):
        left, right, low, high = problem.bounds or (-1, 1, -1, 1)
        noise = float(self.rng.choice([0, 10 ** self.rng.uniform(-3, 0)]))
        return rule, problem, self.rng.uniform((left, low), (right, high)), int(500 ** self.rng.uniform(0, 1)), noise


def random_runs(calm=False):
    """Runs of every rule on every problem: (rule, problem, start, steps, noise)."""
    random, each = Random(0, calm), max(-(-RUNS // len(PROBLEMS)), -(-RUNS // len(RULES)))
    for rule in RULES:
        for problem in PROBLEMS:
            for _ in range(each):
                yield random.run(random.part(rule), random.part(problem))


def scheduled_runs():
    """Runs of every schedule, by rules that bend without breaking, on the problems of the plane."""
    random = Random(1)
    for schedule in SCHEDULES:
        for k in range(RUNS):
            # a basin so wide that no rate of the sliders is too high for its curvature, and a rule that finds its own rates
            rule, problem = (("SGD", problems.Plateau(4.0)), ("AdaGrad", random.part("problems.Ravine")), ("Momentum", problems.Plateau(4.0)))[k % 3]
            yield random.run(random.part(rule, lr=random.part(schedule)), problem)


class PageRun:
    def __init__(self, text, steps):
        numbers = np.frombuffer(base64.b64decode(text))
        x, grad, rate, self.loss, self.eta, state = np.split(numbers, np.cumsum([2 * steps + 2, 2 * steps, 2 * steps, steps + 1, steps]))
        self.x, self.grad, self.rate, self.state = x.reshape(-1, 2), grad.reshape(-1, 2), rate.reshape(-1, 2), state.reshape(2, -1).T


@pytest.fixture(scope="module")
def site(publish):
    return publish({"index": ["from adaptive_lr import *\nfrom adaptive_lr.explorer import Explorer", "Explorer(AdaGrad(), problems.ravine)"]})


def in_the_page(site, visit, runs):
    """What the page's own code makes of each run, some hundred at a time."""
    page = visit(f"{site}/index.html").page
    cases = [[to_json(rule), to_json(problem), {"start": start.tolist(), "steps": steps, "noise": noise}] for rule, problem, start, steps, noise in runs]
    for some in range(0, len(runs), 300):
        answers = page.evaluate(IN_PAGE, cases[some : some + 300])
        yield from (PageRun(answer, run[3]) for answer, run in zip(answers, runs[some:]))


def seen(problem, noise):
    return problems.Noisy(problem, noise) if noise else problem


def gradients(problem, noise, x):
    """What each update sees at the points of a path."""
    if problem.bounds is None:  # a stream: what comes depends on the time
        found = np.array([problem.at(t).grad(point) for t, point in enumerate(x, start=1)]).reshape(-1, 2)
    else:
        found = problem.grad(x)
    return found + noise * TILTS[: len(x)]


def along(rule, x, gradients, etas):
    """What Python makes of each point of the page's path and the gradient there: the next point, and the rate. The rule remembers the whole path before."""
    state, after, rates = rule.init(x[0]), [x[0]], []
    for t, (point, g, eta) in enumerate(zip(x[:-1], gradients, etas), start=1):
        direction, rate, state = rule.step(t, eta, g, state)
        after.append(point - rate * direction)
        rates.append(np.broadcast_to(rate, point.shape))
    return np.array(after), np.array(rates).reshape(-1, 2)


def largest_so_far(values):
    return np.maximum.accumulate(np.abs(values).max(axis=1, keepdims=True))


def worst_by_name(*families):
    return {name: 0.0 for family in families for name in family}


def told(what, runs, worst):
    print(f"{len(runs)} runs, {what}: " + ", ".join(f"{name} {value:.1e}" for name, value in worst.items()))


def test_every_gradient_and_every_step_of_the_page_is_pythons(site, visit):
    """All runs, also those of which no two machines agree on the whole: the same gradient at the same point, the same step with the same past."""
    runs, worst = list(random_runs()), worst_by_name(RULES, PROBLEMS)
    for (rule, problem, start, steps, noise), there in zip(runs, in_the_page(site, visit, runs)):
        finite = np.abs(np.column_stack([there.x[:-1], there.grad])).max(axis=1) < 1e100  # beyond, squares overflow; NaN compares false
        end = len(finite) if finite.all() else np.argmin(finite)
        x, grad = there.x[: end + 1] if end < len(finite) or np.isfinite(there.x).all() else there.x[:end], there.grad[:end]
        after, rates = along(rule, x, grad, there.eta)
        off = np.abs(rates - there.rate[: len(rates)]) / np.maximum(rates, 1e-300)
        off = max(np.nanmax(np.abs(after - x) / np.maximum(largest_so_far(x), 1e-300)), off.max(initial=0))
        name = to_json(rule)["name"]
        worst[name] = np.maximum(worst[name], off)  # NaN stays
        if name != "printed.NAG":  # which takes its gradients elsewhere
            slopes = gradients(problem, noise, there.x[:end])
            off = np.max(np.abs(slopes - grad) / np.maximum(largest_so_far(grad), 1e-300), initial=0) if end else 0.0
            name = to_json(problem)["name"]
            worst[name] = np.maximum(worst[name], off)
    told("worst relative difference of a step or a gradient", runs, worst)
    assert len(runs) >= RUNS * max(len(RULES), len(PROBLEMS)) and np.max(list(worst.values())) < 1e-12


NUDGES = 1e-12 * np.array([[0, 0], [1, 1], [1, -1]])  # of the start; the first run is the run itself


def distance(a, b):
    """The greatest relative difference: of iterates and losses against the largest of the run, of rates one by one. Each is (x, loss, rate)."""
    largest = [np.abs(a[0]).max(axis=0), np.abs(a[1]).max(), np.abs(a[2])]
    return max(np.max(np.abs(one - two) / np.where(size > 0, size, 1), initial=0) for one, two, size in zip(a, b, largest))


def whole_runs(runs, found, name_of, worst):
    """Compare whole runs, and the state they end with. Returns how many were set aside, for no two machines agree on them."""
    chaotic = 0
    for run, there in zip(runs, found):
        rule, problem, start, steps, noise = run
        trace = minimize(seen(problem, noise), rule, start * (1 + NUDGES), steps)
        here, *nudged = zip(*(np.moveaxis(part, 1, 0) for part in (trace.x, trace.loss, trace.rate)))
        assert trace.diverged[0] == (not (np.isfinite(there.loss).all() and np.isfinite(there.x).all())), run
        if trace.diverged[0]:
            continue
        # where a nudge grows a hundredfold (SGD's cubic map on the saddle), rounding does too, and no two machines agree
        if not max(distance(here, other) for other in nudged) < 1e-10:
            chaotic += 1
            continue
        off = distance(here, (there.x, there.loss, there.rate))
        for mine, theirs in zip(trace.state, there.state):
            off = np.maximum(off, np.max(np.abs(mine[0] - theirs)) / max(np.abs(mine).max(), np.abs(trace.grad).max(), 1e-300))
        worst[name_of(run)] = np.maximum(worst[name_of(run)], off)
    return chaotic


def test_the_page_computes_what_minimize_computes(site, visit):
    """Whole runs of every rule on every problem."""
    runs, worst = list(random_runs(calm=True)), worst_by_name(RULES)
    chaotic = whole_runs(runs, in_the_page(site, visit, runs), lambda run: to_json(run[0])["name"], worst)
    told(f"{chaotic} chaotic, worst relative difference", runs, worst)
    assert len(runs) >= RUNS * len(RULES) and np.max(list(worst.values())) < 1e-12
    assert chaotic <= len(runs) / 50


def test_the_page_follows_every_schedule(site, visit):
    runs, worst = list(scheduled_runs()), worst_by_name(SCHEDULES)
    found = list(in_the_page(site, visit, runs))
    chaotic = whole_runs(runs, found, lambda run: to_json(run[0].lr)["name"], worst)
    for (rule, *_), there in zip(runs, found):
        rates = rule.lr(np.arange(len(there.eta)))
        np.testing.assert_allclose(there.eta, rates, rtol=1e-12, atol=1e-17, err_msg=repr(rule))
    told(f"{chaotic} chaotic, worst relative difference", runs, worst)
    assert len(runs) == RUNS * len(SCHEDULES) and np.max(list(worst.values())) < 1e-12
    assert chaotic <= len(runs) / 50
