# The source of the AdaGrad assignment, as a jupytext "percent" script: code stays code in review and prose stays prose.
# `adaptive-lr notebooks` makes exercises/adagrad/adagrad.ipynb of it: nbgrader replaces each SOLUTION region by a stub
# (the `raise` below it, which the solution never reaches, is what a student finds) and removes the HIDDEN TESTS.

# %% [markdown]
r"""
# AdaGrad: a learning rate for every coordinate

In this notebook you build AdaGrad, work out how fast its steps shrink and what it does for rare features, and repair a
version that has been wrong for months without anyone noticing. Seven tasks, 25 points, about 75 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | one step | 4 | 10 |
| 2 | the descent | 4 | 10 |
| 3 | how fast the steps shrink | 3 | 10 |
| 4 | rare against frequent | 4 | 15 |
| 5 | ε inside or outside | 3 | 10 |
| 6 | find the bug | 3 | 10 |
| 7 | ten times longer | 4 | 10 |

Put your code where it says `YOUR CODE HERE`, in place of the `raise` line below it, and run the test cell that follows as often
as you like. It tells you what it expected. After you hand in, the same functions are tried on further inputs. Loops, vectors, lists:
write in the style you prefer. The tasks do not depend on one another's code, so if one is stubborn, go on with the next.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "setup", "grade": false, "solution": false, "locked": true, "task": false}
# NumPy is all that you need; Colab has it. Elsewhere, if the import fails, run once:  %pip install numpy
import numpy as np

# Unfinished tasks and failed tests answer in two lines. Any other error keeps its full traceback.
get_ipython().set_custom_exc((NotImplementedError, AssertionError), lambda shell, *_, **__: shell.showtraceback(exception_only=True))

# %% [markdown]
r"""
## Task 1 · One step

*Goal: turn AdaGrad's equation into code. 4 points, about 10 minutes.*

A coordinate that has met large gradients should now step with care; one that has hardly met any may still be bold. How can an
optimizer know which is which? AdaGrad gives every coordinate a memory, the sum $v$ of its squared gradients, and divides by its root:

$$v \leftarrow v + g^2, \qquad x \leftarrow x - \frac{\eta}{\sqrt{v + \varepsilon}}\, g$$

Each coordinate minds its own business: the square, the root and the division are taken one coordinate at a time.

Do one by hand first. With $x = 1$, $g = 2$, $v = 0$, $\eta = 0.5$ and $\varepsilon = 0$, the new $v$ is 4, its root is 2, and $x$ moves to
$1 - 0.5 \cdot 2 / 2 = 0.5$. What would $g = 200$ have done?

Write the step. Here $\varepsilon$ stands inside the root (task 5 is about that). Leave the arrays that you are given as they are: whoever
called you may still need them.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
def adagrad_step(x, g, v, lr, eps):
    """One AdaGrad update. Returns the new x and the new v.

    x, g, v: arrays of shape (d,): the parameters, their gradient, the sum of the squared gradients so far.
    lr, eps: numbers, η and ε.
    """
    ### BEGIN SOLUTION
    # The memory takes in the new gradient first, and the step then divides by its root; with the old v the first step would
    # divide by √ε. Both lines make new arrays: `v += g**2` would write into the caller's.
    # The first step is η long whatever the gradient, since √g² = |g|: g = 200 also leads to 0.5.
    v = v + g**2
    x = x - lr * g / np.sqrt(v + eps)
    return x, v
    ### END SOLUTION
    raise NotImplementedError("Task 1 is not done yet")


# %% nbgrader={"schema_version": 3, "grade_id": "task1_step", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
# Tests of task 1
x, g, v = np.array([1.0, -2.0]), np.array([2.0, 0.5]), np.array([0.0, 0.75])
new_x, new_v = adagrad_step(x, g, v, lr=0.5, eps=0.0)
assert np.array_equal([x, g, v], [[1, -2], [2, 0.5], [0, 0.75]]), f"your function changed the arrays that it was given: x, g, v are now {x}, {g}, {v}"
assert np.allclose(new_v, [4.0, 1.0]), f"with v = [0, 0.75] and g = [2, 0.5] the equation gives the new v = [4, 1]; yours is {new_v}"
assert np.allclose(new_x, [0.5, -2.25]), f"after one step from x = [1, -2] your x is {new_x}; the equation gives [0.5, -2.25]"
new_x, new_v = adagrad_step(np.array([1.0]), np.array([2.0]), np.array([0.0]), lr=0.5, eps=5.0)
assert np.allclose(new_v, 4.0), f"v is the sum of the squared gradients alone: 4 here, also with ε = 5; yours is {new_v}"
assert np.allclose(new_x, 2 / 3), f"with ε = 5 the root is √(4 + 5) = 3, so x = 1 goes to 0.667; yours goes to {new_x}"
print("Task 1: the tests that you can see pass")
### BEGIN HIDDEN TESTS
from adaptive_lr import AdaGrad

