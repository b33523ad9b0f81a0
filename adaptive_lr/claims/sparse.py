"""Claims 2 and 3, those of the module on sparse features."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .. import problems
from ..optimizers import SGD
from ..problems import Problem
from ..problems.noisy import Whole, draws
from ..rule import Array, Rule
from ..runner import minimize
from ..sparse import feature_factors, frequency, scalar_factor
from .measures import line, signed
from .trial import FAILS, HOLDS, HOLDS_WHEN, Finding, claim

SHARES = np.array([0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002])
COPIES = 32  # of every experiment with mini-batches, each with draws of its own


@dataclass(frozen=True, eq=False)
class Bowl(Problem):
    """Least squares on samples that have one feature each, feature j in a share p_j of them: every weight has its own way to go, and it is 1 long.

    f(w) = ½ Σⱼ pⱼ (wⱼ − μⱼ)²

    share: p (…, d).  target: μ, what the samples with the feature say on average, broadcasts against p.
    """

    share: Array
    target: Array | float = 1.0
    bounds = None
    start = property(lambda self: np.zeros(self.share.shape[-1]))
    minimum = property(lambda self: np.broadcast_to(np.asarray(self.target, float), self.share.shape))

    def f(self, x):
        return (self.share * (x - self.target) ** 2).sum(axis=-1) / 2

    def grad(self, x):
        return self.share * (x - self.target)


@dataclass(frozen=True, eq=False)
class Batches(Whole):
    """A `Bowl` of which update t sees `size` samples, drawn independently, anew for each copy; each says 1 plus noise of standard deviation `noise`.

    The points are (…, copies, d).
    """

    problem: Bowl
    size: int
    noise: float = 0.0
    copies: int = COPIES

    def at(self, t):
        rng, share = draws(0, t), self.problem.share
        counts = rng.multinomial(self.size, [*share, 1 - share.sum()], size=self.copies)[:, :-1]
        said = 1 + self.noise * rng.standard_normal(counts.shape) / np.sqrt(np.maximum(counts, 1))
        return Bowl(counts / self.size, said)


# ------------------------------------------------------------------------------------------------------------------- claim 2

UPDATES = np.array([10, 100, 1000])  # after which the chapter plots the ways
WHOLE, BATCH, SINGLE = "the whole data set", "mini-batches of 32", "one sample at a time"


@claim(2, "Sparse features", "Weights of sparse features barely move under gradient descent.")
def weights_barely_move() -> Finding:
    """Features in shares of ½ to 1/500 of the samples, whose weights all have the same way to go: how much of it have they gone, and when?

    A weight is rare if its feature is at least fifty times as seldom as the most frequent. Three ways to feed the same data, η = ½.
    """
    way = ways(SGD(0.5), updates=4000)
    soon, late = soon_and_late(way)
    shares, kappa, halfway = co_occurring()
    exponent, _ = line(np.log(shares), np.log(halfway))
    evidence = (
        f"When the most frequent feature's weight has gone nine tenths of its way, that of a feature {SHARES[0] / SHARES[-1]:.0f} times as rare has gone "
        f"{soon[WHOLE][-1]:.1%} of its own with the whole data set, {soon[BATCH][-1]:.1%} with mini-batches of 32 and {soon[SINGLE][-1]:.1%} with one sample "
        f"at a time (means of {COPIES} runs). It needs 1/(ηp) = {1 / (0.5 * SHARES[-1]):,.0f} updates for each factor of e; after {len(way[WHOLE]) - 1:,} "
        f"it has gone {late[WHOLE][-1]:.0%}, {late[BATCH][-1]:.0%} and {late[SINGLE][-1]:.0%}. "
        f"On a sparse logistic regression, whose features meet in the same samples, the updates to half of the way grow like p to the power "
        f"{signed(exponent, 2)}, and the condition number of the Hessian is {kappa:.0f}; the frequencies differ by a factor of "
        f"{shares.max() / shares.min():.0f}."
    )
    numbers = {"way": {feed: way[feed][UPDATES] for feed in way}, "shares": shares, "halfway": halfway, "condition": kappa}
    return Finding(*judge_barely_move(soon, late), evidence, numbers)


def ways(rule: Rule, updates: int) -> dict:
    """By feed: the share of its way that each weight has gone after each update, (updates + 1, features), the mean of the copies."""
    bowl = Bowl(SHARES)
    feeds = {WHOLE: bowl, BATCH: Batches(bowl, 32), SINGLE: Batches(bowl, 1)}
    traces = {feed: minimize(problem, rule, np.zeros((1 if feed == WHOLE else COPIES, len(SHARES))), steps=updates).x for feed, problem in feeds.items()}
    return {feed: x.mean(axis=1) for feed, x in traces.items()}


def soon_and_late(way: dict) -> tuple[dict, dict]:
    """How far the rare weights have gone when the most frequent has nine tenths behind it, and at the end."""
    rare = SHARES <= SHARES[0] / 50
    return {feed: x[np.argmax(x[:, 0] >= 0.9), rare] for feed, x in way.items()}, {feed: x[-1, rare] for feed, x in way.items()}


def judge_barely_move(soon: dict, late: dict) -> tuple[str, str]:
    """Barely: less than a tenth of the way, when the most frequent weight has gone nine tenths. Where they arrive after all, it was a matter of time."""
    slow = [feed for feed, way in soon.items() if np.all(way < 0.1)]
    if not slow:
        return FAILS, ""
    if len(slow) < len(soon):
        return HOLDS_WHEN, f"an update sees {' or '.join(slow)}"
    if all(np.all(way > 0.9) for way in late.values()):
        return HOLDS_WHEN, "the updates are few beside 1/(ηp), p the feature's share of the samples"
    return HOLDS, ""


def co_occurring() -> tuple[Array, float, Array]:
    """A sparse logistic regression: its shares, the condition number of the Hessian at the start, and the updates to half of each weight's way."""
    problem = replace(problems.zipf_logistic(samples=2000, features=50), l2=1e-4)
    x, shares = problem.features, frequency(problem.features)
    eigenvalues = np.linalg.eigvalsh(x.T @ x / len(x) / 4 + problem.l2 * np.eye(len(shares)))
    run = minimize(problem, SGD(1 / eigenvalues[-1]), steps=1000)
    return shares, eigenvalues[-1] / eigenvalues[0], np.argmax(run.x / problem.minimum >= 0.5, axis=0)


