# The source of the sparse features assignment, as a jupytext "percent" script (see adagrad.py). The answers are checked by `adaptive_lr.grading`:
# what each task asks for, and the mistakes known in it, stand in adaptive_lr/grading/known/sparse.py.

# %% [markdown]
r"""
# Sparse features

In this notebook you differentiate a model of features that are mostly absent, work out how rarely their weights move, weigh them by their rarity, and
write an update that computes only with what is there. Nine tasks, 30 points, about 100 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | a derivative with a sum | 4 | 12 |
| 2 | in a mini-batch or not | 3 | 8 |
| 3 | how often a weight moves | 3 | 8 |
| 4 | a factor for each feature | 4 | 12 |
| 5 | one number for all | 2 | 5 |
| 6 | Challenge: only what is there | 5 | 18 |
| 7 | find the bug | 3 | 13 |
| 8 | what a factor cannot know | 3 | 12 |
| 9 | a trial | 3 | 12 |

Put your code where it says `YOUR CODE HERE`, in place of the `raise` line below it, or your answer in place of the three dots, and run the cell that
follows as often as you like: it says what holds, what does not, and, where it knows the mistake, its name. Write in the style you prefer, but write
it yourself, compute in NumPy's usual 64-bit floats (float32 may be too coarse), and leave the arrays that a function is given as they are; what the
package `adaptive_lr` can do for you is recognised and earns nothing.

After you hand in, hidden tests check tasks 1, 2, 4, 6 and 7 again, with other numbers. Tasks 3 and 5, a number of your own and a choice, are checked
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
STUDENT = "..."  # your id, as you hand in with it: task 3 gives everyone numbers of their own
### BEGIN SOLUTION
STUDENT = "instructor"
### END SOLUTION

# %% [markdown]
r"""
## Task 1 · A derivative with a sum

*Goal: keep the sample's index where it belongs. 4 points, about 12 minutes.*

Logistic regression guesses $p_k = \sigma(w \cdot x_k)$ for sample $k$, with $\sigma(a) = 1/(1 + e^{-a})$, and its loss is the mean of
$-y_k \ln p_k - (1 - y_k)\ln(1 - p_k)$ over the $n$ samples. The derivative by the weight of feature $j$ is

$$\frac{\partial \mathcal{L}}{\partial w_j} = \frac1n \sum_k (p_k - y_k)\, x_{kj} .$$

Write it for all weights. What is it for a feature that is 0 in every sample?
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
def logistic_slope(x, y, w):
    """The derivatives by all weights, shape (features,). x: samples, shape (n, features).  y: labels, 0 or 1, shape (n,).  w: shape (features,)."""
    ### BEGIN SOLUTION
    # Errors and features meet sample by sample before anything is summed: mean error times mean feature would be something else (and is task 7's bug). A
    # feature that is never there has the derivative 0, exactly: its weight never moves.
    # Common mistake: a factor p(1 − p) too many, from the squared error. This loss cancels it; with it, a sample that is guessed at 0.99 and labelled 0
    # would pull with a hundredth of its force.
    guess = 1 / (1 + np.exp(-x @ w))
    return (guess - y) @ x / len(y)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task1_slope", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(logistic_slope, "logistic_slope", points=4)
### BEGIN HIDDEN TESTS
check(logistic_slope, "logistic_slope", points=4, seed=201)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 2 · In a mini-batch or not

*Goal: find a probability. 3 points, about 8 minutes.*

A feature is there in a share `p` of the samples. With which probability is it there in at least one of the `B` samples of a mini-batch, drawn
independently? A formula in `p` and `B`, as text; a power is `**`. Every equal form counts as right.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task2_answer", "grade": false, "solution": true, "locked": false, "task": false}
chance = ...  # for example "p / B"
### BEGIN SOLUTION
# The opposite, that it is in none of them, has the probability (1 − p)^B. For p far below 1/B it is nearly p B.
# Common mistake: p * B, which counts samples. At p = 0.02 and B = 100 it is a probability of 2, where 0.87 is right.
chance = "1 - (1 - p)**B"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task2_chance", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(chance, "touched", points=3)
### BEGIN HIDDEN TESTS
check(chance, "touched", points=3, seed=202)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 3 · How often a weight moves

*Goal: predict a number, then verify it. 3 points, about 8 minutes.*

