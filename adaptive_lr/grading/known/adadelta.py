"""The AdaDelta assignment: its tasks, and what goes wrong in them."""

import numpy as np

from ...optimizers import AdaDelta
from ..answers import Choice, Number
from ..functions import Formula, Function
from ..slips import slip
from ..steps import Step
from .everywhere import IN_THE_AVERAGE, WITH_STATE
from .gradients import gorge, ravine

RATIO, OF_STEPS = "np.sqrt(u + self.eps) / np.sqrt(v + self.eps)", "self.beta * u + (1 - self.beta) * (ratio * g) ** 2"
adadelta = Step(
    AdaDelta,
    state=("v", "u"),
    slips=(
        *WITH_STATE,
        *IN_THE_AVERAGE,
        slip("both roots are missing", "The ratio is one of root mean squares.", RATIO, "(u + self.eps) / (v + self.eps)"),
        slip(
            "the ratio is upside down",
            "Large gradients are to be divided away, large past steps to be kept.",
            RATIO,
            "np.sqrt(v + self.eps) / np.sqrt(u + self.eps)",
        ),
        slip("ε is outside the roots", "In the equation asked for ε is added under each root.", RATIO, "(np.sqrt(u) + self.eps) / (np.sqrt(v) + self.eps)"),
        slip("ε is missing in the numerator", "At the start u is 0: what gets the descent going?", RATIO, "np.sqrt(u) / np.sqrt(v + self.eps)"),
        slip("ε is missing in the denominator", "What if a gradient has always been zero?", RATIO, "np.sqrt(u + self.eps) / np.sqrt(v)"),
        slip("the numerator is missing: this is RMSprop", "What stands where RMSprop has its learning rate?", RATIO, "1 / np.sqrt(v + self.eps)"),
        slip(
            "the brackets round the roots with their ε are missing",
            "ε is added under each root. And a division binds tighter than a sum.",
            RATIO,
            "np.sqrt(u) + self.eps / np.sqrt(v) + self.eps * g",
            "(ratio * g) ** 2",
            "ratio**2",
            "return g, lr * ratio",
            "return np.ones_like(g), lr * ratio",
        ),
        slip(
            "the brackets round the two sums under the root are missing",
            "A division binds tighter than a sum: what is divided by what?",
            RATIO,
            "np.sqrt(u + self.eps / v + self.eps)",
        ),
        slip("the root divides by the old v", "First v takes in the new gradient, then the step divides by its root.", RATIO, RATIO.replace("(v", "(state[0]")),
        slip("u stays as it was", "u has to take in the new step.", OF_STEPS, "u"),
        slip("the new step enters u with weight 1", "The two weights of an average sum to 1.", OF_STEPS, "self.beta * u + (ratio * g) ** 2"),
        slip("u averages squared gradients", "u is the memory of the steps, not of the gradients.", OF_STEPS, "self.beta * u + (1 - self.beta) * g**2"),
        slip("u averages steps without their squares", "Steps of either sign have to count alike.", OF_STEPS, "self.beta * u + (1 - self.beta) * ratio * g"),
        slip(
            "the learning rate is in the remembered step",
            "u remembers Δ, before η multiplies it.",
            OF_STEPS,
            "self.beta * u + (1 - self.beta) * (lr * ratio * g) ** 2",
        ),
        slip(
            "β and 1 − β are swapped in the memory of the steps", "A β near 1 is a long memory.", OF_STEPS, "(1 - self.beta) * u + self.beta * (ratio * g) ** 2"
        ),
        slip(
            "the step waits for the new u",
            "Δ is made with the u of the update before; only then does u take in Δ.",
            "return g, lr * ratio,",
            "return g, lr * np.sqrt(u + self.eps) / np.sqrt(v + self.eps),",
        ),
        slip("v and u are returned in the wrong order", "First v, then u.", ", (v, u)", ", (u, v)"),
    ),
)

units = Choice(
    "adadelta_units",
    right="b",
    why_not={
        "a": slip(
            "the learning rate is thought to carry the unit of x", "It would have to, if the step is to be in metres: but which unit has g/√v on its own?"
        ),
        "c": slip("the root is forgotten", "v has the unit of g²; its root has that of g."),
        "d": slip("the unit of the gradient is given", "g is divided by something of the same unit."),
    },
)


