"""The assignment on choosing a rule: its tasks, and what goes wrong in them."""

from math import comb  # called in the text of a mistake

import numpy as np

from ... import problems
from ...optimizers import Momentum
from ...runner import minimize
from ..answers import Choice, Number, Tuned
from ..functions import Formula, Function
from ..slips import slip


def performance_profile(costs, factor):
    ratios = costs / costs.min(axis=0)
    return (ratios <= factor).mean(axis=1)


profile = Function(
    performance_profile,
    draws=lambda rng: {
        "the share of wins": [(np.array([[10.0, 40.0, 100.0], [20.0, 10.0, np.inf]]), 1.0), (np.array([[10.0, 5.0], [10.0, 7.0]]), 1.0)],
        "within a factor": [
            (np.array([[10.0, 40.0, 100.0], [20.0, 10.0, np.inf]]), 2.0),
            (np.array([[10.0, 40.0], [21.0, 39.0]]), 2.0),
            (np.round(rng.uniform(10, 100, (3, 7))), 2.5),
        ],
        "failures": [(np.array([[1.0, np.inf, np.inf], [2.0, 1.0, 3.0]]), 1e6)],
    },
    results=("the shares",),
    slips=(
        slip(
            "each rule is compared with its own best",
            "Compare on each problem with the best *rule* there.",
            "costs.min(axis=0)",
            "costs.min(axis=1, keepdims=True)",
        ),
        slip(
            "the best is sought along the wrong axis",
            "A row is a rule, a column a problem: `axis` names the one that is gone through.",
            "costs.min(axis=0)",
            "costs.min(axis=1)",
        ),
        slip(
            "costs are compared with the mean of a problem",
            "Compare with the best rule there.",
            "costs.min(axis=0)",
            "np.where(np.isinf(costs), 0, costs).mean(axis=0)",
        ),
        slip(
            "a rule level with the factor is left out",
            "Within a factor τ means at most τ: the best itself has the ratio 1.",
            "ratios <= factor",
            "ratios < factor",
        ),
        slip("the costs are compared, not the ratios", "Divide by the best of each problem first.", "(ratios <= factor)", "(costs <= factor)"),
        slip("there is a share for each problem", "One for each rule: average over the problems.", "mean(axis=1)", "mean(axis=0)"),
        slip("problems are counted, and no share is taken", "Divide by the number of problems.", "mean(axis=1)", "sum(axis=1)"),
    ),
)


def best_of(losses, k):
    losses, n = np.sort(losses), len(losses)
    i = np.arange(1, n + 1)
    return (losses * (((n - i + 1) / n) ** k - ((n - i) / n) ** k)).sum()


WEIGHTS = "((n - i + 1) / n) ** k - ((n - i) / n) ** k"
expected = Function(
    best_of,
    draws=lambda rng: {
        "one try": [(np.array([3.0, 1.0, 2.0]), 1)],
        "two tries": [(np.array([3.0, 1.0]), 2), (np.array([3.0, 1.0, 2.0]), 2), (np.array([2.0, 1.0, 2.0, 1.0, 4.0]), 2)],
        "any": [(np.round(rng.uniform(0.1, 5, 9), 2), int(rng.integers(3, 8)))],
    },
    results=("the expected loss",),
    slips=(
        slip("the mean of all is given", "With more tries the best gets better.", WEIGHTS, "1 / n"),
        slip(
            "the best of all is given",
            "k tries do not find the best of all for certain.",
            "(losses * (((n - i + 1) / n) ** k - ((n - i) / n) ** k)).sum()",
            "losses[0]",
        ),
        slip("the losses are not sorted", "The formula speaks of the i-th smallest.", "np.sort(losses)", "np.asarray(losses)"),
        slip("equal losses are counted once", "Each of them may be drawn.", "np.sort(losses), len(losses)", "np.unique(losses), len(np.unique(losses))"),
        slip("the worst of k is given", "Sort so that the smallest comes first.", "np.sort(losses)", "np.sort(losses)[::-1]"),
        slip(
            "only the chance of being no worse is used",
            "The best *is* the i-th if it is worse than the one before and not worse than itself: a difference.",
            WEIGHTS,
            "((n - i + 1) / n) ** k",
        ),
        slip(
            "the losses are drawn without putting them back",
            "The same rate may be drawn twice: what is the chance that the second draw misses, if the first has missed?",
            WEIGHTS,
            "np.array([comb(n - rank, k - 1) / comb(n, k) for rank in i])",
        ),
        slip(
            "the number of tries is not an exponent", "All k tries have to miss: probabilities multiply.", WEIGHTS, "k * ((n - i + 1) / n) - k * ((n - i) / n)"
        ),
    ),
)


def tries_needed(q):
    return np.log(0.05) / np.log(1 - q)


NEEDED = "np.log(0.05) / np.log(1 - q)"
needed = Formula(
    tries_needed,
    draws=lambda rng: {"a sixth": [(1 / 6,)], "any": [(round(rng.uniform(0.02, 0.8), 3),) for _ in range(3)]},
    results=("the number of tries",),
    slips=(
        slip("the expected number of tries is given", "On average 1/q; for 95 in 100 cases it takes more.", NEEDED, "1 / q"),
        slip("the rule of thumb 3/q is given", "Close for a small q. But at q = 1 a single draw is certain.", NEEDED, "3 / q"),
        slip("hits and misses are exchanged", "What is the chance that a single draw misses?", NEEDED, "np.log(0.05) / np.log(q)"),
        slip("5 in 100 are asked for, not 95", "Missing is to have the probability 0.05.", NEEDED, "np.log(0.95) / np.log(1 - q)"),
        slip("the quotient is upside down", "The smaller q, the more tries.", NEEDED, "np.log(1 - q) / np.log(0.05)"),
    ),
)


