"""The RMSprop assignment: its tasks, and what goes wrong in them."""

import numpy as np

from ...optimizers import RMSprop
from ..answers import Number
from ..functions import Formula, Function
from ..slips import slip
from ..steps import Step
from .everywhere import IN_THE_AVERAGE, IN_THE_DENOMINATOR, WITH_STATE
from .gradients import gorge, ravine

# in small changes, which can be made beside a mistake under the same root
OUTSIDE = slip("ε outside the root", "", " np.sqrt(", " (np.sqrt(", " + self.eps)", ") + self.eps)")
rmsprop = Step(RMSprop, state=("v",), slips=(*WITH_STATE, *IN_THE_DENOMINATOR, *IN_THE_AVERAGE), open_forms=(OUTSIDE,))


def half_life(beta):
    return np.log(0.5) / np.log(beta)


HALVED = "np.log(0.5) / np.log(beta)"
memory = Formula(
    half_life,
    draws=lambda rng: {"the usual β": [(0.9,), (0.99,)], "any β": [(round(rng.uniform(0.2, 0.85), 2),), (round(rng.uniform(0.2, 0.85), 2),)]},
    results=("the number of updates",),
    slips=(
        slip("1/(1 − β) is taken for the half-life", "After so many updates the weight has fallen to about 1/e, not to a half.", HALVED, "1 / (1 - beta)"),
        slip("ln(1/β) is replaced by 1 − β", "Near β = 1 they are nearly equal; at β = 0.5 they are not.", HALVED, "np.log(2) / (1 - beta)"),
        slip("the quotient is upside down", "The longer the memory, the *more* updates.", HALVED, "np.log(beta) / np.log(0.5)"),
        slip("the sign is wrong", "A number of updates is positive: both logarithms are negative.", HALVED, "np.log(2) / np.log(beta)"),
        slip(
            "the weight 1 − β of the newest square is solved for",
            "Half of what the weight *was*, not a weight of a half.",
            HALVED,
            "np.log(0.5 / (1 - beta)) / np.log(beta)",
        ),
    ),
)


def steady_rates(g, lr, beta, steps):
    return [lr / (abs(g) * np.sqrt(1 - beta**t)) for t in range(1, steps + 1)]


RATE = "lr / (abs(g) * np.sqrt(1 - beta**t))"
rates = Function(
    steady_rates,
    draws=lambda rng: {"the first update": [(2.0, 1.0, 0.75, 1)], "many updates": [(-0.5, 0.1, 0.9, 30), (round(rng.uniform(1, 3), 2), 0.2, 0.6, 8)]},
    results=("the rate",),
    along="place",
    of_numbers=True,
    slips=(
        slip("v is taken to be g² from the start", "v starts at 0: after one update it is (1 − β) g².", RATE, "lr / abs(g)"),
        slip("the rate of AdaGrad is given", "AdaGrad's sum grows for ever; this average does not.", RATE, "lr / (abs(g) * np.sqrt(t))"),
        slip("the root is missing", "The rate divides by √v.", RATE, "lr / (g**2 * (1 - beta**t))"),
        slip("the sign of g is kept", "A rate is positive.", "abs(g)", "g"),
        slip("the average is one update behind", "v takes in the gradient before the step divides by it.", "range(1, steps + 1)", "range(steps)"),
        slip("the first update's rate is given for all", "With every update more of the average is filled.", "beta**t", "beta"),
    ),
)


def beta_for(n):
    return 0.5 ** (1 / n)


wished = Number(
    "rmsprop_beta",
    beta_for,
    draw=lambda rng: {"n": round(rng.uniform(3, 30), 1)},
    slips=(
        slip("1 − 1/n is taken", "That makes 1/(1 − β) = n, which is no half-life.", "0.5 ** (1 / n)", "1 - 1 / n"),
        slip("ln 2/n is subtracted from 1", "Close for long memories alone. By what do n updates multiply a weight?", "0.5 ** (1 / n)", "1 - np.log(2) / n"),
        slip("a power is taken where a root belongs", "The more updates, the nearer to 1 is β.", "0.5 ** (1 / n)", "0.5**n"),
        slip("1/e is taken for a half", "To a half, not to a third.", "0.5 ** (1 / n)", "np.exp(-1 / n)"),
    ),
    within=1e-4,
)


def loss_on_orbit(lr, c):
    return c * (lr / 2) ** 2 / 2


