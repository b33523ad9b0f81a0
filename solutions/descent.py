# The source of the descent assignment, as a jupytext "percent" script (see adagrad.py). The answers are checked by `adaptive_lr.grading`:
# what each task asks for, and the mistakes known in it, stand in adaptive_lr/grading/known/descent.py.

# %% [markdown]
r"""
# Networks and gradient descent

In this notebook you send errors backwards through a network, walk downhill in three ways, find the rate at which that goes wrong, and repair a descent that
forgets where it has been. Nine tasks, 30 points, about 95 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | one step downhill | 2 | 6 |
| 2 | the largest stable rate | 3 | 10 |
| 3 | a weight's share | 3 | 10 |
| 4 | Challenge: one layer back | 5 | 15 |
| 5 | momentum | 4 | 10 |
| 6 | where the velocity ends | 2 | 7 |
| 7 | Nesterov's step | 4 | 12 |
| 8 | find the bug | 4 | 13 |
| 9 | one number for all | 3 | 12 |

Put your code where it says `YOUR CODE HERE`, in place of the `raise` line below it, or your answer in place of the three dots, and run the cell that
follows as often as you like: it says what holds, what does not, and, where it knows the mistake, its name. Write in the style you prefer, but write
it yourself, compute in NumPy's usual 64-bit floats (float32 will do for a single step, and may be too coarse elsewhere), and leave the arrays that a
function is given as they are; rules of the package `adaptive_lr` are recognised and earn nothing.

After you hand in, hidden tests check tasks 1 and 3 to 8 again, with other numbers. Task 2, a number of your own, is checked once, and what you see is
what counts; a person reads task 9. If a task is stubborn, go on with the next: none needs another's code.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "setup", "grade": false, "solution": false, "locked": true, "task": false}
# Run this first.
try:
    from adaptive_lr.grading import check, numbers
except ImportError:
    pass  # INSTALL

import numpy as np

# %% nbgrader={"schema_version": 3, "grade_id": "student", "grade": false, "solution": true, "locked": false, "task": false}
STUDENT = "..."  # your id, as you hand in with it: task 2 gives everyone numbers of their own
### BEGIN SOLUTION
STUDENT = "instructor"
### END SOLUTION

# %% [markdown]
r"""
## Task 1 · One step downhill

*Goal: turn the first equation of the course into code. 2 points, about 6 minutes.*

$$x \leftarrow x - \eta\, g$$

Return the new $x$, and leave the arrays that you are given as they are: whoever called you may still need them.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
def sgd_step(x, g, lr):
    """One update of gradient descent. x, g: arrays of shape (d,).  lr: η, a number."""
    ### BEGIN SOLUTION
    # A new array: `x -= lr * g` would write into the caller's x, which costs points here and is the bug of task 8.
    # Common mistake: just that. The numbers returned are right, and the caller's x has become them: who then compares the old point with the new one sees a
    # step of 0.
    return x - lr * g
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task1_step", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(sgd_step, "sgd_step", points=2)
### BEGIN HIDDEN TESTS
check(sgd_step, "sgd_step", points=2, seed=101)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 2 · The largest stable rate

*Goal: predict a number, then verify it. 3 points, about 10 minutes.*

A bowl has the curvature `flat` along one axis and `steep` along the other: $f = \tfrac12 (c_1 x_1^2 + c_2 x_2^2)$. Each update multiplies $x_i$ by
$1 - \eta c_i$. Below which $\eta$ does gradient descent converge from every start? For your own curvatures; one percent off is near enough.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task2_numbers", "grade": false, "solution": false, "locked": true, "task": false}
mine = numbers("descent_stable", STUDENT)
mine

# %% nbgrader={"schema_version": 3, "grade_id": "task2_answer", "grade": false, "solution": true, "locked": false, "task": false}
largest = ...  # a number
### BEGIN SOLUTION
# |1 − ηc| < 1 in both directions: η < 2/c, and the steep one decides. The flat direction then shrinks by 1 − 2 flat/steep per update, however slow that is.
# Common mistake: 1/steep. There the steep direction arrives in one update, and it may overshoot by as much again before it diverges. 2/flat is far too
# much: with the curvatures 3 and 50 each update would multiply the steep coordinate by −32.
largest = 2 / mine["steep"]
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task2_stable", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(largest, "descent_stable", points=3, student=STUDENT)