def seeds_needed(sigma, delta):
    return (2.8 * sigma / delta) ** 2


def spread_and_difference(rng):
    """So many seeds are needed that one more, by rounding up, is less than what is tolerated."""
    sigma = round(rng.uniform(0.4, 1.5), 2)
    return {"sigma": sigma, "delta": round(sigma * rng.uniform(0.1, 0.26), 3)}


SEEDS = "(2.8 * sigma / delta) ** 2"
seeds = Number(
    "choosing_seeds",
    seeds_needed,
    draw=spread_and_difference,
    slips=(
        slip("the ratio is not squared", "Half the difference takes four times the seeds.", SEEDS, "2.8**2 * sigma / delta"),
        slip("only the 1.96 standard errors are counted", "Then half of all experiments miss it: 0.84 more are needed.", SEEDS, "(1.96 * sigma / delta) ** 2"),
        slip("the ratio is upside down", "A smaller difference takes more seeds.", SEEDS, "(2.8 * delta / sigma) ** 2"),
        slip(
            "1.96 and 0.84 are squared before they are added",
            "Both count standard errors: how many in all?",
            SEEDS,
            "(1.96**2 + 0.84**2) * (sigma / delta) ** 2",
        ),
        slip("the 2.8 standard errors are not squared", "√n stands in the equation: square both sides.", SEEDS, "2.8 * (sigma / delta) ** 2"),
    ),
)

luck = Choice(
    "choosing_luck",
    right="b",
    why_not={
        "a": slip("chance is thought to favour nobody", "One run against one, yes. The best of twenty is no fair draw."),
        "c": slip(
            "luck is thought to grow in proportion to the tries",
            "The tail of a normal distribution is thin: how often does a run lie even 3 σ from its mean?",
        ),
        "d": slip("the mean is thought to be compared", "It is the best that was reported, not the mean."),
    },
)


def rescaled_rate(rule, lr, loss, weights):
    factors = {"sgd": weights**2 / loss, "adam": weights, "adadelta": 1}
    return lr * factors[rule]


RULES = ("sgd", "adam", "adadelta")
units = Function(
    rescaled_rate,
    draws=lambda rng: {
        "another unit of the loss": [(rule, 0.1, 100.0, 1.0) for rule in RULES],
        "another unit of the weights": [(rule, 0.1, 1.0, 10.0) for rule in RULES],
        "both": [(rule, round(rng.uniform(0.01, 1), 3), 50.0, 0.2) for rule in RULES],
    },
    results=("the rate",),
    slips=(
        slip(
            "Adam's rate follows the loss, too",
            "Adam divides by the size of its gradients: the factor of the loss cancels.",
            '"adam": weights',
            '"adam": weights / loss',
        ),
        slip("Adam's rate is left as it was", "Adam's step is about η long: in which unit?", '"adam": weights', '"adam": 1'),
        slip(
            "gradient descent's rate follows the loss upside down",
            "A loss a hundred times as large has gradients a hundred times as large.",
            "weights**2 / loss",
            "weights**2 * loss",
        ),
        slip(
            "the weights' unit is not squared for gradient descent", "Once for the step's unit, once for the gradient's.", "weights**2 / loss", "weights / loss"
        ),
        slip(
            "gradient descent's rate does not follow the weights",
            "Weights ten times as large have gradients a tenth as large.",
            "weights**2 / loss",
            "1 / loss",
        ),
        slip("AdaDelta's rate is changed", "Its step is made of its own earlier steps: η is a bare number.", '"adadelta": 1', '"adadelta": weights'),
        slip(
            "all rates follow the weights the wrong way round",
            "Larger numbers for the weights take larger steps.",
            "factors = {",
            "weights = 1 / weights\n    factors = {",
        ),
        slip("all factors are upside down", "In a unit that makes all weights ten times as large, is a step to be a tenth?", "lr * factors", "lr / factors"),
    ),
)


def after_200(lr, beta):
    return minimize(problems.rosenbrock, Momentum(lr, beta), steps=200).loss[-1]


TOO_FAST = slip("the descent diverges: the rate is too high for this memory", "A heavy ball adds up some 1/(1 − β) gradients. Lower the rate, or the memory.")
TOO_SHORT = slip("the memory is too short for this valley", "The floor of the valley is nearly flat: which setting adds up small gradients?")
TOO_LONG = slip("the memory is too long for 200 updates", "The ball swings past the minimum and back: how many updates does β let it remember?")
TOO_SLOW = slip("the rate is too low for 200 updates", "With such a memory a higher rate arrives earlier, up to where it diverges.")


def why_not_tuned(loss, lr, beta):
    if not np.isfinite(loss) or loss > 25:  # the start has 24.2
        return TOO_FAST
    if beta < 0.8:
        return TOO_SHORT
    swings = beta > 0.96 or beta > 0.93 and lr / (1 - beta) > 0.012  # the loss no longer falls with every update: it is chance where update 200 finds it
    return TOO_LONG if swings else TOO_SLOW


tuned = Tuned("choosing_tuned", after_200, 0.01, ("lr", "beta"), why_not_tuned, (TOO_FAST, TOO_SHORT, TOO_LONG, TOO_SLOW))

TASKS = (profile, expected, needed, seeds, luck, units, tuned)
