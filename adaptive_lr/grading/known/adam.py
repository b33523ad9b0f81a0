"""The Adam assignment: its coding tasks, and what goes wrong in them."""

import numpy as np

from ...optimizers import Adam
from ..answers import Choice, Number
from ..functions import Formula, Function
from ..slips import slip
from ..steps import Step
from .everywhere import IN_THE_FIRST_CORRECTION, IN_THE_FIRST_MOMENT, IN_THE_SECOND_MOMENT, M_HAT, ONLY_BETA, V_HAT, WHOLE_POWER, WITH_STATE
from .gradients import gorge, ravine

CORRECTED = (M_HAT, "m / (1 - power(self.beta1, t - 1))", V_HAT, "v / (1 - power(self.beta2, t - 1))")
DENOMINATOR = "lr / (np.sqrt(v_hat) + self.eps)"
adam = Step(
    Adam,
    state=("m", "v"),
    signed=("m",),
    clock=True,
    slips=(
        *WITH_STATE,
        *IN_THE_FIRST_MOMENT,
        *IN_THE_FIRST_CORRECTION,
        *IN_THE_SECOND_MOMENT,
        slip("the first moment is not bias-corrected", "m starts at 0, so early on it is too small. By which factor is it short at t = 1?", M_HAT, "m"),
        slip(
            "neither moment is bias-corrected",
            "m and v start at 0, so early on both are too small. By which factors are they short at t = 1?",
            M_HAT,
            "m",
            V_HAT,
            "v",
        ),
        slip("the bias correction counts t from 0", "The first update is t = 1: at t = 0 nothing has been averaged yet.", *CORRECTED),
        slip("the correction of m counts t from 0", "Both corrections are for the same update, and the first is t = 1.", *CORRECTED[:2]),
        slip("the correction of v counts t from 0", "Both corrections are for the same update, and the first is t = 1.", *CORRECTED[2:]),
        slip(
            "the bias correction is one update ahead",
            "At the first update the averages hold one gradient: t is 1.",
            *(text.replace("t - 1", "t + 1") for text in CORRECTED),
        ),
        slip(
            "the bias correction forgets t",
            "How far the averages have filled up depends on how many updates there were.",
            M_HAT,
            "m / (1 - self.beta1)",
            V_HAT,
            "v / (1 - self.beta2)",
        ),
        slip(WHOLE_POWER, ONLY_BETA, M_HAT, "m / power(1 - self.beta1, t)", V_HAT, "v / power(1 - self.beta2, t)"),
        slip(
            "the bias correction multiplies",
            "What is too small has to be divided by a number below 1.",
            M_HAT,
            M_HAT.replace("/", "*"),
            V_HAT,
            V_HAT.replace("/", "*"),
        ),
        slip("the gradient steps in the place of its average", "The first moment is worked out and then not used.", "return m_hat", "return g"),
        slip(
            "β is multiplied by t",
            "β stands in every update once more as a factor: what do t equal factors make?",
            M_HAT,
            "m / (1 - self.beta1 * t)",
            V_HAT,
            "v / (1 - self.beta2 * t)",
        ),
        slip("the brackets round 1 − β₁ᵗ are missing", "A division binds tighter than a difference.", M_HAT, "m / 1 - power(self.beta1, t)"),
        slip("the brackets round 1 − β₂ᵗ are missing", "A division binds tighter than a difference.", V_HAT, "v / 1 - power(self.beta2, t)"),
        slip(
            "v is corrected behind the root",
            "The root is taken of v̂: divide v first, and take the root then.",
            V_HAT,
            "v / (1 - power(self.beta2, t)) ** 2",
        ),
        slip(
            "ε is added to the uncorrected root",
            "This is how some frameworks count ε. In the equation asked for it is added to the root of v̂.",
            DENOMINATOR,
            "lr * np.sqrt(1 - power(self.beta2, t)) / (np.sqrt(v) + self.eps)",
        ),
        slip(
            "m̂ and v̂ are kept in the place of m and v",
            "The corrections are for use in this step alone; the averages go on uncorrected.",
            "(m, v)\n",
            "(m_hat, v_hat)\n",
        ),
        slip("m̂ is kept in the place of m", "The correction is for use in this step alone; the average goes on uncorrected.", "(m, v)\n", "(m_hat, v)\n"),
    ),
)


def moving_average(values, beta):
    m, averages = 0.0, []
    for value in values:
        m = beta * m + (1 - beta) * value
        averages.append(m)
    return averages


