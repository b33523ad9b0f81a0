"""Mistakes that can be made in the update of any rule, and those that rules of one family share."""

from ..slips import Slip, slip

MOVED = "x - rate * direction"
UPHILL = slip("the step leads uphill", "The gradient points to where the loss grows. Which sign takes you the other way?", MOVED, "x + rate * direction")
STEP_ALONE = slip("the step is returned in the place of the new x", "Where does x end up after the step?", MOVED, "rate * direction")
CHANGE_ALONE = slip("the change of x is returned in the place of the new x", "Where does x end up after this change?", MOVED, "-rate * direction")
UNMOVED = slip("x is returned as it came", "Is the new x worked out and then not used?", MOVED, "x")
NO_RATE = slip("the learning rate has no effect", "Which argument says how long the step is to be?", "step(t, lr, g, state)", "step(t, 1.0, g, state)")
RATE_TWICE = slip("the learning rate is applied twice", "Count how often lr stands in your step.", "step(t, lr, g, state)", "step(t, lr * lr, g, state)")
RATE_DIVIDES = slip(
    "the step is divided by the learning rate", "A larger rate has to give a longer step.", "step(t, lr, g, state)", "step(t, 1 / lr, g, state)"
)
SIGN_ONLY = slip(
    "only the sign of the gradient is used",
    "Two gradients of the same sign and of different size: do they lead to the same step?",
    "step(t, lr, g, state)",
    "step(t, lr, np.sign(g), state)",
)
SCALES_X = slip(
    "the step is multiplied by x",
    "A step may depend on where the gradient was taken only through the gradient.",
    MOVED,
    "x * (1 - rate * direction)",
)
AVERAGED = slip(
    "one gradient, averaged over the coordinates, moves them all",
    "Each coordinate has a gradient of its own.",
    "step(t, lr, g, state)",
    "step(t, lr, np.full_like(g, g.mean()), state)",
)
X_LAST = slip("x and the memory are returned in the wrong order", "First the new x, then the memory.", "return x", "return *new, x", ", *new", "")
OLD_STATE = slip("the old state is returned", "The next update needs what this one has learnt: return the new state.", "*new", "*state")
STATE_LOST = slip(
    "the memory is emptied at every update",
    "What the last update handed on has to enter this one.",
    "step(t, lr, g, state)",
    "step(t, lr, g, tuple(0 * s for s in state))",
)

IN_ANY = (UPHILL, STEP_ALONE, CHANGE_ALONE, UNMOVED, NO_RATE, RATE_TWICE, RATE_DIVIDES, SCALES_X, AVERAGED)
WITH_STATE = (*IN_ANY, X_LAST, OLD_STATE, STATE_LOST)


def without_brackets(*no_epsilon: str) -> tuple[Slip, ...]:
    """A sum that was to divide, written without brackets. no_epsilon: the denominator, and what is left of it without ε."""
    hint = "A division binds tighter than a sum: are there brackets round the denominator?"
    return (
        slip("ε is added to the new x, not to the denominator", hint, *no_epsilon, MOVED, f"{MOVED} + rule.eps"),
        slip("ε is added to the step, not to the denominator", hint, *no_epsilon, MOVED, "x - (rate * direction + rule.eps)"),
        slip("ε multiplies the gradient, outside the denominator", hint, *no_epsilon, MOVED, "x - rate + rule.eps * direction"),
    )


