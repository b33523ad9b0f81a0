# The source of the NAdam assignment, as a jupytext "percent" script (see adagrad.py). The answers are checked by `adaptive_lr.grading`:
# what each task asks for, and the mistakes known in it, stand in adaptive_lr/grading/known/nadam.py.

# %% [markdown]
r"""
# NAdam: looking ahead without moving

In this notebook you let momentum look ahead, find the same descent in another place, carry the idea over to Adam, and repair a version that runs
nearly two steps ahead. Eight tasks, 28 points, about 90 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | looking ahead | 4 | 15 |
| 2 | the same descent, elsewhere | 3 | 10 |
| 3 | how a gradient fades | 3 | 10 |
| 4 | one step | 5 | 15 |
| 5 | a first step | 3 | 10 |
| 6 | why t + 1 | 2 | 5 |
| 7 | Challenge: find the bug | 4 | 13 |
| 8 | when it helps | 4 | 12 |

Put your code where it says `YOUR CODE HERE`, in place of the `raise` line below it, or your answer in place of the three dots, and run the cell that
follows as often as you like: it says what holds, what does not, and, where it knows the mistake, its name. Write in the style you prefer, but write
it yourself, compute in NumPy's usual 64-bit floats (float32 will do for a single step, and may be too coarse elsewhere), and leave the arrays that a
function is given as they are; rules of the package `adaptive_lr` are recognised and earn nothing.

After you hand in, hidden tests check tasks 1 to 4 and 7 again, with other numbers. Tasks 5 and 6, a number of your own and a choice, are checked
once, and what you see is what counts; a person reads task 8. If a task is stubborn, go on with the next: none needs another's code.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "setup", "grade": false, "solution": false, "locked": true, "task": false}
# Run this first.
try:
    from adaptive_lr.grading import check, numbers
except ImportError:
    pass  # INSTALL

import numpy as np

# %% nbgrader={"schema_version": 3, "grade_id": "student", "grade": false, "solution": true, "locked": false, "task": false}
STUDENT = "..."  # your id, as you hand in with it: task 5 gives everyone numbers of their own
### BEGIN SOLUTION
STUDENT = "instructor"
### END SOLUTION

# %% [markdown]
r"""
## Task 1 · Looking ahead

*Goal: turn an idea into an algorithm. 4 points, about 15 minutes.*

A heavy ball at $\theta$ with velocity $u$ will go to $\theta - \eta\beta u$ whatever the next gradient says: that much of its step is settled.
Nesterov's rule asks for the gradient *there*:

$$g = \nabla f(\theta - \eta\beta u), \qquad u \leftarrow \beta u + g, \qquad \theta \leftarrow \theta - \eta u$$

Write the descent from $\theta_0$ with $u = 0$. Return all the points $\theta$, the start first: `steps + 1` of them.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
def nag_by_looking_ahead(grad, theta0, lr, beta, steps):
    """All points θ of the descent, shape (steps + 1, d).

    grad: a function, point -> gradient there.  theta0: the start, an array of shape (d,).  lr, beta, steps: η, β, and how many updates.
    """
    ### BEGIN SOLUTION
    # The gradient is asked for ahead, but the step starts from θ itself. At first u is 0, so the first step is plain descent.
    # Common mistake: an ahead without η. u has the unit of a gradient, not of θ: at η = 0.04 that looks 25 times too far. Stepping from the point ahead
    # counts βu twice.
    theta, u = np.array(theta0, dtype=float), np.zeros(len(theta0))
    points = [theta]
    for _ in range(steps):
        g = grad(theta - lr * beta * u)
        u = beta * u + g
        theta = theta - lr * u
        points.append(theta)
    return np.array(points)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task1_ahead", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(nag_by_looking_ahead, "nag_by_looking_ahead", points=4)
### BEGIN HIDDEN TESTS
check(nag_by_looking_ahead, "nag_by_looking_ahead", points=4, seed=601)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 2 · The same descent, elsewhere

*Goal: follow a change of variables. 3 points, about 10 minutes.*

A program that keeps $\theta$ has to move the weights ahead before each gradient, and back. It is easier to keep the point ahead itself,
$x = \theta - \eta\beta u$, where the gradient is taken anyway. With a constant $\eta$ its update is $x \leftarrow x - \eta\,(g + \beta u)$, with the
new $u$.

At the end of a training somebody asks for $\theta$. Write it as a formula in `x`, `lr`, `beta` and `u`, as text. Every equal form counts as right.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task2_answer", "grade": false, "solution": true, "locked": false, "task": false}
theta = ...  # for example "beta * x + u"
### BEGIN SOLUTION
# x = θ − ηβu, solved for θ. Near a minimum u is small, and it makes no difference which of the two one keeps.
# Common mistake: x − ηβu, the way there once more: that point lies as far ahead of x as x lies ahead of θ.
theta = "x + lr * beta * u"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task2_substitution", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(theta, "back_to_theta", points=3)
### BEGIN HIDDEN TESTS
check(theta, "back_to_theta", points=3, seed=602)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 3 · How a gradient fades

