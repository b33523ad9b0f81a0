# The source of the RMSprop assignment, as a jupytext "percent" script (see adagrad.py). The answers are checked by `adaptive_lr.grading`:
# what each task asks for, and the mistakes known in it, stand in adaptive_lr/grading/known/rmsprop.py.

# %% [markdown]
r"""
# RMSprop: a memory that fades

In this notebook you measure how long a fading memory is, build RMSprop, find out where it comes to rest (it does not), and repair a version whose
memory starts with something that never happened. Nine tasks, 30 points, about 95 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | half-life | 2 | 6 |
| 2 | one step | 5 | 12 |
| 3 | rates under a steady gradient | 3 | 10 |
| 4 | a memory to order | 2 | 6 |
| 5 | where it comes to rest | 3 | 12 |
| 6 | find the bug | 4 | 12 |
| 7 | Challenge: one spoilt batch | 5 | 17 |
| 8 | AdaGrad or RMSprop | 3 | 10 |
| 9 | how long a memory | 3 | 10 |

Put your code where it says `YOUR CODE HERE`, in place of the `raise` line below it, or your answer in place of the three dots, and run the cell that
follows as often as you like: it says what holds, what does not, and, where it knows the mistake, its name. Write in the style you prefer, but write
it yourself, compute in NumPy's usual 64-bit floats (float32 will do for a single step, and may be too coarse elsewhere), and leave the arrays that a
function is given as they are; rules of the package `adaptive_lr` are recognised and earn nothing.

After you hand in, hidden tests check tasks 1, 2, 3, 6 and 7 again, with other numbers. Tasks 4 and 5, numbers of your own, are checked once, and what
you see is what counts; a person reads tasks 8 and 9. If a task is stubborn, go on with the next: none needs another's code.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "setup", "grade": false, "solution": false, "locked": true, "task": false}
# Run this first.
try:
    from adaptive_lr.grading import check, numbers
except ImportError:
    pass  # INSTALL

import numpy as np

# %% nbgrader={"schema_version": 3, "grade_id": "student", "grade": false, "solution": true, "locked": false, "task": false}
STUDENT = "..."  # your id, as you hand in with it: tasks 4 and 5 give everyone numbers of their own
### BEGIN SOLUTION
STUDENT = "instructor"
### END SOLUTION

# %% [markdown]
r"""
## Task 1 · Half-life

*Goal: measure a memory. 2 points, about 6 minutes.*

In $v \leftarrow \beta v + (1 - \beta)\, g^2$ an old square loses the share $1 - \beta$ of its weight at every update. After how many updates is its
weight a half of what it was? A formula in `beta`, as text. Every equal form counts as right, and it need not give a whole number; `log(…)` is the
natural logarithm.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
updates = ...  # for example "2 / beta"
### BEGIN SOLUTION
# βⁿ = ½, so n = ln ½ / ln β: 6.6 updates at β = 0.9, and 69 at 0.99.
# Common mistake: 1/(1 − β), 10 at β = 0.9. That is the time in which the weight falls to about 1/e: after 10 updates it is 0.35.
updates = "log(0.5) / log(beta)"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task1_half_life", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(updates, "half_life", points=2)
### BEGIN HIDDEN TESTS
check(updates, "half_life", points=2, seed=801)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 2 · One step

*Goal: turn RMSprop's equation into code. 5 points, about 12 minutes.*

$$v \leftarrow \beta v + (1 - \beta)\, g^2, \qquad x \leftarrow x - \frac{\eta}{\sqrt{v + \varepsilon}}\, g$$

Frameworks disagree about $\varepsilon$: inside the root, as here, or added to the root. Both count as right. Leave the arrays that you are given as they are.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task2_answer", "grade": false, "solution": true, "locked": false, "task": false}
def rmsprop_step(x, g, v, lr, beta, eps):
    """One RMSprop update. Returns the new x and the new v.

    x, g, v: arrays of shape (d,): the parameters, their gradient, the average of the squared gradients so far.
    lr, beta, eps: numbers, η, β and ε.
    """
    ### BEGIN SOLUTION
    # One line differs from AdaGrad: the sum has become an average. v takes in the gradient before the step divides by its root.
    # Common mistake: v ← βv + g², the new square with weight 1. Every v is then 1/(1 − β) times too large and every step √(1 − β) of the right one: 0.32 at
    # β = 0.9, which a rate tuned anew hides.
    v = beta * v + (1 - beta) * g**2
    x = x - lr * g / np.sqrt(v + eps)
    return x, v
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task2_step", "grade": true, "solution": false, "locked": true, "points": 5, "task": false}
check(rmsprop_step, "rmsprop_step", points=5)
### BEGIN HIDDEN TESTS
check(rmsprop_step, "rmsprop_step", points=5, seed=802)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 3 · Rates under a steady gradient

*Goal: read the effective learning rate off an equation. 3 points, about 10 minutes.*