# %% [markdown]
r"""
## Task 3 · A weight's share

*Goal: write a derivative of a network. 3 points, about 10 minutes.*

A layer computes $a = W h + b$ from what comes in, $h$. Let $\delta_u = \partial \mathcal{L}/\partial a_u$ be known. The weight $W_{uj}$ enters $a_u$
and no other, with the factor $h_j$. Write $\partial \mathcal{L}/\partial W$, an array of the shape of $W$: a row for each $a_u$, a column for each
$h_j$.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
def weight_gradient(delta, h):
    """∂L/∂W of a layer, for one sample. delta: shape (neurons above,).  h: shape (neurons below,)."""
    ### BEGIN SOLUTION
    # ∂L/∂W_uj = δ_u h_j: every pair of a neuron above and one below.
    # Common mistake: rows and columns exchanged, np.outer(h, delta). Where both layers are of one size no shape gives it away: with δ = (1, −2) and h = (3,
    # 0.5) the weight in row 1, column 2 gets −6 in the place of 0.5.
    return np.outer(delta, h)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task3_weights", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(weight_gradient, "weight_gradient", points=3)
### BEGIN HIDDEN TESTS
check(weight_gradient, "weight_gradient", points=3, seed=103)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 4 · Challenge: one layer back

*Goal: write the heart of backpropagation. 5 points, about 15 minutes.*

The next layer's $\delta$ is known, and so is its matrix $W$ (a row for each neuron above). This layer's output was $h = \tanh a$. Each $h_j$ acts on
the loss through *every* neuron above. Write this layer's own $\delta_j = \partial \mathcal{L}/\partial a_j$. Recall that $\tanh' a = 1 - \tanh^2 a$.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
def backpropagate(delta, W, h):
    """This layer's δ. delta: of the next layer, shape (above,).  W: of the next layer, shape (above, here).  h: this layer's output, shape (here,)."""
    ### BEGIN SOLUTION
    # Σ_u W_uj δ_u, which is Wᵀδ, times the slope of tanh at a, which h itself tells: 1 − h².
    # Common mistake: W without its transpose, which goes unnoticed only where W is square; and h(1 − h), the slope of the logistic function. At h = 0.5
    # that is 0.25, where tanh's is 0.75, and for h below 0 it is negative, which the slope of a rising function never is.
    return (W.T @ delta) * (1 - h**2)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task4_back", "grade": true, "solution": false, "locked": true, "points": 5, "task": false}
check(backpropagate, "backpropagate", points=5)
### BEGIN HIDDEN TESTS
check(backpropagate, "backpropagate", points=5, seed=104)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 5 · Momentum

*Goal: give a descent a memory. 4 points, about 10 minutes.*

$$u \leftarrow \beta u + g, \qquad x \leftarrow x - \eta\, u$$

Leave the arrays that you are given as they are.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
def momentum_step(x, g, u, lr, beta):
    """One update with momentum. Returns the new x and the new u."""
    ### BEGIN SOLUTION
    # First the velocity takes in the gradient, then x moves by the new velocity. η stays outside u here, as in PyTorch.
    # Common mistake: u ← βu + (1 − β)g, the average that Adam keeps. At β = 0.9 every step is then a tenth of the one asked for, which a tenfold rate would
    # hide. Another is to move x by the old u: then the first update does nothing.
    u = beta * u + g
    x = x - lr * u
    return x, u
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task5_momentum", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(momentum_step, "momentum_step", points=4)
### BEGIN HIDDEN TESTS
check(momentum_step, "momentum_step", points=4, seed=105)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 6 · Where the velocity ends

*Goal: sum a series. 2 points, about 7 minutes.*

Under a steady gradient $g$ the velocity of task 5 grows, ever more slowly. Towards what? A formula in `beta` and `g`, as text. Every equal form
counts as right.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
velocity = ...  # for example "beta * g"
### BEGIN SOLUTION
# g (1 + β + β² + …) = g/(1 − β): ten times g at β = 0.9. So momentum at β = 0.9 with a tenth of the rate goes as far as plain descent, along a steady
# slope.
# Common mistake: g itself, as if the weights summed to 1, as an average's do. Three updates by hand show otherwise: at β = 0.9 and g = 1 the velocity is 1,
# 1.9, 2.71.
velocity = "g / (1 - beta)"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task6_terminal", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(velocity, "terminal_velocity", points=2)
### BEGIN HIDDEN TESTS
check(velocity, "terminal_velocity", points=2, seed=106)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 7 · Nesterov's step

*Goal: turn an equation into code, with care. 4 points, about 12 minutes.*

Nesterov's rule, written for the point where the gradient is taken:

$$u \leftarrow \beta u + g, \qquad x \leftarrow x - \eta\,(g + \beta u)$$

with the new $u$ in the bracket. Leave the arrays that you are given as they are. (With the *old* $u$ there, which rule would it be?)
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task7_answer", "grade": false, "solution": true, "locked": false, "task": false}
def nag_step(x, g, u, lr, beta):
    """One update of Nesterov's rule. Returns the new x and the new u."""
    ### BEGIN SOLUTION
    # g + β u with the new u: the velocity as it will be at the next update. With the old u, g + β u is the new u, and the rule is plain momentum.
    # Common mistake: the old u in the bracket. The first step from rest tells the two apart: (1 + β) η g is right, 1.9 η g at β = 0.9, where plain momentum
    # makes η g.
    u = beta * u + g
    x = x - lr * (g + beta * u)
    return x, u
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task7_nag", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(nag_step, "nag_step", points=4)
### BEGIN HIDDEN TESTS
check(nag_step, "nag_step", points=4, seed=107)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 8 · Find the bug

