"""minimize and Trace: who owns the clock, what is recorded, and how a descent that fails is told apart from wrong input."""

import sys
import tracemalloc
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from test_optimizers import ALL_RULES

from adaptive_lr import SGD, AdaGrad, Adam, CosineAnnealing, Momentum, Then, Trace, Warmup, minimize, printed, problems, runner
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
        assert np.array_equal(trace.grad[k], problems.saddle.grad(trace.x[k]))
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
    assert trace.diverged.tolist() == [False, True, False] and "diverged" not in repr(trace)
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


# blocks


@dataclass(frozen=True)
class Bowl(Problem):
    """½ Σ cᵢ xᵢ² in many dimensions, cᵢ from 0.1 to 1."""

    dimensions: int
    bounds = None

    @property
    def start(self):
        return np.linspace(-1, 1, self.dimensions)

    @property
    def minimum(self):
        return np.zeros(self.dimensions)

    def f(self, x):
        return (np.linspace(0.1, 1, self.dimensions, dtype=x.dtype) * x**2).sum(axis=-1) / 2

    def grad(self, x):
        return np.linspace(0.1, 1, self.dimensions, dtype=x.dtype) * x


def in_blocks_of(size, monkeypatch, *arguments, **settings):
    """minimize(…), where blocks hold `size` float64."""
    with monkeypatch.context() as context:
        context.setattr(runner, "BLOCK_BYTES", 8 * size)
        return minimize(*arguments, **settings)


def assert_same(one, other):
    for of in ("x", "loss", "grad", "rate"):
        assert getattr(one, of).dtype == getattr(other, of).dtype and np.array_equal(getattr(one, of), getattr(other, of), equal_nan=True), of
    assert len(one.state) == len(other.state) and all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one.state, other.state, strict=True))


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_blocks_equal_the_whole_bit_for_bit(rule, dtype, size, monkeypatch):
    """Of 1001 coordinates; the rule whose coordinates depend on one another is the same too."""
    start = np.linspace(-1, 1, 1001, dtype=dtype)
    arguments = (Bowl(1001), rule, start)
    assert_same(*(in_blocks_of(n, monkeypatch, *arguments, steps=4, weight_decay=0.1) for n in (size, 2000)))


@every_rule
@pytest.mark.parametrize("size", [2, 5, 12, 40])
def test_blocks_of_a_batch_equal_the_whole_bit_for_bit(rule, size, monkeypatch):
    """Array fields, and a schedule's, are cut along with x, whichever axes they run along: rates (3, 1, 1), decays (4, 1) or a value for each coordinate."""
    schedule = CosineAnnealing(0.01, np.array([0.1, 0.2, 0.3])[:, None, None], 4)
    batch = replace(rule, lr=schedule)
    if hasattr(rule, "beta2"):
        batch = replace(batch, beta2=np.array([0.9, 0.99, 0.5, 0.0])[:, None])
    if hasattr(rule, "eps"):
        batch = replace(batch, eps=np.linspace(0.1, 0.2, 5))
    x0 = np.random.default_rng(0).standard_normal((3, 4, 5))
    assert_same(*(in_blocks_of(n, monkeypatch, Bowl(5), batch, x0, steps=4, weight_decay=0.1) for n in (size, 1000)))


def test_blocks_cover_x_once_and_none_is_larger_than_told(monkeypatch):
    for shape in [(1,), (10,), (100,), (3, 100), (3, 4, 5), (100, 2), (2, 3, 50), (50, 50, 2)]:
        for size in (1, 8, 16, 1000):
            monkeypatch.setattr(runner, "BLOCK_BYTES", 8 * size)
            x = np.zeros(shape)
            for block in runner.blocks(SGD(), x):
                assert 0 < x[block.where].size <= size
                x[block.where] += 1
            assert np.all(x == 1)


