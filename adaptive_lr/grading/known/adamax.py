"""The AdaMax assignment: its tasks, and what goes wrong in them."""

import numpy as np

from ...optimizers import AdaMax
from ..answers import Choice, Number
from ..functions import Formula, Function
from ..slips import slip
from ..steps import Step
from .everywhere import IN_THE_FIRST_CORRECTION, IN_THE_FIRST_MOMENT, M_HAT, ONLY_BETA, WHOLE_POWER, WITH_STATE
from .gradients import faint, gentle, late, ravine_and_nothing

NO_SMALL_NUMBER = "Where gradients are as small, that is much. Where u is 0, stay; elsewhere divide by it as it is."


def added_to_u(divisor):
    """Small numbers that people add, since other rules have them."""
    numbers = {"10⁻⁶": 1e-6, "10⁻⁷": 1e-7, "10⁻⁸": 1e-8, "10⁻¹⁰": 1e-10}
    return [slip(f"{name} is added to u", NO_SMALL_NUMBER, divisor, f"(u + {number})") for name, number in numbers.items()]


LARGEST, DIVISOR = "np.maximum(self.beta2 * u, np.abs(g))", "lr / np.where(u > 0, u, np.inf)"
adamax = Step(
    AdaMax,
    state=("m", "u"),
    signed=("m",),
    clock=True,
    faint=True,
    slips=(
        *WITH_STATE,
        *IN_THE_FIRST_MOMENT,
        *IN_THE_FIRST_CORRECTION,
        slip("the first moment is not bias-corrected", "m starts at 0, so early on it is too small. By which factor is it short at t = 1?", M_HAT, "m"),
        slip("the bias correction counts t from 0", "The first update is t = 1.", M_HAT, "m / (1 - power(self.beta1, t - 1))"),
        slip(
            "the bias correction is one update ahead",
            "At the first update the average holds one gradient: t is 1.",
            M_HAT,
            "m / (1 - power(self.beta1, t + 1))",
        ),
        slip("the bias correction forgets t", "How far the average has filled up depends on how many updates there were.", M_HAT, "m / (1 - self.beta1)"),
        slip(WHOLE_POWER, ONLY_BETA, M_HAT, "m / power(1 - self.beta1, t)"),
        slip("β is multiplied by t", "β stands in every update once more as a factor: what do t equal factors make?", M_HAT, "m / (1 - self.beta1 * t)"),
        slip("the brackets round 1 − β₁ᵗ are missing", "A division binds tighter than a difference.", M_HAT, "m / 1 - power(self.beta1, t)"),
        slip(
            "u is bias-corrected",
            "A maximum is not an average: it starts at its full size and needs no correction.",
            "return m_hat, lr /",
            "return m_hat, lr * (1 - power(self.beta2, t)) /",
        ),
        slip("u does not fade", "What multiplies the old u before the maximum is taken?", LARGEST, "np.maximum(u, np.abs(g))"),
        slip("the size is missing in the maximum", "A large negative gradient is large too.", LARGEST, "np.maximum(self.beta2 * u, g)"),
        slip("the maximum takes in g²", "u has the unit of the gradient: |g|.", LARGEST, "np.maximum(self.beta2 * u, g**2)"),
        slip(
            "u is an average, not a maximum",
            "AdaMax is the limit p → ∞: there only the largest counts.",
            LARGEST,
            "self.beta2 * u + (1 - self.beta2) * np.abs(g)",
        ),
        slip("u is Adam's second moment", "AdaMax has the maximum where Adam averages squares.", LARGEST, "self.beta2 * u + (1 - self.beta2) * g**2"),
        slip("the smaller of the two is taken", "u is to be the *largest* faded gradient.", LARGEST, "np.minimum(self.beta2 * u, np.abs(g))"),
        slip(
            "the maximum is over the coordinates",
            "It is over time, for each coordinate on its own.",
            LARGEST,
            "np.full_like(u, np.maximum(self.beta2 * u, np.abs(g)).max())",
        ),
        slip(
            "u is one number for all coordinates",
            "The maximum is over time, for each coordinate on its own.",
            LARGEST,
            "np.maximum(self.beta2 * u, np.abs(g)).max()",
        ),
        slip(
            "all coordinates are divided by the largest u",
            "Each is divided by its own.",
            DIVISOR,
            "lr / (u.max() if u.max() > 0 else np.inf)",
        ),
        slip("the new gradient fades too", "β₂ multiplies the old u alone.", LARGEST, "self.beta2 * np.maximum(u, np.abs(g))"),
        slip("a root is taken of u", "u has the unit of the gradient already.", "np.where(u > 0, u, np.inf)", "np.sqrt(np.where(u > 0, u, np.inf))"),
        *added_to_u("np.where(u > 0, u, np.inf)"),
        slip("u is taken to be 10⁻⁸ at least", NO_SMALL_NUMBER, "np.where(u > 0, u, np.inf)", "np.maximum(u, 1e-8)"),
        slip(
            "10⁻⁸ is added to the size of the gradient",
            "So PyTorch keeps 0/0 away. In the equation asked for nothing is added.",
            LARGEST,
            "np.maximum(self.beta2 * u, np.abs(g) + 1e-8)",
        ),
        slip("0/0 where no gradient has come yet", "There u is 0 and m is 0: such a coordinate is to stay where it is.", DIVISOR, "lr / u"),
        slip("the gradient steps in the place of its average", "The first moment is worked out and then not used.", "return m_hat", "return g"),
        slip("m̂ is kept in the place of m", "The correction is for use in this step alone.", "(m, u)\n", "(m_hat, u)\n"),
        slip("m and u are returned in the wrong order", "First m, then u.", "(m, u)\n", "(u, m)\n"),
    ),
)


