"""The assignment on sparse features: its tasks, and what goes wrong in them."""

import numpy as np

from ..answers import Choice, Number
from ..functions import Formula, Function
from ..slips import slip

WRONG_AXIS, FOR_EACH_SAMPLE = "errors are paired with features, not with samples", "x has a row for each sample: which of its axes has to meet the errors?"


def samples(rng, size, width):
    """Samples with about half of their features absent, and labels 0 or 1."""
    x = np.round(rng.normal(size=(size, width)), 2) * (rng.random((size, width)) < 0.5)
    return x, rng.integers(0, 2, size).astype(float)


def logistic_slope(x, y, w):
    guess = 1 / (1 + np.exp(-x @ w))
    return (guess - y) @ x / len(y)


slope = Function(
    logistic_slope,
    draws=lambda rng: {
        "one sample": [(np.array([[1.0, 0.0, 2.0]]), np.array([1.0]), np.array([0.5, -1.0, 0.25]))],
        "many samples": [(*samples(rng, 6, 3), np.round(rng.normal(size=3), 2)) for _ in range(2)],
        "a feature that is never there": [(np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([0.0, 1.0]), np.array([0.3, 0.7]))],
    },
    results=("the gradient",),
    slips=(
        slip("the sum is not divided by the number of samples", "The loss is a mean over the samples.", " / len(y)", ""),
        slip("the sum is divided by the number of features", "The loss is a mean over the samples.", "len(y)", "len(w)"),
        slip("that is the derivative of a squared error", "With this loss the slope of σ cancels.", "(guess - y)", "((guess - y) * guess * (1 - guess))"),
        slip("nothing is summed", "One number for each weight: add up over the samples.", "(guess - y) @ x", "(guess - y)[:, None] * x"),
        slip("the guess is not squeezed into (0, 1)", "The model's guess is σ(w·x), not w·x.", "1 / (1 + np.exp(-x @ w))", "x @ w"),
        slip("the sign of the exponent is wrong", "A large w·x is to make a guess near 1.", "np.exp(-x @ w)", "np.exp(x @ w)"),
        slip("the error has the wrong sign", "Where the guess is too high the loss falls if it is lowered: guess minus label.", "(guess - y)", "(y - guess)"),
        slip(
            "the features are left out",
            "Each sample's error acts on a weight through that sample's feature.",
            "(guess - y) @ x / len(y)",
            "np.full(x.shape[1], (guess - y).mean())",
        ),
        slip(WRONG_AXIS, FOR_EACH_SAMPLE, "(guess - y) @ x / len(y)", "((guess - y) * x).mean(axis=0)"),
        slip(
            "errors and features are averaged apart",
            "The sample's index stands on both: multiply first, then add up.",
            "(guess - y) @ x / len(y)",
            "(guess - y).mean() * x.mean(axis=0)",
        ),
    ),
)


def touched(p, B):
    return 1 - (1 - p) ** B


chance = Formula(
    touched,
    draws=lambda rng: {"one sample": [(0.3, 1)], "a mini-batch": [(0.01, 100), (0.5, 3), (round(rng.uniform(0.02, 0.3), 3), int(rng.integers(5, 30)))]},
    results=("the chance",),
    slips=(
        slip("the shares are added", "Two samples of the batch may both have the feature: it can be no more than certain.", "1 - (1 - p) ** B", "p * B"),
        slip("that is the chance that no sample has it", "At least one: the opposite of none.", "1 - (1 - p) ** B", "(1 - p) ** B"),
        slip("that is the chance that all samples have it", "One is enough.", "1 - (1 - p) ** B", "p**B"),
        slip("that is the chance that not all samples have it", "At least one *has* it.", "1 - (1 - p) ** B", "1 - p**B"),
        slip("the size of the batch is forgotten", "A larger batch is more likely to contain the feature.", "1 - (1 - p) ** B", "p"),
        slip("that is the chance that just one sample has it", "Two or more would do as well.", "1 - (1 - p) ** B", "B * p * (1 - p) ** (B - 1)"),
    ),
)


def updates_that_touch(p, batch, updates):
    return updates * (1 - (1 - p) ** batch)