def first_step(beta, eps, g):
    return np.sqrt(eps) / np.sqrt((1 - beta) * g**2 + eps) * abs(g)


FIRST = "np.sqrt(eps) / np.sqrt((1 - beta) * g**2 + eps) * abs(g)"
start = Formula(
    first_step,
    draws=lambda rng: {
        "plain numbers": [(0.75, 1.0, 2.0)],
        "any": [tuple(np.round(rng.uniform(0.2, 0.9, 3), 2)), (0.9, 0.3, -1.5)],
        "a small ε": [(0.95, 1e-6, 1.0), (0.95, 1e-6, 100.0)],
    },
    results=("the length",),
    slips=(
        slip("ε is not under a root in the numerator", "The numerator is √(u + ε), and u is 0.", FIRST, "eps / np.sqrt((1 - beta) * g**2 + eps) * abs(g)"),
        slip("v is taken to be g² at once", "After one update v is (1 − β) g².", FIRST, "np.sqrt(eps) / np.sqrt(g**2 + eps) * abs(g)"),
        slip("v is taken to be β g²", "The new square enters with the weight 1 − β.", FIRST, "np.sqrt(eps) / np.sqrt(beta * g**2 + eps) * abs(g)"),
        slip("ε is missing in the denominator", "Both roots have an ε.", FIRST, "np.sqrt(eps) / np.sqrt((1 - beta) * g**2) * abs(g)"),
        slip("the gradient is missing", "The ratio of the roots is a rate: it multiplies g.", FIRST, "np.sqrt(eps) / np.sqrt((1 - beta) * g**2 + eps)"),
        slip("the sign of g is kept", "A length is never negative.", "abs(g)", "g"),
        slip("the root of the denominator is missing", "v + ε stands under a root.", FIRST, "np.sqrt(eps) / ((1 - beta) * g**2 + eps) * abs(g)"),
    ),
)


def length_at_first(eps, beta):
    return np.sqrt(eps / (1 - beta))


ANY_GRADIENT = "np.sqrt(eps / (1 - beta))"
length = Number(
    "adadelta_first_step",
    length_at_first,
    draw=lambda rng: {"eps": float(f"{rng.uniform(1, 9):.1f}e-{rng.integers(5, 9)}"), "beta": round(rng.uniform(0.8, 0.98), 2)},
    slips=(
        slip("the root is missing", "ε stands under a root.", ANY_GRADIENT, "eps / (1 - beta)"),
        slip("1 − β is missing", "After one update v is (1 − β) g², not g².", ANY_GRADIENT, "np.sqrt(eps)"),
        slip("β stands where 1 − β belongs", "The new square enters with the weight 1 − β.", ANY_GRADIENT, "np.sqrt(eps / beta)"),
        slip("1 − β multiplies", "A v that is too small makes the step longer.", ANY_GRADIENT, "np.sqrt(eps * (1 - beta))"),
        slip("the length is negative", "How long is the step, whichever way it leads?", ANY_GRADIENT, f"-{ANY_GRADIENT}"),
        slip("1 − β is not under the root", "It is part of v, whose root is taken.", ANY_GRADIENT, "np.sqrt(eps) / (1 - beta)"),
    ),
)


def way_gone(g, beta, eps, steps):
    v, u, way = 0.0, 0.0, 0.0
    for _ in range(steps):
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + (1 - beta) * delta**2
        way = way + abs(delta)
    return way