rng = np.random.default_rng(101)
for size in (1, 3, 8):
    (x, g), v, (lr, eps) = rng.normal(size=(2, size)), rng.random(size), rng.random(2)
    new_x, new_v = adagrad_step(x.copy(), g.copy(), v.copy(), lr, eps)
    direction, rate, (right_v,) = AdaGrad(lr, eps).step(1, lr, g, (v,))
    assert np.shape(new_x) == np.shape(new_v) == x.shape, f"x has shape {x.shape}; your new x has {np.shape(new_x)}, your new v {np.shape(new_v)}"
    assert np.allclose(new_v, right_v), f"with v = {v} and g = {g} the new v is {right_v}; yours is {new_v}"
    assert np.allclose(new_x, x - rate * direction), f"with η = {lr:.3f} and ε = {eps:.3f}, x = {x} goes to {x - rate * direction}; yours goes to {new_x}"
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 2 · The descent

*Goal: run an update rule, and keep what you need to judge it. 4 points, about 10 minutes.*

One step is not yet a descent. Stand at `x0` with an empty memory, $v = 0$. Ask for the gradient *where you stand*, take a step, note
where you are, and go on from there with the memory that the step left you.

Write `descend`. It is handed the step as an argument, so it serves AdaGrad and every other rule that remembers one array.
Return all the points visited, `x0` first: `steps + 1` of them.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task2_answer", "grade": false, "solution": true, "locked": false, "task": false}
def descend(step, grad, x0, lr, eps, steps):
    """All points of a descent, shape (steps + 1, d).

    step: a function like adagrad_step, (x, g, v, lr, eps) -> (new x, new v).
    grad: a function x -> gradient at x.
    x0: the start, d numbers.
    """
    ### BEGIN SOLUTION
    # x and v are both handed on from one update to the next: that is what makes v a memory.
    x, v = np.array(x0, dtype=float), np.zeros(len(x0))
    points = [x]
    for _ in range(steps):
        x, v = step(x, grad(x), v, lr, eps)
        points.append(x)
    return np.array(points)
    ### END SOLUTION
    raise NotImplementedError("Task 2 is not done yet")


# %% nbgrader={"schema_version": 3, "grade_id": "task2_descent", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
# Tests of task 2. They bring a simple step of their own: v ← v + g, x ← x − η v
def simple_step(x, g, v, lr, eps):
    return x - lr * (v + g), v + g


points = descend(simple_step, lambda x: 1.0 * x, [8.0, 0.0], lr=0.5, eps=0.0, steps=3)
assert np.shape(points) == (4, 2), f"3 steps from a point with 2 coordinates are 4 points, shape (4, 2); yours has shape {np.shape(points)}"
assert np.allclose(points[0], [8, 0]), f"the first point is the start, [8, 0]; yours is {points[0]}"
assert np.allclose(points[1], [4, 0]), f"with v = 0 at the start, the first step leads from [8, 0] to [4, 0]; yours leads to {points[1]}"
first = np.asarray(points)[:, 0]
assert np.allclose(first, [8, 4, -2, -7]), f"the first coordinate goes 8, 4, -2, -7; yours goes {first}. Are x and v both handed on to the next step?"
print("Task 2: the tests that you can see pass")
### BEGIN HIDDEN TESTS
from adaptive_lr import AdaGrad, minimize, problems


def reference_step(x, g, v, lr, eps):
    direction, rate, (v,) = AdaGrad(lr, eps).step(1, lr, np.asarray(g, dtype=float), (np.asarray(v, dtype=float),))
    return x - rate * direction, v


rng = np.random.default_rng(102)
for steps in (1, 7, 40):
    x0, (lr, eps) = 3 * rng.normal(size=2), rng.random(2)
    points = descend(reference_step, problems.ravine.grad, x0.copy(), lr, eps, steps)
    right = minimize(problems.ravine, AdaGrad(lr, eps), x0, steps).x
    assert np.shape(points) == right.shape, f"{steps} steps in 2 coordinates give shape {right.shape}; yours has {np.shape(points)}"
    assert np.allclose(points, right), f"AdaGrad down the ravine from {x0}: after {steps} steps it is at {right[-1]}; yours is at {points[-1]}"
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 3 · How fast do the steps shrink?

*Goal: read the effective learning rate off an equation. 3 points, about 10 minutes.*

