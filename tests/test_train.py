"""train and History: against a loop written out by hand, and what must hold of seeds, schedules, divergence and saved runs."""

import sys
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from test_optimizers import ALL_RULES

from adaptive_lr import SGD, Adam, History, Network, StepDecay, Warmup, train

every_rule = pytest.mark.parametrize("rule", ALL_RULES, ids=repr)
NET = Network((4, 5, 3))


def samples(n=50, seed=0, dtype=float):
    """Three clouds of points, which a network can tell apart."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    return (rng.standard_normal((n, 4)) + 2 * np.eye(3, 4)[y]).astype(dtype), y


DATA, VALIDATION = samples(), samples(30, seed=1)


def assert_same(one, other):
    arrays = ("theta", "loss", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    for of in arrays:
        assert getattr(one, of).dtype == getattr(other, of).dtype and np.array_equal(getattr(one, of), getattr(other, of), equal_nan=True), of
    assert len(one.state) == len(other.state) and all(np.array_equal(a, b) for a, b in zip(one.state, other.state, strict=True))


@dataclass
class Recording:
    """A schedule that notes every t it is asked for."""

    asked: list = field(default_factory=list)

    def __call__(self, t):
        self.asked.append(t)
        return 0.1


@every_rule
def test_training_is_the_loop_written_out_by_hand(rule):
    """Mini-batches without replacement, each sample once an epoch; the rule's own step; decay on the side."""
    history = train(NET, rule, DATA, epochs=3, batch=20, seed=7, validation=VALIDATION, weight_decay=0.1)
    x, y = DATA
    theta, t = NET.init(7), 0
    state, losses, train_losses = rule.init(theta), [], [NET.loss(theta, x, y)]
    for epoch in range(3):
        order = np.random.default_rng([7, epoch]).permutation(50)
        for rows in (order[:20], order[20:40], order[40:]):
            loss, g = NET.loss_and_gradient(rule.look(theta, state), x[rows], y[rows])
            t += 1
            direction, rate, state = rule.step(t, rule.lr, g, state)
            theta = theta - rate * direction - rule.lr * 0.1 * theta
            losses.append(loss)
        train_losses.append(NET.loss(theta, x, y))
    assert np.array_equal(history.theta, theta) and np.array_equal(history.loss, losses) and np.array_equal(history.train_loss, train_losses)
    assert history.validation_accuracy[-1] == NET.loss_and_accuracy(theta, *VALIDATION)[1]
    assert history.epochs == 3 and len(history.validation_loss) == len(history.train_accuracy) == 4 and not history.diverged


def test_it_learns():
    history = train(NET, Adam(0.02), DATA, epochs=20, batch=10, validation=VALIDATION)
    assert history.train_loss[-1] < 0.5 < 1 < history.train_loss[0] and history.validation_accuracy[-1] > 0.8
    assert "20 epochs, 100 updates" in repr(history)


def test_one_batch_of_all_samples_is_gradient_descent():
    x, y = DATA
    theta = NET.init(3)
    expected = theta - 0.1 * NET.loss_and_gradient(theta, x, y)[1]
    for batch in (50, 1000):
        assert np.allclose(train(NET, SGD(0.1), DATA, epochs=1, batch=batch, seed=3).theta, expected, rtol=1e-13)


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_two_epochs_and_two_more_from_a_file_are_four_bit_for_bit(rule, dtype, tmp_path):
    rule = replace(rule, lr=Warmup(5, StepDecay(0.05, 0.5, 3)))
    settings = {"batch": 20, "seed": 3, "validation": samples(30, 1, dtype), "weight_decay": 0.01}
    whole = train(NET, rule, samples(dtype=dtype), epochs=4, **settings)
    train(NET, rule, samples(dtype=dtype), epochs=2, **settings).save(tmp_path / "run.npz")
    loaded = History.load(tmp_path / "run.npz")
    assert loaded.rule == rule and loaded.network == NET
    assert_same(loaded.more(samples(dtype=dtype), 2, validation=samples(30, 1, dtype)), whole)
    assert whole.theta.dtype == dtype


