"""Right answers of the assignment on sparse features, as different people write them."""

import math

import numpy as np


def logistic_slope(x, y, w):
    guess = 1 / (1 + np.exp(-x @ w))
    return (guess - y) @ x / len(y)


def slope_with_loops(x, y, w):
    slopes = [0.0] * len(w)
    for row, label in zip(x, y):
        score = sum(a * b for a, b in zip(row, w))
        error = 1 / (1 + math.exp(-score)) - label
        for j, feature in enumerate(row):
            slopes[j] += error * feature / len(y)
    return slopes


def slope_as_a_mean(x, y, w):
    return np.mean((1 / (1 + np.exp(-(x @ w))) - y)[:, None] * x, axis=0)


def slope_with_tanh(x, y, w):
    return x.T @ (0.5 + 0.5 * np.tanh(x @ w / 2) - y) / x.shape[0]


def slope_with_einsum(x, y, w):
    guess = np.exp(x @ w) / (1 + np.exp(x @ w))
    return np.einsum("k,kj->j", guess - y, x) / y.size


def touched(p, B):
    return 1 - (1 - p) ** B


def inverse_frequency(x):
    there = np.count_nonzero(x, axis=0)
    return np.where(there > 0, len(x) / np.maximum(there, 1), 0.0)


def factors_with_loops(x):
    factors = []
    for column in x.T:
        there = sum(1 for value in column if value != 0)
        factors.append(len(column) / there if there else 0)
    return factors


def factors_of_a_mean(x):
    share = (x != 0).mean(axis=0)
    return np.divide(1, share, out=np.zeros_like(share), where=share > 0)


def factors_without_infinity(x):
    factors = 1 / np.mean(np.abs(np.sign(x)), axis=0)
    factors[np.isinf(factors)] = 0
    return factors


def factors_filled_in(x):
    factors = np.zeros(x.shape[1])
    there = (x != 0).sum(0)
    factors[there > 0] = x.shape[0] / there[there > 0]
    return factors


def sparse_adagrad(w, v, indices, values, lr, eps):
    touched, place = np.unique(indices, return_inverse=True)
    g = np.bincount(place, values)
    w, v = w.copy(), v.copy()
    v[touched] += g**2
    w[touched] -= lr * g / np.sqrt(v[touched] + eps)
    return w, v


def lazy_with_a_dictionary(w, v, indices, values, lr, eps):
    w, v, gradients = list(w), list(v), {}
    for index, value in zip(indices, values):
        gradients[index] = gradients.get(index, 0) + value
    for index, g in gradients.items():
        v[index] += g * g
        w[index] -= lr * g / math.sqrt(v[index] + eps)
    return w, v


def lazy_by_a_mask(w, v, indices, values, lr, eps):
    g = np.bincount(indices, values, minlength=len(w))
    v = v + g**2
    there = np.isin(np.arange(len(w)), indices)
    step = np.zeros(len(w))
    np.divide(lr * g, np.sqrt(v + eps), out=step, where=there)
    return w - step, v


def lazy_with_add_at(w, v, indices, values, lr, eps):
    w, v, g = np.array(w), np.array(v), np.zeros(len(w))
    np.add.at(g, indices, values)
    places = list(set(indices.tolist()))
    v[places] = v[places] + g[places] * g[places]
    w[places] = w[places] - lr * g[places] * (v[places] + eps) ** -0.5
    return w, v


def lazy_with_a_matrix(w, v, indices, values, lr, eps):
    g = values @ np.eye(len(w))[indices]
    new = v + np.square(g)
    return [w - np.where(g != 0, lr * g / np.sqrt(new + eps), 0), new]


def repaired_slope(errors, x):
    return errors @ x / len(errors)


def repaired_as_a_mean(errors, x):
    return np.mean(errors[:, None] * x, axis=0)


def repaired_with_loops(errors, x):
    return [sum(error * row[j] for error, row in zip(errors, x)) / len(errors) for j in range(x.shape[1])]


def repaired_transposed(errors, x):
    return np.dot(x.T, errors) * (1 / x.shape[0])


def repaired_summed(errors, x):
    total = np.zeros(x.shape[1])
    for error, row in zip(errors, x):
        total = total + error * row
    return total / len(x)


ANSWERS = {
    "logistic_slope": [logistic_slope, slope_with_loops, slope_as_a_mean, slope_with_tanh, slope_with_einsum],
    "touched": [
        touched,
        "1 - (1 - p)**B",
        "-((1 - p)**B - 1)",
        "1 - exp(B * log(1 - p))",
        "1 - (1 - p) * (1 - p)**(B - 1)",
        "(1 - (1 - p)**(B / 2)) * (1 + (1 - p)**(B / 2))",
    ],
    "inverse_frequency": [inverse_frequency, factors_with_loops, factors_of_a_mean, factors_without_infinity, factors_filled_in],
    "sparse_adagrad": [sparse_adagrad, lazy_with_a_dictionary, lazy_by_a_mask, lazy_with_add_at, lazy_with_a_matrix],
    "repaired_slope": [repaired_slope, repaired_as_a_mean, repaired_with_loops, repaired_transposed, repaired_summed],
}
