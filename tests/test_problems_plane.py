"""What the problems of the plane are for: what turning a ravine does, what the plateau holds up, what lies around the saddle."""

from math import cos, sin

import numpy as np
from test_problems import points

from adaptive_lr import SGD, AdaGrad, Adam, minimize, problems
from adaptive_lr.problems import Ravine, RotatedRavine, Saddle


def test_a_turned_ravine_is_the_ravine_in_turned_coordinates():
    x, turn = points(problems.ravine), np.array([[cos(0.7), -sin(0.7)], [sin(0.7), cos(0.7)]])
    straight, turned = Ravine(50.0), RotatedRavine(50.0, np.degrees(0.7))
    assert np.allclose(turned.f(x @ turn.T), straight.f(x), rtol=1e-13)
    assert np.allclose(turned.grad(x @ turn.T), straight.grad(x) @ turn.T, rtol=1e-12)


def test_a_turn_changes_nothing_for_gradient_descent_and_slows_adagrad_down():
    """One rate for all coordinates turns with the ravine; one for each does not."""
    x0, half = np.array([-4.0, 2.0]), np.sqrt(0.5)
    turned_x0 = half * np.array([x0[0] - x0[1], x0[0] + x0[1]])
    cases = [(problems.ravine, x0), (problems.rotated_ravine, turned_x0)]
    gd, adagrad = ([minimize(problem, rule, start, 100).loss for problem, start in cases] for rule in (SGD(0.05), AdaGrad(0.5)))
    assert np.allclose(*gd, rtol=1e-9)
    assert adagrad[1][-1] > 10 * adagrad[0][-1]


def test_the_plateau_is_bounded_and_flat_far_off():
    far = 6 * np.array([[1.0, 0.0], [0.0, -1.0], [0.8, 0.6]])
    assert np.all(problems.plateau.f(far * 100) <= 1) and np.all(problems.plateau.f(far) > 1 - 1e-7)
    assert np.all(np.linalg.norm(problems.plateau.grad(far), axis=-1) < 1e-6)


def test_the_plateau_holds_gradient_descent_up_and_adam_not():
    slow, fast = (minimize(problems.plateau, rule, steps=200).loss[-1] for rule in (SGD(0.1), Adam(0.1)))
    assert slow > 0.95 and fast < 1e-3


def test_the_saddle_has_a_saddle_point_at_the_origin_and_two_equal_minima():
    saddle, origin = Saddle(), np.zeros(2)
    assert not saddle.grad(origin).any() and not saddle.grad(np.array([0.0, -1.0])).any()
    assert saddle.f(np.array([0.0, 0.1])) < saddle.f(origin) < saddle.f(np.array([0.1, 0.0]))
    assert saddle.f(np.array([0.0, -1.0])) == saddle.f(np.array([0.0, 1.0])) == -0.25