Call $\eta / \sqrt{v}$, the factor that multiplies the gradient, the *effective learning rate* of a coordinate. The memory only ever grows, so
this rate only ever falls. But how fast? "Exponentially", some lecture notes say. Would you bet on it?

Take a coordinate whose gradient has the same size $|g|$ at every update (its sign may change), and $\varepsilon = 0$. For $g = 2$ and
$\eta = 1$ the memory is 4, 8, 12, 16, …, and the rate 0.5, 0.354, 0.289, 0.25, …

Write the effective rate of update $t = 1, 2, 3, \dots$ in closed form: one expression, no loop. The tests go up to $t = 10^{12}$.
Then look at it: how many updates does it take to halve the rate, and to halve it again?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
def steady_rate(t, g, lr):
    """The effective learning rate of update t (1, 2, 3, …) when every gradient so far, this one included, has size |g|."""
    ### BEGIN SOLUTION
    # Update t has seen t gradients, its own included: v = t g², and √(t g²) = |g| √t.
    # To halve the rate, t must grow fourfold, and fourfold again: a power law, not an exponential, which would halve in equal times.
    return lr / (abs(g) * np.sqrt(t))
    ### END SOLUTION
    raise NotImplementedError("Task 3 is not done yet")


# %% nbgrader={"schema_version": 3, "grade_id": "task3_steady_rate", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
# Tests of task 3
for t, right in ((1, 0.5), (2, 0.35355339), (4, 0.25), (100, 0.05)):
    rate = steady_rate(t, g=2.0, lr=1.0)
    assert np.isclose(rate, right), f"for g = 2 and η = 1 the rate of update t = {t} is {right:.4g}; yours is {rate}"
rate = steady_rate(4, g=-2.0, lr=1.0)
assert np.isclose(rate, 0.25), f"a gradient of -2 has the same size as one of 2, so the rate of update 4 is 0.25 again; yours is {rate}"
print("Task 3: the tests that you can see pass")
### BEGIN HIDDEN TESTS
from adaptive_lr import AdaGrad

rng = np.random.default_rng(103)
for _ in range(5):
    g, lr = rng.normal(), rng.random()
    rule, state = AdaGrad(lr, eps=0.0), (np.zeros(1),)
    for t in range(1, 8):
        _, rate, state = rule.step(t, lr, np.array([g]), state)
    assert np.isclose(steady_rate(7, g, lr), rate[0]), f"for g = {g:.4g} and η = {lr:.4g} the rate of update 7 is {rate[0]:.6g}; yours is {steady_rate(7, g, lr)}"
assert np.isclose(steady_rate(10**12, 0.5, 3.0), 6e-6), f"for g = 0.5 and η = 3 the rate of update 10¹² is 6e-6; yours is {steady_rate(10**12, 0.5, 3.0)}"
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 4 · Rare against frequent

*Goal: say in numbers what AdaGrad does for a rare feature. 4 points, two for each answer, about 15 minutes.*

A word that occurs in one sentence out of a hundred gives its weight a gradient in one update out of a hundred, and zero in the others. Under plain
gradient descent that weight travels a hundredth of the way. How much better does AdaGrad serve it?

Take two coordinates with the same $\eta$, and $\varepsilon = 0$. The frequent one meets the gradient 1 in each of `updates` updates. The rare one meets
the gradient 1 in `hits` of them and 0 in the rest. After all updates:

1. how many times *larger* is the rare coordinate's effective rate than the frequent one's?
2. how far has the rare coordinate travelled, as a share of the frequent one's way? Give the exact value: a sum is fine.

Hint: with 25 hits in 100 updates the answers are 2 and 0.465. When does the $k$-th hit happen, and does it matter?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
def rare_against_frequent(hits, updates):
    """Two numbers: rate of the rare coordinate / rate of the frequent one, and way of the rare one / way of the frequent one."""
    ### BEGIN SOLUTION
    # Rates: v is `hits` for the rare coordinate and `updates` for the frequent one, and the rate is η / √v.
    # Ways: the k-th non-zero gradient moves a coordinate by η / √k, whenever it comes, because zeros add nothing to v. So the ways are
    # η (1 + 1/√2 + … + 1/√hits) and the same up to `updates`. A sum of 1/√k up to n is about 2√n: one hit in a hundred makes a tenth of the way
    # rather than a hundredth.
    rate_ratio = np.sqrt(updates / hits)
    steps = 1 / np.sqrt(np.arange(1, updates + 1))
    return rate_ratio, steps[:hits].sum() / steps.sum()
    ### END SOLUTION
    raise NotImplementedError("Task 4 is not done yet")


