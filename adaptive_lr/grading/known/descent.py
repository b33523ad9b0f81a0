"""The assignment on gradient descent: its coding tasks, and what goes wrong in them."""

from ...optimizers import NAG, SGD, Momentum
from ..slips import slip
from ..steps import Step
from .everywhere import IN_ANY, SIGN_ONLY, WITH_STATE

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

MOVING_AVERAGE = slip(
    "the velocity is a moving average", "In the equation asked for the new gradient enters with weight 1, not 1 − β.", "self.beta * u + g\n", "self.beta * u + (1 - self.beta) * g\n"
)
RATE_INSIDE = slip("the learning rate is inside the velocity", "In the equation asked for, u sums gradients, and η multiplies u in the end.", "self.beta * u + g\n", "self.beta * u + lr * g\n")
OLD_FADES_NOT = slip("the old velocity does not fade", "What does β do to the velocity of the update before?", "self.beta * u + g\n", "u + g\n")
BETA_ON_G = slip("β multiplies the new gradient", "It is the old velocity that fades.", "self.beta * u + g\n", "u + self.beta * g\n")
SWAPPED_WEIGHTS = slip("β and 1 − β are swapped", "A β near 1 is a long memory.", "self.beta * u + g\n", "(1 - self.beta) * u + g\n")
SUBTRACTED = slip("the gradient is subtracted from the velocity", "Here u points where the gradients point, and x goes against it.", "self.beta * u + g\n", "self.beta * u - g\n")

momentum = Step(
    Momentum,
    state=("u",),
    signed=("u",),
    slips=(
        *WITH_STATE,
        MOVING_AVERAGE,
        RATE_INSIDE,
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
        RATE_INSIDE,
        OLD_FADES_NOT,
        BETA_ON_G,
        SWAPPED_WEIGHTS,
        SUBTRACTED,
        slip("this is plain momentum", "Nesterov's rule looks one fading further: g + β u, with the new u (with the old one, g + β u is just the new u).", "return g + self.beta * u", "return u"),
        slip("the look-ahead does not fade", "By how much is the velocity multiplied before it acts the next time?", "return g + self.beta * u", "return g + u"),
        slip("the gradient is missing from the step", "x moves by g + β u: two terms.", "return g + self.beta * u", "return self.beta * u"),
        slip("β multiplies the gradient in the step", "In g + β u, which of the two fades?", "return g + self.beta * u", "return self.beta * g + u"),
    ),
)

TASKS = (sgd, momentum, nag)