average = Function(
    moving_average,
    draws=lambda rng: {"one value": [([2.0], 0.5)], "several values": [(rng.normal(size=6).tolist(), round(beta, 2)) for beta in rng.uniform(0.2, 0.95, 2)]},
    results=("the averages",),
    along="place",
    of_numbers=True,
    slips=(
        slip("β and 1 − β are swapped", "A β near 1 is a long memory.", "beta * m + (1 - beta) * value", "(1 - beta) * m + beta * value"),
        slip("the new value enters with weight 1", "The two weights of an average sum to 1.", "beta * m + (1 - beta) * value", "beta * m + value"),
        slip(
            "the average starts at the first value", "It is to start at 0, before any value has come.", "m, averages = 0.0, []", "m, averages = values[0], []"
        ),
        slip(
            "each average is recorded before its value has entered",
            "After the first value the average is (1 − β) times it.",
            "averages.append(m)",
            "averages.append((m - (1 - beta) * value) / beta)",
        ),
        slip(
            "the start is recorded as well",
            "One average for each value: the first is after the first value.",
            "m, averages = 0.0, []",
            "m, averages = 0.0, [0.0]",
        ),
        slip(
            "the averages are corrected for their start already",
            "That comes later: here they are to be as the equation leaves them.",
            "averages.append(m)",
            "averages.append(m / (1 - beta ** (len(averages) + 1)))",
        ),
        slip("only the last average is returned", "Return one average for each value.", "return averages", "return averages[-1]"),
    ),
)


def shortfall(beta, t):
    return 1 - beta**t


missing_share = Formula(
    shortfall,
    draws=lambda rng: {"a new average": [(0.9, 1), (0.5, 2)], "later": [(round(beta, 3), t) for beta, t in zip(rng.uniform(0.3, 0.99, 3), (3, 10, 40))]},
    results=("the factor",),
    slips=(
        slip("that is the share of the newest gradient alone", "After t updates t gradients are in the average.", "1 - beta**t", "1 - beta"),
        slip("that is what is missing, not what is there", "At t = 1 and β = 0.9 the average is a tenth of the gradient.", "1 - beta**t", "beta**t"),
        slip("that counts updates from 0", "At t = 1 there is one gradient in the average: the factor is not 0.", "1 - beta**t", "1 - beta ** (t - 1)"),
        slip("that is the correction, not the shortfall", "By what is the average too small: a factor below 1.", "1 - beta**t", "1 / (1 - beta**t)"),
    ),
)


def first_step(lr, beta1, beta2):
    return lr * (1 - beta1) / np.sqrt(1 - beta2)


uncorrected = Number(
    "adam_uncorrected",
    first_step,
    draw=lambda rng: {"lr": round(rng.uniform(0.01, 0.5), 3), "beta1": round(rng.uniform(0.5, 0.95), 2), "beta2": round(rng.uniform(0.97, 0.999), 4)},
    slips=(
        slip(
            "that is the corrected first step",
            "With both corrections the first step is η, whatever the gradient. Here there are none.",
            "lr * (1 - beta1) / np.sqrt(1 - beta2)",
            "lr",
        ),
        slip("the root is missing", "The step divides by √v, not by v.", "np.sqrt(1 - beta2)", "(1 - beta2)"),
        slip("the length is negative", "How long is the step, whichever way it leads?", "return lr", "return -lr"),
        slip(
            "the β are swapped",
            "m is (1 − β₁) g after one update, and v (1 − β₂) g².",
            "lr * (1 - beta1) / np.sqrt(1 - beta2)",
            "lr * (1 - beta2) / np.sqrt(1 - beta1)",
        ),
        slip("the first moment's shortfall is forgotten", "m too is short.", "lr * (1 - beta1)", "lr"),
        slip("the second moment's shortfall is forgotten", "v too is short.", " / np.sqrt(1 - beta2)", ""),
        slip(
            "β₁ and β₂ stand where 1 − β₁ and 1 − β₂ belong",
            "After one update m = β₁·0 + (1 − β₁) g.",
            "lr * (1 - beta1) / np.sqrt(1 - beta2)",
            "lr * beta1 / np.sqrt(beta2)",
        ),
    ),
)

half_life = Choice(
    "adam_half_life",
    right="c",
    why_not={
        "a": slip("one update halves a gradient's weight", "Each update multiplies it by 0.9 only."),
        "b": slip("the weight falls by a tenth of its first value at each update", "It falls by a tenth of what is *left*: 0.9, 0.81, 0.729, …"),
        "d": slip("1/(1 − β) is taken for the half-life", "After 1/(1 − β) = 10 updates the weight is 0.9¹⁰ = 0.35, not a half."),
    },
)


