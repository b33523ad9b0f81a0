"""The assignment on networks and gradient descent: its tasks, and what goes wrong in them."""

import numpy as np

from ...optimizers import NAG, SGD, Momentum
from ..answers import Number
from ..functions import Formula, Function
from ..slips import Slip, slip
from ..steps import Step
from .everywhere import IN_ANY, SIGN_ONLY, WITH_STATE
from .gradients import gorge, ravine

sgd = Step(
    SGD,
    state=(),
    slips=(
        *IN_ANY,
        SIGN_ONLY,
        slip("the gradient is squared", "A step of gradient descent is in proportion to the gradient.", "return g, lr", "return g * g, lr"),
        slip("the gradient is divided by its length", "Where the loss is flat the step is to be short.", "return g, lr", "return g / np.linalg.norm(g), lr"),
    ),
)

GATHERED = "self.beta * u + g\n"
MOVING_AVERAGE = slip(
    "the velocity is a moving average",
    "In the equation asked for the new gradient enters with weight 1, not 1 − β.",
    GATHERED,
    "self.beta * u + (1 - self.beta) * g\n",
)
SUMS_GRADIENTS = "In the equation asked for, u sums gradients, and η multiplies u in the end."
RATE_INSIDE_TOO = slip("the learning rate is inside the velocity, and before it as well", SUMS_GRADIENTS, GATHERED, "self.beta * u + lr * g\n")


def rate_inside(step: str, of_velocity: str) -> tuple[Slip, ...]:
    """η in the velocity's own update, with either sign. step: what the rule returns as direction and rate; of_velocity: the direction where u has η in it."""
    return (
        slip("the learning rate is inside the velocity", SUMS_GRADIENTS, GATHERED, "self.beta * u + lr * g\n", step, f"return {of_velocity}, 1.0"),
        slip(
            "the velocity is that of x, with η and the minus in it",
            SUMS_GRADIENTS,
            GATHERED,
            "self.beta * u - lr * g\n",
            step,
            f"return {of_velocity.replace('lr', '-lr')}, -1.0",
        ),
    )


OLD_FADES_NOT = slip("the old velocity does not fade", "What does β do to the velocity of the update before?", GATHERED, "u + g\n")
BETA_ON_G = slip("β multiplies the new gradient", "It is the old velocity that fades.", GATHERED, "u + self.beta * g\n")
SWAPPED_WEIGHTS = slip("β and 1 − β are swapped", "A β near 1 is a long memory.", GATHERED, "(1 - self.beta) * u + g\n")
SUBTRACTED = slip(
    "the gradient is subtracted from the velocity",
    "Here u points where the gradients point, and x goes against it.",
    GATHERED,
    "self.beta * u - g\n",
)

momentum = Step(
    Momentum,
    state=("u",),
    signed=("u",),
    slips=(
        *WITH_STATE,
        MOVING_AVERAGE,
        *rate_inside("return u, lr", "u"),
        RATE_INSIDE_TOO,
        OLD_FADES_NOT,
        BETA_ON_G,
        SWAPPED_WEIGHTS,
        SUBTRACTED,
        slip("x moves by the old velocity", "First the velocity takes in the gradient, then x moves by it.", "return u, lr, (u,)", "return state[0], lr, (u,)"),
        slip("x moves by the gradient alone", "The velocity is worked out and then not used.", "return u, lr, (u,)", "return g, lr, (u,)"),
        slip("x moves by the velocity and by the gradient again", "The gradient is in u already.", "return u, lr, (u,)", "return u + g, lr, (u,)"),
        slip("this is Nesterov's step", "Momentum moves by u itself.", "return u, lr, (u,)", "return g + self.beta * u, lr, (u,)"),
    ),
)