def test_a_rule_whose_coordinates_depend_on_one_another_is_never_cut():
    assert [block.where for block in runner.blocks(printed.AdaMax(), np.zeros(10**5))] == [()]
    assert len(runner.blocks(Adam(), np.zeros(10**5))) == 13 and len(runner.blocks(Adam(), np.zeros(10**5, np.float32))) == 7


@pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if not isinstance(rule, printed.AdaMax)], ids=repr)
def test_an_update_needs_memory_for_a_few_blocks_and_no_more(rule):
    """The state is there already; at its highest an update holds less than 16 blocks beside it, of the 123 that x is made of."""
    x, g = np.ones(10**6), np.ones(10**6)
    blocks = runner.blocks(rule, x)
    state = runner.split(rule.init(x), blocks)
    runner.update(blocks, 1, rule.lr, x, g, state, weight_decay=0.1, out=x)
    tracemalloc.start()
    runner.update(blocks, 2, rule.lr, x, g, state, weight_decay=0.1, out=x)
    _, highest = tracemalloc.get_traced_memory()
    held = sum(s.nbytes for part in state for s in part)
    tracemalloc.stop()
    assert highest - held < 16 * runner.BLOCK_BYTES


# batches in schedules


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


# how far it came


def test_gap_and_distance_on_a_ravine_are_those_of_its_formula():
    trace = minimize(Ravine(20.0), SGD(0.03), X0, steps=50)
    path = (1 - 0.03 * np.array([1.0, 20.0])) ** np.arange(51)[:, None] * X0
    assert np.allclose(trace.distance, np.sqrt(path[:, 0] ** 2 + path[:, 1] ** 2), rtol=1e-12, atol=0)
    assert np.allclose(trace.gap, (path[:, 0] ** 2 + 20 * path[:, 1] ** 2) / 2, rtol=1e-12, atol=0)


def test_the_gap_is_above_the_minimum_and_not_above_0():
    trace = minimize(problems.saddle, SGD(0.1), X0, steps=200)
    assert np.allclose(trace.gap, trace.loss + 0.25, rtol=1e-15) and 0 <= trace.gap[-1] < 1e-8


def test_updates_until_a_tolerance_is_the_first_update_below_it():
    """On a round bowl at η = ½ the gap is 5 · 4⁻ᵗ: below 0.1 from t = 3 on; never below −1; at the start below 6."""
    trace = minimize(Ravine(1.0), SGD(0.5), X0, steps=10)
    assert trace.updates_until(0.1) == 3 and trace.updates_until(6) == 0 and np.isnan(trace.updates_until(-1))
    assert trace.updates_until(5 / 4**4) == 5  # at t = 4 the gap is the tolerance, and not yet below


def test_updates_until_a_tolerance_are_counted_run_by_run_and_are_nan_for_runs_that_diverge():
    trace = minimize(Ravine(1.0), SGD(np.array([0.5, 0.0, 1.0, 3000.0])[:, None]), X0, steps=200)
    assert np.array_equal(trace.updates_until(0.1), [3, np.nan, 1, np.nan], equal_nan=True)
    assert np.array_equal(trace.updates_until([10.0, 0.1, 0.1, 6.0]), [0, np.nan, 1, 0], equal_nan=True)


@pytest.mark.parametrize("ask", [lambda trace: trace.gap, lambda trace: trace.distance, lambda trace: trace.updates_until(1)])
def test_without_a_known_minimum_nothing_is_above_it(ask):
    with pytest.raises(ValueError, match="^problem = .*Flat.*: its minimum is not known"):
        ask(minimize(Flat(), SGD(), steps=1))


# going on


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_saved_and_loaded_trace_goes_on_identically(rule, dtype, tmp_path):
    rule = replace(rule, lr=Warmup(5, CosineAnnealing(1e-3, 0.1, 20)))
    whole = minimize(problems.saddle, rule, X0.astype(dtype), steps=30, weight_decay=0.01)
    minimize(problems.saddle, rule, X0.astype(dtype), steps=12, weight_decay=0.01).save(tmp_path / "run")
    loaded = Trace.load(tmp_path / "run")
    assert loaded.rule == rule and loaded.problem == problems.saddle and loaded.weight_decay == 0.01
    assert_same(loaded.more(18), whole)


