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
as you like. It tells you the right answer, yours, and often the likely slip. After you hand in, your functions of tasks 1 to 6 are tried
on further inputs; a person reads task 7. Loops, vectors, lists, helpers of your own: write in the style you prefer.
The tasks do not depend on one another's code, so if one is stubborn, go on with the next.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "setup", "grade": false, "solution": false, "locked": true, "task": false}
# NumPy is all that you need; Colab has it. Elsewhere, if the import fails, run once:  %pip install numpy
import numpy as np


def _tests_show_error(shell, kind, error, trace, tb_offset=None):
    """Unfinished tasks and failed tests answer in two lines. Any other error shows its way through your code, not through the tests."""
    yours = trace
    while yours and not yours.tb_frame.f_code.co_name.startswith("test_task"):
        yours = yours.tb_next
    test_cell = yours and yours.tb_frame.f_code.co_filename
    while yours and yours.tb_frame.f_code.co_filename == test_cell:
        yours = yours.tb_next
    in_two_lines = isinstance(error, (AssertionError, NotImplementedError)) or (test_cell and not yours)
    shell.showtraceback((kind, error, yours or trace), exception_only=in_two_lines, tb_offset=0 if yours else None)


get_ipython().set_custom_exc((Exception, KeyboardInterrupt), _tests_show_error)

# %% nbgrader={"schema_version": 3, "grade_id": "tools", "grade": false, "solution": false, "locked": true, "task": false}
# The tests compare numbers with this, and say what is wrong with them. Run it; you need not read it.
def _tests_in_brief(numbers):
    text = np.array2string(np.asarray(numbers, dtype=float), threshold=12, edgeitems=2, separator=", ", formatter={"float_kind": "{:.6g}".format})
    return " ".join(text.split())


def _tests_same_numbers(a, b):
    a, b = np.squeeze(a), np.squeeze(b)
    return a.shape == b.shape and np.allclose(a, b, equal_nan=True)


def _tests_expect_numbers(yours, right, says, slips={}):
    """Fails unless `yours` are the `right` numbers, up to rounding. `says` opens the message; `slips` are known wrong answers, each under its explanation."""
    opening = f"{says} {_tests_in_brief(right)}; yours: "
    try:
        incomplete = None in np.asarray(yours, dtype=object).ravel().tolist()
        found = np.asarray(yours, dtype=float)
    except (TypeError, ValueError):
        raise AssertionError(f"{opening}{yours!r:.80}, where numbers were expected") from None
    assert not incomplete, f"{opening}{yours!r:.80}. Is a `return`, or something after it, missing? `print` shows a number; only `return` hands it on."
    if _tests_same_numbers(found, right):
        return
    hints = [slip for slip, wrong in slips.items() if _tests_same_numbers(found, wrong)]
    if found.shape != np.shape(right):
        expected, got = (f"shape {shape}" if shape else "one number" for shape in (np.shape(right), found.shape))
        hints.append(f"Expected: {expected}; yours: {got}.")
    elif np.asarray(yours).dtype.kind in "iu" and np.any(np.mod(right, 1)):
        hints.append("Yours is of an integer type: was something rounded?")
    raise AssertionError(" ".join([opening + _tests_in_brief(found) + ".", *hints]))

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
called you may still need them. So make new arrays, or work on copies: `v += …` would write into the caller's $v$, and costs the task's points.
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
    raise NotImplementedError("Task 1 is not done yet. If you think it is: return your answer, and remove this line")