way = Function(
    way_gone,
    draws=lambda rng: {
        "one update": [(2.0, 0.75, 1.0, 1)],
        "a few updates": [(2.0, 0.75, 1.0, 3), (-1.5, 0.5, 0.2, 4)],
        "many updates": [(1.0, 0.95, 1e-6, 200), (round(rng.uniform(20, 200), 1), round(rng.uniform(0.85, 0.97), 3), 1e-6, 200)],
    },
    results=("the way",),
    slips=(
        slip(
            "the step waits for the new u",
            "Δ is made with the u of the update before.",
            "way = way + abs(delta)",
            "way = way + abs(np.sqrt(u + eps) / np.sqrt(v + eps) * g)",
        ),
        slip("u averages squared gradients", "u is the memory of the steps.", "(1 - beta) * delta**2", "(1 - beta) * g**2"),
        slip("u takes in the steps without their squares", "u is a mean of squares, as v is.", "(1 - beta) * delta**2", "(1 - beta) * delta"),
        slip("u takes in the size of the steps, not its square", "u is a mean of squares, as v is.", "(1 - beta) * delta**2", "(1 - beta) * abs(delta)"),
        slip("u stays 0", "u takes in every step: that is how the steps grow.", "u = beta * u + (1 - beta) * delta**2", "u = 0.0"),
        slip("only the last step is given", "Add up the steps.", "way = way + abs(delta)", "way = abs(delta)"),
        slip("v is not averaged", "v takes in g² with the weight 1 − β.", "beta * v + (1 - beta) * g**2", "g**2"),
        slip("the way has a sign", "A way is positive, whatever the sign of the gradient.", "way + abs(delta)", "way + delta"),
        slip("the roots are missing", "The ratio is one of root mean squares.", "np.sqrt(u + eps) / np.sqrt(v + eps)", "(u + eps) / (v + eps)"),
    ),
)


def repaired_adadelta(grad, x0, beta, eps, steps):
    x = np.array(x0, dtype=float)
    v, u = np.zeros_like(x), np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + (1 - beta) * delta**2
        x = x - delta
    return x


IN_THE_RATIO = "np.sqrt(u + eps) / np.sqrt(v + eps)"
repaired = Function(
    repaired_adadelta,
    draws=lambda rng: {
        "one update": [(ravine, np.array([2.0, -1.0]), 0.9, 0.1, 1)],
        "three updates of three numbers": [(gorge, np.array([2.0, -1.0, 0.5]), 0.8, 0.1, 3)],
        "sixty updates": [(ravine, np.round(rng.normal(size=2), 2), 0.9, 0.01, 60)],
    },
    results=("x",),
    slips=(
        slip("u still averages squared gradients", "Which of the two memories belongs to the steps?", "(1 - beta) * delta**2", "(1 - beta) * g**2"),
        *(
            slip(
                f"ε is {smaller}, and u averages squared gradients as before",
                "Only the first step is made shorter by that. What does u remember?",
                "x = np.array(x0, dtype=float)",
                f"x, eps = np.array(x0, dtype=float), {instead}",
                "(1 - beta) * delta**2",
                "(1 - beta) * g**2",
            )
            for smaller, instead in (("a hundred times smaller", "eps / 100"), ("10⁻⁸", "1e-8"))
        ),
        slip("u takes in the steps without their squares", "Steps of either sign have to count alike.", "(1 - beta) * delta**2", "(1 - beta) * delta"),
        slip("ε is missing in the numerator", "Then nothing ever moves: u starts at 0.", IN_THE_RATIO, "np.sqrt(u) / np.sqrt(v + eps)"),
        slip("the ratio is upside down", "Large gradients are to be divided away.", IN_THE_RATIO, "np.sqrt(v + eps) / np.sqrt(u + eps)"),
        slip("the ratio has no effect: it is 1", "Which memory belongs above, which below?", IN_THE_RATIO, "np.sqrt(v + eps) / np.sqrt(v + eps)"),
        slip("the step leads uphill", "x moves against the gradient.", "x = x - delta", "x = x + delta"),
        slip("the step waits for the new u", "Δ is made with the u of the update before.", "x = x - delta", f"x = x - {IN_THE_RATIO} * g"),
        slip("the loop ends after its first round", "Does the `return` stand inside the loop?", "    return x", "        return x"),
    ),
)

begins = Choice(
    "adadelta_begins",
    right="c",
    why_not={
        "a": slip("β is thought to set the start", "It does, a little, through 1/√(1 − β). What else is under the root?"),
        "b": slip("the first gradient is thought to set the start", "It cancels, as in RMSprop: ten times the gradient, the same first step."),
        "d": slip("the distance to the minimum is thought to be known to the rule", "AdaDelta sees gradients and its own steps, and nothing else."),
    },
)

TASKS = (units, adadelta, start, length, way, repaired, begins)