def test_a_batch_and_a_problem_with_data_come_back_from_the_file(tmp_path):
    rule = Adam(CosineAnnealing(0.0, np.array([[0.01], [0.1]]), 50), beta1=np.array([[0.9], [0.5]]))
    whole = minimize(problems.sparse_logistic, rule, steps=8)
    minimize(problems.sparse_logistic, rule, steps=5).save(tmp_path / "run.npz")
    loaded = Trace.load(tmp_path / "run.npz")
    assert np.array_equal(loaded.problem.features, problems.sparse_logistic.features) and repr(loaded.rule) == repr(rule)
    assert_same(loaded.more(3), whole)


def test_a_trace_in_many_blocks_goes_on_identically(monkeypatch):
    whole = minimize(Bowl(1001), Adam(0.1), steps=6)
    half = in_blocks_of(100, monkeypatch, Bowl(1001), Adam(0.1), steps=3)
    assert_same(half.more(3), whole)


def test_what_is_no_part_of_the_package_is_saved_by_name_and_may_be_given_again(tmp_path):
    rule, problem = SGD(lr=lambda t: 0.1 / (1 + t)), Bowl(3)
    trace = minimize(problem, rule, steps=2)
    trace.save(tmp_path / "run.npz")
    told = Trace.load(tmp_path / "run.npz")
    assert told.problem == "Bowl(dimensions=3)" and told.rule.startswith("SGD(lr=<function") and np.array_equal(told.x, trace.x)
    with pytest.raises(TypeError, match="^rule = 'SGD.*an instance of a rule"):
        told.more(1)
    with pytest.raises(TypeError, match=r"^problem = 'Bowl\(dimensions=3\)': .*Trace.load\(path, problem=…\)"):
        _ = told.gap
    assert_same(Trace.load(tmp_path / "run.npz", rule=rule, problem=problem).more(4), minimize(problem, rule, steps=6))
    with pytest.raises(TypeError, match="^problems: a saved Trace has the fields rule, problem, "):
        Trace.load(tmp_path / "run.npz", problems=problem)


def test_a_file_holds_no_pickle(tmp_path):
    minimize(problems.ravine, Adam(), steps=2).save(tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fU" for name in arrays)


def test_a_file_cannot_name_a_class_of_another_package():
    for module, name in (("fractions", "Fraction"), ("adaptive_lr.runner", "import_module"), ("adaptive_lr.optimizers", "gone")):
        with pytest.raises(LookupError):
            runner._rebuilt({"module": module, "class": name, "fields": {"numerator": {"value": 1}}}, {})


# tables


def test_a_frame_has_a_row_for_each_run_and_iterate():
    trace = minimize(problems.saddle, AdaGrad(np.array([[0.1], [0.2], [0.3]])), X0, steps=4)
    frame = trace.to_frame()
    assert list(frame.columns) == ["update", "run0", "loss", "x1", "x2", "grad1", "grad2", "rate1", "rate2"] and len(frame) == 15
    row = frame[(frame["update"] == 3) & (frame["run0"] == 2)].iloc[0]
    assert row["loss"] == trace.loss[3, 2] and row["x2"] == trace.x[3, 2, 1] and row["grad1"] == trace.grad[2, 2, 0] and row["rate2"] == trace.rate[2, 2, 1]
    assert frame[frame["update"] == 0][["grad1", "rate2"]].isna().all(axis=None)
    assert list(minimize(problems.saddle, SGD(), steps=1).to_frame().columns[:2]) == ["update", "loss"]


def test_without_pandas_a_frame_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="^to_frame needs pandas, which is not installed: pip install pandas"):
        minimize(problems.ravine, SGD(), steps=1).to_frame()


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
