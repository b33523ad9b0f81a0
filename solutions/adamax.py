# The source of the AdaMax assignment, as a jupytext "percent" script (see adagrad.py). The answers are checked by `adaptive_lr.grading`:
# what each task asks for, and the mistakes known in it, stand in adaptive_lr/grading/known/adamax.py.

# %% [markdown]
r"""
# AdaMax: only the largest counts

In this notebook you compute norms that overflow or vanish if you are careless, follow them to their limit, build AdaMax, and repair a version that
loses its way where there is nothing to do. Eight tasks, 28 points, about 85 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | a norm for all sizes | 4 | 12 |
| 2 | the largest, faded | 3 | 8 |
| 3 | Challenge: one gradient and p | 4 | 15 |
| 4 | one step | 5 | 12 |
| 5 | after a spike | 3 | 10 |
| 6 | no correction | 2 | 5 |
| 7 | find the bug | 4 | 13 |
| 8 | Adam or AdaMax | 3 | 10 |

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
## Task 1 · A norm for all sizes

*Goal: compute what a formula means, not what it says. 4 points, about 12 minutes.*

$$\lVert x \rVert_p = \Bigl(\sum_i |x_i|^p\Bigr)^{1/p}$$

For $x = (3, -4)$ and $p = 2$ that is 5. For $p = 2000$ it is 4, to all digits that a computer keeps, and yet $4^{2000}$ is a number of 1,205 digits,
which no floating-point number holds. Nor need $p$ be large: for $x = (3 \cdot 10^{-200}, 4 \cdot 10^{-200})$ and $p = 2$ the norm is
$5 \cdot 10^{-200}$, though both squares are too small for a computer to tell them from 0. What can be taken out of the sum before the powers are
taken? Numbers that are all zero have the norm 0.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
def p_norm(x, p):
    """The p-norm of an array of numbers, for p ≥ 1: however large p is, and however large or small the numbers are."""
    ### BEGIN SOLUTION
    # ‖x‖ = c ‖x/c‖ for every c > 0. With c the largest size all shares are at most 1: their powers cannot overflow, and the largest, 1, cannot vanish.
    # Common mistake: a guard for large p alone. (3·10⁻²⁰⁰)² is 0 to a computer at p = 2 already, and the norm of the second example comes out as 0.
    # Dividing by the largest without asking whether it is 0 makes nan of zeros.
    largest = np.abs(x).max()
    if largest == 0:
        return 0.0
    return largest * (np.abs(x / largest) ** p).sum() ** (1 / p)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task1_norm", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(p_norm, "p_norm", points=4)
### BEGIN HIDDEN TESTS
check(p_norm, "p_norm", points=4, seed=501)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 2 · The largest, faded

*Goal: see what AdaMax remembers. 3 points, about 8 minutes.*

Adam remembers an average of squares. AdaMax remembers one number: the largest gradient so far, which fades by $\beta_2$ at each update until a larger one
comes.

$$u_t = \max(\beta_2\, u_{t-1},\ |g_t|), \qquad u_0 = 0$$

With $\beta_2 = 0.5$ the gradients 8, 1, 1, −1, 1 give $u$ = 8, 4, 2, 1, 1. Write all of $u_1, u_2, \dots$ The gradients may come as an array or as a
list.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task2_answer", "grade": false, "solution": true, "locked": false, "task": false}
def faded_maximum(gradients, beta2):
    """u₁, u₂, … for these gradients: as many numbers as there are gradients. gradients: an array or a list of numbers.  beta2: β₂."""
    ### BEGIN SOLUTION
    # The old u fades, the new gradient does not: after the first gradient u is its full size, and that is why u needs no bias correction.
    # Common mistake: max(β₂u, g), without the size of g. The example cannot show it, since its −1 comes where the old u has faded to 1 anyway; begin with
    # −2, and u is 0 in the place of 2.
    u, maxima = 0.0, []
    for g in gradients:
        u = max(beta2 * u, abs(g))
        maxima.append(u)
    return maxima
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task2_maximum", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(faded_maximum, "faded_maximum", points=3)
### BEGIN HIDDEN TESTS
check(faded_maximum, "faded_maximum", points=3, seed=502)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 3 · Challenge: one gradient and p

*Goal: finish a derivation. 4 points, about 15 minutes.*

How does an average become a maximum? Put $p$ where Adam has 2, in the weights as well:

$$v_t = \beta_2^p\, v_{t-1} + (1 - \beta_2^p)\, |g_t|^p, \qquad u_t = v_t^{1/p}$$

Let one gradient $g$ come at the first update and nothing but zeros after it. Write $u_t$ as a formula in `beta2`, `p`, `t` and `g`, as text. Every
equal form counts as right; a power is `**`, a size `abs(…)`. Then let $p$ grow in your head: what becomes of each factor?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
one_gradient = ...  # for example "beta2**p * abs(g)"
### BEGIN SOLUTION
# v₁ = (1 − β₂ᵖ)|g|ᵖ, and each of the t − 1 updates that follow multiplies by β₂ᵖ; then comes the p-th root of the product.
# As p grows (1 − β₂ᵖ)^(1/p) goes to 1, and β₂^(t−1) |g| stays, which is task 2's maximum.
# Common mistake: the weights β₂ and 1 − β₂ without their power p. Then old gradients all but stop fading as p grows: at β₂ = 0.9, p = 100 and t = 50, 0.93
# |g| would be left, where 0.0057 |g| is right.
one_gradient = "(1 - beta2**p)**(1/p) * beta2**(t - 1) * abs(g)"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task3_power", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(one_gradient, "one_gradient", points=4)
### BEGIN HIDDEN TESTS
check(one_gradient, "one_gradient", points=4, seed=503)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 4 · One step

*Goal: turn AdaMax's equations into code. 5 points, about 12 minutes.*

$$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad u \leftarrow \max(\beta_2 u,\ |g|), \qquad x \leftarrow x - \frac{\eta}{1 - \beta_1^t} \cdot \frac{m}{u}$$

The maximum is taken for each coordinate on its own. There is no $\varepsilon$: a coordinate that has met no gradient yet has $m = u = 0$, and stays
where it is. Leave the arrays that you are given as they are.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
def adamax_step(x, g, m, u, t, lr, beta1, beta2):
    """One AdaMax update. Returns the new x, the new m and the new u.

    x, g, m, u: arrays of shape (d,): the parameters, their gradient, the average and the maximum so far.  t: which update this is, 1, 2, 3, …
    lr, beta1, beta2: numbers, η, β₁ and β₂.
    """
    ### BEGIN SOLUTION
    # np.maximum works coordinate by coordinate. `where` leaves the step at 0 where u is 0, without ever dividing by it.
    # Common mistake: Python's max(), which stops with an error on arrays, and then u.max() in its place: one coordinate's large gradient brakes all the
    # others. A small number added to u keeps 0/0 away, and shortens every other step as well.
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    m_hat = m / (1 - beta1**t)
    x = x - lr * np.divide(m_hat, u, out=np.zeros_like(m), where=u > 0)
    return x, m, u
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task4_step", "grade": true, "solution": false, "locked": true, "points": 5, "task": false}
check(adamax_step, "adamax_step", points=5)
### BEGIN HIDDEN TESTS
check(adamax_step, "adamax_step", points=5, seed=504)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 5 · After a spike

*Goal: predict a number, then verify it. 3 points, about 10 minutes.*

One spoilt batch brings a gradient of size `large`; all others have the size `small`. For how many updates does the spike hold $u$ up? Give the $n$ at
which the faded spike has come down to `small`, as a number with decimals: no need to round it up. One percent off is near enough.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task5_numbers", "grade": false, "solution": false, "locked": true, "task": false}
mine = numbers("adamax_spike", STUDENT)
mine

# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
updates = ...  # a number
### BEGIN SOLUTION
# large · β₂ⁿ = small, so n = ln(large/small) / ln(1/β₂). The spike's size counts only through its logarithm: a spike a thousand times as large lasts ln
# 1000 / ln(1/β₂) updates longer, about 6,900 at β₂ = 0.999.
# Common mistake: 1/(1 − β₂), which is the same for every spike: 100 at β₂ = 0.99, where a spike of 50 among gradients of 1 lasts for 389 updates. ln(large)
# alone is right only if `small` is 1.
updates = np.log(mine["large"] / mine["small"]) / np.log(1 / mine["beta2"])
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task5_spike", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(updates, "adamax_spike", points=3, student=STUDENT)

# %% [markdown]
r"""
## Task 6 · No correction

