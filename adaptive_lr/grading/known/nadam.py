"""The NAdam assignment: its tasks, and what goes wrong in them."""

import numpy as np

from ...optimizers import NAdam
from ..answers import Choice, Number
from ..functions import Formula, Function
from ..slips import slip
from ..steps import Step
from .everywhere import IN_THE_FIRST_MOMENT, IN_THE_SECOND_MOMENT, ONLY_BETA, V_HAT, WHOLE_POWER, WITH_STATE
from .gradients import gorge, ravine

AHEAD, NOW = "self.beta1 * m / (1 - power(self.beta1, t + 1))", "(1 - self.beta1) * g / (1 - power(self.beta1, t))"


def clocked(ahead: str, now: str) -> tuple[str, ...]:
    """What changes where the clock shows other times."""
    wrong = f"self.beta1 * m / (1 - power(self.beta1, {ahead})) + (1 - self.beta1) * g / (1 - power(self.beta1, {now}))"
    return f"{AHEAD} + {NOW}", wrong, V_HAT, f"v / (1 - power(self.beta2, {now}))"


nadam = Step(
    NAdam,
    state=("m", "v"),
    signed=("m",),
    clock=True,
    slips=(
        *WITH_STATE,
        *IN_THE_FIRST_MOMENT,
        *IN_THE_SECOND_MOMENT,
        slip(
            "this is Adam: the look-ahead is missing",
            "NAdam steps by a mixture of the new average and the gradient itself.",
            f"{AHEAD} + {NOW}",
            "m / (1 - power(self.beta1, t))",
        ),
        slip(
            "the average is corrected for t, not for t + 1",
            "The look-ahead is to the average of the *next* update.",
            "(1 - power(self.beta1, t + 1))",
            "(1 - power(self.beta1, t))",
        ),
        slip("v is corrected for t + 1", "v holds the squares up to this update.", V_HAT, "v / (1 - power(self.beta2, t + 1))"),
        slip("the gradient is corrected for t + 1", "The gradient is this update's.", "g / (1 - power(self.beta1, t))", "g / (1 - power(self.beta1, t + 1))"),
        slip("the bias corrections count t from 0", "The first update is t = 1: at t = 0 nothing has been averaged yet.", *clocked("t", "t - 1")),
        slip("the bias corrections are one update ahead", "At the first update the averages hold one gradient: t is 1.", *clocked("t + 2", "t + 1")),
        slip(
            "the two weights of the look-ahead are swapped",
            "β₁ belongs to the average.",
            f"{AHEAD} + {NOW}",
            "(1 - self.beta1) * m / (1 - power(self.beta1, t + 1)) + self.beta1 * g / (1 - power(self.beta1, t))",
        ),
        slip("the gradient is missing from the look-ahead", "Two terms: the average, and what of it the gradient will be.", f" + {NOW}", ""),
        slip("the average is missing from the look-ahead", "Two terms: the average, and the gradient.", f"{AHEAD} + {NOW}", NOW),
        slip(
            "the look-ahead is not bias-corrected",
            "Each term is divided by its own 1 − β₁ to a power.",
            f"{AHEAD} + {NOW}",
            "self.beta1 * m + (1 - self.beta1) * g",
        ),
        slip(
            "the brackets round the power t + 1 are missing",
            "A power binds tighter than a sum: what is t + 1 the exponent of?",
            "(1 - power(self.beta1, t + 1))",
            "(1 - power(self.beta1, t) + 1)",
        ),
        slip(
            WHOLE_POWER,
            ONLY_BETA,
            f"{AHEAD} + {NOW}",
            "self.beta1 * m / power(1 - self.beta1, t + 1) + (1 - self.beta1) * g / power(1 - self.beta1, t)",
            V_HAT,
            "v / power(1 - self.beta2, t)",
        ),
        slip("the look-ahead uses the old average", "m takes in the gradient first.", AHEAD, AHEAD.replace("m /", "state[0] /")),
        slip("β₁ is missing before the average", "β₁ m + (1 − β₁) g: both terms have a weight.", AHEAD, "m / (1 - power(self.beta1, t + 1))"),
    ),
)