*Goal: read a rule's memory off its equations. 3 points, about 10 minutes.*

In the rewritten form, $u \leftarrow \beta u + g$ and $x \leftarrow x - \eta\,(g + \beta u)$, a gradient acts on the step of its own update with the
weight $1 + \beta$. With which weight does it act $k$ updates later, $k \ge 1$? A formula in `beta` and `k`, as text; a power is `**`.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
weight = ...  # for example "beta / k"
### BEGIN SOLUTION
# k updates later u holds βᵏ g, and the step takes β u. All together: 1 + β + β² + … = 1/(1 − β), as with the heavy ball; only it acts one update sooner.
# Common mistake: βᵏ, the heavy ball's weight. The sum tells: at β = 0.9 all weights would make 1.9 + 9 = 10.9, and a steady gradient's steps are 10 η g
# long.
weight = "beta**(k + 1)"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task3_weight", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(weight, "weight_after", points=3)
### BEGIN HIDDEN TESTS
check(weight, "weight_after", points=3, seed=603)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 4 · One step

*Goal: turn NAdam's equations into code. 5 points, about 15 minutes.*

NAdam puts the look-ahead where Adam has $\hat m$: what the average will make of the gradients at the *next* update, and the gradient itself.

$$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$

$$x \leftarrow x - \frac{\eta}{\sqrt{v / (1 - \beta_2^t)} + \varepsilon} \left( \frac{\beta_1 m}{1 - \beta_1^{t+1}} + \frac{(1 - \beta_1)\, g}{1 - \beta_1^t} \right)$$

Here $\varepsilon$ is added to the root of the corrected average, as in Adam's paper and in PyTorch; inside the root it would be another step. Leave
the arrays that you are given as they are.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
def nadam_step(x, g, m, v, t, lr, beta1, beta2, eps):
    """One NAdam update. Returns the new x, the new m and the new v.

    x, g, m, v: arrays of shape (d,): the parameters, their gradient, the two averages so far.  t: which update this is, 1, 2, 3, …
    lr, beta1, beta2, eps: numbers, η, β₁, β₂ and ε.
    """
    ### BEGIN SOLUTION
    # Without the two corrections β₁ m + (1 − β₁) g is the average after the same gradient had come once more: that is the look-ahead.
    # Common mistake: 1 − β₁ᵗ under both terms. At β₁ = 0.9 the first step is then 1.9 η long, where 1.47 η is right; later the two hardly differ, so check
    # the first step by hand.
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    look_ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * look_ahead / (np.sqrt(v_hat) + eps)
    return x, m, v
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task4_step", "grade": true, "solution": false, "locked": true, "points": 5, "task": false}
check(nadam_step, "nadam_step", points=5)
### BEGIN HIDDEN TESTS
check(nadam_step, "nadam_step", points=5, seed=604)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 5 · A first step

*Goal: predict a number, then verify it. 3 points, about 10 minutes.*

Adam's first step is $\eta$ long, whatever the gradient. How long is NAdam's, with $m = v = 0$ and $\varepsilon = 0$? Work it out on paper for your
own numbers; then, if you like, let the code of task 4 say it. One percent off is near enough.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task5_numbers", "grade": false, "solution": false, "locked": true, "task": false}
mine = numbers("nadam_first_step", STUDENT)
mine

# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
first_step = ...  # the length of the first step: a number
### BEGIN SOLUTION
# m = (1 − β₁) g, and 1 − β₁² = (1 − β₁)(1 + β₁): the first term is β₁/(1 + β₁) g, the second g. At β₁ = 0.9 that makes 1.47 η.
# Common mistake: 1 − β₁ under the first term, where t + 1 = 2: that makes (1 + β₁) η, 1.9 η at β₁ = 0.9. 1.53 η has forgotten the β₁ before m.
first_step = mine["lr"] * (1 + mine["beta1"] / (1 + mine["beta1"]))
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task5_first_step", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(first_step, "nadam_first_step", points=3, student=STUDENT)