# %% nbgrader={"schema_version": 3, "grade_id": "task1_step", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
# Tests of task 1
def test_task1():
    def pair(answer):
        try:
            new_x, new_v = answer
        except (TypeError, ValueError):
            raise AssertionError(
                f"your function should return two arrays, the new x and the new v; it returns {answer!r:.80}. Is a `return`, or something after it, missing?"
            ) from None
        return new_x, new_v

    x, g, v = np.array([1.0, -2.0, 3.0]), np.array([2.0, 0.5, -4.0]), np.array([0.0, 0.75, 9.0])
    before = x.copy(), g.copy(), v.copy()
    new_x, new_v = pair(adagrad_step(x, g, v, 0.5, 0.0))
    for name, was, now in zip("xgv", before, (x, g, v)):
        assert np.array_equal(was, now), (
            f"your function changed the caller's {name} from {_tests_in_brief(was)} to {_tests_in_brief(now)}. "
            f"`{name} += …` and the like write into the array that was handed in; `{name} = {name} + …` makes a new one."
        )
    slips = {
        "That is the new x: return x first, then v.": [0.5, -2.25, 3.4],
        "The gradient is added without its square.": [2, 1.25, 5],
        "The size of the gradient is added, not its square.": [2, 1.25, 13],
        "That is g² alone: the old v belongs to the sum.": [4, 0.25, 16],
        "That is the root already: v remembers the sum itself.": [2, 1, 5],
        "Each coordinate has a memory of its own: do not sum over the coordinates.": [20.25, 21, 29.25],
    }
    _tests_expect_numbers(new_v, [4, 1, 25], "with v = [0, 0.75, 9] and g = [2, 0.5, -4] the new v is", slips)
    slips = {
        "The step leads against the gradient: minus, not plus.": [1.5, -1.75, 2.6],
        "Divide by the root of v, not by v.": [0.75, -2.25, 3.08],
        "Divide by the root of the new v, not of the old one.": [-np.inf, -2.288675, 3.666667],
        "That is a step without its g: the rate η / √v multiplies the gradient.": [0.75, -2.5, 2.9],
    }
    _tests_expect_numbers(new_x, [0.5, -2.25, 3.4], "with η = 0.5 and ε = 0, and with that v, x = [1, -2, 3] goes to", slips)

    new_x, new_v = pair(adagrad_step(np.array([1.0]), np.array([2.0]), np.array([0.0]), 0.5, 5.0))
    _tests_expect_numbers(new_v, [4], "v is the sum of the squared gradients alone, without ε. For v = 0, g = 2 and ε = 5 the new v is")
    slips = {"Yours has ε outside the root.": [6 / 7], "Where is ε?": [0.5]}
    _tests_expect_numbers(new_x, [2 / 3], "with ε = 5 the root is √(4 + 5) = 3, so x = 1 goes to", slips)
    print("Task 1: the tests that you can see pass")
    ### BEGIN HIDDEN TESTS
    from adaptive_lr import AdaGrad

    rng = np.random.default_rng(101)
    for size in (1, 3, 8):
        (x, g), v, (lr, eps) = rng.normal(size=(2, size)), rng.random(size), rng.random(2)
        new_x, new_v = pair(adagrad_step(x.copy(), g.copy(), v.copy(), lr, eps))
        direction, rate, (right_v,) = AdaGrad(lr, eps).step(1, lr, g, (v,))
        _tests_expect_numbers(new_v, right_v, f"with v = {_tests_in_brief(v)} and g = {_tests_in_brief(g)} the new v is")
        _tests_expect_numbers(new_x, x - rate * direction, f"with that v, η = {lr:.6g} and ε = {eps:.6g}, x = {_tests_in_brief(x)} goes to")
    ### END HIDDEN TESTS


test_task1()

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
    x0: the start, an array of shape (d,).
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
    raise NotImplementedError("Task 2 is not done yet. If you think it is: return your answer, and remove this line")


# %% nbgrader={"schema_version": 3, "grade_id": "task2_descent", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
# Tests of task 2. They bring a simple step of their own: v ← v + g, x ← x − η v
def test_task2():
    def simple_step(x, g, v, lr, eps):
        assert (lr, eps) == (0.5, 0.25), f"descend was called with η = 0.5 and ε = 0.25, and calls its step with η = {lr} and ε = {eps}"
        v = np.asarray(v) + g
        return x - lr * v, v

    def path(*first):
        """With this step the second coordinate is minus half the first all along."""
        return np.outer(first, [1, -0.5])

    points = descend(simple_step, lambda x: 1.0 * np.asarray(x), np.array([8.0, -4.0]), 0.5, 0.25, 3)
    slips = {
        "The start is missing.": path(4, -2, -7),
        "The start is missing, and there is a step too many.": path(4, -2, -7, -8.5),
        "Is one array recorded four times? Then all its records change with it: record copies.": path(-7, -7, -7, -7),
        "Nothing moves: is what the step returns kept?": path(8, 8, 8, 8),
        "Only one step is taken: does the `return` stand inside the loop?": path(8, 4),
        "Ask for the gradient anew at each point: yours is taken once.": path(8, 4, -4, -16),
        "Hand v on from each step to the next: yours starts each step with v = 0.": path(8, 4, 2, 1),
        "Hand x on from each step to the next: yours starts each step at x0.": path(8, 4, 0, -4),
        "The memory is empty, v = 0, at the start: yours is 1.": np.transpose([[8, 3.5, -2.75, -7.625], [-4, -2.5, 0.25, 2.875]]),
        "Return all points, not the last one alone.": path(-7),
        "One row for each point: yours has the points in columns.": path(8, 4, -2, -7).T,
    }
    _tests_expect_numbers(points, path(8, 4, -2, -7), "3 steps from [8, -4], with η = 0.5 and the gradient g = x, visit the 4 points", slips)
    print("Task 2: the tests that you can see pass")
    ### BEGIN HIDDEN TESTS
    from adaptive_lr import AdaGrad, minimize, problems

    def reference_step(x, g, v, lr, eps):
        direction, rate, (v,) = AdaGrad(lr, eps).step(1, lr, np.asarray(g, dtype=float), (np.zeros(2) + v,))
        return x - rate * direction, v

    rng = np.random.default_rng(102)
    for steps in (1, 7, 40):
        x0, (lr, eps) = 3 * rng.normal(size=2), rng.random(2)
        points = descend(reference_step, lambda x: problems.ravine.grad(np.asarray(x, dtype=float)), x0.copy(), lr, eps, steps)
        right = minimize(problems.ravine, AdaGrad(lr, eps), x0, steps).x
        _tests_expect_numbers(np.shape(points), right.shape, f"{steps} steps in 2 coordinates give an array of shape")
        for step, (point, right_point) in enumerate(zip(points, right)):
            says = f"AdaGrad down a ravine from {_tests_in_brief(x0)}, η = {lr:.6g}, ε = {eps:.6g}: after {step} of {steps} steps it is at"
            _tests_expect_numbers(point, right_point, says)
    ### END HIDDEN TESTS


