"""minimize: who owns the clock, what is recorded, and how a descent that fails is told apart from wrong input."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from test_optimizers import ALL_RULES

from adaptive_lr import SGD, AdaGrad, CosineAnnealing, Momentum, Then, Trace, Warmup, minimize, problems
from adaptive_lr.problems import Problem, Ravine

every_rule = pytest.mark.parametrize("rule", ALL_RULES, ids=repr)
X0 = np.array([-3.0, 1.0])


class Flat(Problem):
    """A plain: the gradient is 0 everywhere."""

    start = (1.0, -2.0, 3.0)
    bounds = minimum = None

    def f(self, x):
        return np.zeros(x.shape[:-1])

    def grad(self, x):
        return np.zeros_like(x)


@dataclass
class Recording:
    """A schedule that notes every t it is asked for."""

    asked: list = field(default_factory=list)

    def __call__(self, t):
        self.asked.append(t)
        return 0.1 / (1 + t)


@every_rule
def test_shapes(rule):
    trace = minimize(problems.saddle, rule, X0, steps=7)
    assert trace.x.shape == (8, 2) and trace.loss.shape == (8,) and trace.grad.shape == trace.rate.shape == (7, 2)
    assert trace.rule is rule and trace.problem is problems.saddle and np.array_equal(trace.x[0], X0)


@every_rule
def test_every_step_is_rate_times_direction_of_the_rule_run_by_hand(rule):
    trace = minimize(problems.saddle, rule, X0, steps=20)
    state = rule.init(X0)
    for k in range(20):
        assert np.array_equal(trace.grad[k], problems.saddle.grad(rule.look(trace.x[k], state)))
        direction, rate, state = rule.step(k + 1, rule.lr, trace.grad[k], state)
        assert np.array_equal(trace.rate[k], np.broadcast_to(rate, (2,)))
        assert np.array_equal(trace.x[k + 1], trace.x[k] - rate * direction)
    assert np.array_equal(trace.loss, problems.saddle.f(trace.x))


def test_gradient_descent_on_a_ravine_is_a_geometric_sequence():
    k = np.arange(51)[:, None]
    assert np.allclose(minimize(Ravine(20.0), SGD(0.03), X0, steps=50).x, (1 - 0.03 * np.array([1.0, 20.0])) ** k * X0, rtol=1e-12, atol=0)


def test_without_x0_the_problem_says_where_to_start():
    assert np.array_equal(minimize(problems.ravine, SGD(), steps=0).x, [problems.ravine.start])
    assert minimize(problems.sparse_logistic, SGD(), steps=1).x.shape == (2, 100)


@every_rule
def test_no_steps_are_a_trace_of_the_start(rule):
    trace = minimize(problems.ravine, rule, X0, steps=0)
    assert trace.x.shape == (1, 2) and trace.grad.shape == trace.rate.shape == (0, 2) and not trace.diverged


def test_a_schedule_is_asked_once_a_step_from_0_on_and_a_rule_told_t_from_1_on():
    schedule, given = Recording(), []

    class Noting(SGD):
        def step(self, t, lr, g, state):
            given.append((t, lr))
            return g, lr, ()

    minimize(problems.ravine, Noting(schedule), X0, steps=5)
    assert schedule.asked == [0, 1, 2, 3, 4]
    assert given == [(1, 0.1), (2, 0.1 / 2), (3, 0.1 / 3), (4, 0.1 / 4), (5, 0.1 / 5)]


@every_rule
def test_a_constant_schedule_is_the_constant(rule):
    constant, schedule = (minimize(problems.saddle, replace(rule, lr=lr), X0, steps=20) for lr in (0.05, lambda t: 0.05))
    assert np.array_equal(constant.x, schedule.x) and np.array_equal(constant.rate, schedule.rate)


@every_rule
@pytest.mark.parametrize("lr", [0.3, Recording()], ids=["constant", "schedule"])
def test_weight_decay_is_decoupled(rule, lr):
    """Where the gradient is 0 a rule does nothing, and x shrinks by 1 − ηλ a step: no rate but η has a say."""
    trace = minimize(Flat(), replace(rule, lr=lr), steps=10, weight_decay=0.2)
    shrink = [1 - (lr(t) if callable(lr) else lr) * 0.2 for t in range(10)]
    assert np.allclose(trace.x[1:], np.cumprod(shrink)[:, None] * Flat.start, rtol=1e-14, atol=0)


@every_rule
def test_weight_decay_does_not_enter_the_first_step_of_the_rule(rule):
    """One step with decay is the step without, less η λ x₀."""
    plain, decayed = (minimize(problems.saddle, rule, X0, steps=1, weight_decay=decay) for decay in (0.0, 0.2))
    assert np.array_equal(plain.rate, decayed.rate)
    assert np.allclose(decayed.x[1], plain.x[1] - rule.lr * 0.2 * X0, rtol=1e-15)


def test_gradient_descent_with_weight_decay_is_a_steeper_ravine():
    k = np.arange(51)[:, None]
    trace = minimize(Ravine(20.0), SGD(0.03), X0, steps=50, weight_decay=0.5)
    assert np.allclose(trace.x, (1 - 0.03 * np.array([1.5, 20.5])) ** k * X0, rtol=1e-12, atol=0)


@every_rule
@pytest.mark.parametrize("problem", [problems.ravine, problems.saddle], ids=["ravine", "saddle"])
def test_a_batch_of_rates_equals_the_single_runs_bit_for_bit(rule, problem):
    rates = np.array([1e-4, 1e-2, 0.05, 0.3])
    batch = minimize(problem, replace(rule, lr=rates[:, None]), steps=30, weight_decay=0.01)
    assert batch.x.shape == (31, 4, 2) and batch.loss.shape == (31, 4) and batch.rate.shape == batch.grad.shape == (30, 4, 2)
    for i, lr in enumerate(rates):
        single = minimize(problem, replace(rule, lr=float(lr)), steps=30, weight_decay=0.01)
        for of in ("x", "loss", "grad", "rate"):
            assert np.array_equal(getattr(batch, of)[:, i], getattr(single, of))


def test_starts_and_rates_side_by_side_make_a_grid():
    starts, rates = np.array([[-3.0, 1.0], [2.0, -1.0], [0.5, 0.5]]), np.array([0.01, 0.1])
    grid = minimize(problems.saddle, AdaGrad(rates[:, None, None]), starts, steps=10)
    assert grid.x.shape == (11, 2, 3, 2) and grid.diverged.shape == (2, 3)
    assert np.array_equal(grid.x[:, 1, 2], minimize(problems.saddle, AdaGrad(0.1), starts[2], steps=10).x)


def test_a_rate_for_each_coordinate():
    trace = minimize(problems.ravine, SGD(np.array([0.5, 0.0])), X0, steps=3)
    assert np.array_equal(trace.x[:, 1], [1.0] * 4) and np.array_equal(trace.x[:, 0], -3.0 * 0.5 ** np.arange(4))


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lr", [0.1, np.array([[0.01], [0.1]]), lambda t: np.float64(0.1)], ids=["number", "batch", "schedule"])
def test_precision_is_kept_as_given(rule, dtype, lr):
    trace = minimize(problems.saddle, replace(rule, lr=lr), X0.astype(dtype), steps=3, weight_decay=0.1)
    assert {a.dtype for a in (trace.x, trace.loss, trace.grad, trace.rate)} == {np.dtype(dtype)}


@every_rule
def test_the_callers_start_is_left_alone(rule):
    x0 = X0.copy()
    x0.flags.writeable = False
    trace = minimize(problems.saddle, rule, x0, steps=3, weight_decay=0.1)
    trace.x[:] = 0
    assert np.array_equal(x0, X0)


@every_rule
def test_a_run_is_repeated_exactly(rule):
    first, second = (minimize(problems.sparse_logistic, rule, steps=5) for _ in range(2))
    assert np.array_equal(first.x, second.x)


@pytest.mark.parametrize("rule", [SGD(1.0), Momentum(1.0)], ids=repr)
def test_divergence_is_a_result_that_is_marked(rule):
    """At η = 1 on this ravine x₂ grows by |1 − 20| a step and more: past 1e308 well before step 300."""
    trace = minimize(problems.ravine, rule, steps=300)
    assert isinstance(trace, Trace) and trace.diverged and "diverged" in repr(trace)
    assert trace.x.shape == (301, 2) and np.all(np.isfinite(trace.x[:100])) and not np.all(np.isfinite(trace.x))


def test_divergence_is_marked_run_by_run_and_spoils_no_neighbour():
    rates = np.array([0.01, 1.0, 0.05])
    trace = minimize(problems.ravine, SGD(rates[:, None]), steps=300)
    assert trace.diverged.tolist() == [False, True, False]
    assert np.array_equal(trace.x[:, 2], minimize(problems.ravine, SGD(0.05), steps=300).x)


def test_divergence_is_seen_in_the_loss_alone_and_in_x_alone():
    class Blind(Flat):
        def grad(self, x):
            return np.full_like(x, 1e308)

    loss_only = minimize(problems.ravine, SGD(0.0), [1e200, 0.0], steps=1)
    assert np.all(np.isfinite(loss_only.x)) and loss_only.diverged
    x_only = minimize(Blind(), SGD(10.0), steps=1)
    assert np.all(np.isfinite(x_only.loss)) and x_only.diverged


@every_rule
def test_a_sound_run_is_not_marked(rule):
    trace = minimize(problems.saddle, replace(rule, lr=0.01), steps=100)
    assert not trace.diverged and f"{trace.loss[-1]:.4g}" in repr(trace)


@every_rule
def test_a_batch_in_a_schedule_widens_x0_and_equals_the_single_runs_bit_for_bit(rule):
    tops = np.array([0.01, 0.1, 0.3])

    def schedule(top):
        return Then(Warmup(3, CosineAnnealing(1e-3, top, 10)), 8, CosineAnnealing(1e-4, top, 4))

    batch = minimize(problems.saddle, replace(rule, lr=schedule(tops[:, None])), X0, steps=15)
    assert batch.x.shape == (16, 3, 2)
    for i, top in enumerate(tops):
        single = minimize(problems.saddle, replace(rule, lr=schedule(top)), X0, steps=15)
        assert np.array_equal(batch.x[:, i], single.x) and np.array_equal(batch.rate[:, i], single.rate)


@every_rule
def test_float32_batches_and_schedules_keep_their_state_in_float32(rule):
    for lr in (0.1, np.array([[0.1], [0.2]]), CosineAnnealing(0.0, np.array([[0.1], [0.2]]), 5)):
        settings = {"lr": lr} | {name: np.array([[0.5], [0.9]]) for name in ("beta", "beta1", "beta2") if hasattr(rule, name)}
        trace = minimize(problems.saddle, replace(rule, **settings), X0.astype(np.float32), steps=3)
        assert {a.dtype for a in (trace.x, trace.loss, trace.grad, trace.rate, *trace.state)} == {np.dtype(np.float32)}


def bad(rule=SGD(0.1), problem=problems.ravine, **arguments):
    return lambda: minimize(problem, rule, **arguments)


BAD = {
    "integers": (bad(x0=[1, 2]), TypeError, "x0 has dtype int64: "),
    "text": (bad(x0=["1", "2"]), TypeError, "x0 has dtype <U1: "),
    "complex": (bad(x0=[1j, 2]), TypeError, "x0 has dtype complex128: "),
    "a number": (bad(x0=1.0), ValueError, r"x0 has shape \(\): the problem's points have 2 coordinates"),
    "too many coordinates": (bad(x0=np.ones((5, 3))), ValueError, r"x0 has shape \(5, 3\): the problem's points have 2 coordinates"),
    "NaN": (bad(x0=[1.0, np.nan]), ValueError, r"x0 = \[1.0, nan\]: "),
    "infinite": (bad(x0=[np.inf, 1.0]), ValueError, r"x0 = \[inf, 1.0\]: "),
    "no gradient there": (bad(x0=[1.0, 1e308]), ValueError, r"x0 = \[1.0, 1e\+308\]: the gradient there is not finite"),
    "steps < 0": (bad(steps=-1), ValueError, "steps = -1: "),
    "steps a float": (bad(steps=2.0), ValueError, "steps = 2.0: "),
    "steps a truth value": (bad(steps=True), ValueError, "steps = True: "),
    "decay < 0": (bad(weight_decay=-0.1), ValueError, "weight_decay = -0.1: "),
    "decay NaN": (bad(weight_decay=np.nan), ValueError, "weight_decay = nan: "),
    "decay text": (bad(weight_decay="0.1"), ValueError, "weight_decay = '0.1': "),
    "rates along the coordinates": (bad(SGD(np.ones(3))), ValueError, r"x0 \(2,\) and \{'lr': \(3,\)\} do not broadcast: .*lr\[:, None\]"),
    "rates against starts": (bad(SGD(np.ones((3, 1))), x0=np.ones((4, 2))), ValueError, r"x0 \(4, 2\) and \{'lr': \(3, 1\)\} do not broadcast: "),
    "decay rates": (bad(Momentum(0.1, np.full(3, 0.5))), ValueError, r"x0 \(2,\) and \{'lr': \(\), 'beta': \(3,\)\} do not broadcast: "),
    "a class for a problem": (bad(problem=Ravine), TypeError, "problem = <class .*Ravine'>: an instance of a Problem, e.g. problems.ravine"),
    "a class for a rule": (bad(SGD), TypeError, "rule = <class .*SGD'>: "),
    "a negative rate from a schedule": (bad(SGD(lambda t: 0.1 - t)), ValueError, r"lr\(1\) = -0.9: "),
    "no number from a schedule": (bad(SGD(lambda t: np.nan)), ValueError, r"lr\(0\) = nan: "),
    "a schedule of another shape": (bad(SGD(lambda t: np.ones(3))), ValueError, r"lr\(0\) has shape \(3,\): "),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_with_its_value(case):
    call, error, says = BAD[case]
    with pytest.raises(error, match="^" + says):
        call()


def test_array_fields_of_a_problem_are_runs_too():
    steep = np.array([1.0, 10.0, 20.0])
    batch = minimize(Ravine(condition=steep), AdaGrad(0.5), steps=9)
    assert batch.x.shape == (10, 3, 2)
    for k, condition in enumerate(steep):
        assert np.array_equal(batch.x[:, k], minimize(Ravine(condition=condition), AdaGrad(0.5), steps=9).x)
    grid = minimize(Ravine(condition=steep), AdaGrad(np.array([0.1, 0.5])[:, None, None]), steps=3)
    assert grid.x.shape == (4, 2, 3, 2)


def test_fields_of_problem_and_rule_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"x0 \(2, 2\) and the array fields of problem = Ravine.*do not broadcast"):
        minimize(Ravine(condition=np.array([1.0, 2.0, 3.0])), AdaGrad(np.array([[0.1], [0.5]])))
