"""Sparse features: the derivative by complex steps, and what a factor for each feature does that one for all cannot."""

from math import nan

import numpy as np
import pytest

from adaptive_lr import SGD, AdaGrad, sparse

# ------------------------------------------------------------------------------------------------------------ the derivative


class Net:
    """Two layers, tanh, two samples lacking feature 1, none having feature 3; its loss as a function of whatever is perturbed."""

    x = np.array([[1.0, 0.0, 2.0, 0.0], [0.5, 3.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [-1.0, 2.0, 1.5, 0.0], [0.3, 1.0, 0.0, 0.0]])
    rng = np.random.default_rng(0)
    w1, w2, b1 = rng.standard_normal((3, 4)), rng.standard_normal((2, 3)), rng.standard_normal(3)
    target = rng.standard_normal((5, 2))

    def loss(self, w1=0, w2=0, a1=0, a2=0):
        """The squared loss with these added to the weights and, sample by sample, to the a's."""
        h = np.tanh(self.x @ (self.w1 + w1).T + self.b1 + a1)
        return ((h @ (self.w2 + w2).T + a2 - self.target) ** 2).sum() / 10

    def slope(self, name, shape):
        """The derivative with respect to what is named, entry by entry, by complex steps."""
        steps = 1e-30j * np.eye(np.prod(shape)).reshape(-1, *shape)
        return np.array([self.loss(**{name: step}).imag for step in steps]).reshape(shape) / 1e-30


NET = Net()


@pytest.mark.parametrize("layer", [1, 2])
def test_the_derivative_of_any_layer_by_complex_steps(layer):
    """δ too is got by complex steps, not by backpropagation."""
    h, outputs = (NET.x, 3) if layer == 1 else (np.tanh(NET.x @ NET.w1.T + NET.b1), 2)
    delta = NET.slope(f"a{layer}", (5, outputs))
    assert np.allclose(sparse.weight_gradient(delta, h), NET.slope(f"w{layer}", (outputs, h.shape[1])), rtol=1e-13, atol=1e-15)


def test_the_derivative_from_the_non_zero_entries_is_the_same():
    delta = NET.slope("a1", (5, 3))
    shuffled = np.random.default_rng(1).permutation(np.argwhere(NET.x))
    indices, values = sparse.sparse_weight_gradient(delta, *shuffled.T, NET.x[tuple(shuffled.T)])
    whole = np.zeros((3, 4))
    np.add.at(whole, (..., indices), values)
    assert values.shape == (3, np.count_nonzero(NET.x)) and np.allclose(whole, sparse.weight_gradient(delta, NET.x), rtol=1e-13, atol=1e-16)
    _, of_one_output = sparse.sparse_weight_gradient(delta[:, 0], *shuffled.T, NET.x[tuple(shuffled.T)])
    assert np.array_equal(of_one_output, values[0])


def test_a_features_gradient_is_proportional_to_its_share_and_exactly_0_without_it():
    """Every sample pulls with δ = 1: the mean over them is the share p, and a mini-batch that lacks the feature has 0."""
    share = np.array([0.8, 0.4, 0.1, 0.025])
    x = (np.arange(40)[:, None] < 40 * share).astype(float)
    assert np.allclose(sparse.weight_gradient(np.full(40, 1 / 40), x), share, rtol=1e-15)
    batches = np.random.default_rng(2).permutation(x).reshape(8, 5, 4)
    gradients = np.array([sparse.weight_gradient(np.full(5, 1 / 5), batch) for batch in batches])
    assert np.array_equal(gradients == 0, ~batches.any(axis=1)) and (gradients[:, 3] == 0).sum() == 7


# --------------------------------------------------------------------------------------------------- how rare a feature is


def test_frequency_counts_what_is_not_zero():
    x = [[1.0, 0.0, -2.0, 0.0], [3.0, 0.0, 0.0, 1e-300], [1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 5.0, 0.0]]
    assert sparse.frequency(x).tolist() == [1.0, 0.0, 0.5, 0.25]
    sample, feature = np.nonzero(x)
    assert np.array_equal(np.bincount(feature, minlength=4) / 4, sparse.frequency(x))  # as the docstring says


def firing(share, updates=4000, seed=0):
    """Gradients −1 where a feature is present, in a share of the updates, and 0 elsewhere: (updates, features)."""
    return -(np.random.default_rng(seed).random((updates, len(share))) < share).astype(float)


def travel(rule, gradients):
    """How far each coordinate goes, and the rates of the last update."""
    x, state = np.zeros(gradients.shape[1]), rule.init(gradients[0])
    for t, g in enumerate(gradients, start=1):
        direction, rate, state = rule.step(t, rule.lr, g, state)
        x = x - rate * direction
    return x, rate


def test_a_factor_for_each_feature_makes_rare_ones_keep_up_and_one_for_all_does_not():
    share = np.array([1.0, 0.2, 0.05])
    gradients = firing(share)
    plain, _ = travel(SGD(0.1), gradients)
    by_feature, _ = travel(SGD(0.1 * sparse.feature_factors(sparse.frequency(gradients))), gradients)
    by_scalar, _ = travel(SGD(0.1 * sparse.scalar_factor(gradients)), gradients)
    assert np.allclose(plain / plain[0], share, rtol=0.1)
    assert np.allclose(by_feature, by_feature[0], rtol=1e-12)
    assert by_scalar[0] > 2 * plain[0] and np.allclose(by_scalar / by_scalar[0], plain / plain[0], rtol=1e-12)


def test_adagrad_arrives_at_the_factor_with_exponent_one_half():
    gradients = firing(np.array([1.0, 0.2, 0.05]))
    _, rate = travel(AdaGrad(0.1), gradients)
    assert np.allclose(rate / rate[0], sparse.feature_factors(sparse.frequency(gradients), exponent=0.5), rtol=1e-9)


def test_factors_do_not_see_how_large_gradients_are_and_adagrad_does():
    small = firing(np.array([1.0, 0.2])) * [1.0, 1e-3]
    factor = sparse.feature_factors(sparse.frequency(small))
    assert np.array_equal(factor, sparse.feature_factors(sparse.frequency(small * [1.0, 1e3])))
    assert np.isclose(travel(SGD(0.1 * factor), small)[0][1], 1e-3 * travel(SGD(0.1 * factor), small)[0][0], rtol=1e-12)
    assert np.isclose(travel(AdaGrad(0.1, eps=1e-20), small)[0][1], travel(AdaGrad(0.1, eps=1e-20), small * [1.0, 1e3])[0][1], rtol=1e-9)


def test_a_feature_that_never_comes_has_factor_0_and_an_input_of_zeros_too():
    assert sparse.feature_factors([0.5, 0.0, 1.0]).tolist() == [2.0, 0.0, 1.0]
    assert sparse.scalar_factor(np.zeros(5)) == 0.0 and sparse.scalar_factor([0.0, 3.0, 0.0, 0.0]) == 4.0


ONES, EVERY = np.ones((5, 3)), np.ones(4, int)
BAD = {
    "one sample too few": (lambda: sparse.weight_gradient(ONES, np.ones((4, 2))), r"delta \(5, 3\) and h \(4, 2\): "),
    "h of one axis": (lambda: sparse.weight_gradient(ONES, np.ones(5)), r"delta \(5, 3\) and h \(5,\): "),
    "one entry too few": (lambda: sparse.sparse_weight_gradient(ONES, EVERY, EVERY[1:], EVERY), r"sample \(4,\), feature \(3,\) and x \(4,\): "),
    "no such sample": (lambda: sparse.sparse_weight_gradient(ONES, 5 * EVERY, EVERY, EVERY), r"sample\[0\] = 5: there are 5 samples"),
    "no samples": (lambda: sparse.frequency(np.ones((0, 3))), r"x has shape \(0, 3\): "),
    "x of one axis": (lambda: sparse.frequency(np.ones(3)), r"x has shape \(3,\): "),
    "a share > 1": (lambda: sparse.feature_factors([0.5, 1.5]), r"share = \[0.5, 1.5\]: "),
    "a share NaN": (lambda: sparse.feature_factors(nan), "share = nan: "),
    "an exponent < 0": (lambda: sparse.feature_factors([0.5], -1.0), "exponent = -1.0: "),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_with_its_value(case):
    call, says = BAD[case]
    with pytest.raises(ValueError, match="^" + says):
        call()