*Goal: say why two things that look alike are treated differently. 2 points, about 5 minutes.*

$m$ is divided by $1 - \beta_1^t$. Why is $u$ not divided by $1 - \beta_2^t$?

- **a** Because $\beta_2$ is so near to 1 that it makes no difference.
- **b** Because after the first update $u$ is already the full size of the gradient.
- **c** Because a small number in the denominator takes care of it.
- **d** Because the correction of $m$ acts on the whole step, and so on $u$ as well.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
because = ...  # one letter, in quotes
### BEGIN SOLUTION
# max(β₂ · 0, |g|) = |g|: nothing of the empty start is left in u, while m = (1 − β₁) g has kept a share β₁ of it.
# Common mistake: a. A β₂ near 1 is where an average needs its correction most: with 0.999 it starts at a thousandth of the gradient. u is spared because it
# is a maximum.
because = "b"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task6_correction", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(because, "adamax_no_correction", points=2)

# %% [markdown]
r"""
## Task 7 · Find the bug

*Goal: go from a symptom to its cause. 4 points, about 13 minutes.*

"My AdaMax works," a colleague says, "but since we added a feature that no sample has yet, one weight is `nan`, and it stays `nan` when the first
sample with that feature comes."
"""

# %% nbgrader={"schema_version": 3, "grade_id": "colleague", "grade": false, "solution": false, "locked": true, "task": false}
def colleagues_adamax(grad, x0, lr, beta1, beta2, steps):
    """The point reached after `steps` AdaMax updates from x0."""
    x = np.array(x0, dtype=float)
    m, u = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, np.abs(g))
        x = x - lr / (1 - beta1**t) * m / u
    return x