*Goal: go from a symptom to its cause. 4 points, about 13 minutes.*

"I record every point of my descent," a colleague says, "and the plot shows a single dot."
"""


# %% nbgrader={"schema_version": 3, "grade_id": "colleague", "grade": false, "solution": false, "locked": true, "task": false}
def colleagues_descent(grad, x0, lr, steps):
    """All points of a descent, the start first."""
    x = np.array(x0, dtype=float)
    points = [x]
    for _ in range(steps):
        x -= lr * grad(x)
        points.append(x)
    return np.array(points)


print(colleagues_descent(lambda x: x, [8.0, -4.0], 0.5, 3))

# %% [markdown]
r"""
Copy the function into the next cell under its new name, and repair it.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task8_answer", "grade": false, "solution": true, "locked": false, "task": false}
def repaired_descent(grad, x0, lr, steps):
    """All points of a descent, the start first: shape (steps + 1, d)."""
    ### BEGIN SOLUTION
    # `x -= …` writes into the one array that the list holds again and again, so all records change with it. `x = x - …` makes a new array at every update;
    # recording copies would do as well.
    # Common mistake: to copy on appending, `points.append(x.copy())`, and to leave `points = [x]` as it was. Then all rows are right but the first, which
    # is the last point once more.
    x = np.array(x0, dtype=float)
    points = [x]
    for _ in range(steps):
        x = x - lr * grad(x)
        points.append(x)
    return np.array(points)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task8_bug", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(repaired_descent, "repaired_descent", points=4)
### BEGIN HIDDEN TESTS
check(repaired_descent, "repaired_descent", points=4, seed=108)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 9 · One number for all

*Goal: use what you found to make a decision. 3 points, about 12 minutes, read by a person.*

A loss has the curvature 1 along most of its directions and 1,000 along one. You may change the rule, the rate, or the way in which the parameters are
written down. Say what limits plain gradient descent here, with a number from task 2 (1 point), what momentum would gain and what it would not (1
point), and what you would do, with a reason (1 point). Four to eight sentences; there is more than one good answer.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task9_decision", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
The steep direction limits the rate to 2/1000. At that rate each of the other directions shrinks by a factor of 0.998 per update, so that it takes
more than a thousand updates to lose nine tenths of the distance. Momentum adds up the steady small gradients along the flat directions, up to tenfold
at β = 0.9, while those across change sign and cancel; that gains about a factor of ten, or of the root of the condition number at best, with β tuned
for it. It does not remove the cause. If I know which direction is steep, I write that parameter in a unit that is √1000 times smaller, so that all
curvatures are 1, and plain descent with η near 1 arrives at once. If I do not know it, I use momentum first, and then a rule with a rate for each
coordinate, which helps if the steep direction is one of the coordinates.

*Common mistake:* to let momentum lift the limit. It shifts it, to 2(1 + β)/1000 = 0.0038 at β = 0.9, not even twofold; what it gains is along the
flat directions. An answer that says "too slow" and gives no number from task 2 misses the first point.
"""

# %% [markdown]
r"""
## How far you have come
"""

# %% nbgrader={"schema_version": 3, "grade_id": "progress", "grade": false, "solution": false, "locked": true, "task": false}
check.all()