# %% [markdown]
r"""
## Task 6 · Why t + 1

*Goal: give the reason for an index. 2 points, about 5 minutes.*

Why is $\beta_1 m$ divided by $1 - \beta_1^{t+1}$ and not by $1 - \beta_1^t$?

- **a** It is a convention; for the steps it makes no difference.
- **b** The denominator of the step is looked ahead at as well.
- **c** The second moment lags behind the first by one update.
- **d** $\beta_1 m$ is a part of the average of the next update, which will hold one gradient more.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
because = ...  # one letter, in quotes
### BEGIN SOLUTION
# m_{t+1} = β₁ m_t + (1 − β₁) g_{t+1}, and its correction is 1 − β₁^(t+1): NAdam takes β₁ m_t from there, and g_t in the place of the unknown g_{t+1}.
# Common mistake: a. The steps do differ: with t in the place of t + 1 the first one is 1.9 η long and not 1.47 η, at β₁ = 0.9.
because = "d"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task6_index", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(because, "nadam_next_update", points=2)

# %% [markdown]
r"""
## Task 7 · Challenge: find the bug

*Goal: go from a symptom to its cause. 4 points, about 13 minutes.*

"My NAdam runs ahead," a colleague says. "On a steady slope of 1 it should in the end be $\beta_1$ of a step ahead of Adam: 0.9 η. Mine is 2.7 η
ahead."
"""

# %% nbgrader={"schema_version": 3, "grade_id": "colleague", "grade": false, "solution": false, "locked": true, "task": false}
def colleagues_nadam(grad, x0, lr, beta1, beta2, eps, steps):
    """The point reached after `steps` NAdam updates from x0."""
    x = np.array(x0, dtype=float)
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        look_ahead = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
        x = x - lr * look_ahead / (np.sqrt(v / (1 - beta2**t)) + eps)
    return x


for steps in (1, 2, 100):
    way = -colleagues_nadam(lambda x: np.ones(1), [0.0], 1.0, 0.9, 0.999, 0.0, steps)[0]
    print(f"a slope of 1, η = 1: after {steps:3} updates it has gone {way:.2f}, {way - steps:.2f} further than Adam")

# %% [markdown]
r"""
Copy the function into the next cell under its new name, and repair it.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task7_answer", "grade": false, "solution": true, "locked": false, "task": false}
def repaired_nadam(grad, x0, lr, beta1, beta2, eps, steps):
    """The point reached after `steps` NAdam updates from x0."""
    ### BEGIN SOLUTION
    # One correction served both terms; but β₁ m belongs to the next update's average, which has filled up further. At t = 1 the first term is blown up by
    # 1/0.1 in the place of 1/0.19. The excess fades like β₁ᵗ, so late steps look right: add up the first ones to see it. In all it makes 2.71 η, where 0.90
    # η is right.
    # Common mistake: 1 − β₁^(t+1) under both terms. Then nothing is left of the look-ahead on a steady slope: the printed advantage over Adam would be 0.00
    # throughout.
    x = np.array(x0, dtype=float)
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        look_ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
        x = x - lr * look_ahead / (np.sqrt(v / (1 - beta2**t)) + eps)
    return x
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task7_bug", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(repaired_nadam, "repaired_nadam", points=4)
### BEGIN HIDDEN TESTS
check(repaired_nadam, "repaired_nadam", points=4, seed=607)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 8 · When it helps

*Goal: design an experiment. 4 points, about 12 minutes, read by a person.*

"NAdam is Adam, only faster." Describe an experiment that could show this to be wrong. Say on what you would train and what you would keep the same
for both (1 point), how you would choose the learning rate of each so that neither is favoured (1 point), what you would measure, over how many seeds,
and which outcome would speak against the sentence (1 point), and what you expect, with a reason from the equations of task 4 (1 point). Five to eight
sentences; you need not run it.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task8_experiment", "grade": true, "solution": true, "locked": false, "points": 4, "task": false}
r"""
I would train one small network on digits, and besides descend a few landscapes with known minima, with the same starts, batches, β and ε for both
rules. Each rule gets its own learning rate, the best of the same grid of, say, nine rates two of a factor apart, and I would check that no best rate
lies at the grid's end; otherwise the rule that likes the guessed rate better would win. I would measure the updates until the loss stays below a goal
fixed beforehand, over ten seeds, and look at the differences seed by seed. If NAdam is not ahead in nearly all of them, or if its advantage is
smaller than what seeds differ by, the sentence is wrong for these problems. I expect little: after the first updates the look-ahead gives the newest
gradient a weight of 1 − β₁² in the place of 1 − β₁, as a slightly smaller β₁ would, so that it damps oscillations along steep directions; where
gradients are noisy that weight is a disadvantage.

*Common mistake:* the same η for both, which looks fair. NAdam's first step is 1.47 times as long at β₁ = 0.9, so wherever that η is too low for both,
NAdam is ahead for this reason alone. "It looks ahead" is no expectation from the equations.
"""

# %% [markdown]
r"""
## How far you have come
"""

# %% nbgrader={"schema_version": 3, "grade_id": "progress", "grade": false, "solution": false, "locked": true, "task": false}
check.all()