HITS = "updates * (1 - (1 - p) ** batch)"
hits = Number(
    "sparse_hits",
    updates_that_touch,
    draw=lambda rng: {"p": round(rng.uniform(0.005, 0.015), 4), "batch": int(rng.integers(20, 37)), "updates": int(rng.integers(5, 40)) * 100},  # chance < ½
    slips=(
        slip("every sample with the feature is counted as an update", "Several of them in one batch make one update.", HITS, "updates * p * batch"),
        slip("the batch is forgotten", "An update sees a whole batch.", HITS, "updates * p"),
        slip("the updates that leave the weight alone are counted", "Asked for are those that move it.", HITS, "updates * (1 - p) ** batch"),
        slip("the chance of one update is given", "Of how many updates?", HITS, "1 - (1 - p) ** batch"),
    ),
)


def inverse_frequency(x):
    there = np.count_nonzero(x, axis=0)
    return np.where(there > 0, len(x) / np.maximum(there, 1), 0.0)


SHARES = "np.count_nonzero(x, axis=0)"
factor = Function(
    inverse_frequency,
    draws=lambda rng: {
        "features of several frequencies": [(np.array([[1.0, 0.0], [2.0, 5.0], [-1.0, 0.0], [0.0, 0.0]]),), (samples(rng, 12, 4)[0] + [1, 0, 0, 0],)],
        "a feature that is never there": [
            (np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 0.0], [1.0, 0.0]]),),
            (np.array([[2.0, -1.0, 0.0], [-2.0, 0.0, 0.0], [0.0, -3.0, 0.0], [1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]]),),
        ],
    },
    results=("the factor of each feature",),
    slips=(
        slip("values are added up, not counted", "How often is the feature there, whatever its value?", SHARES, "x.sum(axis=0)"),
        slip("negative values are not counted", "A feature of −1 is there, too.", SHARES, "(x > 0).sum(axis=0)"),
        slip("the number of features stands for that of the samples", "Which axis of x counts the samples?", "len(x) / np", "x.shape[1] / np"),
        slip("the number of samples is missing", "A feature that is always there gets the factor 1.", "len(x) / np", "1 / np"),
        slip("the share is given, not its inverse", "A rare feature is to get a *large* factor.", "len(x) / np.maximum(there, 1)", "there / len(x)"),
        slip("one factor serves all features", "Count for each feature, along the samples.", SHARES, "np.full(x.shape[1], np.count_nonzero(x) / x.shape[1])"),
        slip("values that add up to 0 count as a feature that is never there", "A 2 and a −2 are two samples with it.", "there > 0", "x.sum(axis=0) != 0"),
        slip("a feature that is only negative counts as one that is never there", "A feature of −1 is there, too.", "there > 0", "(x > 0).any(axis=0)"),
        slip(
            "0 is divided by where a feature is never there",
            "Such a weight gets no gradient: its factor is to be 0.",
            "np.where(there > 0, len(x) / np.maximum(there, 1), 0.0)",
            "len(x) / there",
        ),
        slip("features are counted for each sample", "A factor for each column of x.", "axis=0", "axis=1"),
        slip("a feature that is never there gets the largest factor", "Such a weight gets no gradient: its factor is to be 0.", "there > 0", "there >= 0"),
    ),
)

one_number = Choice(
    "sparse_one_number",
    right="c",
    why_not={
        "a": slip("the sparsity of the sample is thought to tell which features are rare", "A sample with few features may have just the common ones."),
        "b": slip("a small rate is thought to be the trouble", "Try a factor of a thousand on a sample with one rare feature and one common one."),
        "d": slip("the factor is thought to be impossible to compute", "It is easily computed; the question is what it can do."),
    },
)


def sparse_adagrad(w, v, indices, values, lr, eps):
    touched, place = np.unique(indices, return_inverse=True)
    g = np.bincount(place, values)
    w, v = w.copy(), v.copy()
    v[touched] += g**2
    w[touched] -= lr * g / np.sqrt(v[touched] + eps)
    return w, v