Let the gradient have the same size $|g|$ at every update, with $v = 0$ at first and $\varepsilon = 0$. Write the effective rates $\eta/\sqrt{v}$ of
the first `steps` updates, as a list or an array. For $g = 2$, $\eta = 1$ and $\beta = 0.75$ they begin 1, 0.756, 0.658. Where do they lead? Compare
with AdaGrad's.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
def steady_rates(g, lr, beta, steps):
    """The effective rates of the updates 1 to steps."""
    ### BEGIN SOLUTION
    # v_t = (1 − βᵗ) g²: the rate starts 1/√(1 − β) times too high and falls to η/|g|, where it stays. AdaGrad's goes on falling like 1/√t.
    # Common mistake: lr / |g| for all updates, as if v were full from the start: 0.5 in the example, where the rates begin at 1 and only lead to 0.5.
    # `range(steps)` begins at t = 0, where 1 − β⁰ = 0 is divided by.
    return [lr / (abs(g) * np.sqrt(1 - beta**t)) for t in range(1, steps + 1)]
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task3_rates", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(steady_rates, "steady_rates", points=3)
### BEGIN HIDDEN TESTS
check(steady_rates, "steady_rates", points=3, seed=803)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 4 · A memory to order

*Goal: invert a formula. 2 points, about 6 minutes.*

Which $\beta$ has a half-life, as in task 1, of `n` updates? To four digits.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task4_numbers", "grade": false, "solution": false, "locked": true, "task": false}
wanted = numbers("rmsprop_beta", STUDENT)
wanted

# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
beta = ...  # a number
### BEGIN SOLUTION
# βⁿ = ½: the n-th root of a half. 1 − ln 2/n is close for long memories only: 0.861 for n = 5, where 0.871 is right.
# Common mistake: 1 − 1/n, which makes n of 1/(1 − β). That is no half-life: at 0.8, for n = 5, it is 3.1 updates.
beta = 0.5 ** (1 / wanted["n"])
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task4_beta", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(beta, "rmsprop_beta", points=2, student=STUDENT)

# %% [markdown]
r"""
## Task 5 · Where it comes to rest

*Goal: predict a number, then verify it. 3 points, about 12 minutes.*

On $f(x) = \tfrac12 c x^2$ in one dimension, with a constant $\eta$, $\beta = 0.9$ and $\varepsilon = 0$, RMSprop does not settle at the minimum. It ends
by jumping to and fro between two points, as far from the minimum on one side as on the other. There the gradient has the same size at every update.
How long is then a step? So how far from the minimum are the two points, and how large is the loss there? Give the loss for your own $\eta$ and $c$;
one percent off is near enough.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task5_numbers", "grade": false, "solution": false, "locked": true, "task": false}
bowl = numbers("rmsprop_orbit", STUDENT)
bowl

# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
loss = ...  # a number
### BEGIN SOLUTION
# A steady |g| makes v = g², so a step is η long, whatever c is. It leads from −a to a, hence a = η/2, and the loss there is ½ c (η/2)².
# Common mistake: the whole step η for the distance. Then the loss comes out four times too large: the step leads from one side to the other, and the
# minimum is half-way. 0 is the answer of a rule that settles, which no constant rate lets it do.
loss = bowl["c"] * (bowl["lr"] / 2) ** 2 / 2
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task5_orbit", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(loss, "rmsprop_orbit", points=3, student=STUDENT)

# %% [markdown]
r"""
## Task 6 · Find the bug

*Goal: go from a symptom to its cause. 4 points, about 12 minutes.*

"My gradients are small, around 0.01," a colleague says, "but that should not matter to RMSprop. Yet for the first hundred updates it hardly moves."
"""


# %% nbgrader={"schema_version": 3, "grade_id": "colleague", "grade": false, "solution": false, "locked": true, "task": false}
def colleagues_rmsprop(grad, x0, lr, beta, eps, steps):
    """The point reached after `steps` RMSprop updates from x0."""
    x = np.array(x0, dtype=float)
    v = np.ones_like(x)
    for _ in range(steps):
        g = grad(x)
        v = beta * v + (1 - beta) * g**2
        x = x - lr * g / np.sqrt(v + eps)
    return x


for slope in (1, 0.01):
    ways = [-colleagues_rmsprop(lambda x: np.array([slope]), [0.0], 0.1, 0.9, 1e-10, steps)[0] for steps in (1, 10, 100)]
    print(f"a slope of {slope}, η = 0.1: gone after 1, 10 and 100 updates:", *(f"{way:.4f}" for way in ways))

# %% [markdown]
r"""
Copy the function into the next cell under its new name, and repair it. You may leave $\varepsilon$ where it is or add it to the root.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
def repaired_rmsprop(grad, x0, lr, beta, eps, steps):
    """The point reached after `steps` RMSprop updates from x0."""
    ### BEGIN SOLUTION
    # v started at 1, as if a gradient of size 1 had been there for ever. Where gradients are small it takes ln(1/g²)/ln(1/β) updates to forget that, 87 at
    # g = 0.01 and β = 0.9: with gradients of size 1 nobody notices.
    # Common mistake: to start v at the first g², or to divide it by 1 − βᵗ. Both cure the symptom and make another rule: its first step is η long, where
    # RMSprop's is η/√(1 − β), 3.2 η at β = 0.9.
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = beta * v + (1 - beta) * g**2
        x = x - lr * g / np.sqrt(v + eps)
    return x
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task6_bug", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(repaired_rmsprop, "repaired_rmsprop", points=4)
### BEGIN HIDDEN TESTS
check(repaired_rmsprop, "repaired_rmsprop", points=4, seed=806)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 7 · Challenge: one spoilt batch

