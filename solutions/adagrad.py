# The source of the AdaGrad assignment, as a jupytext "percent" script: code stays code in review and prose stays prose.
# `adaptive-lr notebooks` makes exercises/adagrad/adagrad.ipynb of it: nbgrader replaces each SOLUTION region by a stub
# (the `raise` below it, which the solution never reaches, is what a student finds) and removes the HIDDEN TESTS.
# A worked solution gives the reason, and then the common mistake: `# Common mistake: …` in code, `*Common mistake:* …` in words.
# The answers are checked by `adaptive_lr.grading`: what each task asks for, and the mistakes known in it, stand in
# adaptive_lr/grading/known/adagrad.py.

# %% [markdown]
r"""
# AdaGrad: a learning rate for every coordinate

In this notebook you build AdaGrad, work out how fast its steps shrink and what it does for rare features, and repair a
version that has been wrong for months without anyone noticing. Eight tasks, 25 points, about 77 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | one step | 4 | 10 |
| 2 | the descent | 3 | 10 |
| 3 | how fast the steps shrink | 3 | 10 |
| 4 | rare against frequent | 2 | 7 |
| 5 | Challenge: the way of a rare feature | 3 | 10 |
| 6 | ε inside or outside | 3 | 10 |
| 7 | find the bug | 3 | 10 |
| 8 | ten times longer | 4 | 10 |

Put your code where it says `YOUR CODE HERE`, in place of the `raise` line below it, or your answer in place of the three dots, and run the cell that
follows as often as you like: it says what holds, what does not, and, where it knows the mistake, its name. Loops, vectors, lists, helpers of your
own: write in the style you prefer, but write it yourself, compute in NumPy's usual 64-bit floats (float32 will do for a single step, and may be too
coarse elsewhere), and leave the arrays that a function is given as they are; rules of the package `adaptive_lr` are recognised and earn nothing.

After you hand in, hidden tests check tasks 1 to 7 again, with other numbers; a person reads task 8. If a task is stubborn, go on with the next: none
needs another's code.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "setup", "grade": false, "solution": false, "locked": true, "task": false}
# Run this first.
try:
    from adaptive_lr.grading import check
except ImportError:
    pass  # INSTALL

import numpy as np

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

Write the step. Here $\varepsilon$ stands inside the root (task 6 is about that). Leave the arrays that you are given as they are: whoever
called you may still need them. So make new arrays, or work on copies: `v += …` would write into the caller's $v$, and costs points.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
def adagrad_step(x, g, v, lr, eps):
    """One AdaGrad update. Returns the new x and the new v.

    x, g, v: arrays of shape (d,): the parameters, their gradient, the sum of the squared gradients so far.
    lr, eps: numbers, η and ε.
    """
    ### BEGIN SOLUTION
    # The memory takes in the new gradient first, and the step then divides by its root. Both lines make new arrays: `v += g**2` would write into the
    # caller's.
    # The first step is η long whatever the gradient, since √g² = |g|: g = 200 also leads to 0.5.
    # Common mistake: to divide by the root of the old v. At the first step that is √ε: with ε = 10⁻⁸ the step of the example by hand is 10,000 long in the
    # place of 0.5.
    v = v + g**2
    x = x - lr * g / np.sqrt(v + eps)
    return x, v
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task1_step", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(adagrad_step, "adagrad_step", points=4)
### BEGIN HIDDEN TESTS
check(adagrad_step, "adagrad_step", points=4, seed=101)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 2 · The descent

*Goal: run an update rule, and keep what you need to judge it. 3 points, about 10 minutes.*

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
    # Common mistake: `x, _ = step(x, grad(x), np.zeros(len(x0)), lr, eps)`, a memory that is not handed on. Every step is then a first step, η long, and
    # near the minimum the points jump to and fro instead of settling.
    x, v = np.array(x0, dtype=float), np.zeros(len(x0))
    points = [x]
    for _ in range(steps):
        x, v = step(x, grad(x), v, lr, eps)
        points.append(x)
    return np.array(points)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task2_descent", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(descend, "descend", points=3)
### BEGIN HIDDEN TESTS
check(descend, "descend", points=3, seed=102)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 3 · How fast do the steps shrink?

*Goal: read the effective learning rate off an equation. 3 points, about 10 minutes.*

Call $\eta / \sqrt{v}$, the factor that multiplies the gradient, the *effective learning rate* of a coordinate. The memory only ever grows, so
this rate only ever falls. But how fast? "Exponentially", some lecture notes say. Would you bet on it?

Take a coordinate whose gradient has the same size $|g|$ at every update (its sign may change), and $\varepsilon = 0$. For $g = 2$ and
$\eta = 1$ the memory is 4, 8, 12, 16, …, and the rate 0.5, 0.354, 0.289, 0.25, …

Write the effective rate of update $t = 1, 2, 3, \dots$ in closed form: one expression, no loop. The check goes up to $t = 10^{12}$; if it
takes longer than a moment, stop it. Then look at your formula: how many updates does it take to halve the rate, and to halve it again?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
def steady_rate(t, g, lr):
    """The effective learning rate of update t (1, 2, 3, …) when every gradient so far, this one included, has size |g|."""
    ### BEGIN SOLUTION
    # Update t has seen t gradients, its own included: v = t g², and √(t g²) = |g| √t.
    # To halve the rate, t must grow fourfold, and fourfold again: a power law, not an exponential, which would halve in equal times.
    # Common mistake: lr / (abs(g) * t), the root taken of g² and not of t. In the example that is 0.125 at t = 4, where 0.25 is right. A rate that is
    # halved at every update agrees with the example at t = 1 alone.
    return lr / (abs(g) * np.sqrt(t))
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task3_steady_rate", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(steady_rate, "steady_rate", points=3)
### BEGIN HIDDEN TESTS
check(steady_rate, "steady_rate", points=3, seed=103)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 4 · Rare against frequent

*Goal: say in numbers what AdaGrad does for a rare feature. 2 points, about 7 minutes.*

A word that occurs in one sentence out of a hundred gives its weight a gradient in one update out of a hundred, and zero in the others. Under plain
gradient descent that weight travels a hundredth of the way. How much better does AdaGrad serve it?

Take two coordinates with the same $\eta$, and $\varepsilon = 0$. The frequent one meets the gradient 1 in each of `updates` updates. The rare one meets
the gradient 1 in `hits` of them and 0 in the rest. After all updates, how many times *larger* is the rare coordinate's effective rate than the
frequent one's? With 25 hits in 100 updates the answer is 2. Write it as a formula in `hits` and `updates`, as text. Every equal form counts as
right; a power is `**`, a root `sqrt(…)`.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
rare_rate = ...  # for example "updates - hits"
### BEGIN SOLUTION
# v is `hits` for the rare coordinate and `updates` for the frequent one, whenever the hits come, and the rate is η / √v.
# Common mistake: the ratio of the memories, updates / hits, which makes 4 of the example in the place of 2: the rates go with the roots.
rare_rate = "sqrt(updates / hits)"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task4_rare_rate", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(rare_rate, "rare_rate", points=2)
### BEGIN HIDDEN TESTS
check(rare_rate, "rare_rate", points=2, seed=104)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 5 · Challenge: the way of a rare feature

*Goal: add up steps that shrink. 3 points, about 10 minutes.*

The same two coordinates, the same `hits` and `updates`. After all updates, how far has the rare coordinate travelled, as a share of the frequent one's
way? Give the exact value: a sum is fine.

Hint: with 25 hits in 100 updates the share is 0.465. When does the $k$-th hit happen, and does it matter?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
def rare_way(hits, updates):
    """The way of the rare coordinate / the way of the frequent one."""
    ### BEGIN SOLUTION
    # The k-th non-zero gradient moves a coordinate by η / √k, whenever it comes, because zeros add nothing to v. So the ways are η (1 + 1/√2 + … + 1/√hits)
    # and the same up to `updates`. A sum of 1/√k up to n is about 2√n: one hit in a hundred makes a tenth of the way rather than a hundredth.
    # Common mistake: the share of the hits, as if all steps were of one length: 0.25 in the example, where 0.465 is right. The root of that share, 0.5, is
    # the estimate for many hits: near, and not exact.
    steps = 1 / np.sqrt(np.arange(1, updates + 1))
    return steps[:hits].sum() / steps.sum()
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task5_rare_way", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(rare_way, "rare_way", points=3)
### BEGIN HIDDEN TESTS
check(rare_way, "rare_way", points=3, seed=105)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 6 · ε inside or outside

*Goal: translate a setting from one framework to another. 3 points, about 10 minutes.*

The paper and PyTorch add $\varepsilon$ *outside* the root, Keras and optax *inside* it:

$$x \leftarrow x - \frac{\eta}{\sqrt{v} + \varepsilon_\text{outside}}\, g \qquad\text{or}\qquad x \leftarrow x - \frac{\eta}{\sqrt{v + \varepsilon_\text{inside}}}\, g$$

You take over a model that was trained with the outside form, and your framework has the inside form. Is the same number the same thing?
Look at the first step, when $v = g^2$.

Write the $\varepsilon_\text{inside}$ that makes the first step with gradient $g$ exactly as long as it is with $\varepsilon_\text{outside}$. Then try $g = 1$
and $g = 0$ with $\varepsilon_\text{outside} = 10^{-8}$: how many powers of ten lie between the two answers?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
def eps_inside(eps_outside, g):
    """The ε inside the root that gives the same first step, with gradient g, as `eps_outside` outside it."""
    ### BEGIN SOLUTION
    # The denominators must agree: g² + ε_inside = (|g| + ε_outside)². Multiplied out, g² drops from both sides; written so, no digits are lost to a
    # difference of nearly equal numbers. For g = 1 the answer is about 2·10⁻⁸, for g = 0 it is 10⁻¹⁶: no one number does for all gradients.
    # Common mistake: ε_outside², the square of one term in the place of the square of the sum: right at g = 0, and at g = 1 too small by a factor of 2·10⁸.
    # (|g| + ε)² − g², left as it is, keeps no more than six digits at g = 100 and ε = 10⁻⁸.
    return 2 * abs(g) * eps_outside + eps_outside**2
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task6_epsilon", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(eps_inside, "eps_inside", points=3)
### BEGIN HIDDEN TESTS
check(eps_inside, "eps_inside", points=3, seed=106)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 7 · Find the bug

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

# %% nbgrader={"schema_version": 3, "grade_id": "task7_answer", "grade": false, "solution": true, "locked": false, "task": false}
def repaired_adagrad(grad, x0, lr, eps, steps):
    """The point reached after `steps` AdaGrad updates from x0."""
    ### BEGIN SOLUTION
    # One bug: a division binds tighter than a sum, so ε never reached the denominator. There it would have kept 0/0 away; instead it was added to x itself,
    # ε further at every update. At ε = 1e-8 that drift is far too small to see, which is how it lived for months.
    # Common mistake: np.nan_to_num round the quotient. The nan is gone and its cause is not: ε still goes into the weights, and the second line printed
    # above still ends at 16.8 where 0 is wanted.
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = v + g**2
        x = x - lr * g / (np.sqrt(v) + eps)
    return x
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task7_bug", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(repaired_adagrad, "repaired_adagrad", points=3)
### BEGIN HIDDEN TESTS
check(repaired_adagrad, "repaired_adagrad", points=3, seed=107)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 8 · Ten times longer

*Goal: use what you found to make a decision. 4 points, about 10 minutes, read by a person.*

A training with AdaGrad went well. The next one is to run ten times as many updates. Would you keep AdaGrad?

Answer in four to eight sentences. A good answer gives a number for what becomes of the effective rate (1 point), says for which weights this
matters most and for which least (1 point), takes a decision with its reason (1 point), and names one thing that you would measure or try to find out
whether you were right (1 point). There is more than one good decision.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task8_reflection", "grade": true, "solution": true, "locked": false, "points": 4, "task": false}
r"""
With steady gradients the rate after ten times as many updates is 1/√10 of what it was, about a third: it does not vanish, and since the steps 1/√k
have no finite sum, no distance is out of reach. The weights of frequent features feel this most. A rare feature has a short memory, so its weight still
takes large steps late in the training. On a convex problem with sparse features I would keep AdaGrad, since a falling rate is what lets it settle. For a
deep network, whose early gradients are large and soon out of date, I would rather let the memory fade, as RMSprop does. To find out, I would plot the effective
rate of some frequent and some rare weights over the first training, and continue from its end twice, once with v set back to zero: if that lowers the loss faster,
the old memory was holding it back.

*Common mistake:* "the rate goes to zero, so it stops learning." Ten times as many updates leave a third of the rate, 0.32, and not nothing, and the
steps 1/√k have no finite sum. A good decision with nothing to be measured misses the fourth point.
"""

# %% [markdown]
r"""
## How far you have come
"""

# %% nbgrader={"schema_version": 3, "grade_id": "progress", "grade": false, "solution": false, "locked": true, "task": false}
check.all()