test_task2()

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
    raise NotImplementedError("Task 3 is not done yet. If you think it is: return your answer, and remove this line")


# %% nbgrader={"schema_version": 3, "grade_id": "task3_steady_rate", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
# Tests of task 3
def test_task3():
    rates = [steady_rate(t, 2.0, 1.0) for t in (1, 2, 4, 100)]
    slips = {
        "Update t has seen t gradients, its own included: not t - 1.": np.inf,
        "Update t has seen t gradients, its own included: not t + 1.": 0.353553,
        "How does the size of g come in?": 1,
        "Divide by the root of v, not by v.": 0.25,
    }
    _tests_expect_numbers(rates[0], 0.5, "for g = 2 and η = 1 the rate of update 1 is", slips)
    slips = {
        "That has all but died out, as an exponential does. Write down v for updates 1, 2, 3: how does it grow?": 0,
        "Divide by the root of v: yours falls like 1/t.": 0.005,
        "Update t has seen t gradients, its own included: not t - 1.": 0.0502519,
    }
    _tests_expect_numbers(rates[3], 0.05, "for g = 2 and η = 1 the rate of update 100 is", slips)
    _tests_expect_numbers(rates, [0.5, 0.353553, 0.25, 0.05], "for g = 2 and η = 1 the rates of updates 1, 2, 4 and 100 are")
    slips = {"A rate is positive: it is the size of g that counts.": -0.25}
    _tests_expect_numbers(steady_rate(4, -2.0, 1.0), 0.25, "a gradient of -2 has the same size as one of 2, so the rate of update 4 is again", slips)
    print("Now t = 10¹². A closed form needs no loop: if this takes longer than a moment, stop the cell.")
    _tests_expect_numbers(steady_rate(10**12, 2.0, 1e6), 0.5, "for g = 2 and η = 10⁶ the rate of update 10¹² is")
    print("Task 3: the tests that you can see pass")
    ### BEGIN HIDDEN TESTS
    from adaptive_lr import AdaGrad

    rng = np.random.default_rng(103)
    for _ in range(5):
        g, lr = rng.normal(), rng.random()
        rule, state = AdaGrad(lr, eps=0.0), (np.zeros(1),)
        for t in range(1, 8):
            _, rate, state = rule.step(t, lr, np.array([g]), state)
        _tests_expect_numbers(steady_rate(7, g, lr), rate[0], f"for g = {g:.6g} and η = {lr:.6g} the rate of update 7 is")
    ### END HIDDEN TESTS


test_task3()

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
    raise NotImplementedError("Task 4 is not done yet. If you think it is: return your answer, and remove this line")


# %% nbgrader={"schema_version": 3, "grade_id": "task4_rare_features", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
# Tests of task 4: two points for each answer that is right in all cases
def test_task4():
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

    def both(answer):
        """The two answers, or as much as there is of them."""
        try:
            first, second = answer
        except TypeError:  # one number, or None
            first, second = answer, None
        except ValueError:  # not two of them
            first, second = answer, answer
        return first, second

    answers = [both(rare_against_frequent(hits, updates)) for hits, updates, _, _ in cases]
    points = 0
    for which, name in enumerate(("first", "second")):
        try:
            for answer, (hits, updates, *right) in zip(answers, cases):
                slips = {"It is the other way round: rare / frequent is asked.": 1 / right[which], "That is the other answer.": right[1 - which]}
                if name == "first":
                    slips["That is the ratio of the memories v; the rates go with their roots."] = right[0] ** 2
                else:
                    slips["That is the share of the hits. Are all steps of one length, as in plain gradient descent?"] = hits / updates
                    slips["That is a fair estimate when hits are many; the exact value is a sum."] = 1 / right[0]
                _tests_expect_numbers(answer[which], right[which], f"{hits} hits in {updates} updates: the {name} answer is", slips)
            points += 2
        except AssertionError as wrong:
            print(wrong)
    print(f"Task 4: {points} of 4 points for these cases. The bare number below says it again, for the grader:")
    return points


