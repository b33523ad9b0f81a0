"""The AdaGrad assignment: its tasks, and what goes wrong in them."""

import numpy as np

from ...optimizers import AdaGrad
from ..functions import Formula, Function
from ..slips import slip
from ..steps import Step
from .everywhere import ALL_TAKEN_IN, BINDS_TIGHTER, DOUBLED, IN_THE_DENOMINATOR, MEAN_TAKEN_IN, NO_ROOT, OUTSIDE, TIMES_ITSELF, TO_EACH, TO_ONE, WITH_STATE
from .gradients import bowl, gorge, idle, ravine

adagrad = Step(
    AdaGrad,
    state=("v",),
    slips=(
        *WITH_STATE,
        OUTSIDE,
        *IN_THE_DENOMINATOR,
        slip("the gradient is summed without its square", "Gradients of either sign have to count alike.", "v + g**2", "v + g"),
        slip("the size of the gradient is summed, not its square", "Is v a sum of |g| or of g²?", "v + g**2", "v + np.abs(g)"),
        slip("v is averaged", "AdaGrad's memory is a sum; it is RMSprop's that fades.", "v + g**2", "(v + g**2) / 2"),
        slip(DOUBLED, TIMES_ITSELF, "v + g**2", "v + g * 2"),
        slip(ALL_TAKEN_IN, TO_EACH, "v + g**2", "v + np.sum(g**2)"),
        slip(MEAN_TAKEN_IN, TO_ONE, "v + g**2", "v + np.mean(g**2)"),
        slip("the sum is squared, not the gradient", "v sums squares: which of the two terms is to be squared?", "v + g**2", "(v + g) ** 2"),
    ),
)


def simple_step(x, g, v, lr, eps):
    """v ← v + g, x ← x − η v + ε."""
    v = np.asarray(v) + g
    return x - lr * v + eps, v


def adagrads_step(x, g, v, lr, eps):
    """One update of AdaGrad."""
    v = np.asarray(v) + np.asarray(g) ** 2
    return x - lr * np.asarray(g) / np.sqrt(v + eps), v


def descend(step, grad, x0, lr, eps, steps):
    x, v = np.array(x0, dtype=float), np.zeros(len(x0))
    points = [x]
    for _ in range(steps):
        x, v = step(x, grad(x), v, lr, eps)
        points.append(x)
    return np.array(points)


descent = Function(
    descend,
    draws=lambda rng: {
        "one update": [(adagrads_step, ravine, np.round(3 * rng.normal(size=2), 2), 0.5, 0.25, 1)],
        "small gradients, and a tiny ε": [(adagrads_step, gorge, 1e-4 * np.round(rng.uniform(0.5, 2, 3), 2), 1e-5, 1e-14, 3)],
        "three updates of a simple step": [(simple_step, bowl, np.array([8.0, -4.0]), 0.5, 0.25, 3)],
        "many updates of AdaGrad": [
            (adagrads_step, grad, np.round(far * rng.normal(size=size), 2), round(rng.uniform(0.1, 1), 2), 0.3, steps)
            for grad, size, steps, far in ((gorge, 3, 7, 3), (ravine, 2, 40, 3), (bowl, 2, 5, 0))
        ],
    },
    results=("the points",),
    along="place",
    slips=(
        slip("the start is missing", "The first of the points is x0 itself.", "points = [x]", "points = []"),
        slip(
            "one array is recorded at every update, and all its records change with it",
            "A list holds references: make a new array at each update, or record copies.",
            "x, v = step(",
            "x[:], v = step(",
        ),
        slip("what the step returns is not kept", "Nothing moves.", "x, v = step(", "step("),
        slip("the loop ends after its first round", "Does the `return` stand inside the loop?", "range(steps)", "range(1)"),
        slip(
            "the gradient is taken once, at the start",
            "Ask for it anew at each point.",
            "step(x, grad(x)",
            "step(x, slope",
            "points = [x]",
            "points, slope = [x], grad(x)",
        ),
        slip("v is not handed on: each step starts with v = 0", "What the last update remembered has to enter this one.", "x, v = step(", "x, _ = step("),
        slip("x is not handed on: each step starts at x0", "A step starts where the last one ended.", "step(x, grad(x)", "step(x0, grad(x0)"),
        slip("the memory starts at 1", "It is empty at the start: v = 0.", "np.zeros(len(x0))", "np.ones(len(x0))"),
        slip("only the last point is returned", "Return all points, x0 first.", "np.array(points)", "points[-1]"),
        slip("the points are in columns", "One row for each point.", "np.array(points)", "np.transpose(points)"),
        slip("there is one update too few", "How many numbers does range(1, steps) have?", "range(steps)", "range(steps - 1)"),
        slip("there is one update too many", "`steps` updates: steps + 1 points with the start.", "range(steps)", "range(steps + 1)"),
        slip("η and ε change places on their way to the step", "In which order does the step want them?", "v, lr, eps)", "v, eps, lr)"),
    ),
)


