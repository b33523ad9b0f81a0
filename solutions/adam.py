# The source of the Adam assignment, as a jupytext "percent" script (see adagrad.py). The answers are checked by `adaptive_lr.grading`:
# what each task asks for, and the mistakes known in it, stand in adaptive_lr/grading/known/adam.py.

# %% [markdown]
r"""
# Adam: momentum, scaled

In this notebook you build Adam, find out what its two corrections are for, repair a version whose clock has stopped, and draw how far a step without
corrections goes wrong. Nine tasks, 29 points, about 94 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | a moving average | 3 | 8 |
| 2 | one step | 5 | 15 |
| 3 | how much is missing | 2 | 8 |
| 4 | a first step without corrections | 3 | 10 |
| 5 | half-life | 2 | 5 |
| 6 | find the bug | 4 | 12 |
| 7 | reproduce a figure | 4 | 14 |
| 8 | an experiment on ε | 3 | 12 |
| 9 | Adam or not | 3 | 10 |

Put your code where it says `YOUR CODE HERE`, in place of the `raise` line below it, or your answer in place of the three dots, and run the cell that
follows as often as you like: it says what holds, what does not, and, where it knows the mistake, its name. Loops, vectors, lists, helpers of your
own: write in the style you prefer, but write it yourself, compute in NumPy's usual 64-bit floats (float32 will do for a single step, and may be too
coarse elsewhere), and leave the arrays that a function is given as they are; rules of the package `adaptive_lr` are recognised and earn nothing.

After you hand in, hidden tests check tasks 1, 2, 3, 6 and 7 again, with other numbers. Tasks 4 and 5, a number of your own and a choice, are checked
once, and what you see is what counts; a person reads tasks 8 and 9. If a task is stubborn, go on with the next: none needs another's code.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "setup", "grade": false, "solution": false, "locked": true, "task": false}
# Run this first.
try:
    from adaptive_lr.grading import check, numbers
except ImportError:
    pass  # INSTALL

import numpy as np

# %% nbgrader={"schema_version": 3, "grade_id": "student", "grade": false, "solution": true, "locked": false, "task": false}
STUDENT = "..."  # your id, as you hand in with it: task 4 gives everyone numbers of their own
### BEGIN SOLUTION
STUDENT = "instructor"
### END SOLUTION

# %% [markdown]
r"""
## Task 1 · A moving average

*Goal: see what an exponential average remembers. 3 points, about 8 minutes.*

Gradients arrive one by one. Adam does not keep them all; it keeps an average that fades:

$$m_t = \beta\, m_{t-1} + (1 - \beta)\, g_t, \qquad m_0 = 0$$

With $\beta = 0.5$ the gradients 8, 8, 8 give $m$ = 4, 6, 7. It creeps up to 8; it does not start there. Write all the averages $m_1, m_2, \dots$ of
these values, which may come as an array or as a list.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
def moving_average(values, beta):
    """m₁, m₂, … for these values: as many numbers as there are values. values: an array or a list of numbers.  beta: β."""
    ### BEGIN SOLUTION
    # m starts at 0 and not at the first value: that is why early averages are too small, and what Adam corrects.
    # Common mistake: to start at values[0]. Of 8, 8, 8 that makes 8, 8, 8; and in general the first value then weighs 1/(1 − β) times as much as it should,
    # ten times at β = 0.9.
    m, averages = 0.0, []
    for value in values:
        m = beta * m + (1 - beta) * value
        averages.append(m)
    return averages
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task1_average", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(moving_average, "moving_average", points=3)
### BEGIN HIDDEN TESTS
check(moving_average, "moving_average", points=3, seed=301)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 2 · One step

*Goal: turn Adam's equations into code. 5 points, about 15 minutes.*

Adam keeps two such averages, of the gradients and of their squares, each with a $\beta$ of its own. Both start at 0, so both are too small at first;
dividing by $1 - \beta^t$ makes up for it, where $t = 1, 2, 3, \dots$ counts the updates.

$$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$

$$x \leftarrow x - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \varepsilon}$$