def p_norm(x, p):
    largest = np.abs(x).max()
    if largest == 0:
        return 0.0
    return largest * (np.abs(x / largest) ** p).sum() ** (1 / p)


POWERS = "largest * (np.abs(x / largest) ** p).sum() ** (1 / p)"
norm = Function(
    p_norm,
    draws=lambda rng: {
        "small p": [(np.array([3.0, -4.0]), 2), (np.round(rng.normal(size=4), 2), 3), (np.round(rng.normal(size=4), 2), 1)],
        "p in the thousands": [(np.array([20.0, -30.0, 30.0]), 2000), (np.array([0.02, -0.03]), 5000), (np.array([0.0, -30.0, 20.0]), 2000)],
        "numbers that are huge or tiny": [(np.array([3e200, 4e200]), 2), (np.array([3e-200, 4e-200]), 2)],
        "nothing but zeros": [(np.zeros(3), 4)],
    },
    results=("the norm",),
    slips=(
        slip(
            "the powers overflow, or vanish",
            "30²⁰⁰⁰ is no floating-point number, but 30 is. What could be taken out of the sum first?",
            "np.abs(x).max()",
            "1.0",
        ),
        slip(
            "only a large p is guarded against",
            "(3·10⁻²⁰⁰)² is 0 to a computer: p = 2 is enough.",
            "np.abs(x).max()\n",
            "np.abs(x).max() if p > 100 else 1.0\n",
        ),
        slip("one zero among the numbers makes the norm 0", "Only where *all* are zero.", "if largest == 0:", "if not np.all(x):"),
        slip("the signs are kept", "A norm adds up sizes: what is (−1)³?", "np.abs(x / largest)", "(x / largest)"),
        slip("the root is missing", "The norm of one number is its size, at every p.", " ** (1 / p)", ""),
        slip("the mean is taken in the place of the sum", "For p = 2, [3, −4] has the norm 5.", ".sum()", ".mean()"),
        slip("the scale is not given back", "What was taken out of the sum has to come back in the end.", POWERS, POWERS.removeprefix("largest * ")),
        slip("the largest is taken whatever p", "That is the limit p → ∞. At p = 2, [3, −4] has the norm 5.", POWERS, "largest"),
        slip("0/0 where all are zero", "What do you divide by when every number is zero?", "if largest == 0:", "if False:"),
    ),
)