test_task4()

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
    raise NotImplementedError("Task 5 is not done yet. If you think it is: return your answer, and remove this line")


# %% nbgrader={"schema_version": 3, "grade_id": "task5_epsilon", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
# Tests of task 5
def test_task5():
    slips = {
        "With the same number inside, the step divides by √(4 + 0.5) = 2.12.": 0.5,
        "That would be right for g = 0.": 0.25,
        "Almost: a small term is missing.": 2,
        "That is all that should stand under the root, and g² stands there already.": 6.25,
    }
    _tests_expect_numbers(eps_inside(0.5, 2.0), 2.25, "with g = 2 and ε = 0.5 outside, the step divides by 2.5. So the ε inside is", slips)
    slips = {"It is the size of g that counts, not its sign.": -1.75}
    _tests_expect_numbers(eps_inside(0.5, -2.0), 2.25, "with g = -2 the step divides by 2 + 0.5 as well, so the ε inside is again", slips)
    slips = {"With the same number inside, the step divides by √0.5 = 0.707.": 0.5}
    _tests_expect_numbers(eps_inside(0.5, 0.0), 0.25, "with g = 0 and ε = 0.5 outside, the step divides by 0.5. So the ε inside is", slips)
    print("Task 5: the tests that you can see pass")
    ### BEGIN HIDDEN TESTS
    rng = np.random.default_rng(105)
    for _ in range(5):
        g, eps_outside = 3 * rng.normal(), 10 ** rng.uniform(-4, 1)
        right = (abs(g) + eps_outside) ** 2 - g**2
        _tests_expect_numbers(eps_inside(eps_outside, g), right, f"with g = {g:.6g} and ε = {eps_outside:.6g} outside, the ε inside is")
    ### END HIDDEN TESTS


test_task5()

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
    raise NotImplementedError("Task 6 is not done yet. If you think it is: return your answer, and remove this line")


# %% nbgrader={"schema_version": 3, "grade_id": "task6_bug", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
# Tests of task 6
def test_task6():
    x = repaired_adagrad(lambda x: np.array([x[0], 0.0]), np.array([1.0, 3.0]), 0.5, 1e-8, 1)
    slips = {"With g = 0 and v = 0, 0/0 is nan: ε is not in the denominator.": [0.5, np.nan]}
    _tests_expect_numbers(x, [0.5, 3], "with g = [1, 0] one update leads from [1, 3] to", slips)
    assert x[1] == 3, f"a weight whose gradient is always zero stays at exactly 3; yours has moved to {x[1]:.10g}. Is ε still added to the weight itself?"
    x = repaired_adagrad(lambda x: 1.0 * np.asarray(x), np.array([0.01, 0.01]), 0.1, 0.2, 100)
    assert np.all(np.abs(x) < 0.01), f"a descent from [0.01, 0.01] ends nearer to the minimum 0, also with ε = 0.2; yours ends at {_tests_in_brief(x)}"
    x = repaired_adagrad(lambda x: np.array([4.0]), np.array([10.0]), 1.0, 9.0, 2)
    inside, outside = [8.575305], [9.419398]
    slips = {
        "Is ε added to v at every update? There it piles up: v is the sum of the squares alone.": [8.634315],
        "Where is ε?": [8.292893],
        "That is one update, with ε inside: does the `return` stand inside the loop?": [9.2],
        "That is one update, with ε outside: does the `return` stand inside the loop?": [9.692308],
    }
    says = "2 updates from 10 with g = 4, η = 1 and ε = 9 lead to [8.5753] with ε inside the root, and with ε outside it to"
    _tests_expect_numbers(x, inside if _tests_same_numbers(x, inside) else outside, says, slips)
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
        x = repaired_adagrad(lambda x: problems.ravine.grad(np.asarray(x, dtype=float)), x0.copy(), lr, eps, steps)
        says = f"{steps} steps down a ravine from {_tests_in_brief(x0)}, η = {lr:.6g}, ε = {eps:.6g}, end at {_tests_in_brief(inside)} with ε inside the root, and with ε outside at"
        _tests_expect_numbers(x, inside if _tests_same_numbers(x, inside) else outside, says)
    ### END HIDDEN TESTS


test_task6()

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