Do one by hand first: $x = 0$, $g = 3$, $m = v = 0$, $t = 1$, $\eta = 0.1$, any $\beta_1$ and $\beta_2$, $\varepsilon = 0$. How long is the step? And
for $g = 3000$?

Here $\varepsilon$ is added to the root of the corrected average, as in the paper's algorithm and in PyTorch. You may know it from elsewhere inside
the root, or added to the root of the uncorrected $v$ (the paper's $\hat\varepsilon$, and Keras): those are other steps, and do not count as right
here.

Leave the arrays that you are given as they are: whoever called you may still need them.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task2_answer", "grade": false, "solution": true, "locked": false, "task": false}
def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
    """One Adam update. Returns the new x, the new m and the new v.

    x, g, m, v: arrays of shape (d,): the parameters, their gradient, the two averages so far.  t: which update this is, 1, 2, 3, …
    lr, beta1, beta2, eps: numbers, η, β₁, β₂ and ε.
    """
    ### BEGIN SOLUTION
    # At t = 1 the corrected averages are g and g² themselves, so the first step is η long whatever the gradient: 0.1 for g = 3 and for g = 3000.
    # m and v are handed on uncorrected; the corrected ones serve this step alone.
    # Common mistake: to hand on m_hat and v_hat. The first step is right all the same; on a steady slope, at the usual β, the second is 0.24 η long and the
    # fourth 0.007 η.
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return x, m, v
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task2_step", "grade": true, "solution": false, "locked": true, "points": 5, "task": false}
check(adam_step, "adam_step", points=5)
### BEGIN HIDDEN TESTS
check(adam_step, "adam_step", points=5, seed=302)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 3 · How much is missing

*Goal: finish a derivation. 2 points, about 8 minutes.*

How much of the gradients' mean is in their average after $t$ updates? Unroll the average of task 1:

$$m_t = (1 - \beta) \sum_{i=1}^{t} \beta^{\,t-i} g_i$$

Let every gradient have the same mean $\mathbb{E}[g]$. Then $\mathbb{E}[m_t]$ is $\mathbb{E}[g]$ times a factor that depends on $\beta$ and $t$ alone. Sum
the geometric series, and write the factor as a formula in `beta` and `t`, as text. Every equal form counts as right; a power is `**`.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
shortfall = ...  # for example "(1 - beta) * t"
### BEGIN SOLUTION
# (1 − β)(1 + β + … + β^(t−1)) = 1 − β^t: what telescopes away is everything but the first and the last term.
# Common mistake: to stop at 1 − β, the weight of the newest gradient alone: 0.1 at β = 0.9 and t = 10, where 0.65 is right. β^t is what is missing, not
# what is there.
shortfall = "1 - beta**t"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task3_shortfall", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(shortfall, "shortfall", points=2)
### BEGIN HIDDEN TESTS
check(shortfall, "shortfall", points=2, seed=303)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 4 · A first step without corrections

*Goal: predict a number, then verify it. 3 points, about 10 minutes.*

Someone has left both corrections out. How long is the very first step, with $m = v = 0$ and $\varepsilon = 0$? It does not depend on the gradient.
Work it out on paper for your own $\eta$, $\beta_1$ and $\beta_2$; then, if you like, let the code of task 2 say it. One percent off is near enough.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task4_numbers", "grade": false, "solution": false, "locked": true, "task": false}
mine = numbers("adam_uncorrected", STUDENT)
mine

# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
first_step = ...  # the length of the first step: a number
### BEGIN SOLUTION
# m = (1 − β₁) g and √v = √(1 − β₂) |g|: the gradient cancels, and η (1 − β₁)/√(1 − β₂) is left.
# At the usual β it is 3.16 η: √v is short by more than m is, so the step is too long and not too short.
# Common mistake: to forget the root: (1 − β₁)/(1 − β₂) would make the step 100 η long at the usual β. η alone is the first step *with* both corrections.
first_step = mine["lr"] * (1 - mine["beta1"]) / np.sqrt(1 - mine["beta2"])
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task4_first_step", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(first_step, "adam_uncorrected", points=3, student=STUDENT)

# %% [markdown]
r"""
## Task 5 · Half-life

*Goal: tell a memory's length from its half-life. 2 points, about 5 minutes.*

At $\beta = 0.9$, after how many further updates has a gradient's weight in the average fallen to half?

- **a** 1
- **b** 5
- **c** between 6 and 7
- **d** 10
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
half_life = ...  # one letter, in quotes
### BEGIN SOLUTION
# 0.9^n = ½ gives n = ln ½ / ln 0.9 = 6.58. In whole updates: after 6 the weight is 0.53, after 7 it is 0.48.
# Common mistake: d, the 10 of 1/(1 − β). That is where the weight has fallen nearly to 1/e: 0.35. Whoever says b takes off a tenth of the first weight at
# each update, and not a tenth of what is left.
half_life = "c"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task5_half_life", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(half_life, "adam_half_life", points=2)

# %% [markdown]
r"""
## Task 6 · Find the bug

*Goal: go from a symptom to its cause. 4 points, about 12 minutes.*

"My Adam overshoots during the first dozens of updates," a colleague says, "and later on it creeps. The first step is right, I checked it by hand."
"""

# %% nbgrader={"schema_version": 3, "grade_id": "colleague", "grade": false, "solution": false, "locked": true, "task": false}
def colleagues_adam(grad, x0, lr, beta1, beta2, eps, steps):
    """The point reached after `steps` Adam updates from x0."""
    x = np.array(x0, dtype=float)
    m, v = np.zeros_like(x), np.zeros_like(x)
    t = 1
    for _ in range(steps):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return x


for first in (0, 1, 10, 5000):
    before, after = (colleagues_adam(lambda x: np.ones(1), [0.0], 0.1, 0.9, 0.999, 1e-8, steps)[0] for steps in (first, first + 1))
    print(f"a slope of 1 everywhere, η = 0.1: update {first + 1:4} makes a step of {before - after:.3f}")

# %% [markdown]
r"""
On a steady slope each step should be 0.1 long. Copy the function into the next cell under its new name, and repair it.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
def repaired_adam(grad, x0, lr, beta1, beta2, eps, steps):
    """The point reached after `steps` Adam updates from x0."""
    ### BEGIN SOLUTION
    # The clock stands still: t is 1 for ever, so both averages are blown up as if each update were the first, m tenfold and √v about thirtyfold: steps that
    # are too long while v fills up, and in the end 10/31.6 = 0.32 of what they should be. The first update is right, which is why a check of the first step
    # does not find it.
    # Common mistake: `for t in range(steps)`. Its first t is 0, both corrections divide by 0, and x is nan from the first update on. Dropping the
    # corrections moves the clock out of sight and makes the first steps 3.16 times too long and more.
    x = np.array(x0, dtype=float)
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return x
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task6_bug", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(repaired_adam, "repaired_adam", points=4)
### BEGIN HIDDEN TESTS
check(repaired_adam, "repaired_adam", points=4, seed=306)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 7 · Reproduce a figure

*Goal: turn equations into a picture, and read it. 4 points, about 14 minutes.*

The chapter draws how many times too long the steps are if both corrections are left out: the length of the step without them over the length with
them, against the number of the update, with $\varepsilon = 0$. The averages $m$ and $v$ are the same in both, so the gradients cancel. What is left?
Write the data of such a figure for several $\beta_2$ at once, a curve for each. At $\beta_1 = 0.9$ and $\beta_2 = 0.999$ the curve begins at 3.16 and
is highest at update 12, with 6.57.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task7_answer", "grade": false, "solution": true, "locked": false, "task": false}
def correction_curves(beta1, beta2s, updates):
    """Step without corrections over step with them, at the updates 1 to `updates`: shape (curves, updates), a row for each β₂ of beta2s."""
    ### BEGIN SOLUTION
    # m/√v over m̂/√v̂: m̂ = m/(1 − β₁ᵗ) and √v̂ = √v/√(1 − β₂ᵗ), so (1 − β₁ᵗ)/√(1 − β₂ᵗ) is left. The numerator fills up within 1/(1 − β₁) updates, the
    # denominator within 1/(1 − β₂): in between the steps are too long.
    # Common mistake: the quotient upside down, 0.316 at the first update, as if the steps were too short. `np.arange(updates)` begins at t = 0, with 0/0.
    t = np.arange(1, updates + 1)
    return np.array([(1 - beta1**t) / np.sqrt(1 - beta2**t) for beta2 in beta2s])
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task7_curves", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(correction_curves, "correction_curves", points=4)
### BEGIN HIDDEN TESTS
check(correction_curves, "correction_curves", points=4, seed=307)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now draw it with Matplotlib, for $\beta_2$ = 0.9, 0.99 and 0.999 and 3,000 updates, both axes logarithmic, with labels. Nobody grades the picture. Read
it: when is each curve highest, and when is it below 1.05? Why does one of them lie below 1?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task7_picture", "grade": false, "solution": true, "locked": false, "task": false}
beta2s = [0.9, 0.99, 0.999]
### BEGIN SOLUTION
import matplotlib.pyplot as plt

# With β₂ = β₁ the ratio is √(1 − βᵗ): below 1 at first, the steps are too short. The others come below 1.05 about when β₂ᵗ is a tenth, after 2.3/(1 − β₂).
fig, ax = plt.subplots()
for beta2, curve in zip(beta2s, correction_curves(0.9, beta2s, 3000)):
    ax.loglog(np.arange(1, 3001), curve, label=f"β₂ = {beta2}")
ax.axhline(1.05, color="gray", linestyle=":")
ax.set(xlabel="update", ylabel="step without corrections ÷ with")
ax.legend()
### END SOLUTION

# %% [markdown]
r"""
## Task 8 · An experiment on ε

*Goal: design an experiment. 3 points, about 12 minutes, read by a person.*

"ε is there against division by zero; its value does not matter." Describe an experiment that could show this to be wrong: what you would vary and
what you would keep (1 point), what you would measure, and which outcome would speak for and which against the sentence (1 point), and for which
gradients you expect ε to matter most, with the reason (1 point). Four to eight sentences; you need not run it.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task8_experiment", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
I would train the same small network from the same seeds with ε from 10⁻¹² to 1 in steps of a hundred, everything else fixed, the learning rate tuned
anew for each ε, since a large ε also shortens every step. I would measure the loss after a fixed number of updates, over five seeds, beside how far
seeds differ at one ε. If the best losses agree within what seeds do, the sentence stands for this network; if they differ by more, it falls. I expect
ε to matter where √v̂ is no larger than ε: for rare features and late in training, where gradients are small. There a step is not η long any more but
η g/ε, so Adam turns into momentum with the rate η/ε.

*Common mistake:* one η for all ε. A large ε shortens every step, so it loses for being slow, which another η might have mended. Small gradients named
without the reason, that √v̂ is then no larger than ε, miss the third point.
"""

# %% [markdown]
r"""
## Task 9 · Adam or not

*Goal: use what you found to make a decision. 3 points, about 10 minutes, read by a person.*

A colleague wants to fit a straight line through 200 points and asks for your Adam. Would you hand it over? Give your decision with its reason (1
point), say what Adam would do well and what badly here (1 point), and name what you would use or measure instead (1 point). Three to six sentences;
there is more than one good decision.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task9_reflection", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
No: the loss is a bowl in two coordinates, and its minimum can be written down, so least squares gives it at once and to all digits. Adam would start
well, since each coordinate is scaled by its own gradients and no rate has to be tuned to the units. But at a fixed rate its steps stay about η long
when gradients change sign, so it ends by hovering round the minimum instead of settling. If it has to be a descent, I would take plain gradient
descent with momentum and the rate from the curvature, or lower Adam's rate by a schedule, and look at the distance from the least-squares solution.

*Common mistake:* "Adam always works", without a word on what a fixed rate does near the minimum; or "Adam is too much for this", without the reason:
that this minimum can be written down.
"""

# %% [markdown]
r"""
## How far you have come
"""

# %% nbgrader={"schema_version": 3, "grade_id": "progress", "grade": false, "solution": false, "locked": true, "task": false}
check.all()