ADDED = "g = np.bincount(place, values)"
lazy = Function(
    sparse_adagrad,
    draws=lambda rng: {
        "one feature": [(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 4.0]), np.array([1]), np.array([2.0]), 0.5, 0.2)],
        "several features": [
            (np.round(rng.normal(size=5), 2), np.round(rng.uniform(0.5, 2, 5), 2), np.array([4, 0]), np.round(rng.normal(size=2), 2), 0.3, 0.1)
        ],
        "a feature that comes twice": [
            (np.round(rng.normal(size=4), 2), np.round(rng.uniform(0.5, 2, 4), 2), np.array([2, 0, 2]), np.round(rng.uniform(1, 3, 3), 2), 0.3, 0.1)
        ],
        "features that are not there are left out": [
            (np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.0]), np.array([2, 1]), np.round(rng.uniform(0.5, 2, 2), 2), 0.3, 0.0)
        ],
    },
    results=("the new w", "the new v"),
    slips=(
        slip(
            "only the last gradient of a feature that comes twice counts",
            "`g[indices] = …` writes twice to one place. Gradients of one weight add up.",
            ADDED,
            "g = np.zeros(len(touched)); g[place] = values",
        ),
        slip(
            "the squares of a feature that comes twice are added, not its gradients",
            "First the weight's gradient, the sum; then its square.",
            "v[touched] += g**2",
            "v[touched] += np.bincount(place, values**2)",
        ),
        slip(
            "a feature that comes twice makes two steps",
            "Write v down after each of them: was it the same for both?",
            "    v[touched] += g**2\n    w[touched] -= lr * g / np.sqrt(v[touched] + eps)\n",
            "    for i, part in zip(indices, values):\n        v[i] += part**2\n        w[i] -= lr * part / np.sqrt(v[i] + eps)\n",
        ),
        slip("the old v is divided by", "First v takes in the gradient.", "np.sqrt(v[touched] + eps)", "np.sqrt(v[touched] - g**2 + eps)"),
        slip("v is not updated", "The memory is to grow where a gradient came.", "v[touched] += g**2", "v[touched] += 0"),
        slip("the root is missing", "Divide by the root of v.", "np.sqrt(v[touched] + eps)", "(v[touched] + eps)"),
        slip("ε is outside the root", "In the equation asked for the root is taken of the sum.", "np.sqrt(v[touched] + eps)", "(np.sqrt(v[touched]) + eps)"),
        slip("only what was touched is returned", "Return w and v whole.", "return w, v", "return w[touched], v[touched]"),
        slip("w and v are returned in the wrong order", "First w, then v.", "return w, v", "return v, w"),
        slip("the step leads uphill", "w moves against the gradient.", "w[touched] -= ", "w[touched] += "),
        slip(
            "all weights are updated, not only those whose feature is there",
            "With ε = 0, what becomes of a weight whose v is 0 and which has no gradient?",
            "    v[touched] += g**2\n    w[touched] -= lr * g / np.sqrt(v[touched] + eps)\n",
            "    g = np.bincount(indices, values, len(w))\n    v += g**2\n    w -= lr * g / np.sqrt(v + eps)\n",
        ),
        slip("the gradients are averaged over those that came", "Nothing is to be averaged here.", ADDED, "g = np.bincount(place, values / len(indices))"),
    ),
)


def repaired_slope(errors, x):
    return errors @ x / len(errors)


repaired = Function(
    repaired_slope,
    draws=lambda rng: {
        "two samples": [(np.array([1.0, -1.0]), np.array([[2.0, 0.0], [0.0, 2.0]]))],
        "many samples": [(np.round(rng.normal(size=6), 2), samples(rng, 6, 3)[0]) for _ in range(2)],
    },
    results=("the gradient",),
    slips=(
        slip(
            "errors and features are still averaged apart",
            "With errors 1 and −1 their mean is 0, whatever the features are.",
            "errors @ x / len(errors)",
            "errors.mean() * x.mean(axis=0)",
        ),
        slip("the sum is not divided by the number of samples", "A mean over the samples.", " / len(errors)", ""),
        slip("nothing is summed", "One number for each weight: add up over the samples.", "errors @ x / len(errors)", "errors[:, None] * x"),
        slip(WRONG_AXIS, FOR_EACH_SAMPLE, "errors @ x / len(errors)", "(errors * x).mean(axis=0)"),
        slip("only the first sample is used", "Add up over all samples.", "errors @ x / len(errors)", "errors[0] * x[0]"),
        slip("the sizes of the features are used", "A feature of −2 turns the error's effect round.", "errors @ x", "errors @ np.abs(x)"),
        slip(
            "the mean is taken over the features, too",
            "A derivative for each weight.",
            "errors @ x / len(errors)",
            "np.full(x.shape[1], (errors @ x).mean() / len(errors))",
        ),
    ),
)

TASKS = (slope, chance, hits, factor, one_number, lazy, repaired)