def nag_by_looking_ahead(grad, theta0, lr, beta, steps):
    theta, u = np.array(theta0, dtype=float), np.zeros(len(theta0))
    points = [theta]
    for _ in range(steps):
        g = grad(theta - lr * beta * u)
        u = beta * u + g
        theta = theta - lr * u
        points.append(theta)
    return np.array(points)


AHEAD_OF_THETA = "grad(theta - lr * beta * u)"
look_ahead = Function(
    nag_by_looking_ahead,
    draws=lambda rng: {
        "one update": [(ravine, np.array([2.0, -1.0]), 0.04, 0.8, 1)],
        "three updates of three numbers": [(gorge, np.array([2.0, -1.0, 0.5]), 0.04, 0.8, 3)],
        "any": [(ravine, np.round(rng.normal(size=2), 2), round(rng.uniform(0.02, 0.06), 3), round(rng.uniform(0.5, 0.9), 2), 20)],
    },
    results=("θ",),
    along="update",
    slips=(
        slip(
            "the gradient is taken where you stand: this is the heavy ball",
            "Where will the ball have gone before this gradient acts?",
            AHEAD_OF_THETA,
            "grad(theta)",
        ),
        slip("the look-ahead forgets β", "Of the velocity only β u is settled in advance.", AHEAD_OF_THETA, "grad(theta - lr * u)"),
        slip("the look-ahead forgets η", "The velocity moves θ by η times itself.", AHEAD_OF_THETA, "grad(theta - beta * u)"),
        slip("the look-ahead leads back", "The ball moves against u.", AHEAD_OF_THETA, "grad(theta + lr * beta * u)"),
        slip(
            "θ moves by the old velocity",
            "First the velocity takes in the gradient, then θ moves by it.",
            "u = beta * u + g",
            "old, u = u, beta * u + g",
            "theta - lr * u\n",
            "theta - lr * old\n",
        ),
        slip(
            "the velocity is a moving average", "In the equation asked for the new gradient enters with weight 1.", "beta * u + g", "beta * u + (1 - beta) * g"
        ),
        slip("the start is missing", "Return all points, θ₀ first.", "points = [theta]", "points = []"),
        slip(
            "θ steps from the point ahead",
            "The gradient is taken ahead; the step starts from θ itself.",
            "theta = theta - lr * u\n",
            "theta = theta - lr * beta * (u - g) / beta - lr * u\n",
        ),
    ),
)


def back_to_theta(x, lr, beta, u):
    return x + lr * beta * u


SUBSTITUTED = "x + lr * beta * u"
substitution = Formula(
    back_to_theta,
    draws=lambda rng: {"two points": [(1.0, 0.5, 0.8, 2.0), tuple(np.round(rng.uniform(0.2, 0.9, 4) * [-1, 1, 1, -1], 2))]},
    results=("θ",),
    slips=(
        slip("the sign is that of the way there", "x lies ahead of θ, against u. Which way leads back?", SUBSTITUTED, "x - lr * beta * u"),
        slip("η is missing", "By how much would u move θ?", SUBSTITUTED, "x + beta * u"),
        slip("β is missing", "Of u only β u was settled in advance.", SUBSTITUTED, "x + lr * u"),
        slip("the whole is multiplied by β", "Only the velocity fades, not the point.", SUBSTITUTED, "beta * (x + lr * u)"),
    ),
)


def weight_after(beta, k):
    return beta ** (k + 1)


weights = Formula(
    weight_after,
    draws=lambda rng: {"the next update": [(0.8, 1), (0.5, 1)], "later": [(round(rng.uniform(0.3, 0.95), 2), k) for k in (2, 3, 7)]},
    results=("the weight",),
    slips=(
        slip("that is the heavy ball's weight", "In the step g + β u, the velocity has faded once more.", "beta ** (k + 1)", "beta**k"),
        slip("the fading stops", "Each further update multiplies by β.", "beta ** (k + 1)", "beta"),
        slip("that is an average's weight", "Here the new gradient enters with weight 1.", "beta ** (k + 1)", "(1 - beta) * beta**k"),
        slip("the weight of its own update is added", "For k ≥ 1 the gradient acts through u alone.", "beta ** (k + 1)", "1 + beta**k"),
        slip("that is one fading too many", "At k = 1, u holds β g, and the step takes β u.", "beta ** (k + 1)", "beta ** (k + 2)"),
    ),
)


