"""Answers that call the package, each in its own way, with the name that is to be told; and honest ones that come close to it."""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from right_answers.adagrad import descend

import adaptive_lr
from adaptive_lr import AdaGrad, Adam, Warmup, norms, problems, races, schedules
from adaptive_lr.grading import check
from adaptive_lr.grading.known import TASKS, adagrad, adam

BORROWED = {}  # answer -> what it is told to call


def borrowed(task, calls):
    def entered(make):
        BORROWED[make.__name__] = task, calls, make
        return make

    return entered


def directly(task, answer, calls):
    BORROWED[f"{task}: {calls}"] = task, calls, lambda: answer


def adams_step(x, g, m, v, t, lr, beta1, beta2, eps):
    direction, rate, (m, v) = Adam(lr, beta1, beta2, eps).step(t, lr, g, (m, v))
    return x - rate * direction, m, v


directly("adam_step", adams_step, "Adam")
directly("moving_average", adam.moving_average, "moving_average")
directly("best_of", TASKS["best_of"].reference, "best_of")
directly("best_of", races.best_of, "best_of")
directly("performance_profile", TASKS["performance_profile"].right()[0], "performance_profile")
directly("adam_step", TASKS["adam_step"].right()[0], "Adam")
directly("repaired_adagrad", TASKS["repaired_adagrad"].right()[1], "repaired_adagrad")
directly("p_norm", norms.scaled_norm, "scaled_norm")
directly("cosine_annealing", lambda t, *settings: schedules.CosineAnnealing(*settings)(t), "CosineAnnealing")
directly("warmup", lambda t, steps, after: Warmup(steps, after)(t), "Warmup")
directly("logistic_slope", lambda x, y, w: problems.LogisticRegression(x, y).grad(w), "LogisticRegression")
directly("performance_profile", lambda costs, factor: races.profile(races.ratios(costs), np.array([factor]))[:, 0], "ratios")
directly("adagrad_step", adagrad.adagrads_step, "adagrads_step")  # which the second task hands over, and the first does not
directly("descend", lambda step, grad, *rest: adagrad.descend(step, grad, *rest), "descend")


@borrowed("moving_average", "moving_average")
def partial():
    return functools.partial(lambda function, *given: function(*given), adam.moving_average)


@borrowed("moving_average", "moving_average")
def partial_of_the_reference():
    return functools.partial(adam.moving_average)


@borrowed("moving_average", "moving_average")
def decorated():
    @functools.wraps(adam.moving_average)
    def moving_average(*given):
        return adam.moving_average(*given)

    return moving_average


@borrowed("steady_rate", "steady_rate")
def cached():
    return functools.lru_cache(adagrad.steady_rate)


@borrowed("steady_rate", "steady_rate")
def vectorized():
    return np.vectorize(adagrad.steady_rate)


@borrowed("moving_average", "moving_average")
def class_with_the_reference_inside():
    return type("Mine", (), {"__call__": staticmethod(adam.moving_average)})()


@borrowed("moving_average", "moving_average")
def called_by_a_builtin():
    return lambda *given: next(map(adam.moving_average, *([each] for each in given)))


@borrowed("moving_average", "moving_average")
def called_by_a_library():
    return lambda *given: np.apply_along_axis(adam.moving_average, 0, *given)


@borrowed("moving_average", "moving_average")
def generator():
    def each(*given):
        yield from adam.moving_average(*given)

    return lambda *given: list(each(*given))


@borrowed("adam_step", "Adam")
def subclass():
    @dataclass(frozen=True)
    class Mine(Adam):
        pass

    def step(x, g, m, v, t, lr, *settings):
        direction, rate, state = Mine(lr, *settings).step(t, lr, g, (m, v))
        return x - rate * direction, *state

    return step


@borrowed("adam_step", "Adam")
def found_by_its_name_only():
    def step(x, g, m, v, t, lr, *settings):
        rule = getattr(__import__("adaptive" + "_lr"), "Ad" + "am")(lr, *settings)
        direction, rate, state = rule.step(t, lr, g, (m, v))
        return x - rate * direction, *state

    return step