# with a denominator √(v + ε)
NO_ROOT, HALVED = "**1/2 is taken for a root", "**1/2 is taken for a root, and halves the step"
BINDS_TIGHTER = "A power binds tighter than a division: **1/2 halves. Brackets?"
ROOT, STEP = "np.sqrt(v + self.eps)", "return g, lr / np.sqrt(v + self.eps), (v,)"
OUTSIDE = slip("ε is outside the root", "In the equation asked for ε is added to v, and the root is taken of the sum.", ROOT, "(np.sqrt(v) + self.eps)")
IN_THE_DENOMINATOR = (
    slip("the root is missing", "Try a gradient ten times as large in the first step: does the step keep its length?", ROOT, "(v + self.eps)"),
    slip(NO_ROOT, BINDS_TIGHTER, ROOT, "((v + self.eps) / 2)"),
    slip(HALVED, BINDS_TIGHTER, ROOT, "((v + self.eps) * 2)"),
    slip("ε is missing", "What happens to a coordinate whose gradient has always been zero?", ROOT, "np.sqrt(v)"),
    *without_brackets(ROOT, "np.sqrt(v)"),
    slip(
        "the step multiplies by the root",
        "A coordinate that has met large gradients is to step with care.",
        "lr / np.sqrt(v + self.eps)",
        "lr * np.sqrt(v + self.eps)",
    ),
    slip("the gradient is missing from the step", "η/√v is a rate: what does it multiply?", STEP, "return np.ones_like(g), lr / np.sqrt(v + self.eps), (v,)"),
    slip(
        "the sign of the gradient stands for the gradient",
        "The gradient enters the step as it is.",
        STEP,
        "return np.sign(g), lr / np.sqrt(v + self.eps), (v,)",
    ),
    slip("the root divides by the old v", "First v takes in the new gradient, then the step divides by its root.", ROOT, "np.sqrt(state[0] + self.eps)"),
    slip("one denominator serves all coordinates", "Each coordinate has a memory of its own: do not sum over them.", ROOT, "np.sqrt(v.sum() + self.eps)"),
    slip("ε stays in the memory", "v holds squared gradients alone; ε is added only where one divides.", "(v,)\n", "(v + self.eps,)\n"),
    slip("the root is kept in the memory", "v remembers the squares; the root is taken anew at every step.", ", (v,)\n", ", (np.sqrt(v),)\n"),
)

ALL_TAKEN_IN, TO_EACH = "every memory takes in the squares of all coordinates", "Each coordinate has a memory of its own: do not sum over them."
MEAN_TAKEN_IN, TO_ONE = "every memory takes in the mean of the squares of all coordinates", "Each coordinate has a memory of its own: take no mean over them."
DOUBLED, TIMES_ITSELF = "the gradient is doubled, not squared", "g² is g times itself; in Python a power is **."

# with a v that is a moving average
AVERAGE = "self.beta * v + (1 - self.beta) * g**2"
IN_THE_AVERAGE = (
    slip("the gradient is averaged without its square", "Gradients of either sign have to count alike.", AVERAGE, "self.beta * v + (1 - self.beta) * g"),
    slip("the size of the gradient is averaged, not its square", "Is v a mean of |g| or of g²?", AVERAGE, "self.beta * v + (1 - self.beta) * np.abs(g)"),
    slip("β and 1 − β are swapped", "A β near 1 is a long memory: which of the two terms is it to keep?", AVERAGE, "(1 - self.beta) * v + self.beta * g**2"),
    slip("the new square enters with weight 1", "The two weights of an average sum to 1.", AVERAGE, "self.beta * v + g**2"),
    slip("the old v does not fade", "The two weights of an average sum to 1.", AVERAGE, "v + (1 - self.beta) * g**2"),
    slip("nothing fades: this is AdaGrad's sum", "What does β do to the old v?", AVERAGE, "v + g**2"),
    slip(
        "1 − β stands inside the square",
        "The square is the gradient's alone; the weight multiplies it afterwards.",
        AVERAGE,
        "self.beta * v + ((1 - self.beta) * g) ** 2",
    ),
    slip(DOUBLED, TIMES_ITSELF, AVERAGE, "self.beta * v + (1 - self.beta) * g * 2"),
    slip(ALL_TAKEN_IN, TO_EACH, AVERAGE, "self.beta * v + (1 - self.beta) * np.sum(g**2)"),
    slip(MEAN_TAKEN_IN, TO_ONE, AVERAGE, "self.beta * v + (1 - self.beta) * np.mean(g**2)"),
)