def first_step(lr, beta1):
    return lr * (1 + beta1 / (1 + beta1))


FIRST_STEP = "lr * (1 + beta1 / (1 + beta1))"
first = Number(
    "nadam_first_step",
    first_step,
    draw=lambda rng: {"lr": round(rng.uniform(0.01, 0.5), 3), "beta1": round(rng.uniform(0.6, 0.95), 2)},
    slips=(
        slip("that is Adam's first step", "NAdam adds what the average will do at the next update.", FIRST_STEP, "lr"),
        slip("the average is corrected for t, not for t + 1", "Which update does the look-ahead look at?", FIRST_STEP, "lr * (1 + beta1)"),
        slip("the average is not corrected", "Both terms are corrected. For which update is the average's?", FIRST_STEP, "lr * (1 + beta1 * (1 - beta1))"),
        slip("the gradient's own term is missing", "The step is a mixture: of the average, and of what?", FIRST_STEP, "lr * beta1 / (1 + beta1)"),
        slip("the weight β₁ before the average is forgotten", "β₁ m, with m = (1 − β₁) g.", FIRST_STEP, "lr * (1 + 1 / (1 + beta1))"),
        slip("the length is negative", "How long is the step, whichever way it leads?", FIRST_STEP, f"-({FIRST_STEP})"),
        slip(
            "the gradient's own term is not corrected",
            "Both terms are corrected. For which update is the gradient's?",
            FIRST_STEP,
            "lr * (1 - beta1 + beta1 / (1 + beta1))",
        ),
    ),
)

next_update = Choice(
    "nadam_next_update",
    right="d",
    why_not={
        "a": slip("the exponent is thought to be a convention", "It changes the first step from 1.9 η to 1.47 η at β₁ = 0.9."),
        "b": slip("the denominator is thought to be looked ahead at", "v̂ is that of update t: NAdam looks ahead in the numerator alone."),
        "c": slip("the second moment is thought to lag behind by one update", "v has taken in the same gradients as m."),
    },
)


def repaired_nadam(grad, x0, lr, beta1, beta2, eps, steps):
    x = np.array(x0, dtype=float)
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        look_ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
        x = x - lr * look_ahead / (np.sqrt(v / (1 - beta2**t)) + eps)
    return x


IN_THE_MEAN, IN_THE_GRADIENT = "(1 - beta1 ** (t + 1))", "(1 - beta1) * g / (1 - beta1**t)"
repaired = Function(
    repaired_nadam,
    draws=lambda rng: {
        "one update": [(ravine, np.array([2.0, -1.0]), 0.1, 0.9, 0.99, 0.1, 1)],
        "two updates of three numbers": [(gorge, np.array([2.0, -1.0, 0.5]), 0.1, 0.9, 0.99, 0.1, 2)],
        "forty updates": [(ravine, np.round(rng.normal(size=2), 2), 0.05, 0.8, 0.95, 0.3, 40)],
    },
    results=("x",),
    slips=(
        slip("the average is still corrected for this update", "Which update does the look-ahead look at?", IN_THE_MEAN, "(1 - beta1**t)"),
        slip("both terms are corrected for the next update", "The gradient is this update's.", IN_THE_GRADIENT, "(1 - beta1) * g / (1 - beta1 ** (t + 1))"),
        slip(
            "the two corrections are exchanged",
            "Which of the two belongs to the next update?",
            IN_THE_MEAN,
            "(1 - beta1**t)",
            IN_THE_GRADIENT,
            "(1 - beta1) * g / (1 - beta1 ** (t + 1))",
        ),
        slip("the gradient's term is gone", "Only one correction was wrong.", f" + {IN_THE_GRADIENT}", ""),
        slip("the second moment is corrected for the next update too", "v̂ is that of update t.", "v / (1 - beta2**t)", "v / (1 - beta2 ** (t + 1))"),
        slip("the clock starts at 0", "The first update is t = 1.", "range(1, steps + 1)", "range(steps)"),
    ),
)

TASKS = (look_ahead, substitution, weights, nadam, first, next_update, repaired)