def repaired_adam(grad, x0, lr, beta1, beta2, eps, steps):
    x = np.array(x0, dtype=float)
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return x


repaired = Function(
    repaired_adam,
    draws=lambda rng: {
        "one update": [(ravine, np.array([2.0, -1.0]), 0.1, 0.9, 0.99, 0.1, 1)],
        "two updates of three numbers": [(gorge, np.array([2.0, -1.0, 0.5]), 0.1, 0.9, 0.99, 0.1, 2)],
        "fifty updates": [(ravine, np.round(rng.normal(size=2), 2), 0.05, 0.8, 0.95, 0.3, 50)],
    },
    results=("x",),
    slips=(
        slip(
            "t never moves: it is 1 at every update",
            "Print 1 − β₁ᵗ at the first three updates. Should it stay the same?",
            "m / (1 - beta1**t)",
            "m / (1 - beta1)",
            "v / (1 - beta2**t)",
            "v / (1 - beta2)",
        ),
        slip("t starts at 0", "At the first update 1 − β₁⁰ = 0.", "range(1, steps + 1)", "range(steps)"),
        slip("t starts at 2", "The correction of the first update is for one gradient.", "range(1, steps + 1)", "range(2, steps + 2)"),
        slip("there is one update too few", "How many numbers does range(1, steps) have?", "range(1, steps + 1)", "range(1, steps)"),
        slip("the corrections are gone", "Then the first steps are wrong by the factors of task 3.", "m / (1 - beta1**t)", "m", "v / (1 - beta2**t)", "v"),
        slip(
            "the corrected averages are averaged again",
            "m and v go on uncorrected; m̂ and v̂ serve one step.",
            "m_hat = m / (1 - beta1**t)",
            "m_hat = m = m / (1 - beta1**t)",
            "v_hat = v / (1 - beta2**t)",
            "v_hat = v = v / (1 - beta2**t)",
        ),
        slip("the loop ends after its first round", "Does the `return` stand inside the loop?", "    return x", "        return x"),
    ),
)


def correction_curves(beta1, beta2s, updates):
    t = np.arange(1, updates + 1)
    return np.array([(1 - beta1**t) / np.sqrt(1 - beta2**t) for beta2 in beta2s])


NUMERATOR, DENOMINATOR_FILLED = "(1 - beta1**t)", "np.sqrt(1 - beta2**t)"
RATIO = f"{NUMERATOR} / {DENOMINATOR_FILLED}"
figure = Function(
    correction_curves,
    draws=lambda rng: {
        "the first update": [(0.9, np.array([0.999]), 1)],
        "one curve": [(0.9, np.array([0.999]), 12)],
        "several curves": [(round(rng.uniform(0.3, 0.8), 2), np.round(rng.uniform(0.85, 0.999, 3), 3), 40)],
    },
    results=("the ratio",),
    along="curve",
    slips=(
        slip("the ratio is upside down", "Is a step without the corrections too long here, or too short?", RATIO, f"{DENOMINATOR_FILLED} / {NUMERATOR}"),
        slip("the root is missing", "A step divides by the root of v.", DENOMINATOR_FILLED, "(1 - beta2**t)"),
        slip("the β are swapped", "Which of the two averages stands above, which below?", RATIO, "(1 - beta2**t) / np.sqrt(1 - beta1**t)"),
        slip("the shortfall of m is forgotten", "Both averages are short, m as well.", NUMERATOR, "1"),
        slip("the shortfall of v is forgotten", "Both averages are short, v as well.", f" / {DENOMINATOR_FILLED}", ""),
        slip("the correction of v multiplies", "A v that is too small makes the step longer.", RATIO, f"{NUMERATOR} * {DENOMINATOR_FILLED}"),
        slip("the updates are counted from 0", "The first update is t = 1.", "np.arange(1, updates + 1)", "np.arange(updates)"),
        slip("the last update is missing", "How many numbers has np.arange(1, n)?", "updates + 1", "updates"),
        slip("the first update's ratio is given for all", "With every update more of the averages is filled.", "np.arange(1, updates + 1)", "np.ones(updates)"),
        slip("there is a column for each β₂", "A row for each β₂: as many columns as updates.", "in beta2s])", "in beta2s]).T"),
    ),
)

TASKS = (average, adam, missing_share, uncorrected, half_life, repaired, figure)