ON_ORBIT = "c * (lr / 2) ** 2 / 2"
orbit = Number(
    "rmsprop_orbit",
    loss_on_orbit,
    draw=lambda rng: {"lr": round(rng.uniform(0.02, 0.3), 3), "c": round(rng.uniform(0.5, 20), 1)},
    slips=(
        slip(
            "the whole step is taken for the distance", "The step leads from one side to the other: how far from the middle is each?", ON_ORBIT, "c * lr**2 / 2"
        ),
        slip("the half of the loss is missing", "f(x) = ½ c x².", ON_ORBIT, "c * (lr / 2) ** 2"),
        slip("the distance is not squared", "f(x) = ½ c x².", ON_ORBIT, "c * (lr / 2) / 2"),
        slip("the curvature is missing", "f(x) = ½ c x²: only the *distance* is the same for every c.", ON_ORBIT, "(lr / 2) ** 2 / 2"),
        slip("the distance from the minimum is given, not the loss", "What is f at that distance?", ON_ORBIT, "lr / 2"),
        slip("the run is thought to come to rest at the minimum", "At a constant rate its steps stay η long.", ON_ORBIT, "0.0"),
    ),
)


def repaired_rmsprop(grad, x0, lr, beta, eps, steps):
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = beta * v + (1 - beta) * g**2
        x = x - lr * g / np.sqrt(v + eps)
    return x


repaired = Function(
    repaired_rmsprop,
    draws=lambda rng: {
        "one update": [(ravine, np.array([0.02, -0.01]), 0.01, 0.9, 1e-4, 1)],
        "three updates of three numbers": [(gorge, np.array([2.0, -1.0, 0.5]), 0.1, 0.5, 0.2, 3)],
        "fifty updates": [(ravine, np.round(rng.normal(size=2), 2), 0.05, 0.8, 0.3, 50)],
    },
    results=("x",),
    slips=(
        slip("v still starts at 1", "Which squares has it seen before the first update?", "np.zeros_like(x)", "np.ones_like(x)"),
        slip(
            "v starts at the first squared gradient",
            "Then the first step is as long as if the average were full: the equation starts at 0.",
            "v = np.zeros_like(x)",
            "v = np.asarray(grad(x)) ** 2",
        ),
        slip(
            "v is corrected for its start",
            "RMSprop's equation has no such correction: what was wrong is where v starts.",
            "for _ in range(steps):",
            "for t in range(1, steps + 1):",
            "np.sqrt(v + eps)",
            "np.sqrt(v / (1 - beta**t) + eps)",
        ),
        slip("the root is missing", "The rate divides by √v.", "np.sqrt(v + eps)", "(v + eps)"),
        slip("ε is missing", "Only the start was wrong.", "np.sqrt(v + eps)", "np.sqrt(v)"),
        slip("β and 1 − β are swapped", "A β near 1 is a long memory.", "beta * v + (1 - beta) * g**2", "(1 - beta) * v + beta * g**2"),
        slip("the memory is emptied at every update", "v is handed on from each update to the next.", "beta * v + (1 - beta) * g**2", "(1 - beta) * g**2"),
        slip("the loop ends after its first round", "Does the `return` stand inside the loop?", "    return x", "        return x"),
    ),
    open_forms=(slip("ε outside the root", "", " np.sqrt(", " (np.sqrt(", " + eps)", ") + eps)"),),
)


def updates_to_recover(spike, beta):
    v = beta + (1 - beta) * spike**2
    updates = 0
    while 1 / np.sqrt(v) < 0.9:
        v = beta * v + (1 - beta)
        updates += 1
    return updates


recovery = Function(
    updates_to_recover,
    draws=lambda rng: {
        "a spike": [(10.0, 0.9), (100.0, 0.9)],
        "a long memory": [(10.0, 0.99), (round(rng.uniform(20, 80), 1), round(rng.uniform(0.93, 0.98), 3))],
        "no spike to speak of": [(1.0, 0.9), (1.05, 0.9), (0.1, 0.5)],
    },
    results=("the number of updates",),
    slips=(
        slip("the spike itself is counted", "Count the updates *after* it.", "updates = 0", "updates = 1"),
        slip("the spike is not squared", "v averages squares.", "spike**2", "spike"),
        slip("v is compared, not its root", "The rate goes with 1/√v.", "1 / np.sqrt(v) < 0.9", "1 / v < 0.9"),
        slip(
            "v is taken to be 0 before the spike",
            "Before it gradients of size 1 have come for long: v was 1.",
            "v = beta + (1 - beta) * spike**2",
            "v = (1 - beta) * spike**2",
        ),
        slip("the spike replaces the average", "It enters with the weight 1 − β.", "v = beta + (1 - beta) * spike**2", "v = spike**2"),
        slip("no gradients come after the spike", "They go on, of size 1: v falls to 1, not to 0.", "beta * v + (1 - beta)\n", "beta * v\n"),
    ),
)

TASKS = (memory, rmsprop, rates, wished, orbit, repaired, recovery)
