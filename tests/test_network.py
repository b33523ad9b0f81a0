"""The network and its gradient: against numbers worked out by hand, finite differences, complex steps, and what theory says of sparse features."""

from math import exp, log, tanh

import numpy as np
import pytest

from adaptive_lr.network import ACTIVATIONS, OBJECTIVES, LeakyReLU, Network

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
every_objective = pytest.mark.parametrize("objective", OBJECTIVES)


def random_case(network, samples=7, seed=0, dtype=float):
    """θ with biases that are not 0, x, and class labels."""
    rng = np.random.default_rng(seed)
    theta = network.init(seed) + 0.1 * rng.standard_normal(network.size)
    return theta.astype(dtype), rng.standard_normal((samples, network.sizes[0])).astype(dtype), rng.integers(0, network.sizes[-1], samples)


def tiny():
    """2 inputs, 2 hidden units, 2 outputs: W¹ = [[1, −1], [½, 2]], b¹ = (0, −1), W² = [[1, 2], [−1, 1]], b² = (½, 0)."""
    return np.array([1.0, -1.0, 0.5, 2.0, 0.0, -1.0, 1.0, 2.0, -1.0, 1.0, 0.5, 0.0])


def test_the_forward_pass_of_a_tiny_network_by_hand():
    """x = (1, ½): a¹ = (½, ½), h¹ = tanh ½ twice, a² = (3 tanh ½ + ½, 0)."""
    a, h = Network((2, 2, 2)).forward(tiny(), np.array([[1.0, 0.5]]))
    t = tanh(0.5)
    assert np.allclose(a[0], [[0.5, 0.5]], rtol=1e-15) and np.allclose(h[1], [[t, t]], rtol=1e-15)
    assert np.allclose(h[2], [[3 * t + 0.5, 0.0]], rtol=1e-15) and np.array_equal(h[0], [[1.0, 0.5]])


def test_loss_and_gradient_of_a_tiny_network_by_hand():
    """Class 1 where the outputs are z = (3 tanh ½ + ½, 0): ℒ = log(1 + e^z₁), and δ² = (p₁, −p₁) with p₁ = 1/(1 + e^−z₁)."""
    t = tanh(0.5)
    z = 3 * t + 0.5
    p = 1 / (1 + exp(-z))
    loss, gradient = Network((2, 2, 2)).loss_and_gradient(tiny(), np.array([[1.0, 0.5]]), np.array([1]))
    d1, d2 = (1 * p + 1 * p) * (1 - t * t), (2 * p - 1 * p) * (1 - t * t)  # W²ᵀ δ², times tanh′
    assert np.isclose(loss, log(1 + exp(z)), rtol=1e-14)
    assert np.allclose(gradient, [d1, d1 / 2, d2, d2 / 2, d1, d2, p * t, p * t, -p * t, -p * t, p, -p], rtol=1e-14)


def test_the_squared_loss_of_a_tiny_network_by_hand():
    """ReLU: h¹ = (½, ½), h² = (2, 0). Targets (1, 1): ℒ = ½ (1 + 1), δ² = (1, −1), W²ᵀ δ² = (2, 1)."""
    network = Network((2, 2, 2), activation="relu", objective="squared")
    loss, gradient = network.loss_and_gradient(tiny(), np.array([[1.0, 0.5]]), np.array([[1.0, 1.0]]))
    assert loss == 1.0
    assert np.array_equal(gradient, [2, 1, 1, 0.5, 2, 1, 0.5, 0.5, -0.5, -0.5, 1, -1])


@every_activation
@every_objective
@pytest.mark.parametrize("output", ACTIVATIONS)
def test_the_gradient_in_random_directions_is_a_finite_difference(activation, objective, output):
    network = Network((4, 5, 6, 3), activation, output, objective)
    theta, x, y = random_case(network)
    _, gradient = network.loss_and_gradient(theta, x, y)
    for direction in np.random.default_rng(1).standard_normal((5, network.size)):
        step = 1e-6 * direction
        difference = (network.loss(theta + step, x, y) - network.loss(theta - step, x, y)) / 2e-6
        assert np.isclose(gradient @ direction, difference, rtol=1e-7, atol=1e-9)


@every_activation
@every_objective
def test_the_gradient_in_random_directions_is_a_complex_step(activation, objective):
    """Im ℒ(θ + i h d) / h, which loses no digits."""
    network = Network((4, 5, 6, 3), activation, objective=objective)
    theta, x, y = random_case(network)
    _, gradient = network.loss_and_gradient(theta, x, y)
    for direction in np.random.default_rng(1).standard_normal((5, network.size)):
        assert np.isclose(gradient @ direction, network.loss(theta + 1e-30j * direction, x, y).imag / 1e-30, rtol=1e-12, atol=1e-15)