def test_a_rule_of_your_own_is_saved_by_name_and_may_be_given_again(tmp_path):
    rule = SGD(lr=lambda t: 0.1 / (1 + t))
    train(NET, rule, DATA, epochs=1).save(tmp_path / "run.npz")
    with pytest.raises(TypeError, match="^rule = 'SGD.*an instance of a rule"):
        History.load(tmp_path / "run.npz").more(DATA, 1)
    assert_same(History.load(tmp_path / "run.npz", rule=rule).more(DATA, 1), train(NET, rule, DATA, epochs=2))


def test_a_seed_decides_everything_and_nothing_else_does():
    first, again, other = (train(NET, SGD(0.1), DATA, epochs=2, batch=10, seed=seed) for seed in (0, 0, 1))
    assert_same(first, again)
    assert not np.array_equal(first.loss, other.loss)
    np.random.seed(5)  # the global generator is not asked
    assert_same(first, train(NET, SGD(0.1), DATA, epochs=2, batch=10, seed=0))


def test_the_order_is_new_in_every_epoch():
    """With η = 0 the losses of the mini-batches tell which samples were in them; their mean over an epoch is that of all samples."""
    history = train(NET, SGD(0.0), DATA, epochs=2, batch=10)
    assert not np.any(np.isin(history.loss[:5], history.loss[5:]))
    assert np.allclose(history.loss.reshape(2, 5).mean(axis=1), history.train_loss[0], rtol=1e-13)


def test_loss_and_accuracy_are_those_of_all_samples_however_many_there_are():
    x, y = samples(1234)
    history = train(NET, SGD(), (x, y), epochs=0)
    assert np.isclose(history.train_loss[0], NET.loss(NET.init(0), x, y), rtol=1e-13)
    assert np.isclose(history.train_accuracy[0], NET.loss_and_accuracy(NET.init(0), x, y)[1], rtol=1e-13)


@pytest.mark.parametrize(("schedule_by", "asked"), [("update", [0, 1, 2, 3, 4, 5]), ("epoch", [0, 0, 0, 1, 1, 1])])
def test_a_schedule_counts_updates_or_epochs_and_a_rule_updates(schedule_by, asked):
    schedule, given = Recording(), []

    class Noting(SGD):
        def step(self, t, lr, g, state):
            given.append(t)
            return g, lr, ()

    train(NET, Noting(schedule), DATA, epochs=2, batch=20, schedule_by=schedule_by)
    assert schedule.asked == asked and given == [1, 2, 3, 4, 5, 6]


def test_a_schedule_by_epochs_goes_on_where_it_was():
    schedule = Recording()
    train(NET, SGD(schedule), DATA, epochs=2, schedule_by="epoch").more(DATA, 2)
    assert schedule.asked == [0, 1, 2, 3]


def test_divergence_ends_the_training_and_is_a_result(tmp_path):
    """Linear network, squared loss, η far too large: θ grows by a factor of hundreds an update until the loss overflows."""
    network = Network((4, 3), objective="squared")
    history = train(network, SGD(1e3), DATA, epochs=1000, batch=50)
    assert history.diverged and "diverged" in repr(history)
    assert not np.isfinite(history.loss[-1]) and np.all(np.isfinite(history.loss[:-1])) and history.epochs < 999
    history.save(tmp_path / "run.npz")
    assert History.load(tmp_path / "run.npz").diverged and history.more(DATA, 5) is history


def test_no_epochs_are_a_history_of_the_start():
    history = train(NET, Adam(), DATA, epochs=0, seed=4)
    assert history.epochs == 0 and history.loss.shape == (0,) and np.array_equal(history.theta, NET.init(4)) and not history.diverged
    assert np.isnan(history.validation_loss[0])
    assert_same(history.more(DATA, 3), train(NET, Adam(), DATA, epochs=3, seed=4))


def test_a_start_of_your_own_is_used_its_precision_kept_and_itself_left_alone():
    theta = NET.init(9).astype(np.float32)
    theta.flags.writeable = False
    history = train(NET, Adam(), DATA, epochs=1, theta=theta)
    assert history.theta.dtype == history.loss.dtype == np.float32 and np.array_equal(theta, NET.init(9, dtype=np.float32))
    assert history.train_loss[0] == NET.loss(theta, *DATA)