def faded_maximum(gradients, beta2):
    u, maxima = 0.0, []
    for g in gradients:
        u = max(beta2 * u, abs(g))
        maxima.append(u)
    return maxima


FADED = "max(beta2 * u, abs(g))"
maximum = Function(
    faded_maximum,
    draws=lambda rng: {
        "one gradient": [([-2.0], 0.5)],
        "a large one, then small ones": [([8.0, 1.0, -1.0, 1.0, 1.0, 1.0], 0.5)],
        "any": [(np.round(rng.normal(size=8), 2).tolist(), round(beta, 2)) for beta in rng.uniform(0.4, 0.9, 2)],
    },
    results=("u",),
    along="place",
    of_numbers=True,
    slips=(
        slip("the old u does not fade", "After 8 and 1 at β₂ = 0.5, u is 4.", FADED, "max(u, abs(g))"),
        slip("the size is missing", "A large negative gradient is large too.", FADED, "max(beta2 * u, g)"),
        slip("the new gradient fades too", "After the first gradient, −2, u is 2.", FADED, "beta2 * max(u, abs(g))"),
        slip("u is an average", "A maximum takes one of the two, not a mixture.", FADED, "beta2 * u + (1 - beta2) * abs(g)"),
        slip("the smaller of the two is taken", "u is to be the *largest* faded gradient.", FADED, "min(beta2 * u, abs(g))"),
        slip("the two are added", "A maximum takes one of the two, not their sum.", FADED, "beta2 * u + abs(g)"),
        slip("only the last u is returned", "Return one number for each gradient.", "return maxima", "return maxima[-1]"),
    ),
)


def one_gradient(beta2, p, t, g):
    return (1 - beta2**p) ** (1 / p) * beta2 ** (t - 1) * abs(g)


SHARE, AGE = "(1 - beta2**p) ** (1 / p)", "beta2 ** (t - 1)"
towards_the_maximum = Formula(
    one_gradient,
    draws=lambda rng: {
        "the first update": [(0.5, 2.0, 1.0, -3.0)],
        "later": [(round(rng.uniform(0.5, 0.95), 2), p, t, round(rng.normal(), 2)) for p, t in ((1.0, 3.0), (3.0, 5.0), (8.0, 2.0))],
    },
    results=("u",),
    slips=(
        slip(
            "the weights are β₂ and 1 − β₂, without the power p",
            "With p in the place of 2, β₂ᵖ stands where β₂ stood.",
            f"{SHARE} * {AGE}",
            "((1 - beta2) * beta2 ** (t - 1)) ** (1 / p)",
        ),
        slip("the root is missing", "u has the unit of the gradient.", f"{SHARE} * {AGE} * abs(g)", "(1 - beta2**p) * beta2 ** (p * (t - 1)) * abs(g) ** p"),
        slip("the gradient has faded once too often", "At t = 1 it has just come.", AGE, "beta2 ** t"),
        slip("that is the limit p → ∞ already", "Here p is still finite: what is 1 − β₂ᵖ then?", f"{SHARE} * {AGE}", AGE),
        slip("the sign is kept", "Powers of |g| are added up.", "abs(g)", "g"),
        slip("the root of 1 − β₂ᵖ is missing", "The root is taken of the whole product.", SHARE, "(1 - beta2**p)"),
    ),
)


def recovery(large, small, beta2):
    return np.log(large / small) / np.log(1 / beta2)