def steady_rate(t, g, lr):
    return lr / (abs(g) * np.sqrt(t))


STEADY = "lr / (abs(g) * np.sqrt(t))"
steady = Function(
    steady_rate,
    draws=lambda rng: {
        "the first updates": [(1, 2.0, 1.0), (2, 2.0, 1.0), (4, 2.0, 1.0), (100, 2.0, 1.0)],
        "a gradient of either sign": [(4, -2.0, 1.0), (int(rng.integers(5, 20)), -round(rng.uniform(0.2, 3), 2), round(rng.uniform(0.1, 2), 2))],
        "later": [(int(rng.integers(20, 90)), round(rng.uniform(0.2, 3), 2), 0.3), (10**12, round(rng.uniform(0.2, 3), 2), 1e6)],
    },
    results=("the rate",),
    slips=(
        slip("the sign of g is kept", "A rate is positive: it is the size of g that counts.", "abs(g)", "g"),
        slip("update t is taken to have seen t − 1 gradients", "Its own counts too: v takes it in before the step divides.", "np.sqrt(t)", "np.sqrt(t - 1)"),
        slip("update t is taken to have seen t + 1 gradients", "The first update has seen one.", "np.sqrt(t)", "np.sqrt(t + 1)"),
        slip("the root is missing", "The rate divides by √v, not by v.", STEADY, "lr / (g**2 * t)"),
        slip("the rate falls like 1/t", "v grows like t. And its root?", "np.sqrt(t)", "t"),
        slip("the size of g is missing", "How does it enter v?", "abs(g) * ", ""),
        slip("g enters squared", "Twice the gradient, four times the v. And the root of it?", "abs(g)", "g**2"),
        slip("the rate is halved at every update", "After 0.5 comes 0.354, in the task's example.", STEADY, "lr / abs(g) * 0.5 ** (t - 1)"),
        slip(
            "the rate decays exponentially",
            "An exponential would all but die out within a hundred updates. Compare the updates 1, 4 and 16.",
            STEADY,
            "lr / abs(g) * np.exp(-(t - 1) / 2)",
        ),
        slip("the first update's rate is given for all", "The memory grows with each update.", "np.sqrt(t)", "1"),
    ),
)


def rare_rate(hits, updates):
    return np.sqrt(updates / hits)


RATIO = "np.sqrt(updates / hits)"
rates = Formula(
    rare_rate,
    draws=lambda rng: {
        "few hits": [(1, 4), (1, int(rng.integers(5, 40)))],
        "more hits": [(25, 100), (int(rng.integers(2, 30)), int(rng.integers(40, 900)))],
    },
    results=("the ratio",),
    slips=(
        slip("it is the other way round", "Rare over frequent: the rare one's rate is the larger.", RATIO, "np.sqrt(hits / updates)"),
        slip("that is the ratio of the memories", "The rates go with the roots of v.", RATIO, "updates / hits"),
        slip(NO_ROOT, BINDS_TIGHTER, RATIO, "updates / hits / 2"),
        slip("that is the share of the hits", "How large are both memories after all updates, and what becomes of them in the rate?", RATIO, "hits / updates"),
        slip("both memories are taken to be alike", "Zeros add nothing to v.", RATIO, "1.0"),
        slip("the hits are forgotten", "The rare one's memory is `hits`, not 1.", RATIO, "np.sqrt(updates)"),
        slip("a difference stands for the ratio", "How many *times* larger?", RATIO, "np.sqrt(updates) - np.sqrt(hits)"),
    ),
)


def rare_way(hits, updates):
    steps = 1 / np.sqrt(np.arange(1, updates + 1))
    return steps[:hits].sum() / steps.sum()


SHARE = "steps[:hits].sum() / steps.sum()"
way = Function(
    rare_way,
    draws=lambda rng: {
        "few hits": [(1, 4), (1, int(rng.integers(5, 40)))],
        "more hits": [(25, 100), (int(rng.integers(2, 30)), int(rng.integers(40, 900)))],
    },
    results=("the share",),
    slips=(
        slip("it is the other way round", "The rare one's way as a share of the frequent one's: below 1.", SHARE, "steps.sum() / steps[:hits].sum()"),
        slip("that is the share of the hits", "Are all steps of one length, as in plain gradient descent?", SHARE, "hits / updates"),
        slip("that is the estimate for many hits", "It is a fair one; the exact value is a sum.", SHARE, "np.sqrt(hits / updates)"),
        slip("that is the answer to task 4", "Here the ways are asked for, not the rates.", SHARE, "np.sqrt(updates / hits)"),
        slip("the root is missing", "After k hits v is k, and the step is η/√k.", "np.sqrt(np.arange(1, updates + 1))", "np.arange(1, updates + 1)"),
        slip("the rare one's steps are those of the frequent one's last updates", "Zeros add nothing to its v.", "steps[:hits]", "steps[-hits:]"),
        slip("that is a way, not a share", "Divide by the frequent one's way.", " / steps.sum()", ""),
        slip("one hit is left out", "With hits = 1 the rare one's way is one step long. How long is it here?", "steps[:hits]", "steps[: hits - 1]"),
        slip("one update of the frequent coordinate is left out", "How many numbers has np.arange(1, n)?", "updates + 1", "updates"),
    ),
)