nag = Step(
    NAG,
    state=("u",),
    signed=("u",),
    slips=(
        *WITH_STATE,
        MOVING_AVERAGE,
        *rate_inside("return g + self.beta * u, lr", "lr * g + self.beta * u"),
        RATE_INSIDE_TOO,
        OLD_FADES_NOT,
        BETA_ON_G,
        SWAPPED_WEIGHTS,
        SUBTRACTED,
        slip(
            "this is plain momentum",
            "Nesterov's rule looks one fading further: g + β u, with the new u (with the old one, g + β u is just the new u).",
            "return g + self.beta * u",
            "return u",
        ),
        slip(
            "the look-ahead does not fade", "By how much is the velocity multiplied before it acts the next time?", "return g + self.beta * u", "return g + u"
        ),
        slip("the gradient is missing from the step", "x moves by g + β u: two terms.", "return g + self.beta * u", "return self.beta * u"),
        slip("β multiplies the gradient in the step", "In g + β u, which of the two fades?", "return g + self.beta * u", "return self.beta * g + u"),
        slip(
            "the velocity stands where the gradient belongs", "x moves by g + β u: is the first term u?", "return g + self.beta * u", "return u + self.beta * u"
        ),
    ),
)


def stable_below(flat, steep):
    return 2 / steep


stable = Number(
    "descent_stable",
    stable_below,
    draw=lambda rng: {"flat": round(rng.uniform(2.1, 4), 1), "steep": round(rng.uniform(20, 80), 1)},  # where no mistake comes within the tolerance
    slips=(
        slip(
            "that is where the steep direction arrives in one step",
            "At η = 1/c it arrives at once; how much further may it overshoot?",
            "2 / steep",
            "1 / steep",
        ),
        slip("the flat direction is taken for the one that sets the limit", "Which direction diverges first?", "2 / steep", "2 / flat"),
        slip(
            "the best rate is given, not the largest stable one", "2/(c₁ + c₂) shrinks both alike; it is not yet the limit.", "2 / steep", "2 / (flat + steep)"
        ),
        slip("the curvatures' mean is taken", "One direction that diverges is enough.", "2 / steep", "4 / (flat + steep)"),
        slip("the ratio of the curvatures is given", "The limit has the unit of one over a curvature.", "2 / steep", "2 * flat / steep"),
    ),
)


def terminal_velocity(beta, g):
    return g / (1 - beta)


terminal = Formula(
    terminal_velocity,
    draws=lambda rng: {"the usual β": [(0.9, 1.0), (0.9, -2.0)], "any β": [(round(rng.uniform(0.1, 0.8), 2), round(rng.normal(), 2)) for _ in range(3)]},
    results=("u",),
    slips=(
        slip("the weights of an average are summed", "Here each gradient enters with weight 1, and fades: 1 + β + β² + …", "g / (1 - beta)", "g"),
        slip("the factor is upside down", "A long memory adds up *more* gradients.", "g / (1 - beta)", "g * (1 - beta)"),
        slip("only the newest and the one before are counted", "All earlier gradients are still in u, ever fainter.", "g / (1 - beta)", "g * (1 + beta)"),
        slip("the newest gradient is left out", "u takes in g with weight 1 before it fades.", "g / (1 - beta)", "beta * g / (1 - beta)"),
        slip("β itself divides", "Sum the geometric series.", "g / (1 - beta)", "g / beta"),
        slip("the gradient is left out", "Twice the gradient, twice the velocity.", "g / (1 - beta)", "1 / (1 - beta)"),
    ),
)


def backpropagate(delta, W, h):
    return (W.T @ delta) * (1 - h**2)