# with Adam's two moments
FIRST, SECOND = "self.beta1 * m + (1 - self.beta1) * g\n", "self.beta2 * v + (1 - self.beta2) * g**2"
M_HAT, V_HAT = "m / (1 - power(self.beta1, t))", "v / (1 - power(self.beta2, t))"
WHOLE_POWER, ONLY_BETA = "1 − β is raised to the power t, not β alone", "In every update β multiplies what is still missing. What is missing after t of them?"
OF_THE_RULE = "rule.step"
IN_THE_FIRST_CORRECTION = (
    slip("the step uses the old m", "First m takes in the new gradient, then x moves along it.", M_HAT, "state[0] / (1 - power(self.beta1, t))"),
    slip("β₂ stands in the correction of m", "m has forgotten its start by as much as its own β says.", M_HAT, "m / (1 - power(self.beta2, t))"),
)
IN_THE_FIRST_MOMENT = (
    slip("β₁ and 1 − β₁ are swapped", "A β₁ near 1 is a long memory.", FIRST, "(1 - self.beta1) * m + self.beta1 * g\n"),
    slip("the gradient enters the first moment with weight 1", "The two weights of an average sum to 1.", FIRST, "self.beta1 * m + g\n"),
    slip("β₂ stands in the first moment", "Which β belongs to m?", FIRST, "self.beta2 * m + (1 - self.beta2) * g\n"),
    slip("β₁ stands where β₂ belongs, too", "Each of the two memories has a β of its own.", OF_THE_RULE, "replace(rule, beta2=rule.beta1).step"),
    slip("β₂ stands where β₁ belongs, too", "Each of the two memories has a β of its own.", OF_THE_RULE, "replace(rule, beta1=rule.beta2).step"),
    slip("β₁ and β₂ are exchanged", "Which β belongs to m?", OF_THE_RULE, "replace(rule, beta1=rule.beta2, beta2=rule.beta1).step"),
)
IN_THE_SECOND_MOMENT = (
    slip("β₂ and 1 − β₂ are swapped", "A β₂ near 1 is a long memory.", SECOND, "(1 - self.beta2) * v + self.beta2 * g**2"),
    slip(
        "the gradient enters the second moment without its square",
        "Gradients of either sign have to count alike.",
        SECOND,
        "self.beta2 * v + (1 - self.beta2) * g",
    ),
    slip(
        "the second moment squares m in the place of g",
        "v averages the squares of the gradients themselves.",
        SECOND,
        "self.beta2 * v + (1 - self.beta2) * m**2",
    ),
    slip(
        "the size of the gradient enters the second moment, not its square",
        "Is v a mean of |g| or of g²?",
        SECOND,
        "self.beta2 * v + (1 - self.beta2) * np.abs(g)",
    ),
    slip("the squared gradient enters the second moment with weight 1", "The two weights of an average sum to 1.", SECOND, "self.beta2 * v + g**2"),
    slip(
        "the gradient and its square enter the two moments with weight 1",
        "The two weights of an average sum to 1.",
        FIRST,
        "self.beta1 * m + g\n",
        SECOND,
        "self.beta2 * v + g**2",
    ),
    slip(DOUBLED, TIMES_ITSELF, SECOND, "self.beta2 * v + (1 - self.beta2) * g * 2"),
    slip(ALL_TAKEN_IN, TO_EACH, SECOND, "self.beta2 * v + (1 - self.beta2) * np.sum(g**2)"),
    slip(MEAN_TAKEN_IN, TO_ONE, SECOND, "self.beta2 * v + (1 - self.beta2) * np.mean(g**2)"),
    slip(
        "1 − β₂ stands inside the square",
        "The square is the gradient's alone; the weight multiplies it afterwards.",
        SECOND,
        "self.beta2 * v + ((1 - self.beta2) * g) ** 2",
    ),
    slip("β₁ stands in the second moment", "Which β belongs to v?", SECOND, "self.beta1 * v + (1 - self.beta1) * g**2"),
    slip(
        "the second moment is not bias-corrected",
        "v starts at 0, so early on it is too small, and the steps too long. By which factor is v short at t = 1?",
        V_HAT,
        "v",
    ),
    slip(
        "the root divides by the old v", "First v takes in the new gradient, then the step divides by its root.", V_HAT, "state[1] / (1 - power(self.beta2, t))"
    ),
    slip("β₁ stands in the correction of v", "v has forgotten its start by as much as its own β says.", V_HAT, "v / (1 - power(self.beta1, t))"),
    slip(
        "v never falls: this is AMSGrad's",
        "The average fades: where gradients have become small, v becomes small again.",
        SECOND,
        "np.maximum(v, self.beta2 * v + (1 - self.beta2) * g**2)",
    ),
    slip("the root is missing", "The denominator has the unit of the gradient: is v̂ itself of that unit?", "np.sqrt(v_hat)", "v_hat"),
    slip(NO_ROOT, BINDS_TIGHTER, "np.sqrt(v_hat)", "v_hat / 2"),
    slip("ε is inside the root", "Here the root is taken first, and ε added to it.", "np.sqrt(v_hat) + self.eps", "np.sqrt(v_hat + self.eps)"),
    slip("ε is missing", "What happens to a coordinate whose gradient has always been zero?", "np.sqrt(v_hat) + self.eps", "np.sqrt(v_hat)"),
    *without_brackets("np.sqrt(v_hat) + self.eps", "np.sqrt(v_hat)"),
    slip("v̂ is kept in the place of v", "The correction is for use in this step alone; the average goes on uncorrected.", "(m, v)\n", "(m, v_hat)\n"),
    slip("m and v are returned in the wrong order", "First m, then v.", "(m, v)\n", "(v, m)\n"),
)