# %% nbgrader={"schema_version": 3, "grade_id": "task4_rare_features", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
# Tests of task 4. The last line shows your points: two for each answer that is right in all cases
cases = [(25, 100, 2.0, 0.464739), (1, 4, 2.0, 0.359136)]  # hits, updates, and the two right answers
### BEGIN HIDDEN TESTS
from adaptive_lr import AdaGrad

rng = np.random.default_rng(104)
for updates in (2, 30, 1000):
    hits = int(rng.integers(1, updates))
    rule, state, way = AdaGrad(lr=1.0, eps=0.0), (np.zeros(2),), np.zeros(2)
    for t in range(1, updates + 1):
        direction, rate, state = rule.step(t, 1.0, np.array([1.0 if t <= hits else 0.0, 1.0]), state)
        way = way + rate * direction
    cases.append((hits, updates, rate[0] / rate[1], way[0] / way[1]))
### END HIDDEN TESTS
task4_points = 4
answers = [rare_against_frequent(hits, updates) for hits, updates, _, _ in cases]
for which, name in enumerate(("first", "second")):
    for (hits, updates, *right), answer in zip(cases, answers):
        if not np.isclose(answer[which], right[which], rtol=1e-5):
            print(f"{hits} hits in {updates} updates: the {name} answer is {right[which]:.6g}; yours is {answer[which]}")
            task4_points -= 2
            break
task4_points

# %% [markdown]
r"""
## Task 5 · ε inside or outside

*Goal: translate a setting from one framework to another. 3 points, about 10 minutes.*

The paper and PyTorch add $\varepsilon$ *outside* the root, Keras and optax *inside* it:

$$x \leftarrow x - \frac{\eta}{\sqrt{v} + \varepsilon_\text{outside}}\, g \qquad\text{or}\qquad x \leftarrow x - \frac{\eta}{\sqrt{v + \varepsilon_\text{inside}}}\, g$$

You take over a model that was trained with the outside form, and your framework has the inside form. Is the same number the same thing?
Look at the first step, when $v = g^2$.

Write the $\varepsilon_\text{inside}$ that makes the first step with gradient $g$ exactly as long as it is with $\varepsilon_\text{outside}$. Then try $g = 1$
and $g = 0$ with $\varepsilon_\text{outside} = 10^{-8}$: how many powers of ten lie between the two answers?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
def eps_inside(eps_outside, g):
    """The ε inside the root that gives the same first step, with gradient g, as `eps_outside` outside it."""
    ### BEGIN SOLUTION
    # The denominators must agree: g² + ε_inside = (|g| + ε_outside)². Multiplied out, g² drops from both sides; written so, no digits are lost
    # to a difference of nearly equal numbers. For g = 1 the answer is about 2·10⁻⁸, for g = 0 it is 10⁻¹⁶: no one number does for all gradients.
    return 2 * abs(g) * eps_outside + eps_outside**2
    ### END SOLUTION
    raise NotImplementedError("Task 5 is not done yet")


# %% nbgrader={"schema_version": 3, "grade_id": "task5_epsilon", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
# Tests of task 5
for g in (2.0, -2.0, 0.0):
    yours = eps_inside(0.5, g)
    assert np.isfinite(yours) and yours >= 0, f"for g = {g} your ε is {yours}: a finite number ≥ 0 is needed under the root"
    assert np.isclose(np.sqrt(g**2 + yours), abs(g) + 0.5), (
        f"with g = {g} and ε = 0.5 outside, the step divides by {abs(g) + 0.5}; with your ε = {yours} inside, by {np.sqrt(g**2 + yours):.6g}"
    )
print("Task 5: the tests that you can see pass")
### BEGIN HIDDEN TESTS
from adaptive_lr import AdaGrad

rng = np.random.default_rng(105)
for _ in range(5):
    g, eps_outside, lr = 3 * rng.normal(), 10 ** rng.uniform(-4, 1), rng.random()
    yours = eps_inside(eps_outside, g)
    direction, rate, _ = AdaGrad(lr, yours).step(1, lr, np.array([g]), (np.zeros(1),))
    right = lr / (abs(g) + eps_outside)
    assert np.isclose(rate[0], right, rtol=1e-9), (
        f"with g = {g:.4g} and ε = {eps_outside:.4g} outside, the first rate is {right:.8g}; with your ε inside it is {rate[0]:.8g}"
    )
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 6 · Find the bug

*Goal: go from a symptom to its cause. 3 points, about 10 minutes.*

A colleague's AdaGrad has been in use for months, and its results looked right. Yesterday a new feature came in that is zero in all samples so far, and
its weight turned into `nan`. "And now that I look," the colleague adds, "with a large ε the weights drift away from a minimum, all in the same
direction." Two symptoms; is it two bugs?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "colleague", "grade": false, "solution": false, "locked": true, "task": false}
def colleagues_adagrad(grad, x0, lr, eps, steps):
    """The point reached after `steps` AdaGrad updates from x0."""
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = v + g**2
        x = x - lr * g / np.sqrt(v) + eps
    return x


with np.errstate(invalid="ignore"):
    print("a feature that is always zero:", colleagues_adagrad(lambda x: np.array([x[0], 0.0]), [1.0, 3.0], lr=0.5, eps=1e-8, steps=10))
print("a large ε, from near the minimum 0:", colleagues_adagrad(lambda x: x, [0.01, 0.01], lr=0.1, eps=0.2, steps=100))

# %% [markdown]
r"""
Copy the function into the next cell under its new name, and repair it. You may leave ε outside the root or put it inside: both count as right here.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
def repaired_adagrad(grad, x0, lr, eps, steps):
    """The point reached after `steps` AdaGrad updates from x0."""
    ### BEGIN SOLUTION
    # One bug: a division binds tighter than a sum, so ε never reached the denominator. There it would have kept 0/0 away; instead it was added to x itself,
    # ε further at every update. At ε = 1e-8 that drift is far too small to see, which is how it lived for months.
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = v + g**2
        x = x - lr * g / (np.sqrt(v) + eps)
    return x
    ### END SOLUTION
    raise NotImplementedError("Task 6 is not done yet")