In a training of `updates` updates with mini-batches of `batch` samples, at how many updates does the weight of a feature with share `p` move at all,
on average? Your own numbers; one percent off is near enough.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task3_numbers", "grade": false, "solution": false, "locked": true, "task": false}
mine = numbers("sparse_hits", STUDENT)
mine

# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
hits = ...  # a number
### BEGIN SOLUTION
# Updates times the chance of task 2: the means of single updates add up. At all others its gradient is exactly 0.
# Common mistake: updates · p · batch. In 1,000 updates with p = 0.01 and batches of 32 that is 320, where 275 is right: two samples in one batch make one
# update.
hits = mine["updates"] * (1 - (1 - mine["p"]) ** mine["batch"])
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task3_hits", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(hits, "sparse_hits", points=3, student=STUDENT)

# %% [markdown]
r"""
## Task 4 · A factor for each feature

*Goal: measure rarity. 4 points, about 12 minutes.*

Rare features get small steps; so give each its own factor: the number of samples over the number of samples in which the feature is there, that is,
not 0. A feature that is never there gets 0.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
def inverse_frequency(x):
    """A factor for each feature, shape (features,). x: samples, shape (n, features)."""
    ### BEGIN SOLUTION
    # Counted, not summed: a feature of value 5 is there once, and values of both signs must not cancel. np.maximum keeps 0 out of the division.
    # Common mistake: x.sum(axis=0) for the count. It is right as long as all values are 0 or 1; of a 2 and a −2 it makes a feature that is never there.
    there = np.count_nonzero(x, axis=0)
    return np.where(there > 0, len(x) / np.maximum(there, 1), 0.0)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task4_factors", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(inverse_frequency, "inverse_frequency", points=4)
### BEGIN HIDDEN TESTS
check(inverse_frequency, "inverse_frequency", points=4, seed=204)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 5 · One number for all

*Goal: see why an idea cannot work. 2 points, about 5 minutes.*

Some lecture notes multiply the learning rate by one factor for each *sample*, larger where the sample has few features:
$\eta_t = \eta_0 \cdot s(x_t)$. Why does that not help the weights of rare features?

- **a** It does help: a sparse sample is where rare features are.
- **b** It would, if the factor were larger.
- **c** One number multiplies the steps of all features in the sample alike, the common ones as well.
- **d** The factor cannot be computed before training.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
because = ...  # one letter, in quotes
### BEGIN SOLUTION
# Two features of one sample always get the same factor, so their steps keep their ratio. What is needed is a factor for each feature, as in task 4.
# Common mistake: a. A sample with few features may have just the common ones; and where a rare one is among them, the steps of the others grow as much as
# its own.
because = "c"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task5_one_number", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(because, "sparse_one_number", points=2)

# %% [markdown]
r"""
## Task 6 · Challenge: only what is there

*Goal: make an update as cheap as its data. 5 points, about 18 minutes.*

With a million features of which a sample has ten, an update should compute with ten numbers. Write one AdaGrad update, $v \leftarrow v + g^2$,
$w \leftarrow w - \eta\, g/\sqrt{v + \varepsilon}$, for a gradient that is given sparsely: `values[i]` belongs to the weight `indices[i]`, and all
others are 0. If an index comes twice, its values add up, *before* the square. Return the new $w$ and $v$, whole, in arrays of their own: copying them
is all that may cost their full length. Squares, roots and divisions are for the weights whose feature is there, and for no others. (The check sees
the results alone; that the work stays small is up to you.) Then $\varepsilon$ may be 0, although 0/0 waits wherever a feature has not been met yet.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
def sparse_adagrad(w, v, indices, values, lr, eps):
    """The new w and the new v. w, v: shape (features,).  indices: whole numbers, shape (k,).  values: shape (k,).  lr, eps: η and ε."""
    ### BEGIN SOLUTION
    # `touched` has each index once, and `place` says where in it each value belongs; bincount adds the values up place by place. So g is as short as the
    # data.
    # Common mistake: `g[indices] += values`, which keeps the last value of an index that comes twice, without a word. A loop that makes a step per value is
    # another: with two gradients of 1 from v = 0, ε = 0, the weight moves by 1.71 η, where η is right.
    touched, place = np.unique(indices, return_inverse=True)
    g = np.bincount(place, values)
    w, v = w.copy(), v.copy()
    v[touched] += g**2
    w[touched] -= lr * g / np.sqrt(v[touched] + eps)
    return w, v
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task6_lazy", "grade": true, "solution": false, "locked": true, "points": 5, "task": false}
check(sparse_adagrad, "sparse_adagrad", points=5)
### BEGIN HIDDEN TESTS
check(sparse_adagrad, "sparse_adagrad", points=5, seed=206)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 7 · Find the bug