def test_a_rate_for_each_parameter_freezes_those_where_it_is_0():
    rates = np.full(NET.size, 0.1)
    (W, _), _ = NET.layers(rates)
    W[:, 2] = 0
    (after, _), _ = NET.layers(train(NET, SGD(rates), DATA, epochs=2).theta)
    (before, _), _ = NET.layers(NET.init(0))
    assert np.array_equal(after[:, 2], before[:, 2]) and np.all(after[:, 0] != before[:, 0])


def test_pixels_as_integers_and_targets_are_taken():
    x = np.arange(20).reshape(5, 4)
    history = train(Network((4, 2), objective="squared"), SGD(1e-4), (x, np.ones((5, 2))), epochs=3)
    assert history.theta.dtype == float and history.train_loss[-1] < history.train_loss[0] and np.isnan(history.train_accuracy[-1])


def test_nothing_is_printed_unless_asked_and_then_to_stdout(capsys):
    train(NET, SGD(), DATA, epochs=2)
    assert capsys.readouterr() == ("", "")
    train(NET, SGD(), DATA, epochs=2, batch=10, progress=True)
    out, err = capsys.readouterr()
    assert "10/10" in out and err == ""


def test_at_a_terminal_a_bar_is_shown(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    train(NET, SGD(), DATA, epochs=1, batch=10)
    train(NET, SGD(), DATA, epochs=1, batch=5, progress=False)
    out, err = capsys.readouterr()
    assert "5/5" in out and "10/10" not in out and err == ""


def test_without_tqdm_it_is_quiet(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    history = train(NET, SGD(), DATA, epochs=1, progress=True)
    assert capsys.readouterr() == ("", "") and history.epochs == 1


def bad(rule=SGD(0.1), data=DATA, **settings):
    return lambda: train(NET, rule, data, **({"epochs": 1} | settings))


X, Y = DATA
BAD = {
    "a class for a rule": (bad(SGD), TypeError, "rule = <class .*SGD'>: "),
    "decay": (bad(weight_decay=-1), ValueError, "weight_decay = -1: "),
    "epochs": (bad(epochs=-1), ValueError, "epochs = -1: a whole number ≥ 0"),
    "epochs a float": (bad(epochs=2.0), ValueError, "epochs = 2.0: "),
    "batch": (bad(batch=0), ValueError, "batch = 0: a whole number ≥ 1"),
    "schedule_by": (bad(schedule_by="step"), ValueError, "schedule_by = 'step': "),
    "theta": (bad(theta=np.ones(3)), ValueError, r"theta has shape \(3,\) and dtype float64: 43 finite floats"),
    "integer theta": (bad(theta=np.ones(43, int)), ValueError, r"theta has shape \(43,\) and dtype int64: "),
    "theta NaN": (bad(theta=np.full(43, np.nan)), ValueError, "theta has shape "),
    "a batch of rates": (bad(SGD(np.ones((5, 1)))), ValueError, r"lr has shape \(5, 1\): train runs one network; .* 43 parameters"),
    "a batch in a schedule": (bad(SGD(StepDecay(np.ones((5, 1)), 0.5, 2))), ValueError, r"lr.lr0 has shape \(5, 1\): "),
    "no pair": (bad(data=X), ValueError, r"data is ndarray: a pair \(x, y\)"),
    "text": (bad(data=(X.astype(str), Y)), TypeError, "data: x has dtype <U32: "),
    "inputs": (bad(data=(X[:, :2], Y)), ValueError, r"data: x has shape \(50, 2\): samples are rows of 4 inputs"),
    "no samples": (bad(data=(X[:0], Y[:0])), ValueError, r"data: x has shape \(0, 4\): "),
    "NaN": (bad(data=(np.where(X == X[3, 1], np.nan, X), Y)), ValueError, r"data: x has a non-finite entry at index \(3, 1\)"),
    "labels": (bad(data=(X, Y + 1)), ValueError, "data: y holds the labels 1 … 3: "),
    "validation": (bad(validation=(X, Y[:3])), ValueError, r"validation: y has shape \(3,\) and x \(50, 4\)"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_with_its_value(case):
    call, error, says = BAD[case]
    with pytest.raises(error, match="^" + says):
        call()