def eps_inside(eps_outside, g):
    return 2 * abs(g) * eps_outside + eps_outside**2


INSIDE = "2 * abs(g) * eps_outside + eps_outside**2"
epsilon = Function(
    eps_inside,
    draws=lambda rng: {
        "a large ε": [(0.5, 2.0), (round(rng.uniform(0.3, 3), 2), -round(rng.uniform(0.5, 4), 2))],
        "a small ε": [(round(rng.uniform(0.001, 0.01), 4), round(rng.uniform(0.5, 4), 2)), (0.002, -round(rng.uniform(0.5, 4), 2))],
        "no gradient": [(0.5, 0.0), (round(rng.uniform(0.01, 0.9), 3), 0.0)],
    },
    results=("the ε inside",),
    slips=(
        slip("the same number is taken over", "With g = 2 and ε = 0.5 one step divides by 2.5, the other by √4.5.", INSIDE, "eps_outside"),
        slip("that is right for g = 0 alone", "Square |g| + ε: what is left of it besides g²?", INSIDE, "eps_outside**2"),
        slip("a small term is missing", "(|g| + ε)² has three terms.", " + eps_outside**2", ""),
        slip("that is all that should stand under the root", "g² stands there already.", INSIDE, "(abs(g) + eps_outside) ** 2"),
        slip("the sign of g is kept", "It is the size of g that counts: √g² = |g|.", "abs(g)", "g"),
        slip("the middle term is counted once", "(a + b)² = a² + 2ab + b².", "2 * abs(g)", "abs(g)"),
        slip("that leads from the inside to the outside", "Which ε is given, and which is asked for?", INSIDE, "np.sqrt(g**2 + eps_outside) - abs(g)"),
    ),
)


def repaired_adagrad(grad, x0, lr, eps, steps):
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = v + g**2
        x = x - lr * g / np.sqrt(v + eps)
    return x


MOVED = "lr * g / np.sqrt(v + eps)"
repaired = Function(
    repaired_adagrad,
    draws=lambda rng: {
        "a feature that is always zero": [
            (idle, np.array([1.0, 3.0]), 0.5, 1e-8, 1),
            (idle, np.array([1.0, 3.0]), 0.5, round(rng.uniform(0.2, 0.6), 2), 3),
        ],
        "a large ε near the minimum": [(bowl, np.array([0.01, 0.01]), 0.1, 0.2, 100)],
        "downhill": [
            (grad, np.round(3 * rng.normal(size=size), 2), round(rng.uniform(0.2, 1), 2), round(rng.uniform(0.2, 2), 2), steps)
            for grad, size, steps in ((gorge, 3, 5), (ravine, 2, 50))
        ],
    },
    results=("x",),
    slips=(
        slip("ε is still added to the weights", "A division binds tighter than a sum: are there brackets?", MOVED, "lr * g / np.sqrt(v) + eps"),
        slip(
            "nan is replaced, and ε is still added to the weights",
            "That treats the symptom: where should ε stand, to keep 0/0 away?",
            MOVED,
            "np.nan_to_num(lr * g / np.sqrt(v)) + eps",
        ),
        slip("ε stands below the line, and is still added to the weights", "Is there a second place that adds it?", MOVED, "lr * g / np.sqrt(v + eps) + eps"),
        slip("nan is replaced, and ε is gone", "Where should ε stand, to keep 0/0 away?", MOVED, "np.nan_to_num(lr * g / np.sqrt(v))"),
        slip("ε is missing", "With g = 0 and v = 0, 0/0 is nan.", "np.sqrt(v + eps)", "np.sqrt(v)"),
        slip(
            "ε is added to v at every update",
            "There it piles up: v is the sum of the squares alone.",
            "v + g**2",
            "v + g**2 + eps",
            "np.sqrt(v + eps)",
            "np.sqrt(v)",
        ),
        slip("the memory is emptied at every update", "v is handed on from each update to the next.", "v + g**2", "g**2"),
        slip("the root is missing", "The step divides by √v.", "np.sqrt(v + eps)", "(v + eps)"),
        slip("the loop ends after its first round", "Does the `return` stand inside the loop?", "range(steps)", "range(1)"),
    ),
    open_forms=(slip("ε outside the root", "", " np.sqrt(", " (np.sqrt(", " + eps)", ") + eps)"),),
)

TASKS = (adagrad, descent, steady, rates, way, epsilon, repaired)
