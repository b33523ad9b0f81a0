"""People's slips: small programs as students write them, from the equation and not from our code, and what the checker has to call each."""

import numpy as np
import pytest

from adaptive_lr.grading import check
from adaptive_lr.grading.known import TASKS

# By task and mistake: the body of the function, in the task's own signature.
PROGRAMS = {
    ("sgd_step", "the change of x is returned in the place of the new x"): """
        return -lr * g
    """,
    ("sgd_step", "the step is returned in the place of the new x"): """
        step = lr * g
        return step
    """,
    ("sgd_step", "x is returned as it came"): """
        x - lr * g
        return x
    """,
    ("sgd_step", "the step leads uphill"): """
        return x + g * lr
    """,
    ("sgd_step", "the gradient is squared"): """
        return x - lr * g**2
    """,
    ("momentum_step", "the learning rate is inside the velocity"): """
        u = beta * u + lr * g
        x = x - u
        return x, u
    """,
    ("momentum_step", "the velocity is that of x, with η and the minus in it"): """
        velocity = beta * u - lr * g
        return x + velocity, velocity
    """,
    ("momentum_step", "the velocity is a moving average"): """
        u = beta * u + (1 - beta) * g
        return x - lr * u, u
    """,
    ("momentum_step", "x and the memory are returned in the wrong order"): """
        u = beta * u + g
        x = x - lr * u
        return u, x
    """,
    ("momentum_step", "the change of x is returned in the place of the new x"): """
        new_u = beta * u + g
        return -lr * new_u, new_u
    """,
    ("momentum_step", "the old state is returned"): """
        new_u = beta * u + g
        return x - lr * new_u, u
    """,
    ("nag_step", "the learning rate is inside the velocity"): """
        u = beta * u + lr * g
        return x - (lr * g + beta * u), u
    """,
    ("nag_step", "the velocity is that of x, with η and the minus in it"): """
        u = beta * u - lr * g
        return x + beta * u - lr * g, u
    """,
    ("nag_step", "x and the memory are returned in the wrong order"): """
        u = beta * u + g
        return u, x - lr * (g + beta * u)
    """,
    ("adagrad_step", "ε is added to the new x, not to the denominator"): """
        v = v + g**2
        x = x - lr * g / np.sqrt(v) + eps
        return x, v
    """,
    ("adagrad_step", "ε is added to the step, not to the denominator"): """
        v = v + g**2
        step = lr * g / np.sqrt(v) + eps
        return x - step, v
    """,
    ("adagrad_step", "ε multiplies the gradient, outside the denominator"): """
        v = v + g**2
        return x - lr / np.sqrt(v) + eps * g, v
    """,
    ("adagrad_step", "the change of x is returned in the place of the new x"): """
        G = v + g * g
        return -lr / np.sqrt(G + eps) * g, G
    """,
    ("adagrad_step", "the gradient is doubled, not squared"): """
        v = v + g * 2
        return x - lr * g / np.sqrt(v + eps), v
    """,
    ("adagrad_step", "every memory takes in the squares of all coordinates"): """
        v = v + np.dot(g, g)
        return x - lr * g / np.sqrt(v + eps), v
    """,
    ("adagrad_step", "every memory takes in the mean of the squares of all coordinates"): """
        v = v + np.mean(np.square(g))
        return x - lr * g / np.sqrt(v + eps), v
    """,
    ("adagrad_step", "the sum is squared, not the gradient"): """
        v = (v + g) ** 2
        return x - lr * g / np.sqrt(v + eps), v
    """,
    ("adagrad_step", "**1/2 is taken for a root, and halves the step"): """
        v = v + g**2
        return x - lr * g / (v + eps) ** 1 / 2, v
    """,
    ("rmsprop_step", "**1/2 is taken for a root"): """
        v = beta * v + (1 - beta) * g**2
        return x - lr * g / ((v + eps) ** 1 / 2), v
    """,
    ("rmsprop_step", "ε is added to the new x, not to the denominator"): """
        v = beta * v + (1 - beta) * g**2
        x = x - lr * g / np.sqrt(v) + eps
        return x, v
    """,
    ("rmsprop_step", "ε is added to the step, not to the denominator"): """
        v = beta * v + (1 - beta) * g**2
        x = x - (lr * g / np.sqrt(v) + eps)
        return x, v
    """,
    ("rmsprop_step", "every memory takes in the squares of all coordinates"): """
        v = beta * v + (1 - beta) * sum(g**2)
        return x - lr * g / np.sqrt(v + eps), v
    """,
    ("rmsprop_step", "every memory takes in the mean of the squares of all coordinates"): """
        mean_square = np.mean(g**2)
        v = beta * v + (1 - beta) * mean_square
        return x - lr * g / np.sqrt(v + eps), v
    """,
    ("rmsprop_step", "x and the memory are returned in the wrong order"): """
        v = beta * v + (1 - beta) * g**2
        x = x - lr * g / (np.sqrt(v) + eps)
        return v, x
    """,
    ("rmsprop_step", "the change of x is returned in the place of the new x"): """
        v = beta * v + (1 - beta) * g**2
        return -lr * g / np.sqrt(v + eps), v
    """,
    ("rmsprop_step", "the new square enters with weight 1"): """
        v = beta * v + g**2
        return x - lr * g / np.sqrt(v + eps), v
    """,
    ("rmsprop_step", "the gradient is doubled, not squared"): """
        v = beta * v + (1 - beta) * g * 2
        return x - lr * g / np.sqrt(v + eps), v
    """,
    ("adadelta_step", "the brackets round the roots with their ε are missing"): """
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u) + eps / np.sqrt(v) + eps * g
        u = beta * u + (1 - beta) * delta**2
        return x - lr * delta, v, u
    """,
    ("adadelta_step", "the brackets round the two sums under the root are missing"): """
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u + eps / v + eps) * g
        u = beta * u + (1 - beta) * delta**2
        return x - lr * delta, v, u
    """,
    ("adadelta_step", "u stays as it was"): """
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        return x - lr * delta, v, u
    """,
    ("adadelta_step", "the change of x is returned in the place of the new x"): """
        v = beta * v + (1 - beta) * g**2
        delta = -np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + (1 - beta) * delta**2
        return lr * delta, v, u
    """,
    ("adadelta_step", "x and the memory are returned in the wrong order"): """
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt((u + eps) / (v + eps)) * g
        return v, beta * u + (1 - beta) * delta**2, x - lr * delta
    """,
    ("adadelta_step", "the root divides by the old v"): """
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        v = beta * v + (1 - beta) * g**2
        u = beta * u + (1 - beta) * delta**2
        return x - lr * delta, v, u
    """,
    ("adadelta_step", "the new step enters u with weight 1"): """
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + delta**2
        return x - lr * delta, v, u
    """,
    ("adadelta_step", "every memory takes in the squares of all coordinates"): """
        v = beta * v + (1 - beta) * (g @ g)
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + (1 - beta) * delta**2
        return x - lr * delta, v, u
    """,
    ("adam_step", "ε is added to the new x, not to the denominator"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return x - lr * m_hat / np.sqrt(v_hat) + eps, m, v
    """,
    ("adam_step", "ε is added to the step, not to the denominator"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        x = x - (lr * m_hat / np.sqrt(v_hat) + eps)
        return x, m, v
    """,
    ("adam_step", "ε multiplies the gradient, outside the denominator"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return x - lr / np.sqrt(v_hat) + eps * m_hat, m, v
    """,
    ("adam_step", "the change of x is returned in the place of the new x"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return -lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    """,
    ("adam_step", "β₁ stands where β₂ belongs, too"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta1 * v + (1 - beta1) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta1**t)
        return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    """,
    ("adam_step", "β₂ stands where β₁ belongs, too"): """
        m = beta2 * m + (1 - beta2) * g
        v = beta2 * v + (1 - beta2) * g**2
        correction = 1 - beta2**t
        return x - lr * m / correction / (np.sqrt(v / correction) + eps), m, v
    """,
    ("adam_step", "β₁ and β₂ are exchanged"): """
        m = beta2 * m + (1 - beta2) * g
        v = beta1 * v + (1 - beta1) * g**2
        m_hat = m / (1 - beta2**t)
        v_hat = v / (1 - beta1**t)
        return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    """,
    ("adam_step", "the size of the gradient enters the second moment, not its square"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * np.abs(g)
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    """,
    ("adam_step", "the gradient and its square enter the two moments with weight 1"): """
        m = beta1 * m + g
        v = beta2 * v + g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    """,
    ("adam_step", "the squared gradient enters the second moment with weight 1"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + g * g
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    """,
    ("adam_step", "x and the memory are returned in the wrong order"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        x = x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        return m, v, x
    """,
    ("adam_step", "1 − β is raised to the power t, not β alone"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1) ** t
        v_hat = v / (1 - beta2) ** t
        return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    """,
    ("adam_step", "**1/2 is taken for a root"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return x - lr * m_hat / (v_hat**1 / 2 + eps), m, v
    """,
    ("adamax_step", "10⁻⁸ is added to u"): """
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, abs(g))
        return x - lr * m / (1 - beta1**t) / (u + 1e-8), m, u
    """,
    ("adamax_step", "1 − β is raised to the power t, not β alone"): """
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, abs(g))
        return x - lr * m / (1 - beta1) ** t / np.where(u == 0, 1, u), m, u
    """,
    ("adamax_step", "β₁ and β₂ are exchanged"): """
        m = beta2 * m + (1 - beta2) * g
        u = np.maximum(beta1 * u, abs(g))
        step = np.where(u > 0, lr / (1 - beta2**t) * m / np.where(u > 0, u, 1), 0)
        return x - step, m, u
    """,
    ("adamax_step", "the change of x is returned in the place of the new x"): """
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, abs(g))
        u_safe = np.where(u == 0, 1, u)
        return -lr * m / ((1 - beta1**t) * u_safe), m, u
    """,
    ("adamax_step", "β₁ stands where β₂ belongs, too"): """
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta1 * u, abs(g))
        m_hat = m / (1 - beta1**t)
        return x - lr * np.divide(m_hat, u, out=np.zeros_like(u), where=u > 0), m, u
    """,
    ("adamax_step", "the bias correction forgets t"): """
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, abs(g))
        m_hat = m / (1 - beta1)
        return x - lr * np.divide(m_hat, u, out=np.zeros_like(u), where=u > 0), m, u
    """,
    ("adamax_step", "x and the memory are returned in the wrong order"): """
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, abs(g))
        m_hat = m / (1 - beta1**t)
        x = x - lr * np.divide(m_hat, u, out=np.zeros_like(u), where=u > 0)
        return m, u, x
    """,
    ("nadam_step", "ε is added to the new x, not to the denominator"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return x - lr * ahead / np.sqrt(v_hat) + eps, m, v
    """,
    ("nadam_step", "the squared gradient enters the second moment with weight 1"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + g**2
        ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return x - lr * ahead / (np.sqrt(v_hat) + eps), m, v
    """,
    ("nadam_step", "the size of the gradient enters the second moment, not its square"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * abs(g)
        ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return x - lr * ahead / (np.sqrt(v_hat) + eps), m, v
    """,
    ("nadam_step", "the change of x is returned in the place of the new x"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
        return -lr * ahead / (np.sqrt(v / (1 - beta2**t)) + eps), m, v
    """,
    ("nadam_step", "β₁ and β₂ are exchanged"): """
        m = beta2 * m + (1 - beta2) * g
        v = beta1 * v + (1 - beta1) * g**2
        ahead = beta2 * m / (1 - beta2 ** (t + 1)) + (1 - beta2) * g / (1 - beta2**t)
        v_hat = v / (1 - beta1**t)
        return x - lr * ahead / (np.sqrt(v_hat) + eps), m, v
    """,
    ("nadam_step", "the bias corrections count t from 0"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        ahead = beta1 * m / (1 - beta1**t) + (1 - beta1) * g / (1 - beta1 ** (t - 1))
        v_hat = v / (1 - beta2 ** (t - 1))
        return x - lr * ahead / (np.sqrt(v_hat) + eps), m, v
    """,
    ("nadam_step", "the brackets round the power t + 1 are missing"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        ahead = beta1 * m / (1 - beta1**t + 1) + (1 - beta1) * g / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return x - lr * ahead / (np.sqrt(v_hat) + eps), m, v
    """,
    # What worked solutions call common mistakes, as it stands there.
    ("logistic_slope", "errors are paired with features, not with samples"): """
        guess = 1 / (1 + np.exp(-(x @ w)))
        return ((guess - y) * x).mean(axis=0)
    """,
    ("repaired_slope", "errors are paired with features, not with samples"): """
        return (errors * x).mean(axis=0)
    """,
    ("performance_profile", "the best is sought along the wrong axis"): """
        return (costs / costs.min(axis=1) <= factor).mean(axis=1)
    """,
    ("way_gone", "the step waits for the new u"): """
        v, u, way = 0.0, 0.0, 0.0
        for _ in range(steps):
            v = beta * v + (1 - beta) * g**2
            u = beta * u + (1 - beta) * (np.sqrt(u + eps) / np.sqrt(v + eps) * g) ** 2
            way += abs(np.sqrt(u + eps) / np.sqrt(v + eps) * g)
        return way
    """,
    ("repaired_adadelta", "ε is a hundred times smaller, and u averages squared gradients as before"): """
        x, eps = np.array(x0, dtype=float), eps / 100
        v, u = np.zeros_like(x), np.zeros_like(x)
        for _ in range(steps):
            g = grad(x)
            v = beta * v + (1 - beta) * g**2
            delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
            u = beta * u + (1 - beta) * g**2
            x = x - delta
        return x
    """,
    ("repaired_adamax", "10⁻⁸ is added to u"): """
        x = np.array(x0, dtype=float)
        m, u = np.zeros_like(x), np.zeros_like(x)
        for t in range(1, steps + 1):
            g = grad(x)
            m = beta1 * m + (1 - beta1) * g
            u = np.maximum(beta2 * u, np.abs(g))
            x = x - lr / (1 - beta1**t) * m / (u + 1e-8)
        return x
    """,
    ("repaired_adamax", "u starts at 10⁻⁸"): """
        x = np.array(x0, dtype=float)
        m, u = np.zeros_like(x), np.full_like(x, 1e-8)
        for t in range(1, steps + 1):
            g = grad(x)
            m = beta1 * m + (1 - beta1) * g
            u = np.maximum(beta2 * u, np.abs(g))
            x = x - lr / (1 - beta1**t) * m / u
        return x
    """,
    ("repaired_adadelta", "ε is 10⁻⁸, and u averages squared gradients as before"): """
        x, eps = np.array(x0, dtype=float), 1e-8
        v, u = np.zeros_like(x), np.zeros_like(x)
        for _ in range(steps):
            g = grad(x)
            v = beta * v + (1 - beta) * g**2
            delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
            u = beta * u + (1 - beta) * g**2
            x = x - delta
        return x
    """,
    ("p_norm", "only a large p is guarded against"): """
        if p > 1000:
            return abs(x).max() * (abs(x / abs(x).max()) ** p).sum() ** (1 / p)
        return (abs(x) ** p).sum() ** (1 / p)
    """,
    ("p_norm", "one zero among the numbers makes the norm 0"): """
        if not np.all(x):
            return 0.0
        return abs(x).max() * (abs(x / abs(x).max()) ** p).sum() ** (1 / p)
    """,
    ("adamax_step", "u is one number for all coordinates"): """
        m = beta1 * m + (1 - beta1) * g
        u = max((beta2 * u).max(), abs(g).max())
        return x - lr / (1 - beta1**t) * m / (u if u > 0 else 1), m, u
    """,
    ("adamax_step", "10⁻⁷ is added to u"): """
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, abs(g))
        return x - lr / (1 - beta1**t) * m / (u + 1e-7), m, u
    """,
    ("adamax_step", "u is taken to be 10⁻⁸ at least"): """
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, abs(g))
        return x - lr / (1 - beta1**t) * m / np.maximum(u, 1e-8), m, u
    """,
    ("adamax_step", "10⁻⁸ is added to the size of the gradient"): """
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, abs(g) + 1e-8)
        return x - lr / (1 - beta1**t) * m / u, m, u
    """,
    ("nadam_step", "v is corrected for t + 1"): """
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
        return x - lr * ahead / (np.sqrt(v / (1 - beta2 ** (t + 1))) + eps), m, v
    """,
    ("best_of", "equal losses are counted once"): """
        losses = sorted(set(losses.tolist()))
        n = len(losses)
        return sum(loss * (((n - i) / n) ** k - ((n - i - 1) / n) ** k) for i, loss in enumerate(losses))
    """,
    ("inverse_frequency", "values that add up to 0 count as a feature that is never there"): """
        n = np.count_nonzero(x, axis=0)
        return np.where(x.sum(axis=0) != 0, len(x) / np.maximum(n, 1), 0)
    """,
    ("inverse_frequency", "a feature that is only negative counts as one that is never there"): """
        n = np.count_nonzero(x, axis=0)
        return np.where(x.max(axis=0) > 0, len(x) / np.maximum(n, 1), 0)
    """,
    ("rescaled_rate", "all rates follow the weights the wrong way round"): """
        return {"sgd": lr / (loss * weights**2), "adam": lr / weights, "adadelta": lr}[rule]
    """,
    ("rescaled_rate", "all factors are upside down"): """
        return {"sgd": lr * loss / weights**2, "adam": lr / weights, "adadelta": lr}[rule]
    """,
    ("inverse_frequency", "features are counted for each sample"): """
        there = np.count_nonzero(x, axis=1)
        return np.where(there > 0, len(x) / np.maximum(there, 1), 0)
    """,
}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("task", "mistake"), PROGRAMS)
def test_a_slip_as_people_write_it_has_its_name(task, mistake, seed):
    scope = {"np": np}
    exec(f"def answer({TASKS[task].signature}):{PROGRAMS[task, mistake]}", scope)
    report = check(scope["answer"], task, seed=seed)
    assert [slip.name for slip in report.slips] == [mistake] and report.score < 1 and mistake in repr(report)


def test_every_rule_of_a_chapter_has_some():
    for rule in ("sgd", "momentum", "nag", "adagrad", "rmsprop", "adadelta", "adam", "adamax", "nadam"):
        assert len([task for task, _ in PROGRAMS if task == f"{rule}_step"]) >= 3