*Goal: simulate what a rule remembers. 5 points, about 17 minutes.*

For a long time all gradients have had the size 1, so that $v = 1$. Then one spoilt batch brings a gradient of size `spike`, and after it all are of
size 1 again. How many updates after the spike does it take until the effective rate is back to at least nine tenths of what it was before?
($\varepsilon = 0$. For a spike of 10 and $\beta = 0.9$ it takes 36; if the rate never fell below nine tenths, the answer is 0.)
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task7_answer", "grade": false, "solution": true, "locked": false, "task": false}
def updates_to_recover(spike, beta):
    """The number of updates after the spike until the rate is 0.9 of what it was, or more."""
    ### BEGIN SOLUTION
    # Right after the spike v = β + (1 − β) spike²; then v − 1 fades by β. In closed form: the first n with (1 − β)(spike² − 1) βⁿ ≤ 1/0.81 − 1.
    # Common mistake: to compare v, where the rate goes with its root: for a spike of 10 at β = 0.9 that makes 43 updates, where 36 is right. 37 counts the
    # spike's own update as well.
    v = beta + (1 - beta) * spike**2
    updates = 0
    while 1 / np.sqrt(v) < 0.9:
        v = beta * v + (1 - beta)
        updates += 1
    return updates
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task7_recovery", "grade": true, "solution": false, "locked": true, "points": 5, "task": false}
check(updates_to_recover, "updates_to_recover", points=5)
### BEGIN HIDDEN TESTS
check(updates_to_recover, "updates_to_recover", points=5, seed=807)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 8 · AdaGrad or RMSprop

*Goal: use what you found to make a decision. 3 points, about 10 minutes, read by a person.*

You fit a linear model with 100,000 sparse features on a fixed set of data, and you may run as long as you like. AdaGrad or RMSprop, both with a
constant $\eta$? Say where each of them ends, with a reason from task 5 (1 point), decide (1 point), and say what would make you decide otherwise (1
point). Three to six sentences.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task8_decision", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
AdaGrad's rates fall like 1/√t, so that it settles; RMSprop's do not, and it ends by jumping about η/2 to either side in each coordinate, however long
I wait. On a convex problem with all the time in the world I take AdaGrad: its long memory is no fault where the slopes of a coordinate do not change
their size for good, and rare features keep large rates. I would take RMSprop, with a rate that falls, if early gradients were far larger than later
ones, as in a deep network, because AdaGrad would never forget them; or if the data kept changing, so that there is no place to settle.

*Common mistake:* "RMSprop settles, since the gradients vanish at the minimum." They are divided by their own size, so that the steps stay η long:
this is what task 5 found. Nor does AdaGrad "stop": its steps have no finite sum.
"""

# %% [markdown]
r"""
## Task 9 · How long a memory

*Goal: design an experiment. 3 points, about 10 minutes, read by a person.*

"β = 0.9 is too short; 0.99 is always better." Describe an experiment that could show this to be wrong: what you would vary and keep (1 point), what
you would measure, and which outcome speaks against the sentence (1 point), and on which kind of gradients you expect the *shorter* memory to win,
with a reason (1 point). Four to eight sentences; you need not run it.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task9_experiment", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
I would take three kinds of gradients: steady ones with noise, ones whose size changes by a factor of ten every hundred updates, and ones with a
spoilt batch now and then. For β = 0.9, 0.97 and 0.99 I would tune η on one set of seeds, keep everything else, and measure on other seeds the loss
after a fixed number of updates. If on any of the three 0.9 ends lower than 0.99 by more than seeds differ, the sentence is wrong. I expect the
shorter memory to win where sizes change: after a change the long memory divides by a root that is out of date for a hundred updates or so, too large
after a fall (steps too short), too small after a rise (steps too long). After spoilt batches it recovers sooner, though each of them raises v more.
With steady noisy gradients the longer memory should win, since it averages over more of them.

*Common mistake:* to tune η for one β and keep it for the others, so that the favoured β wins. Steady gradients alone cannot speak against the
sentence either: on them it has its best chance of being right.
"""

# %% [markdown]
r"""
## How far you have come
"""

# %% nbgrader={"schema_version": 3, "grade_id": "progress", "grade": false, "solution": false, "locked": true, "task": false}
check.all()