spike = Number(
    "adamax_spike",
    recovery,
    draw=lambda rng: {"large": round(rng.uniform(20, 90), 0), "small": round(rng.uniform(0.2, 2), 1), "beta2": round(rng.uniform(0.97, 0.998), 3)},
    slips=(
        slip(
            "the ratio is taken without its logarithm",
            "Each update multiplies by β₂: which power of β₂ makes small of large?",
            "np.log(large / small)",
            "(large / small)",
        ),
        slip(
            "1/(1 − β₂) is taken for the answer",
            "That is how long it takes to fade to 1/e, whatever the two gradients.",
            "np.log(large / small) / np.log(1 / beta2)",
            "1 / (1 - beta2)",
        ),
        slip("the small gradient is forgotten", "u stops fading when it meets the small gradient, not when it meets 1.", "large / small", "large"),
        slip("that is where it has fallen to a half", "How far has it to fall?", "np.log(large / small)", "np.log(2)"),
        slip("the sign is wrong", "A number of updates is positive.", "np.log(1 / beta2)", "np.log(beta2)"),
        slip("the logarithms have different bases", "Both logarithms of one base, whichever.", "np.log(large / small)", "np.log10(large / small)"),
    ),
)

no_correction = Choice(
    "adamax_no_correction",
    right="b",
    why_not={
        "a": slip(
            "β₂ near 1 is thought to make the correction needless",
            "For an average it is the other way round: near 1 it fills up slowly, and needs the correction most.",
        ),
        "c": slip("ε is thought to stand in for the correction", "AdaMax has no ε."),
        "d": slip("m's correction is thought to serve u as well", "Each average is short by its own factor: v in Adam by 1 − β₂ᵗ. Is u an average?"),
    },
)


def repaired_adamax(grad, x0, lr, beta1, beta2, steps):
    x = np.array(x0, dtype=float)
    m, u = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, np.abs(g))
        x = x - lr / (1 - beta1**t) * m / np.where(u > 0, u, 1)
    return x


STILL = "np.where(u > 0, u, 1)"
repaired = Function(
    repaired_adamax,
    draws=lambda rng: {
        "a coordinate that never moves": [(ravine_and_nothing, np.array([2.0, -1.0, 7.0]), 0.1, 0.9, 0.99, steps) for steps in (1, 3)],
        "negative gradients": [(late, np.array([3.0, -2.0]), 0.2, 0.5, 0.9, 4), (gentle, np.array([3.0, -2.0]), 0.2, 0.5, 0.9, 4)],
        "tiny gradients": [(faint, np.round(rng.normal(size=2), 2), 0.1, 0.7, 0.9, 5)],
        "forty updates": [(ravine_and_nothing, np.append(np.round(rng.normal(size=2), 2), 0.5), 0.05, 0.8, 0.95, 40)],
    },
    results=("x",),
    slips=(
        slip("0/0 is still there", "What is m/u in a coordinate that has met no gradient yet?", STILL, "u"),
        slip("u starts at 10⁻⁸", "What if all gradients are smaller?", "np.zeros_like(x), np.zeros_like(x)", "np.zeros_like(x), np.full_like(x, 1e-8)"),
        slip("u does not fade any more", "Only the division was wrong.", "beta2 * u, np.abs(g)", "u, np.abs(g)"),
        slip("the size is missing in the maximum", "A large negative gradient is large too.", "np.abs(g))", "g)"),
        *added_to_u(STILL),
        slip("1 is added to u", "Where u is not 0, it is to divide as it is.", STILL, "(u + 1)"),
        slip("the correction of m is gone", "Only the division was wrong.", "lr / (1 - beta1**t) * m", "lr * m"),
        slip(
            "one coordinate without gradients stops them all",
            "The others have gradients: each coordinate is divided by its own u.",
            STILL,
            "np.where(np.all(u > 0), u, np.inf)",
        ),
    ),
)

TASKS = (norm, maximum, towards_the_maximum, adamax, spike, no_correction, repaired)