# ------------------------------------------------------------------------------------------------------------------- claim 3

SAMPLES, NOISE = 6400, 0.5
SIZES = 4 ** np.arange(5)
RATES = 2.0 ** (np.arange(-26, 5) / 2)
SAME = np.ones_like(SHARES)
FACTORS = {"none": SAME, "one for all": len(SHARES) * SAME, "1/√p": feature_factors(SHARES, 0.5), "1/p": feature_factors(SHARES)}
FAINT = np.array([1.0, 0.3, 0.1])


@claim(3, "Sparse features", "A rate that depends on sparsity gives the weights of sparse features meaningful updates.")
def sparsity_gives_updates() -> Finding:
    """6,400 samples, in mini-batches of 1 to 256, each factor at its best η: how far is the weight that is worst off from where it should be?

    What a sample says is off by half of the way. One factor for all is the notes': an input with one of eight features has sparsity factor 8.
    A second run asks what the notes' factor does where it varies, a third what 1/p does for features that are frequent, but faint.
    """
    distances = {int(size): distances_left(int(size)) for size in SIZES}
    left = {factor: np.array([distances[size][factor].max() for size in distances]) for factor in FACTORS}
    plain, scalar = with_scalar_factor()
    faint = 1 - minimize(Bowl(FAINT**2 / 2), SGD(0.1 * feature_factors(np.full(3, 0.5))), steps=100).x[-1]
    single, batched = distances[1], distances[int(SIZES[-1])]
    evidence = (
        f"In mini-batches of {SIZES[-1]}, {SAMPLES:,} samples leave the weight that is worst off {left['none'][-1]:.2f} of its way from where it should be, "
        f"at the best rate for all, and {left['one for all'][-1]:.2f} with one factor for a whole input, which is only another η; the factor 1/√p leaves "
        f"{left['1/√p'][-1]:.2f} and 1/p {left['1/p'][-1]:.2f}. One sample at a time, one rate for all leaves the rarest weight {single['none'][-1]:.2f} "
        f"and 1/p {single['1/p'][-1]:.2f}; what 1/p then improves is the most frequent one, {single['1/p'][0]:.2f} in the place of {single['none'][0]:.2f}. "
        f"On a sparse logistic regression, where the notes' factor varies from input to input, the way gone depends on p to the power {scalar:.2f} with it and "
        f"{plain:.2f} without. And 1/p is blind to the size of gradients: of three weights whose features are equally frequent, but have the values 1, 0.3 and "
        f"0.1, 100 updates leave {faint[0]:.3%}, {faint[1]:.0%} and {faint[2]:.0%} of the way."
    )
    numbers = {"left": left, "single": single, "batched": batched, "exponents": (plain, scalar), "faint": faint}
    return Finding(*judge_meaningful(SIZES, left["none"], left["one for all"], left["1/p"]), evidence, numbers)