# %% nbgrader={"schema_version": 3, "grade_id": "task6_bug", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
# Tests of task 6
x = repaired_adagrad(lambda x: np.array([x[0], 0.0]), [1.0, 3.0], lr=0.5, eps=1e-8, steps=10)
assert np.all(np.isfinite(x)), f"the second feature's gradient is always zero, and its weight is {x[1]} after 10 updates"
assert x[1] == 3.0, f"a weight whose gradient is always zero stays where it is, at 3; yours is at {x[1]!r}"
x = repaired_adagrad(lambda x: x, [0.01, 0.01], lr=0.1, eps=0.2, steps=100)
assert np.all(np.abs(x) < 0.01), f"a descent from 0.01 ends nearer to the minimum 0, also with ε = 0.2; yours ends at {x}"
print("Task 6: the tests that you can see pass")
### BEGIN HIDDEN TESTS
from adaptive_lr import AdaGrad, minimize, problems

rng = np.random.default_rng(106)
for steps in (1, 5, 50):
    x0, lr, eps = 3 * rng.normal(size=2), rng.random(), rng.uniform(0.1, 2)
    inside = minimize(problems.ravine, AdaGrad(lr, eps), x0, steps).x[-1]
    outside, v = x0, np.zeros(2)
    for _ in range(steps):
        g = problems.ravine.grad(outside)
        v = v + g**2
        outside = outside - lr * g / (np.sqrt(v) + eps)
    yours = repaired_adagrad(problems.ravine.grad, x0.copy(), lr, eps, steps)
    assert np.allclose(yours, inside) or np.allclose(yours, outside), (
        f"{steps} steps down a ravine from {x0}, η = {lr:.4g}, ε = {eps:.4g}: AdaGrad ends at {outside} (ε outside) or {inside} (inside); yours at {yours}"
    )
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 7 · Ten times longer

*Goal: use what you found to make a decision. 4 points, about 10 minutes, read by a person.*

A training with AdaGrad went well. The next one is to run ten times as many updates. Would you keep AdaGrad?

Answer in four to eight sentences. A good answer gives a number for what becomes of the effective rate (1 point), says for which weights this
matters most and for which least (1 point), takes a decision with its reason (1 point), and names one thing that you would measure or try to find out
whether you were right (1 point). There is more than one good decision.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task7_reflection", "grade": true, "solution": true, "locked": false, "points": 4, "task": false}
r"""
With steady gradients the rate after ten times as many updates is 1/√10 of what it was, about a third: it does not vanish, and since the steps 1/√k
have no finite sum, no distance is out of reach. The weights of frequent features feel this most. A rare feature has a short memory, so its weight still
takes large steps late in the training. On a convex problem with sparse features I would keep AdaGrad, since a falling rate is what lets it settle. For a
deep network, whose early gradients are large and soon out of date, I would rather let the memory fade, as RMSprop does. To find out, I would plot the effective
rate of some frequent and some rare weights over the first training, and continue from its end twice, once with v set back to zero: if that lowers the loss faster,
the old memory was holding it back.
"""