@every_objective
def test_the_gradient_is_right_in_every_single_coordinate(objective):
    network = Network((3, 4, 2), "sigmoid", objective=objective)
    theta, x, y = random_case(network)
    steps = 1e-30j * np.eye(network.size)
    assert np.allclose(network.loss_and_gradient(theta, x, y)[1], [network.loss(theta + s, x, y).imag / 1e-30 for s in steps], rtol=1e-12, atol=1e-16)


@every_activation
@every_objective
def test_float32_stays_float32_and_is_close_to_float64(activation, objective):
    network = Network((4, 5, 3), activation, objective=objective)
    theta, x, y = random_case(network)
    loss, gradient = network.loss_and_gradient(theta, x, y)
    single, gradient32 = network.loss_and_gradient(theta.astype(np.float32), x, y)
    a, h = network.forward(theta.astype(np.float32), x)
    assert {single.dtype, gradient32.dtype, *(array.dtype for array in (*a, *h))} == {np.dtype(np.float32)}
    assert np.isclose(single, loss, rtol=1e-5) and np.allclose(gradient32, gradient, rtol=1e-3, atol=1e-5)


@every_objective
def test_the_loss_and_gradient_of_a_batch_are_the_means_of_the_samples(objective):
    network = Network((4, 5, 3), objective=objective)
    theta, x, y = random_case(network)
    loss, gradient = network.loss_and_gradient(theta, x, y)
    losses, gradients = zip(*(network.loss_and_gradient(theta, x[k : k + 1], y[k : k + 1]) for k in range(7)), strict=True)
    assert np.isclose(loss, np.mean(losses), rtol=1e-14) and np.allclose(gradient, np.mean(gradients, axis=0), rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_a_feature_present_in_a_share_of_the_samples_has_a_gradient_in_proportion(share):
    """All samples alike but for feature 1, which is 1 in a share p of them and has weights 0: δ is the same for all, so ∂ℒ/∂W¹ of it is p times the bias's."""
    network = Network((2, 5, 3))
    theta, _, _ = random_case(network)
    (W, _), _ = network.layers(theta)
    W[:, 1] = 0
    x = np.zeros((200, 2))
    x[:, 0] = 0.7
    x[: round(200 * share), 1] = 1
    (dW, db), _ = network.layers(network.loss_and_gradient(theta, x, np.ones(200, int))[1])
    assert np.allclose(dW[:, 1], share * db, rtol=1e-12) and np.allclose(dW[:, 0], 0.7 * db, rtol=1e-12)


def test_a_feature_absent_from_a_mini_batch_has_a_gradient_of_exactly_0_there_and_only_in_layer_1():
    network = Network((4, 5, 6, 3))
    theta, x, y = random_case(network)
    x[:, 2] = 0
    (dW, _), *others = network.layers(network.loss_and_gradient(theta, x, y)[1])
    assert not dW[:, 2].any() and np.all(dW[:, [0, 1, 3]]) and all(np.all(dW) for dW, _ in others)


def test_layers_are_views_that_cover_theta_in_order():
    network = Network((4, 3, 2))
    theta = np.arange(23.0)
    parts = network.layers(theta)
    assert network.size == 23 and [part.shape for layer in parts for part in layer] == [(3, 4), (3,), (2, 3), (2,)]
    assert np.array_equal(np.concatenate([part.ravel() for layer in parts for part in layer]), theta)
    parts[1][1][:] = -1
    assert theta[21] == theta[22] == -1


@pytest.mark.parametrize(
    ("activation", "how", "variance"),
    [("tanh", None, 2 / 700), ("sigmoid", "glorot", 2 / 700), ("relu", None, 2 / 300), (LeakyReLU(0.2), None, 2 / 300), ("tanh", "he", 2 / 300), ("relu", "glorot", 2 / 700)],
)
def test_initial_weights_have_the_variance_of_their_name_and_biases_are_0(activation, how, variance):
    network = Network((300, 400, 10), activation)
    (W, b), (_, b2) = network.layers(network.init(0, how))
    assert np.isclose(W.var(), variance, rtol=0.02) and abs(W.mean()) < 4 * np.sqrt(variance / W.size)
    assert not b.any() and not b2.any()


def test_a_seed_gives_the_same_weights_again_in_either_precision():
    network = Network((4, 3, 2))
    assert np.array_equal(network.init(5), network.init(5)) and not np.array_equal(network.init(5), network.init(6))
    assert network.init(5, dtype=np.float32).dtype == np.float32 and np.array_equal(network.init(5, dtype=np.float32), network.init(5).astype(np.float32))


def test_initial_outputs_keep_their_spread_through_many_layers():
    """He: with ReLUs the mean square of a is that of layer 1 in every layer; with Glorot it would halve twenty times."""
    network = Network((200,) * 21, "relu", output="relu")
    x = np.random.default_rng(0).standard_normal((100, 200))
    spread = {how: np.mean(network.forward(network.init(0, how), x)[0][-1] ** 2) for how in ("he", "glorot")}
    assert 0.1 < spread["he"] / 2 < 10 and spread["glorot"] < 1e-4


def test_accuracy_is_the_share_of_largest_outputs_that_are_right():
    network = Network((3, 3))
    theta = np.concatenate([np.eye(3).ravel(), np.zeros(3)])
    x = np.array([[3.0, 1, 2], [0, 5, 1], [1, 0, 2], [9, 0, 0]])
    assert network.loss_and_accuracy(theta, x, np.array([0, 1, 2, 2]))[1] == 0.75
    loss, accuracy = Network((3, 3), objective="squared").loss_and_accuracy(theta, x, x)
    assert loss == 0 and np.isnan(accuracy)


def test_huge_outputs_overflow_nowhere():
    network = Network((1, 2))
    loss, gradient = network.loss_and_gradient(np.array([1.0, -1.0, 0.0, 0.0]), np.array([[1e4], [-1e4]]), np.array([1, 1]))
    assert loss == 1e4 and np.array_equal(gradient, [5e3, -5e3, 0.5, -0.5])
    sigmoid = ACTIVATIONS["sigmoid"]
    assert np.array_equal(sigmoid.g(np.array([-1e4, 0.0, 1e4])), [0, 0.5, 1])


def test_labels_under_the_squared_loss_are_rows_of_one_1_and_zeros():
    network = Network((4, 5, 3), objective="squared")
    theta, x, y = random_case(network)
    labels, rows = network.loss_and_gradient(theta, x, y), network.loss_and_gradient(theta, x, np.eye(3)[y])
    assert labels[0] == rows[0] and np.array_equal(labels[1], rows[1])


NET, X = Network((2, 3)), np.ones((4, 2))
BAD = {
    "one size": (lambda: Network((3,)), r"sizes = \(3,\): at least two"),
    "no units": (lambda: Network((3, 0, 2)), r"sizes = \(3, 0, 2\): "),
    "half a unit": (lambda: Network((3, 1.5)), r"sizes = \(3, 1.5\): "),
    "activation": (lambda: Network((3, 2), "softplus"), "activation = 'softplus': one of identity, "),
    "output": (lambda: Network((3, 2), output=None), "output = None: one of identity, "),
    "objective": (lambda: Network((3, 2), objective="hinge"), "objective = 'hinge': one of cross_entropy, squared"),
    "how": (lambda: NET.init(0, "lecun"), "how = 'lecun': "),
    "theta": (lambda: NET.loss(np.ones(8), X, np.ones(4, int)), r"theta has shape \(8,\): .* one vector of 9"),
    "x": (lambda: NET.loss(np.ones(9), X[:, :1], np.ones(4, int)), r"x has shape \(4, 1\): samples are rows of 2 inputs"),
    "too few labels": (lambda: NET.loss(np.ones(9), X, np.ones(3, int)), r"y has shape \(3,\) and x \(4, 2\)"),
    "label": (lambda: NET.loss(np.ones(9), X, np.array([0, 1, 2, 3])), "y holds the labels 0 … 3: the classes of 3 outputs are 0 … 2"),
    "negative label": (lambda: NET.loss(np.ones(9), X, np.array([0, 1, 2, -1])), "y holds the labels -1 … 2: "),
    "real labels": (lambda: NET.loss(np.ones(9), X, np.ones(4)), r"y has shape \(4,\) and dtype float64: the cross-entropy takes class labels"),
    "targets": (lambda: Network((2, 3), objective="squared").loss(np.ones(9), X, np.ones((4, 2))), r"y has shape \(4, 2\) and dtype float64: targets \(samples, 3\)"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_with_its_value(case):
    call, says = BAD[case]
    with pytest.raises(ValueError, match="^" + says):
        call()