def distances_left(size: int) -> dict:
    """By factor: each weight's root mean square distance from 1 after all samples, at the rate where the largest of them is smallest."""
    problem, lr = Batches(Bowl(SHARES), size, NOISE), RATES[:, None, None] * np.array(list(FACTORS.values()))[:, None, None]
    w = np.zeros((*lr.shape[:2], COPIES, len(SHARES)))
    with np.errstate(all="ignore"):  # rates at which it diverges
        for t in range(1, SAMPLES // size + 1):  # not `minimize`, whose trace would hold them all
            w -= lr * problem.at(t).grad(w)
        distance = np.nan_to_num(np.sqrt(np.mean((w - 1) ** 2, axis=2)), nan=np.inf)
    best = distance.max(axis=-1).argmin(axis=1)
    return {factor: distance[k, best[k]] for k, factor in enumerate(FACTORS)}


def with_scalar_factor() -> tuple[float, float]:
    """The power of p that the way gone depends on after 300 single samples of a sparse logistic regression: at η₀, and at η₀ · sparsity_factor(x_t)."""
    whole = problems.zipf_logistic(samples=2000, features=50)
    single, shares = problems.MiniBatches(whole, 1), frequency(whole.features)
    groups = np.array_split(np.argsort(-shares), 5)
    powers = []
    for lr in (0.1, lambda t: 0.01 * scalar_factor(single.at(t + 1).features)):
        way = minimize(single, SGD(lr), steps=300).x[-1] / whole.minimum
        powers.append(line(np.log([shares[g].mean() for g in groups]), np.log([way[g].mean() for g in groups]))[0])
    return tuple(map(float, powers))


def judge_meaningful(sizes: Array, plain: Array, one_for_all: Array, for_each: Array) -> tuple[str, str]:
    """Meaningful: the factor halves the distance that the weight worst off has left, at the best rate of either.  sizes: of the mini-batches, rising."""
    scalar_helps, helps = one_for_all < plain / 2, for_each < plain / 2
    if np.all(helps) and np.all(scalar_helps):
        return HOLDS, ""
    if not helps[-1]:
        return FAILS, ""
    conditions = [] if np.all(scalar_helps) else ["each feature has a factor of its own"]
    if not np.all(helps):
        conditions.append(f"mini-batches, here of {sizes[helps].min()} or more, hold the frequent features many times over")
    return HOLDS_WHEN, " and ".join(conditions)