*Goal: go from a symptom to its cause. 3 points, about 13 minutes.*

"My model has found that nothing matters," a colleague says. "As soon as its guesses are right on average, all derivatives are zero." Here is the
function that turns the errors $p_k - y_k$ into derivatives:
"""


# %% nbgrader={"schema_version": 3, "grade_id": "colleague", "grade": false, "solution": false, "locked": true, "task": false}
def colleagues_slope(errors, x):
    """The derivatives of the loss by all weights."""
    return errors.mean() * x.mean(axis=0)


errors = np.array([0.5, -0.5])  # guesses too high for the first sample, too low for the second
x = np.array([[1.0, 0.0], [0.0, 1.0]])  # each has a feature of its own
print("the derivatives:", colleagues_slope(errors, x))

# %% [markdown]
r"""
Write the function anew, under its new name.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task7_answer", "grade": false, "solution": true, "locked": false, "task": false}
def repaired_slope(errors, x):
    """The derivatives by all weights, shape (features,). errors: shape (n,).  x: samples, shape (n, features)."""
    ### BEGIN SOLUTION
    # The mean of a product is not the product of the means. In the lecture notes the sample's index is missing on both factors, and this is what comes of
    # it: the first weight should go down and the second up, and neither moves.
    # Common mistake: `(errors * x).mean(axis=0)`. NumPy then pairs errors with features, not with samples. In the example, with as many of both, the
    # numbers even come out right; two samples of three features stop it.
    return errors @ x / len(errors)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task7_bug", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(repaired_slope, "repaired_slope", points=3)
### BEGIN HIDDEN TESTS
check(repaired_slope, "repaired_slope", points=3, seed=207)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 8 · What a factor cannot know

*Goal: name the limits of a method. 3 points, about 12 minutes, read by a person.*

The factors of task 4 need a look at all the data before training, and they count how *often* a feature is there. Name a situation in which that goes
wrong or is impossible (1 point), and another in which the count misleads because something else than frequency differs from feature to feature (1
point). Then say what a rule would have to remember, weight by weight, to do without the count (1 point). Three to six sentences.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task8_limits", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
In a stream of data there is no first look at everything, and a feature that was rare in January may be common in June: the factor is then wrong for
the rest of the training. The count also says nothing about the size of the gradients. A feature in half of the samples whose value is a thousandth,
or whose error is nearly always zero, moves its weight as little as a rare one, and its factor is 2. A rule could remember for each weight how large
its gradients have been, all together, and divide by that: then frequency and size count as one, and nothing has to be known in advance. That is what
AdaGrad's sum of squared gradients does.

*Common mistake:* two situations of one kind, both about frequency. The second point is for something that a count does not see at all: the size of
the values, or of the errors.
"""

# %% [markdown]
r"""
## Task 9 · A trial

*Goal: design an experiment. 3 points, about 12 minutes, read by a person.*

"With a factor for each feature, rare features are learnt as well as common ones." Describe a trial that could show this to be wrong: which data, made
how (1 point), what you compare and measure, and for which weights (1 point), and one thing that could make the result look better than it is (1
point). Four to seven sentences.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task9_trial", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
I would make samples with features of frequencies from 1/2 to 1/1000, true weights that I know, and labels drawn from the model. I would train once
with and once without the factors, from the same start and on the same batches, each at its best learning rate, and measure for each frequency how far
the weights still are from the true ones, over ten sets of data. If the rare weights are nearer, but still farther off than the common ones after the
same number of updates, the sentence is wrong; I expect that, because a thousandth of the samples also holds a thousandth of the information. It could
look better than it is if I measured the loss on the training samples alone: a rare feature's weight can fit its few samples by heart. So I would
measure on new samples, too.

*Common mistake:* one loss over all samples as the measure. A feature in a thousandth of them hardly shows there, however wrong its weight. And one
rate for both runs: no factor of a feature that comes is below 1, so the run with them also has the longer steps.
"""

# %% [markdown]
r"""
## How far you have come
"""

# %% nbgrader={"schema_version": 3, "grade_id": "progress", "grade": false, "solution": false, "locked": true, "task": false}
check.all()
