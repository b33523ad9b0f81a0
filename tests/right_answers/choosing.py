"""Right answers of the assignment on choosing a rule, as different people write them."""

import itertools
import math

import numpy as np


def performance_profile(costs, factor):
    ratios = costs / costs.min(axis=0)
    return (ratios <= factor).mean(axis=1)


def profile_with_loops(costs, factor):
    rules, problems = costs.shape
    shares = []
    for rule in range(rules):
        near = [costs[rule, p] <= factor * min(costs[:, p]) for p in range(problems)]
        shares.append(sum(near) / problems)
    return shares


def profile_by_logarithms(costs, factor):
    behind = np.log(costs) - np.log(costs).min(axis=0)
    return np.mean(behind <= np.log(factor) + 1e-12, axis=1)


def profile_transposed(costs, factor):
    best = np.array([problem.min() for problem in costs.T])
    return np.count_nonzero(costs <= factor * best, axis=1) / len(best)


def profile_of_finite_costs(costs, factor):
    finite = np.isfinite(costs)
    best = np.min(np.where(finite, costs, np.inf), axis=0)
    return [np.mean([ok and cost / lowest <= factor for ok, cost, lowest in zip(fine, row, best)]) for fine, row in zip(finite, costs)]


def best_of(losses, k):
    losses, n = np.sort(losses), len(losses)
    i = np.arange(1, n + 1)
    return (losses * (((n - i + 1) / n) ** k - ((n - i) / n) ** k)).sum()


def best_by_enumeration(losses, k):
    return sum(min(drawn) for drawn in itertools.product(losses, repeat=k)) / len(losses) ** k if len(losses) ** k < 5000 else best_of(losses, k)


def best_with_a_loop(losses, k):
    n, expected = len(losses), 0.0
    for rank, loss in enumerate(sorted(losses)):
        expected += loss * ((1 - rank / n) ** k - (1 - (rank + 1) / n) ** k)
    return expected


def best_by_differences(losses, k):
    losses = np.sort(losses)
    survive = (np.arange(len(losses), -1, -1) / len(losses)) ** k
    return losses @ -np.diff(survive)


def best_by_steps(losses, k):
    """The smallest, and what each further rank adds if all draws come after it."""
    losses = sorted(losses)
    n = len(losses)
    return losses[0] + sum((losses[i] - losses[i - 1]) * ((n - i) / n) ** k for i in range(1, n))


def tries_needed(q):
    return np.log(0.05) / np.log(1 - q)


def rescaled_rate(rule, lr, loss, weights):
    factors = {"sgd": weights**2 / loss, "adam": weights, "adadelta": 1}
    return lr * factors[rule]


def rate_with_cases(rule, lr, loss, weights):
    if rule == "sgd":
        return lr * weights * weights / loss
    if rule == "adam":
        return lr * weights
    return lr


def rate_with_a_match(rule, lr, loss, weights):
    match rule:
        case "sgd":
            gradient = loss / weights
            return lr * weights / gradient
        case "adam":
            return weights * lr
        case _:
            return lr


def rate_with_exponents(rule, lr, loss, weights):
    of_weights, of_loss = {"sgd": (2, -1), "adam": (1, 0), "adadelta": (0, 0)}[rule]
    return lr * weights**of_weights * loss**of_loss


def rate_through_logarithms(rule, lr, loss, weights):
    powers = dict(sgd=(2, 1), adam=(1, 0), adadelta=(0, 0))[rule]
    return math.exp(math.log(lr) + powers[0] * math.log(weights) - powers[1] * math.log(loss))


ANSWERS = {
    "performance_profile": [performance_profile, profile_with_loops, profile_by_logarithms, profile_transposed, profile_of_finite_costs],
    "best_of": [best_of, best_by_enumeration, best_with_a_loop, best_by_differences, best_by_steps],
    "tries_needed": [
        tries_needed,
        "log(0.05) / log(1 - q)",
        "log(20) / -log(1 - q)",
        "-log(20) / log(1 - q)",
        "log(1/20) / log(1 - q)",
        "1 / (log(1 - q) / log(0.05))",
    ],
    "rescaled_rate": [rescaled_rate, rate_with_cases, rate_with_a_match, rate_with_exponents, rate_through_logarithms],
}