@borrowed("adam_step", "Adam.step")
def code_with_other_names_around():
    step = types.FunctionType(Adam.step.__wrapped__.__code__, {"np": np, "power": pow})

    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        direction, rate, state = step(types.SimpleNamespace(beta1=beta1, beta2=beta2, eps=eps), t, lr, g, (m, v))
        return x - rate * direction, *state

    return adam_step


@borrowed("adam_step", "Adam")
def text():
    names = {}
    exec("from adaptive_lr import Adam as A\ndef step(x, g, m, v, t, lr, *more):\n    return A(lr, *more).step(t, lr, g, (m, v))", names)
    return names["step"]


@borrowed("adam_step", "Adam")
def thread():
    def step(*given):
        found = []
        other = threading.Thread(target=lambda: found.append(adams_step(*given)))
        other.start()
        other.join()
        return found[0]

    return step


@borrowed("moving_average", "moving_average")
def thread_of_its_own():
    def moving_average(*given):
        with ThreadPoolExecutor() as pool:
            return pool.submit(adam.moving_average, *given).result()

    return moving_average


@borrowed("adam_step", "sys.setprofile")
def watch_ended_meanwhile():
    def step(*given):
        before = sys.getprofile()
        sys.setprofile(None)
        found = adams_step(*given)
        sys.setprofile(before)
        return found

    return step


@borrowed("adam_step", "sys.setprofile")
def watch_ended_for_good():
    return lambda *given: (list(map(sys.setprofile, [None])), adams_step(*given))[1]


@borrowed("adam_step", "sys.setprofile")
def watch_lost_at_the_stacks_end():
    def deeper():
        deeper()

    def step(*given):
        with contextlib.suppress(RecursionError):
            deeper()
        return adams_step(*given)

    return step


@borrowed("adam_step", "Adam")
def once_the_stack_has_ended():
    seen = []

    def step(*given):
        seen.append(None)
        return step(*given) if len(seen) < 3000 else adams_step(*given)

    return step


@borrowed("adam_step", "Adam")
def only_when_it_is_called_first():
    seen = []

    def step(*given):
        seen.append(None)
        return adams_step(*given) if len(seen) == 1 else tuple(given[:3])

    return step


@borrowed("descend", "AdaGrad")
def called_back_from_what_was_handed_over():
    class Point:
        def __init__(self, x, lr, eps):
            self.x, self.lr, self.eps = x, lr, eps

        def __array__(self, dtype=None, copy=None):
            AdaGrad(self.lr, self.eps)
            return np.asarray(self.x, dtype)

    def descend(step, grad, x0, lr, eps, steps):
        x, v, points = np.array(x0, float), np.zeros(len(x0)), [x0]
        for _ in range(steps):
            x, v = step(x, grad(Point(x, lr, eps)), v, lr, eps)
            points.append(x)
        return np.array(points)

    return descend


@borrowed("moving_average", "Check")
def the_checker_itself():
    return lambda *given: check(adam.moving_average)


def warmup(t, steps, after):
    assert callable(after) and repr(after) and after == after and not isinstance(after, Warmup | adaptive_lr.Rule)
    return after(0) * (t + 1) / steps if t < steps else after(t - steps)


def moving_average(values, beta):
    import adaptive_lr.explorer
    from adaptive_lr import Adam as rule
    from adaptive_lr.grading import check

    assert not isinstance(values, rule) and check is not None and issubclass(adaptive_lr.Adam, adaptive_lr.Rule) and adaptive_lr.explorer
    print("in between")
    m, averages = 0.0, []
    for value in values:
        m = beta * m + (1 - beta) * value
        averages.append(m)
    return averages


def in_a_thread(*given):
    with ThreadPoolExecutor() as pool:
        return pool.submit(descend, *given).result()


def with_partials(step, grad, *given):
    return descend(functools.partial(step), lambda x: functools.reduce(lambda _, f: f(x), [grad], None), *given)


class Mine:
    def __call__(self, *given):
        return descend(*given)


HONEST = {
    "as it is": (descend, "descend"),
    "a schedule that is handed over": (warmup, "warmup"),
    "imports and questions of type": (moving_average, "moving_average"),
    "in a thread": (in_a_thread, "descend"),
    "with functools": (with_partials, "descend"),
    "an object": (Mine(), "descend"),
    "a formula": ("log(0.05) / log(1 - q)", "tries_needed"),
}