with np.errstate(invalid="ignore"):
    print("a feature that no sample has:", colleagues_adamax(lambda x: np.array([x[0], 0.0]), [1.0, 3.0], 0.1, 0.9, 0.999, 10))

# %% [markdown]
r"""
Copy the function into the next cell under its new name, and repair it: a coordinate stays exactly where it is until its first gradient comes, and all
others go on as before.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task7_answer", "grade": false, "solution": true, "locked": false, "task": false}
def repaired_adamax(grad, x0, lr, beta1, beta2, steps):
    """The point reached after `steps` AdaMax updates from x0."""
    ### BEGIN SOLUTION
    # Where u is 0, m is 0 as well: any divisor but 0 gives the step 0. So np.where puts a 1 there, and leaves every other u as it is.
    # Common mistake: a u that starts at a small number. It fades, but until then it shortens the steps of gradients that are smaller than it. ε added to
    # every u lets no nan come, and shortens all steps for good.
    x = np.array(x0, dtype=float)
    m, u = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, np.abs(g))
        x = x - lr / (1 - beta1**t) * m / np.where(u > 0, u, 1)
    return x
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task7_bug", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(repaired_adamax, "repaired_adamax", points=4)
### BEGIN HIDDEN TESTS
check(repaired_adamax, "repaired_adamax", points=4, seed=507)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 8 · Adam or AdaMax

*Goal: use what you found to make a decision. 3 points, about 10 minutes, read by a person.*

You train word vectors: each word's weights meet a gradient once in a few thousand updates, sometimes a very large one. Adam or AdaMax? Say for each
of the two what a rare large gradient does to the steps that follow it, with a number or an estimate (1 point), decide, with your reason (1 point),
and name what you would measure to find out whether you were right (1 point). Four to eight sentences; there is more than one good decision.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task8_decision", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
In both, the memory of a spike fades like β₂ᵗ; but Adam remembers squares and divides by their root, so its denominator falls to a half when v has
fallen to a quarter, after ln 4 / ln(1/0.999), some 1,390 updates, while AdaMax's u halves after some 690. On the other hand Adam takes in only a
thousandth of the square, so a single spike of size G raises √v to about 0.03 G, where AdaMax's u jumps to G itself: the first steps after a spike are
about thirty times shorter with AdaMax. For words whose next gradient comes thousands of updates later, either memory has faded by then. I would take
AdaMax if spikes are outliers that should not move the weights far, because its step can never exceed about η, and Adam otherwise. I would measure the
largest step per update over a training, and the loss of rare words alone, with both at their best η.

*Common mistake:* to compare v with u. v halves within 693 updates at β₂ = 0.999, as u does; but Adam divides by √v, which takes 1,390. And how long a
spike is remembered is half of it: √v takes in 0.03 of its size, u all of it.
"""

# %% [markdown]
r"""
## How far you have come
"""

# %% nbgrader={"schema_version": 3, "grade_id": "progress", "grade": false, "solution": false, "locked": true, "task": false}
check.all()