SENT_BACK = "(W.T @ delta) * (1 - h**2)"
backwards = Function(
    backpropagate,
    draws=lambda rng: {
        "one neuron each": [(np.array([2.0]), np.array([[3.0]]), np.array([0.5]))],
        "as many neurons on both sides": [(rng.normal(size=3), np.round(rng.normal(size=(3, 3)), 2), np.round(rng.uniform(-0.9, 0.9, 3), 2)) for _ in range(2)],
        "other numbers of neurons": [(rng.normal(size=2), np.round(rng.normal(size=(2, 4)), 2), np.round(rng.uniform(-0.9, 0.9, 4), 2))],
    },
    results=("δ",),
    slips=(
        slip(
            "W is not transposed",
            "Forward, W takes h to the next layer; backward, errors go the other way through the same connections.",
            "W.T @ delta",
            "W @ delta",
        ),
        slip("the derivative of tanh is missing", "The layer's own nonlinearity has a slope, too.", SENT_BACK, "W.T @ delta"),
        slip("the derivative of tanh is taken for 1 − h", "Is tanh as steep at −a as at a? Put in h and −h.", "(1 - h**2)", "(1 - h)"),
        slip("the derivative of the logistic function is taken", "h (1 − h) belongs to 1/(1 + e^−a).", "(1 - h**2)", "(h * (1 - h))"),
        slip("tanh is taken again, of h", "What you are given as h is tanh a already.", "(1 - h**2)", "(1 - np.tanh(h) ** 2)"),
        slip("the derivative has the wrong sign", "tanh rises everywhere: its slope is positive.", "(1 - h**2)", "(h**2 - 1)"),
        slip("the activation stands for its slope", "How does the output change when a changes a little?", "(1 - h**2)", "h"),
    ),
)


def weight_gradient(delta, h):
    return np.outer(delta, h)


products = Function(
    weight_gradient,
    draws=lambda rng: {
        "as many neurons on both sides": [(np.array([1.0, -2.0]), np.array([3.0, 0.5])), (rng.normal(size=3), rng.normal(size=3))],
        "other numbers of neurons": [(rng.normal(size=2), rng.normal(size=4))],
    },
    results=("∂L/∂W",),
    slips=(
        slip("rows and columns are exchanged", "W has a row for each neuron of the *next* layer.", "np.outer(delta, h)", "np.outer(h, delta)"),
        slip(
            "neurons are paired one by one",
            "Every neuron below is connected with every neuron above.",
            "np.outer(delta, h)",
            "delta * h",
        ),
        slip("δ and h are summed to one number", "W has many weights, and each has a derivative.", "np.outer(delta, h)", "delta @ h"),
        slip(
            "the activations are missing",
            "A connection from a silent neuron, h = 0, has no influence.",
            "np.outer(delta, h)",
            "np.outer(delta, np.ones_like(h))",
        ),
        slip("the gradient is divided by the number of neurons", "No mean is taken here.", "np.outer(delta, h)", "np.outer(delta, h) / len(h)"),
        slip("the sign is that of the update", "The gradient points uphill; the minus comes with the step.", "np.outer(delta, h)", "-np.outer(delta, h)"),
    ),
)


def repaired_descent(grad, x0, lr, steps):
    x = np.array(x0, dtype=float)
    points = [x]
    for _ in range(steps):
        x = x - lr * grad(x)
        points.append(x)
    return np.array(points)


repaired = Function(
    repaired_descent,
    draws=lambda rng: {
        "no update": [(ravine, np.array([2.0, -1.0]), 0.05, 0)],
        "three updates of three numbers": [(gorge, np.array([2.0, -1.0, 0.5]), 0.05, 3)],
        "any": [(ravine, np.round(rng.normal(size=2), 2), round(rng.uniform(0.01, 0.08), 3), 10)],
    },
    results=("x",),
    along="update",
    slips=(
        slip(
            "one array is recorded again and again",
            "`-=` writes into the array that is in the list already. Which statement makes a new one?",
            "x = x - lr * grad(x)",
            "x -= lr * grad(x)",
        ),
        slip(
            "the start is recorded without a copy",
            "Look at the first row: which array stands there, and what has been written into it since?",
            "x = x - lr * grad(x)",
            "x -= lr * grad(x)",
            "points.append(x)",
            "points.append(x.copy())",
        ),
        slip("the start is missing", "Return all points, x0 first.", "points = [x]", "points = []"),
        slip("only the last point is returned", "Return all points.", "np.array(points)", "x"),
        slip("there is an update too few", "How many numbers does range(steps) have?", "range(steps)", "range(steps - 1)"),
        slip("the gradient is taken at the start again and again", "Ask for it where you stand.", "lr * grad(x)", "lr * grad(x0)"),
        slip("the step leads uphill", "Which sign takes you down?", "x - lr", "x + lr"),
    ),
)

TASKS = (sgd, stable, momentum, terminal, nag, backwards, products, repaired)
